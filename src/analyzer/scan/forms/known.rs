//! What is known of all lines of a form: how they are wrapped, and where that stands which differs from one to the next.

use std::borrow::Cow;

use super::parts::{Parts, Place};
use crate::{
    envelope::{self, Level, Peeled, Peeler, Shape, jul},
    grammar::Pattern,
};

/// What is known of all lines of a form.
pub(super) struct Known {
    time: Time,
    level: Option<Level>,
    shape: Shape,
    /// Where the logger's name stands.
    logger: Option<Span>,
    /// Where the names and the values of its fields stand.
    fields: Box<[(Span, Span)]>,
    message: Message,
    pub(super) pattern: Pattern,
}

/// Where a line's only time stands.
enum Time {
    /// With its date, beginning here.
    Dated(Place),
    /// As a value of an object.
    Value(Span),
}

/// Where the message stands.
enum Message {
    /// As it is.
    Plain(Span),
    /// As a value of an object, with escapes.
    Escaped(Span),
}

/// Where a piece of a line stands.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Place,
    pub(super) to: Place,
}

impl Known {
    /// `None` where the line shows more than is kept here, or where its neighbours may say more of it.
    pub(super) fn of(
        by: &Peeler,
        line: &str,
        parts: &Parts,
        peeled: &Peeled<'_>,
        pattern: Pattern,
    ) -> Option<Self> {
        let plain = peeled.actor.is_none()
            && peeled.stack.is_none()
            && !(peeled.partial || peeled.client || peeled.by_nest)
            && !jul::may_be_lower(peeled)
            && !peeled.message.ends_with(['{', '['])
            && peeled.writer == envelope::writer_of_fields(&peeled.fields);
        if !plain {
            return None;
        }
        let values = if line.starts_with('{') { by.values(line) } else { None };
        let time = match values {
            Some((time, _)) => Time::of_value(by, line, parts, peeled, time),
            None => Time::dated(by, line, parts, peeled),
        }?;
        let piece = |text: &Cow<'_, str>| match text {
            Cow::Borrowed(text) => Span::of_piece(line, text, parts),
            Cow::Owned(_) => None,
        };
        let logger = match &peeled.logger {
            Some(name) => Some(piece(name)?),
            None => None,
        };
        let fields = peeled.fields.iter().map(|(name, value)| Some((piece(name)?, piece(value)?)));
        let message = match (&peeled.message, values) {
            (Cow::Borrowed(message), _) => Message::Plain(Span::of_piece(line, message, parts)?),
            (message, Some((_, value))) if envelope::message_of_value(value)? == **message => {
                Message::Escaped(Span::of_piece(line, value, parts)?)
            }
            _ => return None,
        };
        Some(Self {
            time,
            level: peeled.level,
            shape: peeled.shape,
            logger,
            fields: fields.collect::<Option<_>>()?,
            message,
            pattern,
        })
    }

    /// What is in a line of the form; `None` where it shows no time.
    pub(super) fn peeled<'l>(
        &self,
        by: &Peeler,
        line: &'l str,
        parts: &Parts,
    ) -> Option<Peeled<'l>> {
        let piece = |span: Span| Some(Cow::Borrowed(span.of(line, parts)?));
        let mut peeled = Peeled::bare("");
        peeled.message = match self.message {
            Message::Plain(span) => piece(span)?,
            Message::Escaped(span) => envelope::message_of_value(span.of(line, parts)?)?,
        };
        let stamp = match self.time {
            Time::Dated(at) => by.stamp(line.get(parts.at(at)..)?),
            Time::Value(span) => by.stamp_of_value(span.of(line, parts)?),
        };
        peeled.stamp = Some(stamp?);
        peeled.level = self.level;
        peeled.shape = self.shape;
        peeled.logger = match self.logger {
            Some(name) => Some(piece(name)?),
            None => None,
        };
        if !self.fields.is_empty() {
            let fields = self.fields.iter();
            let fields = fields.map(|(name, value)| Some((piece(*name)?, piece(*value)?)));
            peeled.fields = fields.collect::<Option<_>>()?;
            peeled.writer = envelope::writer_of_fields(&peeled.fields);
        }
        Some(peeled)
    }

    /// Where the message begins in a line of the form, if it stands there as it is.
    pub(super) fn message_from(&self, parts: &Parts) -> Option<usize> {
        match self.message {
            Message::Plain(span) => Some(parts.at(span.from)),
            Message::Escaped(_) => None,
        }
    }
}

impl Time {
    /// The line's only time with a date, if that is its time.
    fn dated(by: &Peeler, line: &str, parts: &Parts, peeled: &Peeled<'_>) -> Option<Self> {
        let at = parts.only_time()?;
        (peeled.stamp == by.stamp(line.get(at..)?)).then_some(Self::Dated(parts.place_of(at)?))
    }

    /// The value of an object, if that is the line's time and no other has a date.
    fn of_value(
        by: &Peeler,
        line: &str,
        parts: &Parts,
        peeled: &Peeled<'_>,
        value: &str,
    ) -> Option<Self> {
        let span = Span::of_piece(line, value, parts)?;
        let only = match parts.only_time() {
            Some(at) => (parts.at(span.from)..parts.at(span.to)).contains(&at),
            None => parts.is_timeless(),
        };
        (only && peeled.stamp == by.stamp_of_value(value)).then_some(Self::Value(span))
    }
}

impl Span {
    /// Where `piece`, which is a piece of `line`, stands in it; `None` when it is none.
    fn of_piece(line: &str, piece: &str, parts: &Parts) -> Option<Self> {
        let from = (piece.as_ptr() as usize).checked_sub(line.as_ptr() as usize)?;
        let to = Some(from + piece.len()).filter(|to| *to <= line.len())?;
        Some(Self { from: parts.place_of(from)?, to: parts.place_of(to)? })
    }

    fn of<'l>(self, line: &'l str, parts: &Parts) -> Option<&'l str> {
        line.get(parts.at(self.from)..parts.at(self.to))
    }
}
