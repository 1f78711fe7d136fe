//! Many clients at once: after a restart, all that were connected come back in the same seconds.

use std::collections::BTreeMap;

use crate::{
    rules::cause::Cause,
    time::{SECOND, Stamp},
};

use super::{Change, Herd, Window, crowd::Crowd, moments};

/// What is looked at as one moment. The libraries' first pause is a second or two.
const SPAN: i64 = 10 * SECOND;

/// Spans kept; the busiest stay.
const MOST: usize = 256;

/// Spans behind the latest that are not dropped: attempts close long after they began.
const OPEN: i64 = 60;

/// So many attempts are a herd at least.
const LEAST: u64 = 30;

/// From so many clients at least: else it is one that storms.
const LEAST_CLIENTS: u64 = 10;

/// So many of them must have failed: a herd that is let in is a service that works.
const LEAST_FAILED: u64 = 10;

/// So many times more than usual.
const TIMES_USUAL: u64 = 10;

/// With fewer spans the log does not show what is usual.
const LEAST_SPANS: u64 = 12;

/// Neighbours that may belong to one herd on either side.
const NEIGHBOURS: i64 = 3;

#[derive(Clone, Debug)]
struct Spot {
    attempts: u64,
    failed: u64,
    clients: Crowd,
    causes: Vec<(Cause, u64)>,
    first: Stamp,
}

impl Herd {
    /// Whether failures that begin with it are those of the herd.
    pub(super) fn explains(&self, window: &Window) -> bool {
        let micros = i64::try_from(self.seconds).unwrap_or(i64::MAX).saturating_mul(SECOND);
        let until = self.at.micros.saturating_add(micros);
        self.cause == Some(window.cause)
            && window.failed * 4 <= self.failed * 5
            && window
                .begins
                .as_ref()
                .is_some_and(|begin| (self.at.micros..=until).contains(&begin.at.micros))
    }
}

/// The busiest spans of a log.
#[derive(Clone, Debug, Default)]
pub(super) struct Herds {
    spots: BTreeMap<i64, Spot>,
    all: u64,
    ends: Option<(i64, i64)>,
}

impl Herds {
    /// Notes an attempt by when it began.
    pub(super) fn add(
        &mut self,
        at: Stamp,
        failed: bool,
        cause: Option<Cause>,
        whose: Option<u64>,
    ) {
        let place = at.micros.div_euclid(SPAN);
        self.all += 1;
        self.ends = Some(self.ends.map_or((place, place), |(a, b)| (a.min(place), b.max(place))));
        if self.spots.len() >= MOST && !self.spots.contains_key(&place) {
            self.drop_one(place);
        }
        let spot = self.spots.entry(place).or_insert(Spot {
            attempts: 0,
            failed: 0,
            clients: Crowd::default(),
            causes: Vec::new(),
            first: at,
        });
        spot.attempts += 1;
        spot.failed += u64::from(failed);
        spot.first = spot.first.min(at);
        if let Some(whose) = whose {
            spot.clients.add(whose);
        }
        if let Some(cause) = cause {
            match spot.causes.iter_mut().find(|(known, _)| *known == cause) {
                Some((_, count)) => *count += 1,
                None => spot.causes.push((cause, 1)),
            }
        }
    }

    /// Drops the least busy span of those that are closed.
    fn drop_one(&mut self, now: i64) {
        let closed = self.spots.iter().filter(|(place, _)| now.saturating_sub(**place) > OPEN);
        let least = closed.min_by_key(|(place, spot)| (spot.attempts, **place));
        let least = least.or_else(|| self.spots.iter().next()).map(|(place, _)| *place);
        if let Some(place) = least {
            self.spots.remove(&place);
        }
    }

    /// The largest herd, if there is one.
    pub(super) fn finish(&self, changes: &[Change]) -> Option<Herd> {
        let (&best, spot) =
            self.spots.iter().max_by_key(|(place, s)| (s.failed, s.attempts, **place))?;
        let (first, last) = self.ends?;
        let spans = last.abs_diff(first) + 1;
        // What is usual is what is left without the herd; less than one attempt a span counts as one.
        let usual = |attempts: u64| ((self.all - attempts) / spans.max(2)).max(1);
        let busy =
            |s: &Spot| s.attempts >= LEAST / 2 && s.attempts >= TIMES_USUAL * usual(s.attempts);
        let whole: Vec<&Spot> = {
            let side = |step: i64| {
                (1..=NEIGHBOURS)
                    .map_while(move |n| self.spots.get(&(best + step * n)).filter(|s| busy(s)))
            };
            std::iter::once(spot).chain(side(1)).chain(side(-1)).collect()
        };
        let attempts: u64 = whole.iter().map(|s| s.attempts).sum();
        let failed: u64 = whole.iter().map(|s| s.failed).sum();
        let mut clients = Crowd::default();
        let mut causes: BTreeMap<Cause, u64> = BTreeMap::new();
        for spot in &whole {
            clients.merge(&spot.clients);
            for (cause, count) in &spot.causes {
                *causes.entry(*cause).or_default() += count;
            }
        }
        let at = whole.iter().map(|s| s.first).min()?;
        let times_usual = attempts / (usual(attempts) * whole.len() as u64);
        let is_herd = spans >= LEAST_SPANS
            && attempts >= LEAST
            && failed >= LEAST_FAILED
            && clients.count() >= LEAST_CLIENTS
            && times_usual >= TIMES_USUAL;
        is_herd.then(|| Herd {
            at,
            seconds: whole.len() as u64 * SPAN.unsigned_abs() / SECOND.unsigned_abs(),
            attempts,
            failed,
            // The count is an estimate.
            clients: clients.count().min(attempts),
            times_usual,
            cause: causes
                .into_iter()
                .max_by_key(|(cause, count)| (*count, std::cmp::Reverse(*cause)))
                .map(|(cause, _)| cause),
            restart: moments::restart(at.micros, &moments::shadow(at.micros), changes),
        })
    }
}
