//! Takes colours out of a line.
//!
//! Only colour sequences go. Other control characters stay for the renderers to show; that is not the job here.

use std::borrow::Cow;

/// The same text without SGR colour sequences, in every form in which they reach a file.
///
/// `ESC[31m`, `#033[31m` (rsyslog), `^[[31m` (cat -v), `\u001b[31m` and `\x1b[31m` as text, `←[31m` (Windows), and `[31m` alone
/// where a tool dropped the escape.
#[must_use]
pub fn strip_ansi(line: &str) -> Cow<'_, str> {
    let bytes = line.as_bytes();
    let mut out: Option<String> = None;
    // Where the text begins that is not yet in `out`.
    let mut kept = 0;
    // A closing code before `]` is believed only after an opening one.
    let mut coloured = false;
    for at in memchr::memchr_iter(b'[', bytes) {
        let Some(length) = sgr(bytes.get(at..).unwrap_or_default()) else { continue };
        let before = bytes.get(kept..at).unwrap_or_default();
        let lead = lead(before);
        let end = at + length;
        if lead == 0
            && !clearly_bare(
                bytes.get(at..end).unwrap_or_default(),
                bytes.get(end..).unwrap_or_default(),
                coloured,
            )
        {
            continue;
        }
        coloured = true;
        // Both ends are beside ASCII or at the arrow's first byte, so they are on character borders.
        out.get_or_insert_default().push_str(line.get(kept..at - lead).unwrap_or_default());
        kept = end;
    }
    match out {
        None => Cow::Borrowed(line),
        Some(mut out) => {
            out.push_str(line.get(kept..).unwrap_or_default());
            Cow::Owned(out)
        }
    }
}

/// The length of `[31;1m` at the start of `bytes`.
fn sgr(bytes: &[u8]) -> Option<usize> {
    let inner =
        bytes.iter().skip(1).take(20).take_while(|b| b.is_ascii_digit() || **b == b';').count();
    (bytes.get(1 + inner) == Some(&b'm')).then_some(inner + 2)
}

/// How many bytes before the bracket stand for the escape character.
fn lead(before: &[u8]) -> usize {
    for form in [
        &b"\x1b"[..],
        b"^[",
        b"#033",
        b"\\u001b",
        b"\\u001B",
        b"\\x1b",
        b"\\x1B",
        b"\\033",
        b"\\e",
        "\u{2190}".as_bytes(),
    ] {
        if before.ends_with(form) {
            return form.len();
        }
    }
    0
}

/// Whether `[31m` without an escape is a colour: `[30m]`, `[5ms]` and `[15min]` are durations.
fn clearly_bare(code: &[u8], after: &[u8], coloured: bool) -> bool {
    let inner = code.get(1..code.len().saturating_sub(1)).unwrap_or_default();
    if inner.is_empty() || !inner.split(|b| *b == b';').all(|n| is_code(n) || inner.contains(&b';'))
    {
        return false;
    }
    if after.first() == Some(&b']') {
        return coloured && matches!(inner, b"0" | b"22" | b"39" | b"49");
    }
    let word = after.iter().take(8).take_while(|b| b.is_ascii_alphanumeric()).count();
    word == 0 || after.get(word) != Some(&b']')
}

/// The numbers that loggers use.
fn is_code(number: &[u8]) -> bool {
    let value =
        number.iter().try_fold(0_u16, |n, b| n.checked_mul(10)?.checked_add(u16::from(b - b'0')));
    number.len() <= 3
        && matches!(
            value,
            Some(0..=5 | 7..=9 | 21..=29 | 30..=37 | 39..=47 | 49 | 90..=97 | 100..=107)
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_colour_goes() {
        for line in [
            "\u{1b}[31mERROR\u{1b}[0m: x",
            "#033[31mERROR#033[0m: x",
            "^[[31;1mERROR^[[0m: x",
            "\\u001b[31mERROR\\u001b[0m: x",
            "\u{2190}[31mERROR\u{2190}[0m: x",
            "[31m[1mERROR[0m: x",
            "\u{1b}[38;5;208mERROR\u{1b}[m: x",
        ] {
            assert_eq!(strip_ansi(line), "ERROR: x", "{line}");
        }
        assert_eq!(strip_ansi("[[32minfo[39m]: x"), "[info]: x");
    }

    #[test]
    fn what_only_looks_like_a_colour_stays() {
        for line in [
            "timeout [30m]",
            "took [5ms]",
            "[15min] ago",
            "[2026-11-22 14:45:00] x",
            "[m",
            "a[999m b",
            "bell \u{7} stays",
            "\u{1b}[2K line",
            "42[\"x\"]",
            "[",
            "[1",
        ] {
            assert_eq!(strip_ansi(line), line, "{line}");
            assert!(matches!(strip_ansi(line), Cow::Borrowed(_)));
        }
    }
}
