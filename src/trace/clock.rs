//! Log time: how far the sources have been read, on one common clock.

use crate::{
    event::SourceId,
    time::{SECOND, Stamp},
};

/// Two lines of one connection's beginning stand no farther apart than this.
pub(super) const NEAR: i64 = 60 * SECOND;

/// Whether two moments are within `window` of each other. A line before the first stamp of its source has no moment, and may be near to any.
pub(super) fn near(a: i64, b: i64, window: i64) -> bool {
    a == 0 || b == 0 || (a - b).abs() <= window
}

/// How far the clock moves on at once, in microseconds: a day, as at the edge of two files.
const FARTHEST: i64 = 24 * 3600 * SECOND;

/// The tracker's clock. It follows the stamps of the records and never goes back.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// Latest stamp seen, microseconds; 0 before any.
    now: i64,
    /// The last stamp that was too far in the future to be believed.
    outlier: i64,
    /// Latest stamp of each source; a line without one takes it over.
    sources: Vec<i64>,
}

impl Clock {
    /// Moves on to `stamp`, and says at what time the record counts as written.
    pub(super) fn advance(&mut self, source: SourceId, stamp: Option<Stamp>) -> i64 {
        let index = usize::from(source.0);
        if self.sources.len() <= index {
            self.sources.resize(index + 1, 0);
        }
        let at = match stamp {
            Some(stamp) => {
                self.sources[index] = stamp.micros;
                stamp.micros
            }
            None => self.sources[index],
        };
        // One stamp far in the future (a bad clock, a date in a message) must not close everything that is open; two that agree are believed.
        if self.now == 0 || at - self.now <= FARTHEST || (at - self.outlier).abs() <= FARTHEST {
            self.now = self.now.max(at);
        } else {
            self.outlier = at;
        }
        at
    }

    /// Whether `source` has shown a stamp after the moment `since`.
    pub(super) fn has_gone_on(&self, source: SourceId, since: i64) -> bool {
        since != 0 && self.sources.get(usize::from(source.0)).is_some_and(|&at| at > since)
    }

    /// The latest time seen.
    pub(super) fn now(&self) -> i64 {
        self.now
    }
}
