//! Seconds, milliseconds, microseconds or nanoseconds since 1970.

use crate::time::Stamp;

/// Reads a whole text as an epoch number; the unit follows from the size.
///
/// From 1973 to 5138 the units can't be confused.
pub(in crate::envelope) fn epoch(text: &str) -> Option<Stamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.len() <= 20 && part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return scientific(text);
    }
    let number: i64 = whole.parse().ok()?;
    // Digits of the fraction that still fill a microsecond.
    let (scale, places, divisor) = match number {
        100_000_000..100_000_000_000 => (1_000_000, 6, 1),
        100_000_000_000..100_000_000_000_000 => (1_000, 3, 1),
        100_000_000_000_000..100_000_000_000_000_000 => (1, 0, 1),
        100_000_000_000_000_000.. => (1, 0, 1_000),
        _ => return None,
    };
    let tail = fraction.bytes().chain(std::iter::repeat(b'0')).take(places);
    let below = tail.fold(0_i64, |n, digit| n * 10 + i64::from(digit - b'0'));
    let finer = scale < 1_000_000 || !fraction.is_empty();
    Some(Stamp::exact((number / divisor).checked_mul(scale)?.checked_add(below)?, finer))
}

/// `1.7953587e9`, which a few JSON writers print.
fn scientific(text: &str) -> Option<Stamp> {
    if text.len() > 32 || !text.contains(['e', 'E']) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    if !(1e8..1e19).contains(&number) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was just checked, and nothing finer was printed"
    )]
    let whole =
        if number < 1e11 { (number * 1e6) as i64 } else { return epoch(&format!("{number:.0}")) };
    Some(Stamp::exact(whole, true))
}
