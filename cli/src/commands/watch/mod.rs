//! `gradus watch`: a folder, scored live, with its page and its metrics.
//!
//! ```text
//! Live ─▶ Published ─▶ page and metrics, served
//!              └─────▶ News ─▶ a live table, or lines with their time
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
use gradus_operator::clock::StandingClock;
use gradus_operator::modes::folder::{Feed, Live, LiveOptions};
use gradus_operator::outputs::metrics::OperatorMetrics;
use gradus_operator::outputs::web::{self, Scraping, Source};
use jiff::Timestamp;

use self::display::Display;
use self::signals::{Signals, Told};
use super::serving::{Serving, listen};
use crate::edge::Edge;
use crate::finish::Finish;
use crate::instant;

/// What to watch.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  gradus watch examples/hospital-group
  gradus watch site --listen 0.0.0.0:9090
  gradus watch site --at 2027-03-01 --state /tmp/rehearsal

What is remembered (marks, falls, history) lies in DIR/.gradus; `gradus reset DIR` forgets it.")]
pub(crate) struct Arguments {
    /// The folder of documents
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where the page and the metrics are served; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Remember here, and not in DIR/.gradus
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Rehearse another day: the clock stands at this instant; never with the folder's own state
    #[arg(long, value_name = "TIME", value_parser = instant::parse, requires = "state")]
    at: Option<Timestamp>,
    #[command(flatten)]
    serving: Serving,
}

/// Watches until it is told to stop.
pub(crate) fn run(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    check(&arguments.folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let finished = runtime.block_on(watch(arguments, edge));
    // Pages that stay open to hear of changes never end by themselves.
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
    bail!("there is no folder {folder}; `gradus init --model infram-2018 {folder}` begins one");
}

async fn watch(arguments: &Arguments, edge: &mut Edge<'_>) -> anyhow::Result<Finish> {
    let mut signals = Signals::new()?;
    let listener = listen(arguments.listen).await?;
    let serving = &arguments.serving;
    let url = format!("{}://{}/", serving.scheme(), listener.local_addr()?);
    let metrics = Arc::new(OperatorMetrics::new()?);
    let options = LiveOptions {
        metrics: Some(Arc::clone(&metrics)),
        ..options(arguments)
    };
    let live = Live::start(options).map_err(|error| anyhow!("{error}"))?;
    let feed = live.feed();
    let source: Arc<dyn Source> = Arc::new(feed.clone());
    let scraping = Scraping {
        exposure: serving.exposure(),
        readers: None,
    };
    let router = web::router(source, metrics, scraping);
    let server = tokio::spawn(web::serve(listener, router, serving.tls())?);
    let mut display = Display::begin(&arguments.folder, url, edge.again())?;
    let shown = show(&feed, &mut display, &mut signals).await;
    server.abort();
    let ended = display.end();
    shown?;
    ended?;
    Ok(Finish::default())
}

/// Shows everything that is published, until somebody stops it.
async fn show(feed: &Feed, display: &mut Display<'_>, signals: &mut Signals) -> anyhow::Result<()> {
    let mut versions = feed.changed();
    loop {
        let published = feed.published();
        if published.health.scanned {
            display.show(&published)?;
        }
        tokio::select! {
            changed = versions.changed() => changed.context("the engine ended; GRADUS_LOG=debug says more")?,
            told = signals.next() => match told {
                Told::Resized => {}
                Told::Stop => return Ok(()),
            },
        }
    }
}

fn options(arguments: &Arguments) -> LiveOptions {
    let mut options = LiveOptions::new(&arguments.folder);
    options.state.clone_from(&arguments.state);
    if let Some(at) = arguments.at {
        options.clock = Arc::new(StandingClock::at(at));
    }
    options
}
