//! Lines that a terminal broke at its edge, and that were copied from its screen: the first piece is as long as the screen is wide, the next has no
//! head of its own.
//!
//! Only where the whole of a short text agrees: no line is longer than the screen, each line of its length goes on in one without a head,
//! and the breaks fall where they fall, in the middle of words and of sentences. A log that merely has two equally long lines is left as it is.

use std::collections::BTreeSet;

use super::super::Peeler;

/// Longer texts are files, and no copies of a screen.
const MOST: usize = 64 * 1024;
/// Columns that a screen may have.
const SCREENS: std::ops::RangeInclusive<usize> = 60..=320;
/// Those that most have; two breaks are enough there. A single line may be as long by chance.
const USUAL: [usize; 6] = [80, 100, 120, 132, 160, 200];

/// Breaks that are enough at any other width: fewer may come of lines that are equally long by chance.
const MANY: usize = 3;

/// A word of this length is an id.
const ID: usize = 16;

/// A text with its lines joined.
#[derive(Debug, PartialEq, Eq)]
pub struct Joined {
    /// The lines as they were before.
    pub text: Vec<u8>,
    /// For each, how many lines of the copy stand before it.
    pub before: Vec<u64>,
}

/// The lines as they were before the terminal broke them; `None` when nothing says that one did.
pub fn unwrapped(by: &Peeler, bytes: &[u8]) -> Option<Joined> {
    if bytes.len() > MOST {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let lines: Vec<&str> = text.lines().collect();
    let columns = |line: &str| if line.is_ascii() { line.len() } else { line.chars().count() };
    let width = lines.iter().map(|line| columns(line)).max()?;
    if !SCREENS.contains(&width) {
        return None;
    }
    let broken: Vec<bool> = lines.iter().map(|line| columns(line) == width).collect();
    // The last line may end at the edge by itself.
    let breaks: Vec<(&str, &str)> = lines
        .windows(2)
        .zip(&broken)
        .filter(|(_, broken)| **broken)
        .map(|(pair, _)| (pair[0], pair[1]))
        .collect();
    let inside_a_sentence = |(upper, lower): &&(&str, &str)| {
        upper.ends_with(of_word)
            && lower.strip_prefix(' ').unwrap_or(lower).starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit() || c == '_')
            // Lines that end in an id are equally long by themselves.
            && upper.len() - upper.trim_end_matches(of_word).len() < ID
    };
    // The same sentence is as long each time, and the same line may follow each time.
    let inside: Vec<&(&str, &str)> = breaks.iter().filter(inside_a_sentence).collect();
    let uppers: BTreeSet<String> = inside.iter().map(|(upper, _)| sentence(upper)).collect();
    let lowers: BTreeSet<&str> = inside.iter().map(|(_, lower)| *lower).collect();
    let told = uppers.len().min(lowers.len());
    let enough = told >= MANY || told >= 2 && USUAL.contains(&width);
    if !enough || !breaks.iter().all(|(_, lower)| may_go_on(by, lower)) {
        return None;
    }
    let mut joined = Joined { text: Vec::with_capacity(bytes.len()), before: Vec::new() };
    let mut goes_on = false;
    let mut headless = false;
    for (n, line) in lines.iter().enumerate() {
        if !goes_on {
            headless = broken[n] && by.peel(line).shape.is_bare();
            joined.before.push(n as u64);
        }
        if headless {
            return None;
        }
        joined.text.extend_from_slice(line.as_bytes());
        goes_on = broken[n];
        if !goes_on {
            joined.text.push(b'\n');
        }
    }
    Some(joined)
}

fn of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// The words of a line, without what changes from one to the next: numbers and ids.
fn sentence(line: &str) -> String {
    let words = line.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() < ID);
    words.filter(|word| word.bytes().all(|b| b.is_ascii_lowercase())).collect::<Vec<_>>().join(" ")
}

/// Whether a line can be the rest of the one above: it has no head, and is no line of a traceback.
fn may_go_on(by: &Peeler, line: &str) -> bool {
    !line.is_empty()
        && !line.starts_with(['\t', '}', '^'])
        && !line.starts_with("  ")
        && !line.starts_with("Traceback (")
        && by.peel(line).shape.is_bare()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
2026-11-22 14:45:00,101 INFO app.sockets [Xk2mQ9pLr7TzWb5cAAAB] handshake from 203.0.113.9 with origin https://shop.example.com
2026-11-22 14:45:00,102 INFO app.sockets short
2026-11-22 14:45:00,104 WARNING app.sockets [Xk2mQ9pLr7TzWb5cAAAB] authentication of the client failed: the signature of the token has expired, since 2026-11-22 14:40:00
";

    /// As a terminal shows it.
    fn on_screen(log: &str, width: usize) -> String {
        let mut out = String::new();
        for line in log.lines() {
            let line: Vec<char> = line.chars().collect();
            for piece in line.chunks(width) {
                out.extend(piece);
                out.push('\n');
            }
        }
        out
    }

    #[test]
    fn what_a_terminal_broke_is_joined_again() {
        let by = Peeler::with_year(2026);
        for width in [80, 100, 120] {
            let copy = on_screen(LOG, width);
            let joined =
                unwrapped(&by, copy.as_bytes()).unwrap_or_else(|| panic!("{width}\n{copy}"));
            assert_eq!(String::from_utf8(joined.text).unwrap(), LOG, "{width}");
            assert_eq!(joined.before[0], 0);
            assert_eq!(joined.before.len(), 3);
        }
        assert_eq!(unwrapped(&by, LOG.as_bytes()), None);
    }

    #[test]
    fn no_log_is_joined_that_no_terminal_broke_and_one_that_was_becomes_what_it_was() {
        let by = Peeler::with_year(2026);
        let pattern = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/*/*.log");
        let mut joined = 0;
        for path in glob::glob(pattern).unwrap() {
            let path = path.unwrap();
            let Ok(log) = std::fs::read_to_string(&path) else { continue };
            assert_eq!(unwrapped(&by, log.as_bytes()), None, "{}", path.display());
            for width in [80, 100, 120] {
                let copy = on_screen(&log, width);
                if let Some(was) = unwrapped(&by, copy.as_bytes()) {
                    let text = String::from_utf8(was.text).unwrap();
                    assert_eq!(text.trim_end(), log.trim_end(), "{} at {width}", path.display());
                    joined += 1;
                }
            }
        }
        assert!(joined >= 20, "{joined}");
    }

    #[test]
    fn equally_long_lines_that_others_follow_stay_apart() {
        let by = Peeler::with_year(2026);
        let long =
            "2026-11-22 14:45:00,101 INFO app.sockets [Xk2mQ9pLr7TzWb5cAAAB] asked for /chat a";
        let ids =
            "2026-11-22 14:45:00,101 INFO app.sockets client disconnected: Xk2mQ9pLr7TzWb5cAAAB";
        for log in [
            format!("{long}\n{long}\n"),
            format!("{long}\nTraceback (most recent call last):\n{long}\nKeyError: 'x'\n"),
            format!("{long}\nStarting up.\n{long}\nStarting up.\n"),
            format!("{long}\n{{\"a\": 1}}\n{long}\n{{\"a\": 1}}\n"),
            format!("{long}\n\n{long}\n\n"),
            format!("{long}\nstarting up\n{long}\nstarting up\n"),
            format!("{ids}\ncache warmed\n{ids}\ncache warmed\n"),
        ] {
            assert_eq!(unwrapped(&by, log.as_bytes()), None, "{log}");
        }
    }
}
