//! What is left of an attempt when it has been looked at: who it was, when, and what its lines show besides its facts.
//!
//! Its lines take far more room and are let go of as soon as they were read; at the end of a log, thousands of attempts close at once.

use rustc_hash::FxHashMap;

use crate::{
    event::{Kind, Record, SourceId, Speaker, Stack},
    facts::{Known, Steps},
    ids::{ClientAddr, EngineSid, Namespace, SocketSid, UserName},
    time::Stamp,
    trace::Attempt,
};

/// An attempt without its lines.
#[derive(Debug)]
pub(in crate::analyzer) struct Outline {
    pub(in crate::analyzer) engine: Option<EngineSid>,
    pub(in crate::analyzer) socket: Option<SocketSid>,
    pub(in crate::analyzer) namespace: Option<Namespace>,
    pub(in crate::analyzer) client: Option<ClientAddr>,
    pub(in crate::analyzer) user: Option<UserName>,
    /// The first time that its lines show.
    pub(in crate::analyzer) started: Option<Stamp>,
    pub(in crate::analyzer) decided: Option<Stamp>,
    /// The streams that tell of it, in their order.
    pub(in crate::analyzer) streams: Box<[SourceId]>,
    /// The software that is to blame or to be mended.
    pub(in crate::analyzer) stack: Option<Stack>,
    /// Every software that its lines show.
    pub(in crate::analyzer) stacks: Vec<Stack>,
    pub(in crate::analyzer) steps: Steps,
    /// Records that a bound dropped.
    pub(in crate::analyzer) dropped: u32,
}

impl Outline {
    /// Of `attempt`, of which this is `known`; with its records.
    pub(super) fn of(attempt: Attempt, known: &Known) -> (Self, Vec<Record>) {
        let records = attempt.records;
        let mut streams: Vec<SourceId> = records.iter().map(|r| r.stream).collect();
        streams.sort_unstable();
        streams.dedup();
        let mut stacks: Vec<Stack> = records.iter().filter_map(|r| r.event.stack).collect();
        stacks.sort_unstable();
        stacks.dedup();
        // Who was let in is named by the line that says so; a token's subject may be a number.
        let admitted = records.iter().filter(|r| matches!(r.event.kind, Kind::Admitted { .. }));
        let user = admitted.chain(&records).find_map(|r| r.event.ids.user.clone());
        let this = Self {
            engine: attempt.engine,
            socket: attempt.socket,
            namespace: attempt.namespace,
            client: attempt.client,
            user,
            started: records.iter().find_map(|r| r.stamp),
            decided: known.decisive.and_then(|i| records.get(i)).and_then(|r| r.stamp),
            streams: streams.into(),
            stack: stack(&records),
            stacks,
            steps: Steps::of(&records, known),
            dropped: attempt.dropped,
        };
        (this, records)
    }
}

/// The software on the server's side, else the client's, else the proxy's; of several, the framework before what it runs on.
fn stack(records: &[Record]) -> Option<Stack> {
    let mut by_speaker: FxHashMap<Speaker, Stack> = FxHashMap::default();
    for record in records {
        if let Some(stack) = record.event.stack {
            let seen = by_speaker.entry(record.event.speaker).or_insert(stack);
            *seen = (*seen).min(stack);
        }
    }
    [Speaker::Server, Speaker::Client, Speaker::Proxy]
        .iter()
        .find_map(|s| by_speaker.get(s).copied())
}
