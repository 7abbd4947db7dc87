//! A folder, scored live.
//!
//! ```text
//! watch ─▶ folder ─▶ inputs ─▶ World ─▶ Published ─▶ page, metrics, terminal
//!                      ▲         │ ▲
//!                    state ◀─ fold └── Ledger, once it is written
//! ```
//!
//! One thread owns the world, the folder and the state; there are no locks between them. What it
//! publishes is complete and never changes; whoever wants to know is told that there is more.

mod event_loop;
mod objects;
mod once;
mod published;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use gradus_engine::view::Snapshot;
use gradus_manifests::Keep;
use gradus_manifests::finding::Finding;
use tokio::sync::watch;

use self::event_loop::Turns;
pub use self::once::{score_once, world_of};
pub use self::published::{Health, Published, Transition, Work};
use crate::clock::{Clock, SystemClock};
use crate::inputs::folder::watch::{RESCAN, Told, Watch};
use crate::inputs::folder::{Folder, Root};
use crate::outputs::metrics::OperatorMetrics;
use crate::outputs::web;
use crate::store::disk::{Disk, LocalDisk};
use crate::store::lock::LockError;
use crate::store::{FOLDER, State};

/// The name of the folder among the sources of metrics.
const SOURCE: &str = "folder";
/// The name of the state among the outputs of metrics.
const OUTPUT: &str = "state";
/// Signals that wait for the loop; when there are more, it looks at everything instead.
const WAITING: usize = 4096;
/// Without a turn for so long, the loop hangs: it turns at least at every [`RESCAN`].
const HANGS: Duration = Duration::from_secs(3 * RESCAN.as_secs());

/// What to score live, and how.
#[derive(Debug, Clone)]
pub struct LiveOptions {
    /// The folder of documents.
    pub folder: PathBuf,
    /// Where to remember; within the folder when left out.
    pub state: Option<PathBuf>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What the state is written to.
    pub disk: Arc<dyn Disk>,
    /// How long the folder must rest before anything is committed: an editor empties a file before
    /// it writes it, and a checkout changes one file after the other.
    pub rest: Duration,
    /// Where what it does is counted, if anybody counts.
    pub metrics: Option<Arc<OperatorMetrics>>,
}

/// A folder that is scored live. Ends when it is dropped.
#[derive(Debug)]
pub struct Live {
    feed: Feed,
    signals: SyncSender<Signal>,
    thread: Option<JoinHandle<()>>,
}

/// What a live folder publishes, for any number of readers.
#[derive(Debug, Clone)]
pub struct Feed {
    published: Arc<ArcSwap<Published>>,
    versions: watch::Receiver<u64>,
    turned: Arc<Mutex<Instant>>,
}

/// What wakes the loop.
#[derive(Debug)]
enum Signal {
    /// The system told something about the folder.
    Told(Told),
    /// Somebody wants it to look at the clock.
    Wake,
    /// It is to end.
    Stop,
}

impl LiveOptions {
    /// A folder, with this machine's clock and disk.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            state: None,
            clock: Arc::new(SystemClock),
            disk: Arc::new(LocalDisk),
            rest: Duration::from_secs(1),
            metrics: None,
        }
    }

    /// Where this folder's state lies.
    pub fn state_path(&self) -> PathBuf {
        self.state
            .clone()
            .unwrap_or_else(|| self.folder.join(FOLDER))
    }
}

impl Live {
    /// Starts to score a folder live.
    ///
    /// # Errors
    ///
    /// Another process writes the state of this folder, or no thread can be started.
    pub fn start(options: LiveOptions) -> Result<Self, LockError> {
        let state = State::open(&options.state_path(), Arc::clone(&options.disk))?;
        let mut folder = Folder::new(vec![Root::relative(&options.folder)], Keep::Text);
        for (key, file) in state.stated() {
            folder.remember(file, key);
        }
        let (signals, received) = sync_channel(WAITING);
        let missed = Arc::new(AtomicBool::new(false));
        let tell = teller(signals.clone(), Arc::clone(&missed));
        let watch = Watch::new(vec![options.folder.clone()], tell);
        let (announce, versions) = watch::channel(0);
        let feed = Feed {
            published: Arc::new(ArcSwap::from_pointee(Published::default())),
            versions,
            turned: Arc::new(Mutex::new(Instant::now())),
        };
        let mut turns = Turns::new(options, folder, state, watch, feed.clone(), announce);
        let thread = std::thread::Builder::new()
            .name("live".to_owned())
            .spawn(move || turns.run(&received, &missed))?;
        Ok(Self {
            feed,
            signals,
            thread: Some(thread),
        })
    }

    /// What it publishes.
    pub fn feed(&self) -> Feed {
        self.feed.clone()
    }

    /// Has it look at the clock again: for clocks that are set by hand.
    pub fn wake(&self) {
        // A full channel wakes it as well.
        let _ = self.signals.try_send(Signal::Wake);
    }

    /// Has it look at everything, as it does by itself from time to time.
    pub fn look_again(&self) {
        let _ = self.signals.try_send(Signal::Told(Told::Something));
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        // An error says that the thread has ended already.
        let _ = self.signals.send(Signal::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Passes on what the system tells; what finds no room leads to a look at everything.
fn teller(
    signals: SyncSender<Signal>,
    missed: Arc<AtomicBool>,
) -> impl Fn(Told) + Send + Sync + 'static {
    move |told| {
        if let Err(TrySendError::Full(_)) = signals.try_send(Signal::Told(told)) {
            missed.store(true, Ordering::SeqCst);
        }
    }
}

impl Feed {
    /// What was published last.
    pub fn published(&self) -> Arc<Published> {
        self.published.load_full()
    }

    /// A number that rises with everything that is published.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.versions.clone()
    }

    fn turn(&self) {
        *self.turned.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }
}

impl web::Source for Feed {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.published.load().snapshot)
    }

    fn findings(&self) -> Arc<[Finding]> {
        Arc::clone(&self.published.load().findings)
    }

    fn versions(&self) -> watch::Receiver<u64> {
        self.changed()
    }

    /// What cannot be read just now keeps its last good state, and nobody else holds a better one.
    fn shows_state(&self) -> bool {
        self.published.load().health.scanned
    }

    fn live(&self) -> Result<(), String> {
        let age = self
            .turned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .elapsed();
        if age > HANGS {
            return Err(format!(
                "the engine has not turned for {} seconds",
                age.as_secs()
            ));
        }
        Ok(())
    }

    fn ready(&self) -> Result<String, String> {
        let ready = self.published.load().health.ready();
        ready.map(|()| "ok".to_owned())
    }
}

#[cfg(test)]
mod tests;
