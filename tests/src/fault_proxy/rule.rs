//! Which fault strikes where, and how often.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::SignedDuration;

use super::call::{Call, Matcher, Verb};
use super::list::Lists;
use super::refusal::Refusal;
use crate::random::Rng;

/// How something that was begun ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As though it were all there is: by the rules of HTTP the answer is whole.
    Whole,
    /// The connection is closed without a word.
    Closed,
    /// The connection is reset.
    Reset,
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The connection is reset; nothing reaches the server.
    Refuse,
    /// Accepted and never answered, not even after the rule is gone; nothing reaches the server.
    Hang,
    /// Nothing passes while the rule stands, in streams that run as well; then all goes on.
    Freeze,
    /// Answered in the server's place; nothing reaches the server.
    Answer(Refusal),
    /// The server gets it and answers, and the connection is closed instead of the answer.
    Unanswered,
    /// The answer begins this much later.
    Slow(Duration),
    /// The answer's body comes in pieces of so many bytes, one each interval. Not for watches.
    Drip {
        /// How large a piece is.
        bytes: usize,
        /// How long after the one before it comes.
        every: Duration,
    },
    /// The answer's JSON is cut in the middle; of a watch, the JSON of an event.
    Truncate(Ending),
    /// The answer's `Date` is this far from the truth.
    ClockSkew(SignedDuration),

    /// The connection is closed at this page of a list, counted from 1.
    DropAtPage(usize),
    /// The items of this page of a list are gone, its continue token is kept.
    LosePage(usize),
    /// Before this page of a list, which is the second or a later one, comes an empty one: the
    /// continue token leads to the page once more, and nothing is lost.
    EmptyPage(usize),
    /// The continue token that leads to this page of a list has expired: 410.
    ExpireContinue(usize),
    /// The first answer to a list since the rules were set is the answer to all later ones.
    OlderList,

    /// The event is not passed on.
    DropEvent,
    /// The event is passed on twice.
    DuplicateEvent,
    /// The event lets events of other objects pass it.
    ReorderEvent {
        /// So many of them, at most.
        window: usize,
        /// So long, at most.
        within: Duration,
    },
    /// The event is passed on this much later, as are those behind it.
    DelayEvent(Duration),
    /// Bookmarks are not passed on.
    SwallowBookmarks,
    /// Nothing more is passed on while the rule stands, and the connection stays open.
    Stall {
        /// Also watches that are opened while the rule stands: their answer begins, no event comes.
        opening: bool,
    },
    /// After so many more changes the watch says 410 in an `ERROR` event, and ends.
    ExpireWatch {
        /// How many changes are passed on before; none means at once.
        after: usize,
    },
    /// After so many more changes the watch is cut.
    CutWatch {
        /// How many changes are passed on before; none means at once.
        after: usize,
        /// How it is cut.
        ending: Ending,
    },
}

impl Fault {
    /// Whether single events of watches are struck, and counted.
    pub(super) fn is_about_events(&self) -> bool {
        matches!(
            self,
            Self::DropEvent
                | Self::DuplicateEvent
                | Self::ReorderEvent { .. }
                | Self::DelayEvent(_)
                | Self::SwallowBookmarks
                | Self::Truncate(_)
        )
    }

    /// Whether whole watches are struck, and counted: those that run, and those that open.
    pub(super) fn is_about_streams(&self) -> bool {
        matches!(
            self,
            Self::Freeze | Self::Stall { .. } | Self::ExpireWatch { .. } | Self::CutWatch { .. }
        )
    }

    /// Whether requests are held for as long as the rule stands.
    pub(super) fn freezes(&self) -> bool {
        matches!(self, Self::Freeze)
    }

    /// The page of a list that it is about.
    pub(super) fn page(&self) -> Option<usize> {
        match *self {
            Self::DropAtPage(page)
            | Self::LosePage(page)
            | Self::EmptyPage(page)
            | Self::ExpireContinue(page) => Some(page),
            _ => None,
        }
    }
}

/// Which of the occurrences that fit are struck.
#[derive(Debug, Clone, Copy)]
enum When {
    Always,
    Nth(usize),
    First(usize),
    From(usize),
    Chance { percent: u32, seed: u64 },
}

/// A fault, where it strikes and how often.
///
/// What is counted is what the fault strikes: requests, events of watches, or whole watches. A rule
/// about events fits an event by its watch's verb, group and resource and by its object's namespace
/// and name.
#[derive(Debug, Clone)]
pub struct Rule {
    pub(super) matcher: Matcher,
    pub(super) fault: Fault,
    when: When,
}

impl Rule {
    /// Strikes whatever fits.
    pub fn new(matcher: Matcher, fault: Fault) -> Self {
        Self {
            matcher,
            fault,
            when: When::Always,
        }
    }

    /// Strikes only this occurrence, counted from 1.
    #[must_use]
    pub fn nth(mut self, occurrence: usize) -> Self {
        self.when = When::Nth(occurrence);
        self
    }

    /// Strikes only the first ones.
    #[must_use]
    pub fn first(mut self, occurrences: usize) -> Self {
        self.when = When::First(occurrences);
        self
    }

    /// Strikes this occurrence, counted from 1, and all after it.
    #[must_use]
    pub fn from(mut self, occurrence: usize) -> Self {
        self.when = When::From(occurrence);
        self
    }

    /// Strikes so many in a hundred, which ones the seed says.
    #[must_use]
    pub fn chance(mut self, percent: u32, seed: u64) -> Self {
        self.when = When::Chance { percent, seed };
        self
    }
}

/// A rule that stands, and what it has seen.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) matcher: Matcher,
    pub(super) fault: Fault,
    when: When,
    seen: Mutex<Seen>,
}

#[derive(Debug)]
struct Seen {
    occurrences: usize,
    struck: usize,
    rng: Rng,
}

impl Standing {
    fn new(rule: Rule) -> Self {
        let seed = match rule.when {
            When::Chance { seed, .. } => seed,
            _ => 0,
        };
        Self {
            matcher: rule.matcher,
            fault: rule.fault,
            when: rule.when,
            seen: Mutex::new(Seen {
                occurrences: 0,
                struck: 0,
                rng: Rng::new(seed),
            }),
        }
    }

    /// Counts an occurrence, and says whether it is struck.
    pub(super) fn strikes(&self) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.occurrences += 1;
        let strikes = match self.when {
            When::Always => true,
            When::Nth(nth) => seen.occurrences == nth,
            When::First(first) => seen.occurrences <= first,
            When::From(from) => seen.occurrences >= from,
            When::Chance { percent, .. } => seen.rng.chance(percent),
        };
        seen.struck += usize::from(strikes);
        strikes
    }

    fn never_struck(&self) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.struck == 0
    }
}

/// The rules that stand, set together, and what they remember together.
#[derive(Debug, Default)]
pub(super) struct Rules {
    standing: Vec<Arc<Standing>>,
    pub(super) lists: Mutex<Lists>,
}

impl Rules {
    pub(super) fn new(rules: Vec<Rule>) -> Self {
        let standing = rules.into_iter().map(Standing::new).map(Arc::new);
        Self {
            standing: standing.collect(),
            lists: Mutex::default(),
        }
    }

    /// The faults that have struck nothing yet.
    pub(super) fn never_struck(&self) -> Vec<Fault> {
        let idle = self.standing.iter().filter(|rule| rule.never_struck());
        idle.map(|rule| rule.fault.clone()).collect()
    }

    /// The faults that strike a request, of which it is known which page of a list it asks for.
    pub(super) fn on_request(&self, call: &Call, page: Option<usize>) -> Vec<Fault> {
        let strikes = |rule: &&Arc<Standing>| {
            let fault = &rule.fault;
            let about_requests = if call.verb == Verb::Watch {
                !fault.is_about_events() && (!fault.is_about_streams() || fault.freezes())
            } else {
                !fault.is_about_streams() || fault.freezes()
            };
            about_requests
                && rule.matcher.fits(call)
                && fault.page().is_none_or(|about| page == Some(about))
                && rule.strikes()
        };
        let struck = self.standing.iter().filter(strikes);
        struck.map(|rule| rule.fault.clone()).collect()
    }

    /// Whether it matters which page of a list a request asks for.
    pub(super) fn count_pages(&self, call: &Call) -> bool {
        let about = |rule: &Arc<Standing>| rule.fault.page().is_some() && rule.matcher.fits(call);
        call.verb == Verb::List && self.standing.iter().any(about)
    }

    /// The rules that may strike events of this watch, or the watch itself.
    pub(super) fn on_stream(&self, call: &Call) -> Vec<Arc<Standing>> {
        let about = |rule: &&Arc<Standing>| {
            (rule.fault.is_about_events() && rule.matcher.fits_stream(call))
                || (rule.fault.is_about_streams() && rule.matcher.fits(call))
        };
        self.standing.iter().filter(about).cloned().collect()
    }
}
