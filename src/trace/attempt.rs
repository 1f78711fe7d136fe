//! A closed attempt: one client's try to get one namespace, with its records in time order.

use super::process::Workers;
use crate::{
    event::{Kind, Record},
    ids::{ClientAddr, EngineSid, Namespace, SocketSid},
};

/// One attempt, closed and not yet judged.
#[derive(Debug)]
pub struct Attempt {
    /// Order of appearance.
    pub serial: u64,
    /// Its Engine.IO session.
    pub engine: Option<EngineSid>,
    /// Its socket.
    pub socket: Option<SocketSid>,
    /// The namespace, when a line names it.
    pub namespace: Option<Namespace>,
    /// Where it came from.
    pub client: Option<ClientAddr>,
    /// What belongs to it, in the order of time; never empty.
    pub records: Vec<Record>,
    /// Records that a bound dropped.
    pub dropped: u32,
    /// Whether a line without an id was put here by its neighbourhood.
    pub by_neighbourhood: bool,
    /// Whether one of the sources that tell of it passes a library's words on as they are.
    pub verbatim: bool,
    /// Whether its client called where no engine answers.
    pub astray: bool,
    /// What is known of the server's processes at that time.
    pub workers: Workers,
}

impl Attempt {
    /// The kinds of its events, in order.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.records.iter().map(|r| &r.event.kind)
    }
}
