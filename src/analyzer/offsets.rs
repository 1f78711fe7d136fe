//! Clock offsets between sources, from sessions that both have seen.
//!
//! A source whose stamps show no zone is compared with another only when the offset is known. Zones are multiples of a quarter of an hour; what is left
//! over is clock skew and stays.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::{
    event::Record,
    time::{SECOND, Zone},
};

/// Zones are multiples of this, in seconds.
const STEP: i64 = 15 * 60;

/// For each source whose stamps have no zone, the seconds east of UTC that its clock is, as far as sessions tell that another source has seen
/// too; `None` when it shows its zone, or nothing tells.
pub(super) fn between(heads: &[&VecDeque<Record>]) -> Vec<Option<i64>> {
    let first_seen: Vec<FxHashMap<&str, (i64, Zone)>> =
        heads.iter().map(|head| first_seen(head)).collect();
    // Where a session's time is known with its zone. By session, since each source compared with each would cost the square of their number.
    let mut known: FxHashMap<&str, Vec<(usize, i64)>> = FxHashMap::default();
    for (i, seen) in first_seen.iter().enumerate() {
        for (id, (at, _)) in seen.iter().filter(|(_, (_, zone))| *zone == Zone::Known) {
            known.entry(id).or_default().push((i, *at));
        }
    }
    heads
        .iter()
        .zip(&first_seen)
        .enumerate()
        .map(|(i, (head, seen))| {
            let local = head.iter().find_map(|r| r.stamp).is_some_and(|s| s.zone == Zone::Unknown);
            if !local || known.is_empty() {
                return None;
            }
            let mut differences: Vec<i64> = Vec::new();
            for (id, (at, _)) in seen {
                let there = known.get(id).into_iter().flatten().filter(|(j, _)| *j != i);
                differences.extend(there.map(|(_, there)| (at - there) / SECOND));
            }
            differences.sort_unstable();
            let middle = *differences.get(differences.len() / 2)?;
            Some((middle + STEP / 2).div_euclid(STEP) * STEP)
        })
        .collect()
}

fn first_seen(head: &VecDeque<Record>) -> FxHashMap<&str, (i64, Zone)> {
    let mut seen = FxHashMap::default();
    for record in head {
        let Some(stamp) = record.stamp else { continue };
        let ids = &record.event.ids;
        let names = [
            ids.engine.as_ref().map(crate::ids::EngineSid::as_str),
            ids.socket.as_ref().map(crate::ids::SocketSid::as_str),
            ids.either.as_ref().map(crate::ids::SocketSid::as_str),
        ];
        for id in names.into_iter().flatten() {
            seen.entry(id).or_insert((stamp.micros, stamp.zone));
        }
    }
    seen
}
