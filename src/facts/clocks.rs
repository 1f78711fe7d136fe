//! What an attempt shows of the clocks of two logs.
//!
//! The client asks before the server hears it, and the server answers before the client hears that: between the two the difference of their clocks is
//! known, as NTP knows it.

use crate::{
    event::{Kind, Record, SourceId, Speaker},
    time::{SECOND, Stamp, Zone},
    verdict::ClockSample,
};

/// An answer that took longer leaves too much room for the difference.
const LONGEST: i64 = 2 * SECOND;

/// The difference of the server's and the client's clock, when both have logged question and answer.
pub(super) fn sample(records: &[Record]) -> Option<ClockSample> {
    let first = records.first()?.at.source;
    if records.iter().all(|record| record.at.source == first) {
        return None;
    }
    let asked = |by| stamp(records, by, |kind| matches!(kind, Kind::ConnectAsked(_)));
    let answered = |by| {
        stamp(records, by, |kind| matches!(kind, Kind::ConnectAccepted | Kind::ConnectRefused(_)))
    };
    let (server, heard) = asked(Speaker::Server)?;
    let (client, asked) = asked(Speaker::Client)?;
    let (_, told) = answered(Speaker::Server).filter(|(source, _)| *source == server)?;
    let (_, learnt) = answered(Speaker::Client).filter(|(source, _)| *source == client)?;
    let stamps = [heard, asked, told, learnt];
    if server == client || stamps.iter().any(|s| s.zone == Zone::Unknown) {
        return None;
    }
    let most = heard.micros.checked_sub(asked.micros)?;
    let least = told.micros.checked_sub(learnt.micros)?;
    (0..=LONGEST).contains(&most.checked_sub(least)?).then(|| ClockSample {
        ahead: server,
        behind: client,
        micros: least + (most - least) / 2,
    })
}

/// Where and when this was first said by that side.
fn stamp(records: &[Record], by: Speaker, is: impl Fn(&Kind) -> bool) -> Option<(SourceId, Stamp)> {
    let mut said = records.iter().filter(|r| r.event.speaker == by && is(&r.event.kind));
    said.find_map(|record| Some((record.at.source, record.stamp?)))
}
