//! The parts of the operator, watched: when one ends that was not told to, the whole ends, for what is left of it would keep
//! a lease and do nothing.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::FutureExt;
use thiserror::Error;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Parts that end because another one did are waited for this long: the one that panicked is the cause.
const TOGETHER: Duration = Duration::from_millis(50);

/// A part that ended by itself, and how.
#[derive(Debug, Error)]
#[error("{name} ended by itself: {how}; restart the operator, and report this with the log")]
pub struct DeadPart {
    /// Which part.
    pub name: String,
    how: String,
    panicked: bool,
}

/// How a part ended: by returning, or by a panic with this payload.
type End = Result<(), Box<dyn Any + Send>>;

/// The parts that are to run until they are told to stop.
// See D-186.
#[derive(Debug, Default)]
pub(super) struct Parts(JoinSet<DeadPart>);

impl Parts {
    /// Runs a part on the runtime.
    pub(super) fn task(
        &mut self,
        name: impl Into<String>,
        part: impl Future<Output = ()> + Send + 'static,
    ) {
        let name = name.into();
        self.0.spawn(async move {
            let end = AssertUnwindSafe(part).catch_unwind().await;
            DeadPart::of(name, end)
        });
    }

    /// Runs a part on a thread of its own.
    ///
    /// # Errors
    ///
    /// The thread cannot be started.
    pub(super) fn thread(
        &mut self,
        name: &str,
        part: impl FnOnce() + Send + 'static,
    ) -> io::Result<JoinHandle<()>> {
        let (ended, end) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let end: End = catch_unwind(AssertUnwindSafe(part));
                // Nobody asks any more when all parts were told to stop.
                let _ = ended.send(end);
            })?;
        let name = format!("the {name} thread");
        self.0
            .spawn(async move { DeadPart::of(name, end.await.unwrap_or(Ok(()))) });
        Ok(thread)
    }

    /// Waits until a part ends; if several end together, the one that is the cause. For ever while there is none.
    pub(super) async fn dead(&mut self) -> DeadPart {
        let Some(mut cause) = self.next().await else {
            return std::future::pending().await;
        };
        while let Ok(Some(dead)) = tokio::time::timeout(TOGETHER, self.next()).await {
            if dead.panicked && !cause.panicked {
                cause = dead;
            }
        }
        cause
    }

    async fn next(&mut self) -> Option<DeadPart> {
        let dead = self.0.join_next().await?.ok()?;
        tracing::error!(part = dead.name, how = dead.how, "a part ended by itself");
        Some(dead)
    }
}

impl DeadPart {
    fn of(name: String, end: End) -> Self {
        let panicked = end.is_err();
        let how = match end {
            Ok(()) => "it returned".to_owned(),
            Err(payload) => format!("it panicked: {}", text_of(payload.as_ref())),
        };
        Self {
            name,
            how,
            panicked,
        }
    }
}

fn text_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a text")
}
