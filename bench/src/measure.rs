//! Two contestants, round by round.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Rounds of every comparison.
pub(crate) const ROUNDS: usize = 11;

/// Times of two contestants that took turns.
#[derive(Debug, Clone)]
pub(crate) struct Race {
    pub(crate) ours: Vec<Duration>,
    pub(crate) peer: Vec<Duration>,
}

/// Takes the time of some work.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// CPU time of this thread for some work; other processes do not count.
pub(crate) fn worked<T>(work: impl FnOnce() -> T) -> Duration {
    let start = processor();
    std::hint::black_box(work());
    processor().saturating_sub(start)
}

/// The CPU time of this thread so far.
fn processor() -> Duration {
    let at = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(at).unwrap_or_default()
}

/// Lets two contestants take turns; a first round warms up and is not counted. Each is told the
/// round and says how long its work took, preparations aside.
pub(crate) fn race(
    mut ours: impl FnMut(usize) -> Duration,
    mut peer: impl FnMut(usize) -> Duration,
) -> Race {
    ours(0);
    peer(0);
    let rounds = (1..=ROUNDS).map(|round| (ours(round), peer(round)));
    let (ours, peer) = rounds.unzip();
    Race { ours, peer }
}

/// A race of which each round is known already.
pub(crate) fn race_of(rounds: Vec<(Duration, Duration)>) -> Race {
    let (ours, peer) = rounds.into_iter().unzip();
    Race { ours, peer }
}

impl Race {
    /// How many times longer the peer took: the median over the rounds.
    pub(crate) fn peer_over_ours(&self) -> f64 {
        median(self.rounds().map(|(ours, peer)| peer / ours).collect())
    }

    /// How many times longer ours took: the median over the rounds.
    pub(crate) fn ours_over_peer(&self) -> f64 {
        median(self.rounds().map(|(ours, peer)| ours / peer).collect())
    }

    /// The same, each round having done so many pieces of work.
    pub(crate) fn each(self, pieces: u32) -> Self {
        let share = |times: Vec<Duration>| times.into_iter().map(|time| time / pieces).collect();
        Self {
            ours: share(self.ours),
            peer: share(self.peer),
        }
    }

    /// The same, ours having done it all so many times a round.
    pub(crate) fn ours_each(self, times: u32) -> Self {
        let ours = self.ours.into_iter().map(|time| time / times).collect();
        Self { ours, ..self }
    }

    fn rounds(&self) -> impl Iterator<Item = (f64, f64)> {
        let seconds = Duration::as_secs_f64;
        self.ours
            .iter()
            .map(seconds)
            .zip(self.peer.iter().map(seconds))
    }
}

/// The middle of some times.
pub(crate) fn typical(times: &[Duration]) -> Duration {
    Duration::from_secs_f64(median(times.iter().map(Duration::as_secs_f64).collect()))
}

/// One number over another.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts and sizes are far below 2^52"
)]
pub(crate) fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// The time within which so many of a hundred are.
pub(crate) fn percentile(times: &[Duration], share: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    let rank = (times.len() * share).div_ceil(100).max(1);
    times.get(rank - 1).copied().unwrap_or_default()
}

/// The upper quartile over the lower one: 1 is perfectly steady.
pub(crate) fn spread(times: &[Duration]) -> f64 {
    let mut seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
    seconds.sort_by(f64::total_cmp);
    let at = |share: usize| {
        seconds
            .get(seconds.len() * share / 4)
            .copied()
            .unwrap_or(f64::NAN)
    };
    at(3) / at(1)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
