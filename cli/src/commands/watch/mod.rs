//! `gradus watch`: scores a folder continuously, with page and metrics.
//!
//! ```text
//! FolderOperator ─▶ Published ─▶ page and metrics, served
//!              └─────▶ News ─▶ a live table, or lines with a time
//! ```

mod display;
mod lines;
mod news;
mod screen;
mod signals;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use gradus_operator::clock::ManualClock;
use gradus_operator::modes::folder::{FolderOperator, FolderOptions};
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::PublishedState;
use gradus_operator::scoring::Feed;
use jiff::Timestamp;

use self::display::Display;
use self::signals::{SignalEvent, Signals};
use crate::exit::Exit;
use crate::serving::Serving;
use crate::stdio::Stdio;
use crate::{instant, listen};

/// What to watch.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus watch examples/hospital-group
  gradus watch site --listen 0.0.0.0:9090
  gradus watch site --at 2027-03-01 --state /tmp/rehearsal

The state (high-water marks, falls, history) is in DIR/.gradus; `gradus reset DIR` deletes it.")]
pub(crate) struct Arguments {
    /// The folder of documents
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where page and metrics are served: PORT or ADDRESS:PORT; port 0 is any free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", value_parser = listen::address)]
    listen: SocketAddr,
    /// The folder of the state; DIR/.gradus when left out
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Show the folder as of this date or time. Needs --state, so that the real history is not changed
    #[arg(long, value_name = "TIME", value_parser = instant::parse, requires = "state")]
    at: Option<Timestamp>,
    #[command(flatten)]
    serving: Serving,
}

/// Watches until a signal stops it.
pub(crate) fn run(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    check(&arguments.folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let finished = runtime.block_on(watch(arguments, stdio));
    // Why: pages that wait for changes keep their connections open for ever.
    runtime.shutdown_background();
    finished
}

fn check(folder: &Path) -> anyhow::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let is_there = folder.exists();
    let folder = folder.display();
    if is_there {
        bail!("{folder} is a file; name the folder that it is in");
    }
    bail!(
        "the folder {folder} does not exist; `gradus init --model infram-2018 {folder}` creates it"
    );
}

async fn watch(arguments: &Arguments, stdio: &mut Stdio<'_>) -> anyhow::Result<Exit> {
    let mut signals = Signals::new()?;
    let listener = listen::bind(arguments.listen, "--listen").await?;
    let serving = &arguments.serving;
    let url = format!("{}://{}/", serving.scheme(), listener.local_addr()?);
    let metrics = Arc::new(OperatorMetrics::new()?);
    let options = FolderOptions {
        metrics: Some(Arc::clone(&metrics)),
        ..options(arguments)
    };
    let operator = FolderOperator::start(&options).map_err(|error| anyhow!("{error}"))?;
    let feed = operator.feed();
    let source: Arc<dyn PublishedState> = Arc::new(feed.clone());
    let servers = serving
        .start(listener, source, metrics, None, &options.timing)
        .await?;
    let mut display = Display::begin(&arguments.folder, url, stdio.reborrow())?;
    let shown = show(&feed, &mut display, &mut signals).await;
    drop(servers);
    let ended = display.end();
    shown?;
    ended?;
    Ok(Exit::default())
}

/// Shows everything that is published, until a signal stops it.
async fn show(feed: &Feed, display: &mut Display<'_>, signals: &mut Signals) -> anyhow::Result<()> {
    let mut versions = feed.changed();
    loop {
        let published = feed.published();
        if feed.shows_state() {
            display.show(&published)?;
        }
        tokio::select! {
            changed = versions.changed() => changed.context("the event loop ended; GRADUS_LOG=debug shows why")?,
            event = signals.next() => match event {
                SignalEvent::Resized => {}
                SignalEvent::Stop => return Ok(()),
            },
        }
    }
}

fn options(arguments: &Arguments) -> FolderOptions {
    let mut options = FolderOptions::new(&arguments.folder);
    options.state.clone_from(&arguments.state);
    if let Some(at) = arguments.at {
        options.clock = Arc::new(ManualClock::at(at));
    }
    options
}
