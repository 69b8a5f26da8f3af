//! When a submission is recorded. Times in the log never fall, so one bad clock would poison it for good: a time that
//! lies implausibly far ahead is refused instead of written.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use thiserror::Error;

/// Where the writer reads the time.
pub trait Clock: Send {
    /// Unix milliseconds, as set by people and networks.
    fn wall(&self) -> u64;

    /// Time since some fixed moment, which nobody can set. It goes on while the machine sleeps.
    fn running(&self) -> Duration;
}

/// The machine's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn wall(&self) -> u64 {
        // Before 1970 counts as 1970: the log's own times are later and will be used.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn running(&self) -> Duration {
        // `Instant` stops while a Linux machine sleeps.
        #[cfg(target_os = "linux")]
        let id = ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        let id = ClockId::Monotonic;
        clock_gettime(id).try_into().unwrap_or_default()
    }
}

impl SystemClock {
    /// Whether the machine's clock stands where time can be counted from.
    pub fn check() -> Result<(), ClockError> {
        check(SystemTime::now())
    }
}

/// Files and databases count from 1970, as the log does: a clock before that is broken, and nothing was begun yet.
fn check(now: SystemTime) -> Result<(), ClockError> {
    now.duration_since(UNIX_EPOCH).map(drop).map_err(|_| ClockError::BeforeEpoch)
}

/// How far ahead a time may lie.
#[derive(Debug, Clone, Copy)]
pub struct ClockLimits {
    /// Most by which the wall clock may run ahead of the one nobody can set, while this process runs.
    pub jump: Duration,
    /// Longest time from the last record to the next one of another process.
    pub idle: Duration,
}

impl Default for ClockLimits {
    /// A day, and 400 days: a ledger may well sleep from one yearly statement to the next.
    fn default() -> ClockLimits {
        ClockLimits { jump: Duration::from_hours(24), idle: Duration::from_hours(24 * 400) }
    }
}

impl ClockLimits {
    /// The same however long the ledger slept: somebody has looked at the clock.
    pub fn after_long_pause() -> ClockLimits {
        ClockLimits { idle: Duration::MAX, ..ClockLimits::default() }
    }
}

/// Why the time is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClockError {
    /// Before any time that can be counted.
    #[error("the machine's clock stands before 1970: set it right")]
    BeforeEpoch,
    /// Ahead of the clock that nobody can set.
    #[error("the machine's clock was set {ahead:?} ahead since the ledger was opened: set it right, or open again")]
    Jump {
        /// By how much.
        ahead: Duration,
    },
    /// Far after the last record.
    #[error(
        "by the machine's clock {idle:?} have passed since the last event, which is not plausible: set the clock \
         right, or allow a longer pause on opening"
    )]
    Idle {
        /// How long.
        idle: Duration,
    },
}

/// The time for records: plausible, and never falling.
pub(super) struct Recorder {
    clock: Box<dyn Clock>,
    limits: ClockLimits,
    /// Of the last record given a time.
    last: u64,
    /// Of the last record when the ledger was opened; none in a new one.
    last_at_start: Option<u64>,
    wall_at_start: u64,
    running_at_start: Duration,
}

impl Recorder {
    /// Goes on after a log whose last record has that time.
    pub fn new(clock: Box<dyn Clock>, limits: ClockLimits, last: Option<u64>) -> Recorder {
        let (wall_at_start, running_at_start) = (clock.wall(), clock.running());
        Recorder { clock, limits, last: last.unwrap_or(0), last_at_start: last, wall_at_start, running_at_start }
    }

    /// The time for the next record. A clock behind the last record gives that record's time again.
    pub fn now(&mut self) -> Result<u64, ClockError> {
        let wall = self.clock.wall();
        if wall <= self.last {
            return Ok(self.last);
        }
        let running = self.clock.running().saturating_sub(self.running_at_start);
        if let Some(last) = self.last_at_start
            && let idle = since(wall, last).saturating_sub(running)
            && idle > self.limits.idle
        {
            return Err(ClockError::Idle { idle });
        }
        let ahead = since(wall, self.wall_at_start).saturating_sub(running);
        // A clock that stood before the last record was wrong then, so that its jump says nothing against it now.
        let was_sane = self.last_at_start.is_none_or(|last| last <= self.wall_at_start);
        if was_sane && ahead > self.limits.jump {
            return Err(ClockError::Jump { ahead });
        }
        self.last = wall;
        Ok(wall)
    }
}

fn since(later: u64, earlier: u64) -> Duration {
    Duration::from_millis(later.saturating_sub(earlier))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_is_refused() {
        assert_eq!(check(UNIX_EPOCH), Ok(()));
        assert_eq!(check(UNIX_EPOCH - Duration::from_millis(1)), Err(ClockError::BeforeEpoch));
        assert_eq!(SystemClock::check(), Ok(()));
    }
}
