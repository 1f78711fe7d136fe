//! What one wrapper gave, and how several wrappers add up.

use std::borrow::Cow;

use super::{Level, Peeled, Shape, Wrappers};
use crate::time::{SECOND, Stamp, Zone};

/// Which wrapper it was; a part of [`Shape`]. The names are those of the report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumIter, strum::IntoStaticStr)]
pub(super) enum Kind {
    #[default]
    #[strum(serialize = "logger")]
    Timed,
    #[strum(serialize = "time")]
    Stamped,
    #[strum(serialize = "level")]
    Levelled,
    #[strum(serialize = "access-log")]
    Access,
    #[strum(serialize = "error-log")]
    ErrorLog,
    #[strum(serialize = "syslog")]
    Syslog,
    #[strum(serialize = "platform")]
    Platform,
    #[strum(serialize = "cri")]
    Cri,
    #[strum(serialize = "compose")]
    Prefix,
    #[strum(serialize = "kubectl")]
    Kube,
    #[strum(serialize = "nestjs")]
    Nest,
    #[strum(serialize = "docker")]
    Docker,
    #[strum(serialize = "json")]
    Json,
    #[strum(serialize = "key-value")]
    Pairs,
    #[strum(serialize = "paste")]
    Paste,
    #[strum(serialize = "browser-console")]
    Console,
    #[strum(serialize = "android")]
    Android,
    #[strum(serialize = "apple")]
    Apple,
}

impl Kind {
    /// Whether the wrapper only carries lines: what is inside is a whole line of a log.
    pub(super) fn is_transport(self) -> bool {
        matches!(
            self,
            Self::Stamped
                | Self::Syslog
                | Self::Platform
                | Self::Cri
                | Self::Prefix
                | Self::Kube
                | Self::Docker
                | Self::Paste
        )
    }
}

/// One wrapper, taken off.
#[derive(Debug, Default)]
pub(super) struct Layer<'a> {
    pub(super) kind: Kind,
    /// How the wrapper was laid out, where one kind has several layouts.
    pub(super) layout: u8,
    pub(super) stamp: Option<Stamp>,
    pub(super) level: Option<Level>,
    pub(super) logger: Option<Cow<'a, str>>,
    pub(super) writer: Writer,
    pub(super) fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// The stack of an error beside the message.
    pub(super) stack: Option<Cow<'a, str>>,
    /// What was inside.
    pub(super) rest: Cow<'a, str>,
    pub(super) partial: bool,
    /// Whether to stop here: the rest is a message although it looks like a wrapper.
    pub(super) last: bool,
    /// Whether only clients are wrapped so.
    pub(super) client: bool,
}

/// A digest (FNV-1a) of the names of one sequential writer; 0 when none is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Writer(u64);

impl Writer {
    /// A writer of one name.
    pub(super) fn of(name: &str) -> Self {
        let mut writer = Self::default();
        writer.add(name);
        writer
    }

    /// Adds a name; the order counts.
    pub(super) fn add(&mut self, name: &str) {
        let start = if self.0 == 0 { 0xcbf2_9ce4_8422_2325 } else { self.0 };
        // The last step keeps `a`, `bc` and `ab`, `c` apart.
        self.0 = name
            .bytes()
            .chain([0xff])
            .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    }

    /// The digest by itself.
    pub(super) fn digest(self) -> u64 {
        self.0
    }

    /// Adds what an inner wrapper showed.
    fn join(&mut self, inner: Self) {
        if inner.0 != 0 {
            self.0 = if self.0 == 0 {
                inner.0
            } else {
                (self.0.rotate_left(5) ^ inner.0).wrapping_mul(0x0100_0000_01b3)
            };
        }
    }
}

impl<'a> Peeled<'a> {
    /// Nothing peeled yet.
    pub(crate) fn bare(message: &'a str) -> Self {
        Self {
            stamp: None,
            level: None,
            logger: None,
            writer: 0,
            actor: None,
            fields: Vec::new(),
            message: Cow::Borrowed(message),
            shape: Shape::default(),
            partial: false,
            client: false,
            by_nest: false,
            stack: None,
        }
    }

    /// Takes over what a wrapper inside the ones so far gave; what is inside knows better.
    pub(super) fn absorb(&mut self, layer: &mut Layer<'a>) {
        self.stamp = inner_stamp(self.stamp, layer.stamp);
        self.level = layer.level.or(self.level);
        if let Some(logger) = layer.logger.take() {
            self.logger = Some(logger);
        }
        self.add_writer(layer.writer);
        if self.fields.is_empty() {
            self.fields = std::mem::take(&mut layer.fields);
        } else {
            self.fields.append(&mut layer.fields);
        }
        self.partial |= layer.partial;
        self.client |= layer.client;
        self.by_nest |= layer.kind == Kind::Nest;
        self.stack = layer.stack.take().or(self.stack.take());
        self.shape = self.shape.with_layer(layer.kind, layer.layout);
    }

    /// Takes over what was peeled from the message, unescaped or put together from several lines.
    pub(crate) fn absorb_peeled(&mut self, inner: Peeled<'a>) {
        self.stamp = inner_stamp(self.stamp, inner.stamp);
        self.level = inner.level.or(self.level);
        self.logger = inner.logger.or(self.logger.take());
        self.add_writer(Writer(inner.writer));
        self.fields.extend(inner.fields);
        self.message = inner.message;
        self.partial |= inner.partial;
        self.client |= inner.client;
        self.by_nest |= inner.by_nest;
        self.stack = inner.stack.or(self.stack.take());
        if !inner.shape.is_bare() {
            self.shape = self.shape.with_inner(inner.shape);
        }
    }

    /// The same, borrowing nothing.
    pub(crate) fn into_owned(self) -> Peeled<'static> {
        let own = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Peeled {
            stamp: self.stamp,
            level: self.level,
            logger: self.logger.map(own),
            writer: self.writer,
            actor: self.actor.map(own),
            fields: self.fields.into_iter().map(|(key, value)| (own(key), own(value))).collect(),
            message: own(self.message),
            shape: self.shape,
            partial: self.partial,
            client: self.client,
            by_nest: self.by_nest,
            stack: self.stack.map(own),
        }
    }

    fn add_writer(&mut self, inner: Writer) {
        let mut writer = Writer(self.writer);
        writer.join(inner);
        self.writer = writer.0;
    }
}

impl Shape {
    fn with_layer(self, kind: Kind, layout: u8) -> Self {
        let part = 1 + ((kind as u64) << 8 | u64::from(layout));
        Self { digest: self.digest_with(part), wrappers: self.wrappers.and(Wrappers::of(kind)) }
    }

    fn with_inner(self, inner: Self) -> Self {
        Self { digest: self.digest_with(inner.digest), wrappers: self.wrappers.and(inner.wrappers) }
    }

    fn digest_with(self, part: u64) -> u64 {
        (self.digest.rotate_left(5) ^ part).wrapping_mul(0x517c_c1b7_2722_0a95)
    }
}

/// The inner time is the event's, the outer one that of its arrival.
///
/// Two exceptions: a time of day does not replace a date, and where the inner time has whole seconds and the outer
/// one names the same second more finely, the finer one is the better account of the same moment.
fn inner_stamp(outer: Option<Stamp>, inner: Option<Stamp>) -> Option<Stamp> {
    let (Some(outer), Some(inner)) = (outer, inner) else {
        return inner.or(outer);
    };
    if inner.is_time_of_day() && !outer.is_time_of_day() {
        return Some(outer);
    }
    if !outer.fraction || inner.fraction || !is_same_second(outer, inner) {
        return Some(inner);
    }
    let knows_less = outer.zone == Zone::Unknown && inner.zone == Zone::Known;
    Some(if knows_less {
        Stamp::exact(inner.micros + outer.micros.rem_euclid(SECOND), true)
    } else {
        outer
    })
}

/// Whether two times name one second. Where one of them shows no zone they may be apart by an offset, and all of those are multiples of a quarter of an hour.
fn is_same_second(one: Stamp, other: Stamp) -> bool {
    const QUARTER: i64 = 900;
    let apart = one.micros.div_euclid(SECOND) - other.micros.div_euclid(SECOND);
    if one.zone == other.zone { apart == 0 } else { apart % QUARTER == 0 }
}

#[cfg(test)]
mod tests {
    use crate::{envelope::Peeler, time::Stamp};

    #[test]
    fn of_two_accounts_of_one_second_the_finer_one_counts_whatever_the_zone() {
        let peeler = Peeler::with_year(2026);
        let access = |time: &str| {
            format!(r#"192.0.2.7 - - [{time}] \"GET /socket.io/?EIO=4 HTTP/1.1\" 200 -"#)
        };
        let json = |ts: &str, message: &str| {
            format!(r#"{{"ts": "{ts}", "level": "info", "message": "{message}"}}"#)
        };
        let at = |seconds: i64, millis: i64| (1_783_850_700 + seconds) * 1_000_000 + millis * 1000;
        for (ts, time, want) in [
            // Werkzeug writes local time.
            ("2026-07-12T10:05:00.250Z", "12/Jul/2026 10:05:00", Stamp::exact(at(0, 250), true)),
            ("2026-07-12T10:05:00.250Z", "12/Jul/2026 15:35:00", Stamp::exact(at(0, 250), true)),
            (
                "2026-07-12T15:35:00.250",
                "12/Jul/2026:10:05:00 +0000",
                Stamp::exact(at(0, 250), true),
            ),
            (
                "2026-07-12T10:05:00.250Z",
                "12/Jul/2026:10:05:00 +0000",
                Stamp::exact(at(0, 250), true),
            ),
            // It arrived later.
            (
                "2026-07-12T10:05:01.250Z",
                "12/Jul/2026:10:05:00 +0000",
                Stamp::exact(at(0, 0), false),
            ),
            ("2026-07-12T10:05:01.250Z", "12/Jul/2026 10:05:00", Stamp::local(at(0, 0), false)),
        ] {
            let stamp = peeler.peel(&json(ts, &access(time))).stamp;
            assert_eq!(stamp, Some(want), "{ts} {time}");
        }
    }
}
