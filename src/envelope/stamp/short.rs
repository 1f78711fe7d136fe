//! Dates without a year that are all digits.

use super::{clock, clock_24, days, finish, two};
use crate::time::Stamp;

/// `1122/151444.752321`, as Chromium writes.
pub(in crate::envelope) fn slashed(text: &str, year: i32) -> Option<(Stamp, &str)> {
    let (&[m0, m1, d0, d1, b'/', h0, h1, n0, n1, c0, c1], _) =
        text.as_bytes().split_first_chunk::<11>()?
    else {
        return None;
    };
    let day = days(i64::from(year), two(m0, m1)?, two(d0, d1)?)?;
    finish(day, clock(two(h0, h1)?, two(n0, n1)?, two(c0, c1)?)?, text.get(11..)?)
}

/// `11-22 14:45:34.231`, as Android writes.
pub(in crate::envelope) fn dashed(text: &str, year: i32) -> Option<(Stamp, &str)> {
    let (&[m0, m1, b'-', d0, d1, b' '], _) = text.as_bytes().split_first_chunk::<6>()? else {
        return None;
    };
    let day = days(i64::from(year), two(m0, m1)?, two(d0, d1)?)?;
    let (time, rest) = clock_24(text.get(6..)?)?;
    finish(day, time, rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SECOND;

    /// 2026-11-22T14:45:34.
    const AT: i64 = 1_795_358_734 * SECOND;

    #[test]
    fn dates_without_a_year_are_put_into_the_assumed_one() {
        let micros =
            |read: Option<(Stamp, &str)>| read.map(|(s, rest)| (s.micros, rest.to_owned()));
        let want = Some((AT + 231_000, " M".to_owned()));
        assert_eq!(micros(slashed("1122/144534.231000 M", 2026)), want);
        assert_eq!(micros(dashed("11-22 14:45:34.231 M", 2026)), want);
        assert_eq!(slashed("1322/144534.231000 M", 2026), None);
        assert_eq!(dashed("11-32 14:45:34.231 M", 2026), None);
        assert_eq!(dashed("11-22-2026 14:45:34 M", 2026), None);
    }
}
