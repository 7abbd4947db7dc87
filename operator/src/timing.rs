//! The durations that matter, each with its reason, and the sums that must hold between them.
//!
//! What a person may choose (`--relist-every`, `--silent-after`) is a field like the others; the length of a lease
//! is its [election](crate::leader::Election)'s.

use std::time::Duration;

use jiff::SignedDuration;

use crate::token_bucket::Rate;

/// How long to wait after failures in a row: twice as long each time, up to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first failure.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Backoff {
    /// The wait after this many failures in a row.
    pub(crate) fn wait(self, failures: u32) -> Duration {
        let doublings = failures.clamp(1, 10) - 1;
        (self.first * 2_u32.pow(doublings)).min(self.longest)
    }
}

/// All durations. [`Timing::default`] is how Gradus runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// A connection to the API server must come about within this.
    pub connect_timeout: Duration,
    /// Any answer of the API server but a list must come within this.
    pub request_timeout: Duration,
    /// A list must begin within this, and may pause for this between two pieces: a server that starts is slow.
    pub list_timeout: Duration,
    /// After failures of a source, of an Event and of one-shot scoring.
    // See D-068.
    pub retry: Backoff,
    /// After a refusal of rights, or of a kind that is not there: both come back without notice.
    pub rights_retry: Backoff,
    /// After a failed write of a status.
    pub status_retry: Backoff,
    /// After a failed write of the state folder.
    pub state_retry: Backoff,

    /// Every source lists everything again this often, whatever its watch says.
    pub relist_every: Duration,
    /// A source that says nothing for this long is stale.
    pub silent_after: Duration,
    /// The longest watch before it is opened again.
    // See D-043.
    pub watch_for: Duration,
    /// A watch that the server should have ended this long ago is dead.
    pub watch_overdue: Duration,
    /// A kind may be refused or missing for this long before its objects count as hidden: a server that starts
    /// refuses and misses everything for a moment.
    // See D-046.
    pub hide_after: Duration,
    /// A kind that was put back may be filled again for this long before what it held counts as gone.
    // See D-049.
    pub refill_for: Duration,
    /// A source whose task has sent no request for this long hangs.
    pub source_hang_after: Duration,

    /// The event loop of a cluster turns at least this often, to notice silence.
    pub tick: Duration,
    /// A cluster's event loop that has not run for this long hangs.
    pub cluster_hang_after: Duration,
    /// Reports of first lists are gathered for this long: to wake for each would cost more than to read it.
    pub gather: Duration,
    /// A first list that has shown nothing for this long pauses, and what was read is settled.
    pub list_pause: Duration,
    /// While first lists flow, what was read is settled only this often.
    pub settle_every: Duration,
    /// Resyncs that people request, of one namespace.
    // See D-162.
    pub resyncs: Rate,
    /// What deletions of one kind mean is asked for at this rate.
    // See D-161.
    pub definition_questions: Rate,
    /// That resource versions went back is believed of one source at this rate.
    // See D-163.
    pub other_histories: Rate,
    /// A list is asked for at this rate since a status could not be written over an older version.
    pub lists_after_conflicts: Rate,
    /// One status is written over what another author wrote into it at this rate.
    // See D-165.
    pub contested_writes: Rate,
    /// Events of one namespace.
    // See D-168.
    pub events: Rate,
    /// Two clocks that differ by more are not the same clock, and one that went back by more was wrong before. The
    /// `Date` of a reply has whole seconds, and the reply may have been under way for a while.
    // See D-074.
    pub clock_tolerance: SignedDuration,
    /// Another time must be shown for this long before it is believed, and must not have been for this long before
    /// the time is certain again. Meanwhile nothing is committed.
    // See D-185.
    pub clock_settles_after: Duration,

    /// Other statuses wait for assessments for this long at most.
    pub assessments_first: Duration,
    /// After the commit of an assessment everything else waits for this long: who watches it hears of it before the
    /// server turns to anything else.
    // See D-066.
    pub after_commit: Duration,
    /// An Event that may be missing is published again for this long.
    // See D-064.
    pub publish_events_for: Duration,
    /// Writes under way are waited for this long at the end.
    pub drain_timeout: Duration,
    /// When a part of the operator ended by itself, the others are ended within this: the process must end within five
    /// seconds.
    // See D-186.
    pub dead_part_timeout: Duration,
    /// A request for the lease must be answered within this, or within a third of the lease where that is less.
    pub lease_timeout: Duration,
    /// The lease is given back within this at the end, or ends by itself.
    pub lease_release_timeout: Duration,

    /// A TLS handshake, and then the head of a request, must be there within this; a connection on which nothing is
    /// asked for as long is closed.
    pub head_timeout: Duration,
    /// A reader that takes nothing of its answer for this long is left.
    pub send_timeout: Duration,

    /// Everything in a folder is looked at this often, whatever the system reports.
    pub rescan_every: Duration,
    /// A folder's event loop that has not run for this long hangs.
    pub folder_hang_after: Duration,
    /// A folder is looked at when nothing was reported for this long.
    pub scan_debounce: Duration,
    /// But no later than this after the first report.
    pub scan_debounce_longest: Duration,
    /// A file that states nothing any more counts as emptied after this: many programs empty a file, and write it a
    /// while later.
    // See D-111.
    pub emptied_after: Duration,
    /// Nothing is committed before the folder has rested for this long: an editor empties a file before it writes
    /// it, and a checkout changes one file after the other.
    pub rest: Duration,
    /// A folder that never rests is committed all the same, after this.
    pub commit_debounce_longest: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        let millis = Duration::from_millis;
        let backoff = |first, longest| Backoff { first, longest };
        let rate = |burst, every| Rate { burst, every };
        Self {
            connect_timeout: seconds(5),
            request_timeout: seconds(10),
            list_timeout: seconds(30),
            retry: backoff(millis(200), seconds(10)),
            rights_retry: backoff(millis(200), seconds(3)),
            status_retry: backoff(millis(250), seconds(15)),
            state_retry: backoff(seconds(1), seconds(60)),
            relist_every: seconds(5 * 60),
            silent_after: seconds(90),
            watch_for: seconds(45),
            watch_overdue: seconds(5),
            hide_after: seconds(10),
            refill_for: seconds(60),
            source_hang_after: seconds(3 * 60),
            tick: seconds(2),
            cluster_hang_after: seconds(60),
            gather: millis(3),
            list_pause: millis(100),
            settle_every: seconds(5),
            resyncs: rate(1, seconds(3)),
            definition_questions: rate(3, seconds(1)),
            other_histories: rate(1, seconds(60)),
            lists_after_conflicts: rate(1, seconds(60)),
            contested_writes: rate(2, seconds(10)),
            events: rate(200, millis(50)),
            clock_tolerance: SignedDuration::from_secs(30),
            clock_settles_after: seconds(2 * 60),
            assessments_first: millis(250),
            after_commit: millis(12),
            publish_events_for: seconds(30 * 60),
            drain_timeout: seconds(12),
            dead_part_timeout: seconds(4),
            lease_timeout: seconds(5),
            lease_release_timeout: seconds(3),
            head_timeout: seconds(5),
            send_timeout: seconds(10),
            rescan_every: seconds(30),
            folder_hang_after: seconds(90),
            scan_debounce: millis(50),
            scan_debounce_longest: millis(250),
            emptied_after: seconds(5),
            rest: seconds(1),
            commit_debounce_longest: seconds(30),
        }
    }
}

impl Timing {
    /// For tests of a folder: it is committed as soon as two files have been written one after the other.
    pub fn fast() -> Self {
        Self::default().with_rest(Duration::from_millis(40))
    }

    /// With another rest of a folder: an emptied file is waited for five times that, and a folder that never rests is
    /// committed after thirty times that.
    #[must_use]
    pub fn with_rest(self, rest: Duration) -> Self {
        Self {
            rest,
            emptied_after: rest * 5,
            commit_debounce_longest: rest * 30,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a pod may take to end, where nothing else is said: the chart says nothing.
    const POD_GRACE: Duration = Duration::from_secs(30);
    /// How long a server keeps an Event, where nothing else is said.
    const EVENT_TTL: Duration = Duration::from_hours(1);

    fn timing() -> Timing {
        Timing::default()
    }

    #[test]
    fn backoff_doubles_up_to_its_bound() {
        let backoff = timing().retry;
        assert_eq!(backoff.wait(0), backoff.first);
        assert_eq!(backoff.wait(1), backoff.first);
        assert_eq!(backoff.wait(3), backoff.first * 4);
        assert_eq!(backoff.wait(u32::MAX), backoff.longest);
    }

    #[test]
    fn quiet_source_is_reopened_and_heard_before_it_counts_as_silent() {
        let it = timing();
        assert!(it.watch_for + it.watch_overdue + it.request_timeout < it.silent_after);
        assert!(it.silent_after < it.relist_every);
    }

    #[test]
    fn slow_source_does_not_count_as_hanging() {
        let it = timing();
        let attempt = it.list_timeout + it.retry.longest;
        let watch = it.request_timeout + it.watch_for + it.watch_overdue;
        assert!(attempt + watch < it.source_hang_after);
        assert!(
            it.rights_retry.longest * 3 < it.hide_after,
            "it is asked several times"
        );
    }

    #[test]
    fn working_loop_does_not_count_as_hanging() {
        let it = timing();
        assert!((it.tick + it.settle_every) * 2 < it.cluster_hang_after);
        assert!(it.gather < it.list_pause && it.list_pause < it.settle_every);
        assert!(it.rescan_every * 3 <= it.folder_hang_after);
    }

    #[test]
    fn end_fits_into_the_grace_of_a_pod() {
        let it = timing();
        assert!(
            it.request_timeout < it.drain_timeout,
            "a write under way is answered"
        );
        assert!(it.drain_timeout + it.lease_release_timeout < POD_GRACE);
    }

    #[test]
    fn process_without_one_of_its_parts_ends_within_five_seconds() {
        let it = timing();
        assert!(it.dead_part_timeout < Duration::from_secs(5));
        assert!(it.dead_part_timeout / 4 + it.lease_release_timeout <= it.dead_part_timeout);
    }

    #[test]
    fn published_event_is_still_there_to_refuse_a_duplicate() {
        assert!(timing().publish_events_for < EVENT_TTL);
    }

    #[test]
    fn several_replies_are_heard_before_another_time_is_believed() {
        let it = timing();
        assert!(it.watch_for * 2 < it.clock_settles_after);
        assert!(it.clock_settles_after < it.publish_events_for);
    }

    #[test]
    fn statuses_of_others_wait_for_a_moment_only() {
        let it = timing();
        assert!(it.after_commit < it.assessments_first);
        assert!(it.assessments_first < it.tick);
    }

    #[test]
    fn burst_of_deletions_waits_for_no_longer_than_a_turn() {
        assert!(timing().definition_questions.every <= timing().tick);
    }

    #[test]
    fn connection_that_does_nothing_is_closed_within_fifteen_seconds() {
        let it = timing();
        let longest = it.head_timeout.max(it.send_timeout);
        assert!(longest < Duration::from_secs(15));
    }

    #[test]
    fn folder_is_looked_at_before_it_is_committed() {
        for it in [timing(), Timing::fast()] {
            assert!(it.rest < it.emptied_after && it.emptied_after < it.commit_debounce_longest);
            assert!(it.scan_debounce < it.scan_debounce_longest);
        }
        assert!(timing().scan_debounce_longest < timing().rest);
        assert!(timing().commit_debounce_longest <= timing().rescan_every);
    }
}
