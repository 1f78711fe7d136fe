//! Two clocks in one log: a logger that stamps whole seconds of local time, and a library's debug output in milliseconds of UTC.
//!
//! Nest's logger beside `DEBUG=engine*` is such a log. The lines of one process stand in the order of their writing, so a line in whole seconds was written no earlier
//! than the one before it, and where the two tell the same second but for the zone, how far the clocks are apart is known as well.

use crate::{
    event::Record,
    time::{SECOND, Stamp, Zone},
};

/// All zones are apart by multiples of this, in seconds.
const QUARTER: i64 = 900;

/// How often the same distance must have been seen to hold for lines that have no neighbour of their second.
const SURE: u32 = 2;

/// What the lines of one log have shown of its clocks.
#[derive(Debug, Default)]
pub(super) struct Clocks {
    /// The last stamp that shows more than whole seconds.
    fine: Option<Stamp>,
    /// How many seconds stamps without a zone are ahead of those with one, and how often that was seen.
    ahead: (i64, u32),
}

impl Clocks {
    /// Puts right the stamp of `record`, which follows that of the call before.
    pub(super) fn settle(&mut self, record: &mut Record) {
        let Some(stamp) = record.stamp.filter(|stamp| !stamp.is_time_of_day()) else { return };
        if stamp.fraction {
            self.fine = Some(stamp);
        } else if let Some(fine) = self.fine {
            record.stamp = Some(self.settled(stamp, fine));
        }
    }

    /// The moment of a line in whole seconds behind one that is stamped more finely.
    fn settled(&mut self, stamp: Stamp, fine: Stamp) -> Stamp {
        let apart = stamp.micros.div_euclid(SECOND) - fine.micros.div_euclid(SECOND);
        let other_zone = stamp.zone == Zone::Unknown && fine.zone == Zone::Known;
        if apart == 0 && stamp.zone == fine.zone {
            return fine;
        }
        if !other_zone {
            return stamp;
        }
        if apart % QUARTER == 0 {
            self.ahead = if self.ahead.0 == apart { (apart, self.ahead.1 + 1) } else { (apart, 1) };
            return fine;
        }
        if self.ahead.1 >= SURE { stamp.settled(self.ahead.0) } else { stamp }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noon of a day in 2026.
    const NOON: i64 = 1_795_521_600 * SECOND;

    #[test]
    fn a_line_in_whole_seconds_is_no_earlier_than_the_one_before_it() {
        let mut clocks = Clocks::default();
        let fine = Stamp::exact(NOON + 650_000, true);
        assert_eq!(clocks.settled(Stamp::exact(NOON, false), fine), fine);
        let next = Stamp::exact(NOON + SECOND, false);
        assert_eq!(clocks.settled(next, fine), next);
        let local = Stamp::local(NOON, false);
        assert_eq!(clocks.settled(local, fine), fine);
    }

    #[test]
    fn how_far_local_time_is_ahead_is_seen_from_neighbours() {
        let mut clocks = Clocks::default();
        let ahead = 7200 * SECOND;
        for second in 0..3 {
            let fine = Stamp::exact(NOON + second * SECOND + 650_000, true);
            let local = Stamp::local(NOON + second * SECOND + ahead, false);
            assert_eq!(clocks.settled(local, fine), fine);
        }
        let fine = Stamp::exact(NOON + 2 * SECOND + 650_000, true);
        let later = Stamp::local(NOON + 9 * SECOND + ahead, false);
        assert_eq!(clocks.settled(later, fine), Stamp::exact(NOON + 9 * SECOND, false));
        // Of another clock than this one nothing is known.
        assert_eq!(Clocks::default().settled(later, fine), later);
    }
}
