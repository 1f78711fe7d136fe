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
    heads
        .iter()
        .enumerate()
        .map(|(i, head)| {
            let local = head.iter().find_map(|r| r.stamp).is_some_and(|s| s.zone == Zone::Unknown);
            local.then_some(())?;
            {
                let mut differences: Vec<i64> = first_seen
                    .iter()
                    .enumerate()
                    .filter(|(j, _)| *j != i)
                    .flat_map(|(_, other)| {
                        first_seen[i].iter().filter_map(|(id, (at, _))| {
                            let (there, zone) = other.get(id)?;
                            (*zone == Zone::Known).then_some((at - there) / SECOND)
                        })
                    })
                    .collect();
                differences.sort_unstable();
                let middle = *differences.get(differences.len() / 2)?;
                Some((middle + STEP / 2).div_euclid(STEP) * STEP)
            }
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
