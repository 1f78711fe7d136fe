//! Attempts over time, by outcome and cause, with a step that suits the span.

use std::collections::BTreeMap;

use crate::{facts::Outcome, rules::cause::Cause, time::SECOND, time::Stamp, verdict::Verdict};

/// Steps in seconds; each divides the next, so that a series can be made coarser and two can be added.
const STEPS: [i64; 11] = [1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400, 604_800, 2_419_200];

/// Most points of a series: as many as a chart can show. More make the step longer.
const MOST: i64 = 240;

/// What happened within one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Point {
    /// Attempts that were let in.
    pub accepted: u64,
    /// Attempts that the log never decides.
    pub undecided: u64,
    /// Failed attempts by cause.
    pub causes: BTreeMap<Cause, u64>,
}

impl Point {
    /// All failed attempts.
    pub fn failed(&self) -> u64 {
        self.causes.values().sum()
    }

    fn absorb(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.undecided += other.undecided;
        for (cause, count) in &other.causes {
            *self.causes.entry(*cause).or_default() += count;
        }
    }
}

/// Failures over time, in steps of one length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    /// Failed attempts of each step.
    pub counts: Vec<u64>,
    /// The length of a step.
    pub seconds: i64,
    /// The beginning of the first step.
    pub first: Stamp,
    /// The beginning of the last of the steps that the series has.
    pub last: Stamp,
}

/// Attempts by the time of their beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Index into [`STEPS`].
    step: usize,
    /// By number of the step since 1970.
    points: BTreeMap<i64, Point>,
    /// Attempts whose lines show no time.
    undated: u64,
}

impl Series {
    /// Counts one attempt.
    pub fn add(&mut self, verdict: &Verdict) {
        let Some(at) = verdict.started.or(verdict.decided) else {
            self.undated += 1;
            return;
        };
        let place = at.micros.div_euclid(SECOND).div_euclid(self.seconds());
        let point = self.points.entry(place).or_default();
        match (verdict.outcome, verdict.cause) {
            (Outcome::Accepted, _) => point.accepted += 1,
            (Outcome::Rejected | Outcome::Abandoned, Some(cause)) => {
                *point.causes.entry(cause).or_default() += 1;
            }
            (Outcome::Rejected | Outcome::Abandoned | Outcome::Undecided, _) => {
                point.undecided += 1;
            }
        }
        self.coarsen();
    }

    /// The length of a step, in seconds.
    pub fn seconds(&self) -> i64 {
        STEPS.get(self.step).copied().unwrap_or(STEPS[0])
    }

    /// The steps from the first to the last in which something happened, with those in between in which nothing did. Each with the moment of its beginning.
    pub fn points(&self) -> impl Iterator<Item = (Stamp, Point)> {
        let first = self.points.keys().next().copied().unwrap_or(0);
        let last = self.points.keys().next_back().copied().unwrap_or(-1);
        (first..=last).map(|place| {
            let begin = Stamp::exact(place * self.seconds() * SECOND, false);
            (begin, self.points.get(&place).cloned().unwrap_or_default())
        })
    }

    /// Failed attempts in at most `columns` steps of one length; `None` where no line shows a time, or there is no room.
    pub fn failures(&self, columns: usize) -> Option<Bars> {
        let points: Vec<(Stamp, u64)> =
            self.points().map(|(at, point)| (at, point.failed())).collect();
        let (first, last) = (points.first()?.0, points.last()?.0);
        let merged = points.len().div_ceil(columns.max(1));
        let counts = points.chunks(merged).map(|steps| steps.iter().map(|(_, n)| n).sum());
        let seconds = self.seconds().saturating_mul(i64::try_from(merged).ok()?);
        (columns > 0).then(|| Bars { counts: counts.collect(), seconds, first, last })
    }

    /// Attempts that have no place in it, since their lines show no time.
    pub fn undated(&self) -> u64 {
        self.undated
    }

    /// The span of what was counted decides the step, so that the order of counting does not.
    fn coarsen(&mut self) {
        let span =
            |points: &BTreeMap<i64, Point>| match (points.keys().next(), points.keys().next_back())
            {
                (Some(first), Some(last)) => last - first + 1,
                _ => 0,
            };
        while span(&self.points) > MOST && self.step + 1 < STEPS.len() {
            let finer = self.seconds();
            self.step += 1;
            let factor = self.seconds() / finer;
            let mut coarse: BTreeMap<i64, Point> = BTreeMap::new();
            for (place, point) in &self.points {
                coarse.entry(place.div_euclid(factor)).or_default().absorb(point);
            }
            self.points = coarse;
        }
        // A stamp of another century would stretch the chart over all of it.
        while span(&self.points) > MOST {
            let Some((_, point)) = self.points.pop_first() else { break };
            self.undated += point.accepted + point.undecided + point.failed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{expired, nameless};

    fn series(seconds: impl IntoIterator<Item = i64>) -> Series {
        let mut series = Series::default();
        seconds.into_iter().for_each(|s| series.add(&expired(s)));
        series
    }

    #[test]
    fn a_short_log_is_told_by_the_second_and_a_long_one_by_the_hour() {
        assert_eq!(series([0, 1, 100]).seconds(), 1);
        assert_eq!(series([0, 3600]).seconds(), 60);
        assert_eq!(series([0, 5 * 86_400]).seconds(), 3600);
    }

    #[test]
    fn the_order_of_counting_does_not_matter() {
        let there = [0, 7, 600, 90_000, 91_000, 400_000];
        let mut back = there;
        back.reverse();
        assert_eq!(series(there), series(back));
    }

    #[test]
    fn nothing_is_lost_by_a_longer_step() {
        let series = series((0..1000).map(|n| n * 977));
        assert!(series.points().count() <= 240);
        assert_eq!(series.points().map(|(_, p)| p.failed()).sum::<u64>(), 1000);
    }

    #[test]
    fn bars_hold_every_failure_in_as_many_columns_as_there_is_room_for() {
        let series = series((0..200).map(|n| n * n / 200));
        for columns in [1, 7, 60, 200, 1000] {
            let bars = series.failures(columns).unwrap();
            assert!(bars.counts.len() <= columns, "{columns}");
            assert_eq!(bars.counts.iter().sum::<u64>(), 200, "{columns}");
        }
        assert_eq!(series.failures(0), None);
        assert_eq!(Series::default().failures(60), None);
    }

    #[test]
    fn attempts_without_a_time_are_counted_apart() {
        let mut series = Series::default();
        series.add(&nameless());
        assert_eq!((series.points().count(), series.undated()), (0, 1));
    }
}
