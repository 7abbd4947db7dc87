//! Starting and ending the event loop of a folder.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use super::event_loop::{EventLoop, Signal};
use crate::clock::{Clock, SystemClock};
use crate::inputs::folder::watch::{FileEvent, Watch};
use crate::inputs::folder::{Folder, Root};
use crate::outputs::metrics::OperatorMetrics;
use crate::scoring::{Feed, Published, Publisher};
use crate::store::disk::{Disk, LocalDisk};
use crate::store::lock::LockError;
use crate::store::{FOLDER, State};
use crate::timing::Timing;
use gradus_manifests::Keep;

/// Signals that wait for the loop; when there are more, it looks at everything instead.
const WAITING: usize = 4096;

/// Which folder to score, and how.
#[derive(Debug, Clone)]
pub struct FolderOptions {
    /// The folder of documents.
    pub folder: PathBuf,
    /// Where to remember; within the folder when left out.
    pub state: Option<PathBuf>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What the state is written to.
    pub disk: Arc<dyn Disk>,
    /// How long things take.
    pub timing: Timing,
    /// Where what it does is counted, if anybody counts.
    pub metrics: Option<Arc<OperatorMetrics>>,
}

/// A folder that is scored as it changes. Ends when it is dropped.
#[derive(Debug)]
pub struct FolderOperator {
    feed: Feed,
    signals: SyncSender<Signal>,
    thread: Option<JoinHandle<()>>,
}

impl FolderOptions {
    /// A folder, with this machine's clock and disk.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            state: None,
            clock: Arc::new(SystemClock),
            disk: Arc::new(LocalDisk),
            timing: Timing::default(),
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

impl FolderOperator {
    /// Starts to score a folder.
    ///
    /// # Errors
    ///
    /// Another process writes the state of this folder, or no thread can be started.
    pub fn start(options: &FolderOptions) -> Result<Self, LockError> {
        let state = State::open(&options.state_path(), Arc::clone(&options.disk))?;
        let mut folder = Folder::new(vec![Root::relative(&options.folder)], Keep::Text)
            .waiting_for_emptied(options.timing.emptied_after);
        for (key, file) in state.stated() {
            folder.remember(file, key);
        }
        let (signals, received) = sync_channel(WAITING);
        let missed = Arc::new(AtomicBool::new(false));
        let report = forward(signals.clone(), Arc::clone(&missed));
        let watch = Watch::new(vec![options.folder.clone()], report);
        let unread = Published::nothing("the folder has not been read yet");
        let publisher = Publisher::new(unread, options.timing.folder_hang_after);
        let feed = publisher.feed();
        let mut event_loop = EventLoop::new(options, folder, watch, state, publisher);
        let thread = std::thread::Builder::new()
            .name("folder".to_owned())
            .spawn(move || event_loop.run(&received, &missed))?;
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
        let _ = self
            .signals
            .try_send(Signal::FileEvent(FileEvent::Unspecified));
    }
}

impl Drop for FolderOperator {
    fn drop(&mut self) {
        // An error says that the thread has ended already.
        let _ = self.signals.send(Signal::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Passes events of the file system on; what finds no room leads to a look at everything.
fn forward(
    signals: SyncSender<Signal>,
    missed: Arc<AtomicBool>,
) -> impl Fn(FileEvent) + Send + Sync + 'static {
    move |event| {
        if let Err(TrySendError::Full(_)) = signals.try_send(Signal::FileEvent(event)) {
            missed.store(true, Ordering::SeqCst);
        }
    }
}
