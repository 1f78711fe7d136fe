//! What a log line *said*, with the wording gone.
//!
//! One [`Kind`] per thing that can happen around a connection, not one per log message: every library has its
//! own words for a refusal, and all of them become [`Kind::Refused`] or [`Kind::ConnectRefused`]. `trace` and `facts` read events
//! only, so a new log source is a new file in `grammars/` and no new code.
//!
//! Not the job of this room: what an attempt amounts to (that is [`facts`](crate::facts)), and why (that is [`rules`](crate::rules)).

mod kind;
mod offer;
mod passage;
mod reason;
mod record;
mod stack;

use serde::Deserialize;
use strum::{EnumIter, IntoStaticStr, VariantNames};

pub use self::{
    kind::{ClosedBy, Exception, Failure, Kind, Where},
    offer::{Form, Handshake, Offer, Place, SessionContents},
    passage::Passage,
    reason::{Fault, Reason},
    record::{At, Lane, RawLine, RawLines, Record, SourceId},
    stack::Stack,
};
use crate::ids::{ClientAddr, EngineSid, Namespace, SocketSid, UserName};

/// One line's message, understood.
#[derive(Clone, Debug)]
pub struct Event {
    /// What happened.
    pub kind: Kind,
    /// Who speaks: which side of the connection wrote the line.
    pub speaker: Speaker,
    /// The software whose wording it is.
    pub stack: Option<Stack>,
    /// Every id that the line shows.
    pub ids: Ids,
    /// The namespace that the line names.
    pub namespace: Option<Namespace>,
}

/// Which side of a connection wrote a line.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    EnumIter,
    IntoStaticStr,
    VariantNames,
    serde::Serialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Speaker {
    /// The Socket.IO server: its libraries, its handlers, its access log.
    Server,
    /// The client library, or the program around it.
    Client,
    /// What stands between them.
    Proxy,
}

/// The ids a line shows. Two of them in one line tie them together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids {
    /// The Engine.IO session.
    pub engine: Option<EngineSid>,
    /// The socket of one namespace.
    pub socket: Option<SocketSid>,
    /// An id of which the line does not say whether it is the engine's or the socket's.
    pub either: Option<SocketSid>,
    /// The client's address.
    pub client: Option<ClientAddr>,
    /// Who the client says it is, or was found to be.
    pub user: Option<UserName>,
}

/// A sentence that the log quotes, and what it means when known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What the sentence means.
    pub reason: Reason,
    /// The sentence.
    pub text: Box<str>,
}
