//! When a line was written, as far as the log says.
//!
//! A stamp keeps whether its zone was printed: one without a zone orders the lines of its own source and
//! must not be compared with another source's until the offset between the two is known. Durations are in
//! microseconds. Reading stamps from text is [`envelope`](crate::envelope)'s job.

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone, Utc};

/// One second, in the unit of [`Stamp::micros`].
pub const SECOND: i64 = 1_000_000;

/// Whether a stamp's zone is known.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// The log printed the offset, `Z`, or an epoch number.
    Known,
    /// A local time; it is kept as if it were UTC.
    Unknown,
}

/// A moment in log time.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Stamp {
    /// Microseconds since 1970-01-01T00:00:00; of UTC when the zone is known, else of the local clock.
    pub micros: i64,
    /// Whether the zone was printed.
    pub zone: Zone,
    /// Whether the text had a fraction of a second. Access logs stamp whole seconds: two lines of one
    /// second have no order between sources.
    pub fraction: bool,
}

impl Stamp {
    /// A stamp whose zone is known.
    pub fn exact(micros: i64, fraction: bool) -> Self {
        Self { micros, zone: Zone::Known, fraction }
    }

    /// A stamp without a zone.
    pub fn local(micros: i64, fraction: bool) -> Self {
        Self { micros, zone: Zone::Unknown, fraction }
    }

    /// The earlier of two. Of a date and a mere time of day it is the date: a time of day is before or after none.
    #[must_use]
    pub fn earlier(self, other: Self) -> Self {
        match (self.is_time_of_day(), other.is_time_of_day()) {
            (true, false) => other,
            (false, true) => self,
            _ => self.min(other),
        }
    }

    /// Microseconds since `before`, where both clocks can be compared; of one in whole seconds only whole seconds are known.
    pub fn since(self, before: Self) -> Option<i64> {
        let gap = self.micros.saturating_sub(before.micros);
        let exact = self.fraction && before.fraction;
        (self.zone == before.zone && (exact || gap.abs() >= SECOND)).then_some(if exact {
            gap
        } else {
            gap - gap % SECOND
        })
    }

    /// The same stamp with its zone settled: `offset_seconds` east of UTC.
    #[must_use]
    pub fn settled(self, offset_seconds: i64) -> Self {
        match self.zone {
            Zone::Known => self,
            Zone::Unknown => Self {
                micros: self.micros.saturating_sub(offset_seconds.saturating_mul(SECOND)),
                zone: Zone::Known,
                ..self
            },
        }
    }

    /// Whether the log showed a time of day only, with no date (`[14:45:33.860] INFO …`); it lies on 1970-01-01.
    ///
    /// Such a stamp orders neighbours and says nothing about `exp`.
    #[must_use]
    pub fn is_time_of_day(self) -> bool {
        (0..86_400 * SECOND).contains(&self.micros)
    }

    /// RFC 3339 with milliseconds; `Z` at the end only when the zone is known.
    pub fn to_rfc3339(self) -> String {
        if let Some(text) = self.in_our_time() {
            return text;
        }
        let Some(at) = DateTime::<Utc>::from_timestamp_micros(self.micros) else {
            return String::new();
        };
        match self.zone {
            Zone::Known => at.to_rfc3339_opts(SecondsFormat::Millis, true),
            Zone::Unknown => at.naive_utc().format("%Y-%m-%dT%H:%M:%S%.3f").to_string(),
        }
    }

    /// The same for the years 1970 to 2099, without a calendar for all times: every record shows two stamps.
    fn in_our_time(self) -> Option<String> {
        let seconds = u32::try_from(self.micros.div_euclid(SECOND)).ok()?;
        let (day, second) = (seconds / 86_400, seconds % 86_400);
        let (mut year, mut day) = (1970 + day / 1461 * 4, day % 1461);
        loop {
            let days = 365 + u32::from(year % 4 == 0);
            if day < days {
                break;
            }
            day -= days;
            year += 1;
        }
        if year > 2099 {
            return None;
        }
        let february = 28 + u32::from(year % 4 == 0);
        let mut month = 1;
        for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
            if day < days {
                break;
            }
            day -= days;
            month += 1;
        }
        let mut text = String::with_capacity(24);
        let mut number = |number: u32, digits: u32, behind: &str| {
            for place in (0..digits).rev() {
                let digit = number / 10_u32.pow(place) % 10;
                text.push(char::from_digit(digit, 10).unwrap_or('0'));
            }
            text.push_str(behind);
        };
        number(year, 4, "-");
        number(month, 2, "-");
        number(day + 1, 2, "T");
        number(second / 3600, 2, ":");
        number(second / 60 % 60, 2, ":");
        number(second % 60, 2, ".");
        let millis = u32::try_from(self.micros.rem_euclid(SECOND) / 1000).ok()?;
        number(millis, 3, if self.zone == Zone::Known { "Z" } else { "" });
        Some(text)
    }

    /// Reads what a person gives to `--since` and the like: RFC 3339, or date and time without a zone, or a date.
    pub fn from_user(text: &str) -> Option<Self> {
        if let Ok(at) = DateTime::<FixedOffset>::parse_from_rfc3339(text) {
            return Some(Self::exact(at.timestamp_micros(), true));
        }
        for format in
            ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        {
            if let Ok(at) = chrono::NaiveDateTime::parse_from_str(text, format) {
                return Some(Self::local(at.and_utc().timestamp_micros(), true));
            }
        }
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        let midnight = Utc.from_utc_datetime(&day.and_hms_opt(0, 0, 0)?);
        Some(Self::local(midnight.timestamp_micros(), false))
    }
}

/// The two largest units of a number of seconds: `52 min 20 s`.
pub(crate) fn duration(seconds: i64) -> String {
    let s = seconds.unsigned_abs();
    let (days, hours, minutes) = (s / 86_400, s % 86_400 / 3600, s % 3600 / 60);
    let units = [(days, "d"), (hours, "h"), (minutes, "min"), (s % 60, "s")];
    let from = units.iter().position(|(n, _)| *n > 0).unwrap_or(3);
    let parts: Vec<String> = units
        .iter()
        .skip(from)
        .take(2)
        .filter(|(n, _)| *n > 0)
        .map(|(n, unit)| format!("{n} {unit}"))
        .collect();
    if parts.is_empty() { "less than 1 s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_whole_seconds_no_milliseconds_are_told() {
        for (before, at, want) in [
            (Stamp::exact(0, true), Stamp::exact(86_000, true), Some(86_000)),
            (Stamp::exact(86_000, true), Stamp::exact(0, true), Some(-86_000)),
            (Stamp::exact(0, false), Stamp::exact(180_000, true), None),
            (Stamp::exact(0, false), Stamp::exact(2_180_000, true), Some(2_000_000)),
            (Stamp::exact(0, false), Stamp::exact(0, false), None),
            (Stamp::exact(0, true), Stamp::local(86_000, true), None),
        ] {
            assert_eq!(at.since(before), want, "{before:?} {at:?}");
        }
    }

    #[test]
    fn a_time_of_day_is_not_the_first_of_dated_lines() {
        let (dated, of_day) =
            (Stamp::local(86_400 * 365 * SECOND, true), Stamp::local(SECOND, true));
        assert_eq!((dated.earlier(of_day), of_day.earlier(dated)), (dated, dated));
        let later = Stamp::local(2 * SECOND, true);
        assert_eq!((of_day.earlier(later), later.earlier(of_day)), (of_day, of_day));
    }

    #[test]
    fn a_zone_is_written_only_when_known() {
        assert_eq!(Stamp::exact(0, true).to_rfc3339(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Stamp::local(1_500, true).to_rfc3339(), "1970-01-01T00:00:00.001");
    }

    #[test]
    fn a_stamp_of_our_time_is_written_as_the_calendar_says() {
        for seconds in (0..4_200_000_000_i64).step_by(7_919_993) {
            let stamp = Stamp::exact(seconds * SECOND + 987_654, true);
            let at = DateTime::<Utc>::from_timestamp_micros(stamp.micros).unwrap();
            assert_eq!(stamp.to_rfc3339(), at.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
        assert_eq!(Stamp::exact(-1, true).to_rfc3339(), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn people_may_write_a_time_in_several_ways() {
        for text in [
            "2026-11-22T14:00:00Z",
            "2026-11-22T14:00:00",
            "2026-11-22 14:00",
            "2026-11-22 14:00:00.0",
        ] {
            assert_eq!(
                Stamp::from_user(text).map(|s| s.micros),
                Some(1_795_356_000 * SECOND),
                "{text}"
            );
        }
        assert_eq!(Stamp::from_user("yesterday"), None);
    }

    #[test]
    fn settling_a_zone_moves_a_local_stamp_only() {
        assert_eq!(Stamp::local(7200 * SECOND, true).settled(3600).micros, 3600 * SECOND);
        assert_eq!(Stamp::exact(7200 * SECOND, true).settled(3600).micros, 7200 * SECOND);
    }
}
