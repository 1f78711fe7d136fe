//! What the numbers at the end of ids tell of their order.
//!
//! python-engineio counts engine and socket ids with one counter, so that a socket has a higher number than the session it is on. Node's engine.io and socket.io
//! count apart as soon as each has its own copy of `base64id`, and then nothing follows from the two.

use crate::{
    event::{Record, Speaker, Stack},
    ids::{EngineSid, SocketSid, sequence},
};

/// What has been seen of a server's counters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counters {
    apart: bool,
}

impl Counters {
    /// Learns from a line of a server.
    pub(super) fn learn(&mut self, record: &Record) {
        // The first id of a process is that of an engine session; a socket with the number 0 had a counter of its own.
        let first = |socket: &SocketSid| sequence(socket.as_str()) == Some(0);
        self.apart |= record.event.speaker == Speaker::Server
            && (record.event.ids.socket.as_ref().is_some_and(first)
                || matches!(
                    record.event.stack,
                    Some(Stack::SocketioJs | Stack::Nestjs | Stack::Go)
                ));
    }

    /// The number of an engine session, when it can be compared with that of a socket.
    pub(super) fn engine(self, id: &EngineSid) -> Option<u32> {
        sequence(id.as_str()).filter(|_| !self.apart)
    }

    /// The number of a socket, when it can be compared with that of an engine session.
    pub(super) fn socket(self, id: &SocketSid) -> Option<u32> {
        sequence(id.as_str()).filter(|_| !self.apart)
    }
}
