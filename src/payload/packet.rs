//! Engine.IO and Socket.IO packets.
//!
//! ```text
//! 42/chat,17["hello",{"n":1}]      on the wire, and in `engine:*` lines of Node
//!  2/chat,17["hello",{"n":1}]      in python-engineio's lines, which strip the Engine.IO digit
//!  ^kind   ^ack id
//!   ^namespace ^data
//! ```
//!
//! `4{…}` is a Socket.IO `CONNECT_ERROR` and `40{…}` an Engine.IO message with a CONNECT in it: which of the two readers to use is
//! for the grammar to say, and each declines what only the other would take.

use std::borrow::Cow;

use nom::{
    IResult, Parser,
    bytes::complete::{take_till, take_while1},
    character::complete::{char, digit1},
    combinator::opt,
    sequence::{preceded, terminated},
};

use super::literal::{self, Value};

/// What a Socket.IO packet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketKind {
    /// 0: asks for a namespace, or says that it is connected.
    Connect,
    /// 1: leaves a namespace. python-socketio with `always_connect` refuses with it and then sends a text along.
    Disconnect,
    /// 2: an event of the application.
    Event,
    /// 3: answers an event.
    Ack,
    /// 4: refuses a namespace. `ERROR` in protocol 4 (Socket.IO 2).
    ConnectError,
    /// 5: an event with attachments.
    BinaryEvent,
    /// 6: an answer with attachments.
    BinaryAck,
}

/// A Socket.IO packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// Its kind.
    pub kind: PacketKind,
    /// The namespace; `None` is `/`, which is never written.
    pub namespace: Option<&'a str>,
    /// The query behind the namespace, by which protocol 4 sends credentials.
    pub query: Option<&'a str>,
    /// The id that an answer is wanted under.
    pub id: Option<u64>,
    /// The JSON, as it stands; empty when there is none.
    pub data: &'a str,
}

/// An Engine.IO packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnginePacket<'a> {
    /// 0: the handshake's JSON.
    Open(&'a str),
    /// 1.
    Close,
    /// 2: empty or `probe`.
    Ping(&'a str),
    /// 3: empty or `probe`.
    Pong(&'a str),
    /// 4.
    Message(Packet<'a>),
    /// 5.
    Upgrade,
    /// 6.
    Noop,
}

/// The length in bytes of `40{"sid":"…"}`, the answer to a CONNECT for `/` that lets a client in, with an id of 20 characters (engine.io and python-engineio ≥ 4).
pub const ACCEPTANCE: u64 = 32;

/// The length in bytes of `44{"message":"…"}` (protocol 5) without its sentence.
pub const BARE_REFUSAL: u64 = 16;

/// Reads a Socket.IO packet as logged without its Engine.IO digit.
pub fn socketio(text: &str) -> Option<Packet<'_>> {
    let text = text.trim();
    let mut chars = text.chars();
    let kind = kind_of(chars.next()?)?;
    let rest = match kind {
        PacketKind::BinaryEvent | PacketKind::BinaryAck => attachments(chars.as_str()).ok()?.0,
        _ => chars.as_str(),
    };
    let (rest, place) = opt(namespace).parse(rest).ok()?;
    let (name, query) = place.unwrap_or_default();
    let (rest, id) = match kind {
        PacketKind::Event | PacketKind::Ack | PacketKind::BinaryEvent | PacketKind::BinaryAck => {
            let (rest, digits) = opt(digit1::<&str, nom::error::Error<&str>>).parse(rest).ok()?;
            (rest, digits.map(str::parse).transpose().ok()?)
        }
        _ => (rest, None),
    };
    let first = rest.chars().next();
    let fits = match kind {
        PacketKind::Connect | PacketKind::Disconnect => {
            matches!(first, None | Some('{' | '"' | '['))
        }
        PacketKind::ConnectError => {
            matches!(first, Some('{' | '"' | '[')) || first.is_none() && place.is_some()
        }
        _ => first == Some('['),
    };
    let namespace = (!matches!(name, "" | "/")).then_some(name);
    fits.then_some(Packet { kind, namespace, query, id, data: rest })
}

/// Reads a Socket.IO packet as Node's libraries print it before it is encoded: `{"type":0,"data":{…},"nsp":"/"}`.
pub fn object(text: &str) -> Option<Packet<'_>> {
    let (mut kind, mut path, mut id, mut data) = (None, None, None, "");
    for (key, raw) in literal::raw_entries(text)? {
        match key {
            "type" => kind = kind_of(raw.chars().next()?),
            "nsp" => path = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')),
            "id" => id = raw.parse().ok(),
            "data" => data = raw,
            _ => {}
        }
    }
    let (name, query) = match path.unwrap_or("/").split_once('?') {
        Some((name, query)) => (name, Some(query)),
        None => (path.unwrap_or("/"), None),
    };
    Some(Packet { kind: kind?, namespace: (name != "/").then_some(name), query, id, data })
}

fn kind_of(digit: char) -> Option<PacketKind> {
    Some(match digit {
        '0' => PacketKind::Connect,
        '1' => PacketKind::Disconnect,
        '2' => PacketKind::Event,
        '3' => PacketKind::Ack,
        '4' => PacketKind::ConnectError,
        '5' => PacketKind::BinaryEvent,
        '6' => PacketKind::BinaryAck,
        _ => return None,
    })
}

fn attachments(input: &str) -> IResult<&str, &str> {
    terminated(digit1, char('-')).parse(input)
}

/// `/chat,` or `/chat?token=x,`; the comma is missing when nothing follows.
fn namespace(input: &str) -> IResult<&str, (&str, Option<&str>)> {
    let name =
        take_while1(|c: char| !matches!(c, ',' | '?' | '"' | '{' | '[') && !c.is_whitespace());
    let query = preceded(char('?'), take_till(|c: char| c == ',' || c.is_whitespace()));
    let (_, _) = char('/').parse(input)?;
    terminated((name, opt(query)), opt(char(','))).parse(input)
}

impl<'a> Packet<'a> {
    /// The data as a value.
    pub fn value(&self) -> Option<Value<'a>> {
        literal::value(self.data).map(|(value, _)| value)
    }

    /// The name of an event.
    pub fn event_name(&self) -> Option<Cow<'a, str>> {
        if !matches!(self.kind, PacketKind::Event | PacketKind::BinaryEvent) {
            return None;
        }
        // The name is the first item: what follows need not be read.
        let (name, _) = literal::value(self.data.strip_prefix('[')?)?;
        match name {
            Value::Text(name) => Some(name),
            _ => None,
        }
    }

    /// The sentence for people that the packet carries.
    pub fn message(&self) -> Option<Cow<'a, str>> {
        match self.value()? {
            Value::List(items) => {
                let skip =
                    usize::from(matches!(self.kind, PacketKind::Event | PacketKind::BinaryEvent));
                items.into_iter().skip(skip).find_map(sentence)
            }
            value => sentence(value),
        }
    }

    /// The id that an accepted CONNECT gives out.
    pub fn sid(&self) -> Option<&'a str> {
        if self.kind != PacketKind::Connect {
            return None;
        }
        sid_in(self.data)
    }
}

impl<'a> EnginePacket<'a> {
    /// The id that a handshake gives out.
    pub fn sid(&self) -> Option<&'a str> {
        match self {
            EnginePacket::Open(data) => sid_in(data),
            _ => None,
        }
    }
}

fn sid_in(data: &str) -> Option<&str> {
    let (Value::Map(pairs), _) = literal::value(data)? else { return None };
    pairs.into_iter().find_map(|(key, value)| match value {
        // No id has escapes.
        Value::Text(Cow::Borrowed(sid)) if key == "sid" => Some(sid),
        _ => None,
    })
}

/// Keys under which applications put a sentence, the likeliest first.
const SENTENCE_KEYS: [&str; 10] = [
    "message",
    "msg",
    "error",
    "reason",
    "detail",
    "description",
    "error_description",
    "errorMessage",
    "text",
    "data",
];

/// The sentence in an error's data: a string, or the string under `message`, `error`, `data.message` and the like.
pub fn sentence(value: Value<'_>) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) if !text.trim().is_empty() => Some(text),
        Value::Map(mut pairs) => SENTENCE_KEYS.iter().find_map(|key| {
            let at = pairs.iter().position(|(name, _)| name == key)?;
            sentence(pairs.swap_remove(at).1)
        }),
        _ => None,
    }
}

/// Reads one packet as it goes over the wire.
pub fn engineio(text: &str) -> Option<EnginePacket<'_>> {
    let text = text.trim();
    let mut chars = text.chars();
    let kind = chars.next()?;
    let data = chars.as_str();
    match (kind, data) {
        ('0', data) if data.starts_with('{') => Some(EnginePacket::Open(data)),
        ('1', "") => Some(EnginePacket::Close),
        ('2', "" | "probe") => Some(EnginePacket::Ping(data)),
        ('3', "" | "probe") => Some(EnginePacket::Pong(data)),
        ('4', data) => socketio(data).map(EnginePacket::Message),
        ('5', "") => Some(EnginePacket::Upgrade),
        ('6', "") => Some(EnginePacket::Noop),
        _ => None,
    }
}

/// Reads an HTTP body with any number of packets. Pieces that are no packet (base64 attachments) are passed over.
///
/// Protocol 4 puts U+001E between packets, which logs show raw, as `\x1e`, as `\u001e` or as `␞`; protocol 3 puts each packet's
/// length in UTF-16 units before it.
pub fn payload(text: &str) -> Payload<'_> {
    Payload { rest: text.trim() }
}

/// The packets of one HTTP body.
#[derive(Clone, Debug)]
pub struct Payload<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Payload<'a> {
    type Item = EnginePacket<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let (piece, rest) = counted(self.rest).unwrap_or_else(|| separated(self.rest));
            self.rest = rest;
            if let Some(packet) = engineio(piece) {
                return Some(packet);
            }
        }
        None
    }
}

/// `97:0{…}`: a packet after its length.
fn counted(text: &str) -> Option<(&str, &str)> {
    let (rest, length): (&str, &str) =
        terminated(digit1, char::<&str, nom::error::Error<&str>>(':')).parse(text).ok()?;
    let mut left: usize = length.parse().ok()?;
    let mut end = 0;
    for c in rest.chars() {
        if left == 0 {
            break;
        }
        left = left.saturating_sub(c.len_utf16());
        end += c.len_utf8();
    }
    (end > 0).then(|| rest.split_at(end))
}

/// A packet before a separator, and what follows it.
fn separated(text: &str) -> (&str, &str) {
    let bytes = text.as_bytes();
    for at in memchr::memchr3_iter(0x1e, b'\\', 0xe2, bytes) {
        let tail = bytes.get(at..).unwrap_or_default();
        for mark in [&b"\x1e"[..], b"\\x1e", b"\\u001e", "␞".as_bytes()] {
            if tail.starts_with(mark) {
                let piece = text.get(..at).unwrap_or_default();
                return (piece, text.get(at + mark.len()..).unwrap_or_default());
            }
        }
    }
    (text, "")
}

#[cfg(test)]
mod tests;
