//! What patterns capture, by meaning.

use strum::{EnumCount, EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

use super::matcher::Room;

/// What a capture of a pattern holds; a grammar's patterns name it in lower case: `(?P<engine>{sid})`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumCount, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(super) enum Capture {
    /// An Engine.IO session id.
    Engine,
    /// A Socket.IO socket id.
    Socket,
    /// An id of which the line doesn't say whose it is.
    Either,
    /// The client's address, perhaps with its port.
    Client,
    /// Who it is, by name or number.
    User,
    /// The namespace.
    Namespace,
    /// The sentence of a refusal or failure.
    Said,
    /// A packet as it went over the wire, from its digit on.
    Packet,
    /// The JSON of the packet that opens a session.
    Open,
    /// The headers of the handshake, as a dict or list prints them.
    Headers,
    /// The cookies of the handshake, or the value of the session's own.
    Cookies,
    /// The payload that came with CONNECT.
    Auth,
    /// The keys of that payload, listed by a handler.
    Authkeys,
    /// Whether a session cookie came: its name, or `no`.
    Cookieflag,
    /// A token, or its beginning.
    Token,
    /// What the session holds.
    Session,
    /// A yes or no, in whatever word.
    Answer,
    /// The method of a request.
    Method,
    /// What a request asks for: path and query, or a URL.
    Target,
    /// The status with which it was answered.
    Status,
    /// The length of the answer.
    Bytes,
    /// How long it took, in seconds.
    Took,
    /// How long it took, in milliseconds.
    TookMs,
    /// The user agent.
    Agent,
    /// The list of `X-Forwarded-For`.
    Xff,
    /// The body of the answer.
    Body,
    /// The class of an exception: what was said where nothing else was.
    Class,
    /// As `target`, where a line has both.
    Url,
    /// A packet as an object prints it.
    Object,
    /// The options of a client.
    Options,
    /// The query of a request, where it stands apart from the path.
    Query,
    /// The address of the server that a proxy asked.
    Upstream,
    /// The status that this server gave.
    Upstatus,
    /// A proxy's code for why it ended a request.
    Flags,
    /// The `Authorization` header, or what a handler shows of it.
    Authorization,
    /// The number of a process.
    Process,
}

/// What the text of a match is known by: for each meaning, the number of its capture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places([u8; Capture::COUNT]);

/// The number of a capture that the pattern does not have.
const ABSENT: u8 = u8::MAX;

/// The captures of one match, by meaning.
#[derive(Clone, Copy)]
pub(super) struct Captured<'m, 't> {
    pub(super) text: &'t str,
    pub(super) room: &'m Room,
    pub(super) places: &'m Places,
}

impl<'t> Captured<'_, 't> {
    /// The message that matched.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// The text that was captured as `what`.
    pub(super) fn get(&self, what: Capture) -> Option<&'t str> {
        match self.places.0[what as usize] {
            ABSENT => None,
            number => self.room.captured(self.text, number.into()),
        }
    }

    /// All that took part, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &'t str)> + '_ {
        Capture::iter().filter_map(|c| Some((c.into(), self.get(c)?)))
    }
}

impl Places {
    /// Of captures in the order of their numbers.
    pub(super) fn new(captures: &[Capture]) -> Self {
        let mut places = [ABSENT; Capture::COUNT];
        for (&what, number) in captures.iter().zip(0..) {
            places[what as usize] = number;
        }
        Self(places)
    }
}
