//! What the event loop hears.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use super::writer::Answer;
use crate::inputs::watch::SourceReport;
use crate::leader::election::Leading;

/// Where messages come from. All are bounded: when the loop is busy, sources and writes wait.
pub(super) struct Inbox {
    pub(super) reports: mpsc::Receiver<SourceReport>,
    pub(super) answers: mpsc::Receiver<Answer>,
    /// Who leads; none without an election.
    pub(super) leading: Option<watch::Receiver<Leading>>,
    pub(super) stopped: oneshot::Receiver<()>,
}

/// One thing that was heard.
#[derive(Debug)]
pub(super) enum Message {
    Report(SourceReport),
    Answer(Answer),
}

/// How a wait ended.
#[derive(Debug)]
pub(super) enum Heard {
    Message(Message),
    /// Who leads may be another, or time passed.
    Nothing,
    Stop,
}

impl Inbox {
    /// Waits for something to happen, for this long at most.
    pub(super) async fn next(&mut self, wait: Duration) -> Heard {
        let leading = &mut self.leading;
        let led = async {
            match leading {
                Some(leading) => leading.changed().await.is_ok(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = &mut self.stopped => Heard::Stop,
            is_there = led => if is_there { Heard::Nothing } else { Heard::Stop },
            Some(answer) = self.answers.recv() => Heard::Message(Message::Answer(answer)),
            report = self.reports.recv() => match report {
                Some(report) => Heard::Message(Message::Report(report)),
                None => Heard::Stop,
            },
            () = tokio::time::sleep(wait) => Heard::Nothing,
        }
    }

    /// What is there already; answers first, for writes wait for them.
    pub(super) fn more(&mut self) -> Option<Message> {
        if let Ok(answer) = self.answers.try_recv() {
            return Some(Message::Answer(answer));
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
