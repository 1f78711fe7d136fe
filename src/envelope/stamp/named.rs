//! Dates with the month's name in them: access logs, syslog, Java, HTTP and `ctime`.

use super::{clock_12, clock_24, days, days_unchecked, finish, number};
use crate::time::Stamp;

/// `Nov 22 14:45:00`, `Nov 22, 2026 2:45:32 PM`, `Sun, 22 Nov 2026 14:50:45 GMT`, `Sun Nov 22 14:45:00.123 2026`.
pub(super) fn read(text: &str, year: i32) -> Option<(Stamp, &str)> {
    let (word, rest) = text.split_at_checked(3)?;
    if let Some(month) = month(word) {
        return month_first(month, rest.strip_prefix(' ')?, year);
    }
    if !["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].contains(&word) {
        return None;
    }
    if let Some(rest) = rest.strip_prefix(", ") {
        return clf(rest);
    }
    let (word, rest) = rest.strip_prefix(' ')?.split_at_checked(3)?;
    ctime(month(word)?, rest.strip_prefix(' ')?)
}

/// The same behind a month in another language: `nov. 22 14:45:00`, `11月 22 14:45:00`.
pub(in crate::envelope) fn localized(text: &str, year: i32) -> Option<(Stamp, &str)> {
    let (month, rest) = super::months::read(text)?;
    month_first(month, rest, year)
}

/// `22/Nov/2026:14:45:00 +0000`, `22/Nov/2026 14:45:00`, `22-Nov-2026 14:45:00`, `22 Nov 2026 14:45:00`.
pub(in crate::envelope) fn clf(text: &str) -> Option<(Stamp, &str)> {
    let (day, rest) = number(text, 2)?;
    let rest = rest.strip_prefix(['/', '-', ' '])?;
    let (word, rest) = rest.split_at_checked(3)?;
    let month = month(word)?;
    let (year, rest) = number(rest.strip_prefix(['/', '-', ' '])?, 4)?;
    let (time, rest) = clock_24(rest.strip_prefix([':', ' '])?)?;
    finish(days(i64::from(year), month, day)?, time, rest)
}

/// What follows the month in syslog's time and in that of `java.util.logging`.
fn month_first(month: u32, rest: &str, year: i32) -> Option<(Stamp, &str)> {
    let (day, rest) = number(rest.strip_prefix(' ').unwrap_or(rest), 2)?;
    if let Some(rest) = rest.strip_prefix(", ") {
        let (year, rest) = number(rest, 4)?;
        let rest = rest.strip_prefix(", ").or_else(|| rest.strip_prefix(' '))?;
        let (time, rest) = clock_12(rest)?;
        return finish(days(i64::from(year), month, day)?, time, rest);
    }
    let rest = rest.strip_prefix(' ')?;
    // Some syslogs print the year after all: `Nov 22 2026 14:45:00`.
    let (year, rest) = match number(rest, 4) {
        Some((printed, rest)) if printed >= 1000 => (i64::from(printed), rest.strip_prefix(' ')?),
        _ => (i64::from(year), rest),
    };
    let (time, rest) = clock_24(rest)?;
    // The assumed year may lack the leap day that the log saw.
    days(2000, month, day)?;
    finish(days_unchecked(year, month, day), time, rest)
}

/// `22 14:45:00.123456 2026`: the year comes last.
fn ctime(month: u32, rest: &str) -> Option<(Stamp, &str)> {
    let (day, rest) = number(rest.trim_start_matches(' '), 2)?;
    let (time, rest) = clock_24(rest.strip_prefix(' ')?)?;
    let (fraction, rest) = super::fraction(rest);
    let (year, rest) = number(rest.strip_prefix(' ')?, 4)?;
    let micros = days(i64::from(year), month, day)? * super::DAY + time + fraction.unwrap_or(0);
    Some((Stamp::local(micros, fraction.is_some()), rest))
}

/// 1 to 12.
fn month(word: &str) -> Option<u32> {
    Some(match word {
        "Jan" => 1,
        "Feb" => 2,
        "Mar" => 3,
        "Apr" => 4,
        "May" => 5,
        "Jun" => 6,
        "Jul" => 7,
        "Aug" => 8,
        "Sep" => 9,
        "Oct" => 10,
        "Nov" => 11,
        "Dec" => 12,
        _ => return None,
    })
}
