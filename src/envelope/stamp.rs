//! Reads the time that a line shows.
//!
//! Hand-written readers for fixed places: a chrono format string costs ten times as much per line, and the
//! time is read for nearly every line that matters. The plain chrono version stands in the tests and agrees.
//!
//! A local time stays local ([`Zone::Unknown`](crate::time::Zone)); what offset it has is not decided here.

mod epoch;
mod months;
mod named;
mod short;
#[cfg(test)]
mod tests;

use crate::time::{SECOND, Stamp};

pub(super) use epoch::epoch;
pub(super) use named::{clf, localized};
pub(super) use short::{dashed, slashed};

/// One day, in the unit of [`Stamp::micros`].
pub(super) const DAY: i64 = 86_400 * SECOND;

/// Reads the stamp that `text` begins with; gives what follows it.
///
/// `year` stands in where none is printed (syslog).
pub(super) fn read(text: &str, year: i32) -> Option<(Stamp, &str)> {
    match text.as_bytes() {
        [b'0'..=b'9', b'0'..=b'9', b':', ..] => time_of_day(text),
        [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-' | b'/', ..] => ymd(text),
        [b'0'..=b'9', ..] => numeric(text).or_else(|| clf(text)),
        [b'A'..=b'Z', ..] => named::read(text, year),
        _ => None,
    }
}

/// `2026-11-22 14:45:34,231`, with `T`, `/`, any fraction, any zone or none.
fn ymd(text: &str) -> Option<(Stamp, &str)> {
    let (&head, _) = text.as_bytes().split_first_chunk::<19>()?;
    let [y0, y1, y2, y3, s1, m0, m1, s2, d0, d1, t, h0, h1, b':', n0, n1, b':', c0, c1] = head
    else {
        return None;
    };
    if s1 != s2 || !matches!(t, b'T' | b't' | b' ' | b'_' | b'\t') {
        return None;
    }
    let day =
        days(i64::from(two(y0, y1)?) * 100 + i64::from(two(y2, y3)?), two(m0, m1)?, two(d0, d1)?)?;
    let time = clock(two(h0, h1)?, two(n0, n1)?, two(c0, c1)?)?;
    finish(day, time, text.get(19..)?)
}

/// `261122 14:45:34`, without a century, as Tornado prints it.
pub(super) fn compact(text: &str) -> Option<(Stamp, &str)> {
    let (&[y0, y1, m0, m1, d0, d1, b' '], _) = text.as_bytes().split_first_chunk::<7>()? else {
        return None;
    };
    let day = days(2000 + i64::from(two(y0, y1)?), two(m0, m1)?, two(d0, d1)?)?;
    let (time, rest) = clock_24(text.get(7..)?)?;
    finish(day, time, rest)
}

/// `11/22/2026, 2:45:33 PM`, `22/11/2026 14:45:33`, `22-11-2026 14:45:33`.
///
/// Slashes are American unless that gives no date; dashes are day first.
fn numeric(text: &str) -> Option<(Stamp, &str)> {
    let (first, rest) = number(text, 2)?;
    let separator = *rest.as_bytes().first()?;
    let (second, rest) = number(rest.get(1..)?, 2)?;
    if !matches!(separator, b'/' | b'-' | b'.') || rest.as_bytes().first() != Some(&separator) {
        return None;
    }
    let (year, rest) = number(rest.get(1..)?, 4)?;
    let year = match year {
        1000.. => year,
        // rich leaves the century out.
        20..=99 if separator == b'/' && rest.starts_with(' ') => 2000 + year,
        _ => return None,
    };
    let (month, day) =
        if separator == b'/' && first <= 12 { (first, second) } else { (second, first) };
    let rest = rest.strip_prefix(", ").or_else(|| rest.strip_prefix(' '))?;
    let (time, rest) = clock_12(rest)?;
    finish(days(i64::from(year), month, day)?, time, rest)
}

/// `14:45:33.860`
fn time_of_day(text: &str) -> Option<(Stamp, &str)> {
    let (time, rest) = clock_24(text)?;
    let (fraction, rest) = fraction(rest);
    // Microseconds may stand apart, and bunyan's short form has its Z without a date.
    let rest = match rest.as_bytes() {
        [b'.', a, b, c, b',', ..]
            if fraction.is_some() && [a, b, c].iter().all(|d| d.is_ascii_digit()) =>
        {
            rest.get(4..)?
        }
        [b'Z', b' ', ..] if fraction.is_some() => rest.get(1..)?,
        _ => rest,
    };
    // `12:34:56:78` is an address or a counter.
    if rest.starts_with(|c: char| c == ':' || c.is_ascii_alphanumeric()) {
        return None;
    }
    Some((Stamp::local(time + fraction.unwrap_or(0), fraction.is_some()), rest))
}

/// Puts date and time of day together and reads what may follow: fraction and zone.
fn finish(day: i64, time: i64, rest: &str) -> Option<(Stamp, &str)> {
    let (fraction, rest) = fraction(rest);
    let micros = day * DAY + time + fraction.unwrap_or(0);
    Some(match zone(rest) {
        Some((offset, rest)) => (Stamp::exact(micros - offset * SECOND, fraction.is_some()), rest),
        // A digit here means that this was no time after all.
        None if rest.as_bytes().first().is_some_and(u8::is_ascii_digit) => return None,
        None => (Stamp::local(micros, fraction.is_some()), rest),
    })
}

/// `,231` `.231` `.123456789` in microseconds.
fn fraction(text: &str) -> (Option<i64>, &str) {
    let [b',' | b'.', b'0'..=b'9', ..] = text.as_bytes() else {
        return (None, text);
    };
    let (mut micros, mut places) = (0_i64, 0_usize);
    let digits = text.as_bytes().iter().skip(1).take(12).take_while(|b| b.is_ascii_digit());
    for digit in digits {
        if places < 6 {
            micros = micros * 10 + i64::from(digit - b'0');
        }
        places += 1;
    }
    for _ in places..6 {
        micros *= 10;
    }
    (Some(micros), text.get(1 + places..).unwrap_or_default())
}

/// `Z`, `+0000`, `+00:00`, ` +0000`, ` UTC`, ` GMT`: seconds east of UTC.
fn zone(text: &str) -> Option<(i64, &str)> {
    let bytes = text.as_bytes();
    match bytes.first()? {
        b'Z' | b'z' if !bytes.get(1).is_some_and(u8::is_ascii_alphanumeric) => {
            return Some((0, text.get(1..)?));
        }
        b'+' | b'-' => return offset(text),
        b' ' => {}
        _ => return None,
    }
    match bytes.get(1)? {
        b'+' | b'-' => offset(text.get(1..)?),
        b'U' | b'G' => {
            let rest = text.strip_prefix(" UTC").or_else(|| text.strip_prefix(" GMT"))?;
            (!rest.starts_with(|c: char| c.is_ascii_alphanumeric())).then_some((0, rest))
        }
        _ => None,
    }
}

/// `+0000`, `-05:30`, `+02`.
fn offset(text: &str) -> Option<(i64, &str)> {
    let (&sign, digits) = text.as_bytes().split_first()?;
    let (hours, minutes, length) = match *digits {
        [a, b, b':', c, d, ..] if c.is_ascii_digit() => (two(a, b)?, two(c, d)?, 6),
        [a, b, c, d, ..] if c.is_ascii_digit() => (two(a, b)?, two(c, d)?, 5),
        [a, b, ..] => (two(a, b)?, 0, 3),
        _ => return None,
    };
    let rest = text.get(length..)?;
    if hours > 24 || minutes > 59 || rest.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
    Some((if sign == b'-' { -seconds } else { seconds }, rest))
}

/// `14:45:34` in microseconds since midnight.
fn clock_24(text: &str) -> Option<(i64, &str)> {
    let (&[h0, h1, b':', n0, n1, b':', c0, c1], _) = text.as_bytes().split_first_chunk::<8>()?
    else {
        return None;
    };
    Some((clock(two(h0, h1)?, two(n0, n1)?, two(c0, c1)?)?, text.get(8..)?))
}

/// `2:45:33 PM` or `14:45:33`; newer Node puts a narrow no-break space before `PM`.
fn clock_12(text: &str) -> Option<(i64, &str)> {
    let (hour, rest) = number(text, 2)?;
    let (minute, rest) = number(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = number(rest.strip_prefix(':')?, 2)?;
    let half = rest.strip_prefix([' ', '\u{202f}', '\u{a0}']).and_then(|rest| {
        let (half, rest) = rest.split_at_checked(2)?;
        match half {
            "AM" | "am" => Some((0, rest)),
            "PM" | "pm" => Some((12, rest)),
            _ => None,
        }
    });
    match half {
        Some((_, _)) if !(1..=12).contains(&hour) => None,
        Some((add, rest)) => Some((clock(hour % 12 + add, minute, second)?, rest)),
        None => Some((clock(hour, minute, second)?, rest)),
    }
}

/// Microseconds since midnight. Second 60 is a leap second, and the same moment as the next second 0.
fn clock(hour: u32, minute: u32, second: u32) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60)
        .then(|| (i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second)) * SECOND)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; `None` when there is no such day.
fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (1..=last).contains(&day).then(|| days_unchecked(year, month, day))
}

/// [`days`] without the question whether the day exists: February 29 of a common year is March 1.
fn days_unchecked(year: i64, month: u32, day: u32) -> i64 {
    // The year is counted from March, so that the leap day is its last.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * i64::from((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Two digits.
#[inline]
fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

/// One to `most` digits.
fn number(text: &str, most: usize) -> Option<(u32, &str)> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(length)?;
    Some((digits.parse().ok()?, rest))
}
