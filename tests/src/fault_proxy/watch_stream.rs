//! One watch on its way to a client: lines in, lines out, and what happens to them between.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;

use super::answer::Piece;
use super::call::{Call, Change};
use super::refusal::Refusal;
use super::rule::{Ending, Fault, Rules, Standing};

/// What is read of an event.
#[derive(Debug, Deserialize)]
struct Event {
    #[serde(rename = "type")]
    change: Change,
    #[serde(default)]
    object: Object,
}

#[derive(Debug, Default, Deserialize)]
struct Object {
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
struct Metadata {
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    name: String,
}

/// An event that lets others pass.
#[derive(Debug)]
struct Held {
    lines: Vec<Bytes>,
    object: Metadata,
    window: usize,
    until: Instant,
}

/// What becomes of one event.
#[derive(Debug)]
struct Fate {
    copies: usize,
    delay: Duration,
    hold: Option<(usize, Duration)>,
    cut: Option<Ending>,
}

/// The lines of a watch that were not given to the client yet.
#[derive(Debug)]
pub(super) struct WatchStream {
    call: Call,
    on_events: Vec<Arc<Standing>>,
    /// How many changes are passed on before each of these faults strikes.
    to_come: Vec<(usize, Fault)>,
    stalled: bool,
    unfinished: Vec<u8>,
    held: Option<Held>,
    queue: VecDeque<(Instant, Bytes)>,
    ending: Option<Ending>,
}

impl WatchStream {
    /// The stream of a watch that opens under these rules.
    pub(super) fn open(call: Call, rules: &Rules) -> Self {
        let mut watch_stream = Self {
            call,
            on_events: Vec::new(),
            to_come: Vec::new(),
            stalled: false,
            unfinished: Vec::new(),
            held: None,
            queue: VecDeque::new(),
            ending: None,
        };
        watch_stream.judge(rules, true);
        watch_stream.strike_due();
        watch_stream
    }

    /// Other rules stand from now on.
    pub(super) fn obey(&mut self, rules: &Rules) {
        self.judge(rules, false);
        self.strike_due();
    }

    fn judge(&mut self, rules: &Rules, opening: bool) {
        self.on_events.clear();
        self.to_come.clear();
        self.stalled = false;
        for rule in rules.on_stream(&self.call) {
            match rule.fault {
                // A request for a watch is frozen before there is a watch.
                Fault::Freeze if opening => {}
                Fault::Stall { opening: false } if opening => {}
                Fault::Freeze | Fault::Stall { .. } => self.stalled |= rule.strikes(),
                Fault::ExpireWatch { after } | Fault::CutWatch { after, .. } => {
                    if rule.strikes() {
                        self.to_come.push((after, rule.fault.clone()));
                    }
                }
                _ => self.on_events.push(rule),
            }
        }
    }

    /// Whether the server is listened to.
    pub(super) fn is_open(&self) -> bool {
        !self.stalled && self.ending.is_none()
    }

    /// When there will be something to give.
    pub(super) fn due(&self) -> Option<Instant> {
        if self.stalled {
            return None;
        }
        let queued = self.queue.front().map(|(due, _)| *due);
        let held = self.held.as_ref().map(|held| held.until);
        queued.into_iter().chain(held).min()
    }

    /// Takes what the server said.
    pub(super) fn take(&mut self, bytes: &Bytes, now: Instant) {
        let undisturbed = self.on_events.is_empty() && self.to_come.is_empty();
        if undisturbed && self.held.is_none() {
            return self.pass(bytes, now);
        }
        self.unfinished.extend_from_slice(bytes);
        let whole = end_of_lines(&self.unfinished);
        let lines: Vec<u8> = self.unfinished.drain(..whole).collect();
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            if self.ending.is_some() {
                return;
            }
            self.take_line(line, now);
        }
    }

    /// Passes whole lines on as they came. What is unfinished waits: it may be struck yet.
    fn pass(&mut self, bytes: &Bytes, now: Instant) {
        let whole = end_of_lines(bytes);
        if self.unfinished.is_empty() {
            self.enqueue(bytes.slice(..whole), now);
        } else if whole > 0 {
            self.unfinished.extend_from_slice(&bytes[..whole]);
            let lines = std::mem::take(&mut self.unfinished);
            self.enqueue(Bytes::from(lines), now);
        }
        self.unfinished.extend_from_slice(&bytes[whole..]);
    }

    fn take_line(&mut self, line: &[u8], now: Instant) {
        let line = Bytes::copy_from_slice(line);
        let Ok(event) = serde_json::from_slice::<Event>(&line) else {
            self.let_pass(now);
            return self.enqueue(line, now);
        };
        let object = event.object.metadata;
        let is_change = !matches!(event.change, Change::Bookmark | Change::Error);
        let fate = self.fate(event.change, &object);
        if let Some(ending) = fate.cut {
            self.let_pass(now);
            self.enqueue(line.slice(..line.len() / 2), now);
            return self.end(ending);
        }
        let lines = vec![line; fate.copies];
        // Whatever is said of the same object, or of all of them, is not overtaken.
        if !is_change || self.holds(&object) {
            self.let_pass(now);
        }
        match fate.hold {
            Some((window, within)) if self.held.is_none() && !lines.is_empty() => {
                self.held = Some(Held {
                    lines,
                    object,
                    window,
                    until: now + within,
                });
            }
            _ => {
                for line in lines {
                    self.enqueue(line, now + fate.delay);
                }
                self.overtake(now);
            }
        }
        if is_change && fate.copies > 0 {
            for (after, _) in &mut self.to_come {
                *after = after.saturating_sub(1);
            }
            self.strike_due();
        }
    }

    fn fate(&self, change: Change, object: &Metadata) -> Fate {
        let mut fate = Fate {
            copies: 1,
            delay: Duration::ZERO,
            hold: None,
            cut: None,
        };
        for rule in &self.on_events {
            let fits = if let Fault::SwallowBookmarks = rule.fault {
                change == Change::Bookmark
            } else {
                let Metadata { namespace, name } = object;
                rule.matcher.fits_event(change, namespace, name)
            };
            if !fits || !rule.strikes() {
                continue;
            }
            match rule.fault {
                Fault::DropEvent | Fault::SwallowBookmarks => fate.copies = 0,
                Fault::DuplicateEvent => fate.copies *= 2,
                Fault::DelayEvent(delay) => fate.delay += delay,
                Fault::ReorderEvent { window, within } => fate.hold = Some((window, within)),
                Fault::Truncate(ending) => fate.cut = Some(ending),
                _ => {}
            }
        }
        fate
    }

    fn holds(&self, object: &Metadata) -> bool {
        self.held
            .as_ref()
            .is_some_and(|held| held.object == *object)
    }

    /// One more event has passed the one that is held.
    fn overtake(&mut self, now: Instant) {
        if let Some(held) = &mut self.held {
            held.window = held.window.saturating_sub(1);
            if held.window == 0 {
                self.let_pass(now);
            }
        }
    }

    /// What is held goes on.
    fn let_pass(&mut self, now: Instant) {
        if let Some(held) = self.held.take() {
            for line in held.lines {
                self.enqueue(line, now);
            }
        }
    }

    fn enqueue(&mut self, line: Bytes, due: Instant) {
        if !line.is_empty() {
            let behind = self.queue.back().map_or(due, |(last, _)| due.max(*last));
            self.queue.push_back((behind, line));
        }
    }

    fn strike_due(&mut self) {
        let now_due = self.to_come.iter().find(|(after, _)| *after == 0);
        match now_due.map(|(_, fault)| fault.clone()) {
            Some(Fault::ExpireWatch { .. }) => self.expire(),
            Some(Fault::CutWatch { ending, .. }) => self.end(ending),
            _ => {}
        }
    }

    /// The watch says that it is too old to go on, and ends.
    pub(super) fn expire(&mut self) {
        if self.ending.is_some() {
            return;
        }
        self.end(Ending::Whole);
        let status = Refusal::Expired.status(&self.call);
        let event = json!({"type": "ERROR", "object": status});
        self.enqueue(Bytes::from(format!("{event}\n")), Instant::now());
    }

    /// The watch ends after what was given so far; what is stalled is lost.
    pub(super) fn end(&mut self, ending: Ending) {
        if std::mem::take(&mut self.stalled) {
            self.held = None;
            self.queue.clear();
        }
        self.let_pass(Instant::now());
        self.ending.get_or_insert(ending);
    }

    /// What the client is to get by now.
    pub(super) fn give(&mut self, now: Instant) -> Option<Piece> {
        if self.stalled {
            return None;
        }
        if self.held.as_ref().is_some_and(|held| held.until <= now) {
            self.let_pass(now);
        }
        match (self.queue.front(), self.ending) {
            (Some((due, _)), _) if *due > now => None,
            (Some(_), _) => self.queue.pop_front().map(|(_, line)| Piece::Data(line)),
            (None, Some(ending)) => Some(Piece::End(ending)),
            (None, None) => None,
        }
    }
}

/// Where the last whole line ends.
fn end_of_lines(bytes: &[u8]) -> usize {
    let last = bytes.iter().rposition(|byte| *byte == b'\n');
    last.map_or(0, |newline| newline + 1)
}
