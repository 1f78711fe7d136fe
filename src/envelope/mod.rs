//! Peels what was wrapped around a message on its way to the file.
//!
//! A message is wrapped by its logger (time, level, name), then perhaps by a container runtime, a journal, a log
//! shipper, a terminal tool. Each *wrapper* has a file here that knows how to take it off and what it tells. They are
//! taken off from the outside in, until nothing is left to peel. What is inside knows better: the innermost time is
//! the event's, the outer one that of its arrival.
//!
//! Where a wrapper can't be told from a message that merely looks like one, the message wins: a word left in front of it
//! does less harm than a word eaten.
//!
//! Not the job of this room: what the message means (that is [`grammar`](crate::grammar)), which lines belong to one record, and
//! what offset a local time has.

mod access;
mod android;
mod ansi;
mod apple;
mod compose;
mod console;
mod cri;
mod debug;
mod error_log;
mod fluent;
pub mod forms;
mod head;
pub mod indented;
mod json;
pub mod jul;
mod klog;
mod kube;
mod layer;
mod level;
mod levelled;
mod nest;
mod pairs;
pub mod paste;
mod platform;
mod record;
mod split;
mod stamp;
mod syslog;
#[cfg(test)]
mod tests;
mod timed;
mod tornado;
mod words;
mod wrappers;

use std::borrow::Cow;

pub use ansi::strip_ansi;
use layer::Layer;
pub use level::Level;
pub use record::starts_record;
pub(crate) use words::is_uuid;
pub use wrappers::Wrappers;

use crate::time::Stamp;

/// How many wrappers a line may have; the rest is message. Real lines have up to four.
const DEPTH: usize = 6;

/// A message and what its wrappers told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeled<'a> {
    /// When it was written; the innermost time that the line shows.
    pub stamp: Option<Stamp>,
    /// How grave the writer thought it.
    pub level: Option<Level>,
    /// The logger's name.
    pub logger: Option<Cow<'a, str>>,
    /// Digest of the names of one sequential writer: container, host, process, thread, task, as far as shown; 0 when
    /// nothing is. Standard output and standard error of one process are the same writer.
    pub writer: u64,
    /// Who writes, in a log that many clients share: `c01` of the logger `c01.engineio`. No part of `writer`.
    pub actor: Option<Cow<'a, str>>,
    /// Structured values beside the message; nested ones as compact JSON text.
    pub fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// What is left.
    pub message: Cow<'a, str>,
    /// Which wrappers there were.
    pub shape: Shape,
    /// The line was cut and goes on with the next one of its stream.
    pub partial: bool,
    /// Only clients are wrapped so: a browser's console, the log of a phone.
    pub client: bool,
    /// `NestJS`'s own logger wrote it.
    pub by_nest: bool,
    /// The stack of an error that stands beside the message, where its frames name Socket.IO. Its words mean nothing, but its frames tell where it was thrown.
    pub stack: Option<Cow<'a, str>>,
}

/// The wrappers of a line, and how they were laid out: two lines of different shape came by different handlers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shape {
    digest: u64,
    wrappers: Wrappers,
}

impl Shape {
    /// Whether nothing was wrapped around the message.
    #[must_use]
    pub fn is_bare(self) -> bool {
        self == Self::default()
    }

    /// The kinds of wrappers.
    #[must_use]
    pub fn wrappers(self) -> Wrappers {
        self.wrappers
    }
}

/// The message that the value of a structured logger's object is.
pub(crate) fn message_of_value(raw: &str) -> Option<Cow<'_, str>> {
    json::values::message(raw)
}

/// The digest of the writer that the fields of such an object name.
pub(crate) fn writer_of_fields(fields: &[(Cow<'_, str>, Cow<'_, str>)]) -> u64 {
    json::values::writer(fields)
}

/// Peels lines. Holds only what the caller knows better than the line: the year of times that show none, and whether clients alone write here.
#[derive(Clone, Debug)]
pub struct Peeler {
    assume_year: i32,
    client: bool,
}

impl Default for Peeler {
    /// Times without a year are put into 1970; a caller who knows better uses [`Peeler::with_year`].
    fn default() -> Self {
        Self::with_year(1970)
    }
}

impl Peeler {
    /// A peeler that puts times without a year (syslog, journald) into this one.
    #[must_use]
    pub fn with_year(year: i32) -> Self {
        Self { assume_year: year.clamp(1, 9999), client: false }
    }

    /// The same for a log that clients alone write, or not.
    #[must_use]
    pub(crate) fn of_client(self, client: bool) -> Self {
        Self { client, ..self }
    }

    /// Peels one line.
    #[must_use]
    pub fn peel<'a>(&self, line: &'a str) -> Peeled<'a> {
        let line = paste::untagged(line.trim_end_matches(['\r', '\n']));
        let mut peeled = match (strip_ansi(line), paste::without_entities(line)) {
            (Cow::Borrowed(line), None) => self.peel_from(line, 0, true),
            (Cow::Owned(line), None) => self.peel_from(&line, 0, true).into_owned(),
            (_, Some(line)) => self.peel_from(&strip_ansi(&line), 0, true).into_owned(),
        };
        peeled.client |= self.client;
        if peeled.stamp.is_none() {
            peeled.stamp = self.behind_a_word(&peeled.message);
        }
        if let Some(logger) = &peeled.logger {
            peeled.actor = match logger {
                Cow::Borrowed(logger) => words::actor(logger).map(Cow::Borrowed),
                Cow::Owned(logger) => {
                    words::actor(logger).map(|actor| Cow::Owned(actor.to_owned()))
                }
            };
        }
        peeled
    }

    /// The time that `text` begins with.
    pub(crate) fn stamp(&self, text: &str) -> Option<Stamp> {
        Some(stamp::read(text, self.assume_year)?.0)
    }

    /// The values of time and message as they stand in `line`, where that is a structured logger's object.
    pub(crate) fn values<'l>(&self, line: &'l str) -> Option<(&'l str, &'l str)> {
        json::values::of(line, self.assume_year)
    }

    /// The time that such a value tells.
    pub(crate) fn stamp_of_value(&self, raw: &str) -> Option<Stamp> {
        json::values::stamp(raw, self.assume_year)
    }

    /// The time behind the first word, where `console.log("connection_error", new Date().toISOString(), …)` puts it. It is part of the message: any other form, or place, may be
    /// somebody's expiry.
    fn behind_a_word(&self, message: &str) -> Option<Stamp> {
        let (word, rest) = message.split_once(' ').filter(|(word, _)| word.len() <= 32)?;
        if word.is_empty() || !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let (stamp, after) = stamp::read(rest, self.assume_year)?;
        (rest.as_bytes().get(10) == Some(&b'T')
            && stamp.zone == crate::time::Zone::Known
            && after.starts_with(' '))
        .then_some(stamp)
    }

    /// Peels what is inside `depth` wrappers; `transport` says that all of these only carried lines (Docker, syslog, …).
    fn peel_from<'a>(&self, line: &'a str, depth: usize, mut transport: bool) -> Peeled<'a> {
        let mut peeled = Peeled::bare(line);
        let mut text = line;
        for depth in depth + 1..=DEPTH {
            let Some(mut layer) = self.layer(text, transport) else { break };
            peeled.absorb(&mut layer);
            transport &= layer.kind.is_transport();
            match std::mem::take(&mut layer.rest) {
                Cow::Borrowed(rest) if layer.last => {
                    peeled.message = Cow::Borrowed(rest);
                    break;
                }
                Cow::Borrowed(rest) => {
                    text = rest;
                    peeled.message = Cow::Borrowed(rest);
                }
                Cow::Owned(rest) => {
                    // Unescaping may have brought colours to light.
                    let rest = match strip_ansi(&rest) {
                        Cow::Borrowed(_) => rest,
                        Cow::Owned(clean) => clean,
                    };
                    let inner = if layer.last {
                        Peeled::bare(&rest)
                    } else {
                        self.peel_from(&rest, depth, transport)
                    };
                    peeled.absorb_peeled(inner.into_owned());
                    break;
                }
            }
        }
        peeled
    }

    /// Takes the outermost wrapper off, if there is one.
    ///
    /// The first byte says which ones can be; most messages are turned away by a few comparisons.
    fn layer<'a>(&self, text: &'a str, transport: bool) -> Option<Layer<'a>> {
        let year = self.assume_year;
        let layer = match text.as_bytes().first()? {
            b'{' => json::read(text, transport, year),
            b'[' => kube::prefixed(text)
                .or_else(|| nest::read(text, year))
                .or_else(|| console::chromium(text, year))
                .or_else(|| tornado::read(text))
                .or_else(|| timed::bracketed(text, year))
                .or_else(|| levelled::bracketed(text, year))
                .or_else(|| fluent::bit(text))
                .or_else(|| platform::managed(text)),
            b'<' => syslog::with_priority(text, year),
            b'(' | b'+' => console::row(text),
            b'0'..=b'9' => timed::bare(text, year)
                .or_else(|| android::bare(text, year))
                .or_else(|| timed::ticks(text))
                .or_else(|| timed::localized(text, year))
                .or_else(|| syslog::counted(text, year))
                .or_else(|| compose::read(text))
                .or_else(|| kube::stern(text))
                .or_else(|| if transport { paste::numbered(text) } else { None })
                .or_else(|| access::read(text)),
            b'a'..=b'z' => self.worded(text, transport).or_else(|| debug::read(text)),
            b'I' | b'W' | b'E' | b'F' if text.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => {
                klog::read(text, year).or_else(|| self.worded(text, transport))
            }
            b'A'..=b'Z' | b'_' => self.worded(text, transport),
            // A marker before an address; an access line has a second dash or a user there.
            b'-' if transport && matches!(text.as_bytes().get(2), Some(b'0'..=b'9' | b':')) => {
                paste::marked(text)
            }
            b':' | b'-' | b'@' => access::read(text),
            0xc3..=0xef => timed::localized(text, year),
            b' ' => levelled::set_in(text).or_else(|| debug::read(text)),
            _ => None,
        };
        if layer.is_none() && transport {
            paste::read(text, |rest| self.layer(rest, false))
        } else {
            layer
        }
    }

    /// Wrappers that begin with a word and a blank, and are looked for last.
    fn rare<'a>(&self, text: &'a str, transport: bool) -> Option<Layer<'a>> {
        let year = self.assume_year;
        if !transport {
            return None;
        }
        timed::localized(text, year).or_else(|| syslog::undated(text))
    }

    /// Takes the wrapper off a line that begins with a word; what follows the word says which one it can be.
    fn worded<'a>(&self, text: &'a str, transport: bool) -> Option<Layer<'a>> {
        let year = self.assume_year;
        let bytes = text.as_bytes();
        let end = bytes.iter().take(97).position(|b| !words::is_word(*b))?;
        let rest = bytes.get(end..)?;
        if transport
            && memchr::memchr(b'.', bytes.get(..end)?).is_some()
            && let Some(layer) = paste::searched(text)
        {
            return Some(layer);
        }
        match rest {
            // `SocketIO: Entering …`, `INFO:     …`
            [b':', b' ', ..] => levelled::read(text, year),
            // `INFO:app:…`, `fe80::1 - - […`
            [b':', ..] => levelled::read(text, year)
                .or_else(|| access::read(text))
                .or_else(|| console::row(text)),
            [b'/', ..] if end == 1 => android::without_time(text),
            [b'?' | b'#', ..] => console::row(text),
            [b'=', ..] => pairs::read(text, year),
            [b',', b' ', ..] if end == 3 => timed::bare(text, year),
            [b' ' | b'\t', next, ..] => {
                if let Some(layer) =
                    levelled::read(text, year).or_else(|| platform::passenger(text)).or_else(|| {
                        if rest.starts_with(b"\t") { platform::job(text, year) } else { None }
                    })
                {
                    return Some(layer);
                }
                match next {
                    b' ' | b'|' => compose::read(text).or_else(|| timed::bare(text, year)),
                    b'-' | b'[' => access::read(text),
                    _ if end == 3 => timed::bare(text, year)
                        .or_else(|| if transport { syslog::undated(text) } else { None })
                        .or_else(|| access::read(text))
                        .or_else(|| kube::stern(text)),
                    _ => kube::stern(text).or_else(|| access::balanced(text)),
                }
                .or_else(|| self.rare(text, transport))
            }
            _ => None,
        }
    }
}
