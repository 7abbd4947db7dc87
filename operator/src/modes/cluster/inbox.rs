//! The inbox of the event loop: reports, answers, elections.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::writer::WriteResult;
use crate::inputs::watch::SourceReport;
use crate::leader::election::Leading;

/// Where messages come from. All are bounded: when the loop is busy, sources and writes wait.
pub(super) struct Inbox {
    pub(super) reports: mpsc::Receiver<SourceReport>,
    pub(super) answers: mpsc::Receiver<WriteResult>,
    /// Who leads; none without an election.
    pub(super) leading: Option<watch::Receiver<Leading>>,
    pub(super) stopped: oneshot::Receiver<()>,
}

/// One thing that was heard.
#[derive(Debug)]
pub(super) enum Message {
    Report(SourceReport),
    WriteResult(WriteResult),
}

/// How a wait ended.
#[derive(Debug)]
pub(super) enum Wakeup {
    Message(Message),
    /// Who leads may be another, or time passed.
    Nothing,
    Stop,
}

impl Inbox {
    /// Waits for something to happen, for this long at most.
    pub(super) async fn next(&mut self, wait: Duration) -> Wakeup {
        let leading = &mut self.leading;
        let led = async {
            match leading {
                Some(leading) => leading.changed().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = &mut self.stopped => Wakeup::Stop,
            is_there = led => if is_there { Wakeup::Nothing } else { Wakeup::Stop },
            Some(answer) = self.answers.recv() => Wakeup::Message(Message::WriteResult(answer)),
            report = self.reports.recv() => match report {
                Some(report) => Wakeup::Message(Message::Report(report)),
                None => Wakeup::Stop,
            },
            () = tokio::time::sleep(wait) => Wakeup::Nothing,
        }
    }

    /// What is there already; answers first, for writes wait for them.
    pub(super) fn more(&mut self) -> Option<Message> {
        if let Ok(answer) = self.answers.try_recv() {
            return Some(Message::WriteResult(answer));
        }
        self.reports.try_recv().ok().map(Message::Report)
    }

    /// Who leads now.
    pub(super) fn leading(&mut self) -> Leading {
        match &mut self.leading {
            Some(leading) => *leading.borrow_and_update(),
            None => Leading::Always,
        }
    }
}
