//! Where a block may end: after a line, and where the next line begins a record.
//!
//! A record is a line with its continuation lines; an exception torn from its traceback would lose the time of the line above it. This is a
//! look at a line's first bytes and no more: what a line means is not known here. Behind a container's prefix a traceback looks like any other
//! line and may be torn.

use memchr::memrchr;

/// How far back from the end a better cut is looked for.
const SEARCH: usize = 64 * 1024;

/// How much of a line is needed to judge its beginning. An exception's path is shorter.
const BEGINNING: usize = 160;

/// The length of the first part of `window`, a full buffer: it ends with a line end, and with a record if one ends near.
pub(super) fn position(window: &[u8]) -> usize {
    let Some(last) = memrchr(b'\n', window) else {
        // No line is longer than half a window, so this is not reached; if it were, a torn line does less harm than a lost one.
        return window.len();
    };
    let floor = window.len().saturating_sub(SEARCH);
    let (mut end, mut limit) = (last, window.len());
    loop {
        let next = window.get(end + 1..limit).unwrap_or_default();
        // The window's last line is whole only by chance: its beginning must be long enough to be judged.
        let judgeable = limit < window.len() || next.len() >= BEGINNING;
        if judgeable && begins_record(next) {
            return end + 1;
        }
        limit = end + 1;
        match memrchr(b'\n', window.get(floor..end).unwrap_or_default()) {
            Some(at) => end = floor + at,
            None => return last + 1,
        }
    }
}

/// Whether `line` looks like the first line of a record.
fn begins_record(line: &[u8]) -> bool {
    const PIECES: [&[u8]; 5] = [
        b"Traceback (",
        b"During handling of",
        b"The above exception",
        b"Caused by: ",
        b"Suppressed: ",
    ];
    match line.first() {
        None | Some(b' ' | b'\t' | b'\r' | b'\n' | b'}' | b']' | b')' | b'^' | b'|') => false,
        Some(_) => !PIECES.iter().any(|piece| line.starts_with(piece)) && !is_exception(line),
    }
}

/// Whether `line` is an exception's last line: a dotted path to a name in camel case, then a colon and a message, or nothing.
fn is_exception(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = line.get(..BEGINNING).unwrap_or(line);
    let path_byte = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'$');
    let length = line.iter().position(|b| !path_byte(b)).unwrap_or(line.len());
    let (path, rest) = line.split_at(length);
    if !(rest.is_empty() || rest == b":" || rest.starts_with(b": ")) {
        return false;
    }
    let name = path.rsplit(|b| *b == b'.').next().unwrap_or(path);
    // `ERROR: …` is a level and begins a record.
    name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().any(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_begins_with_neither_space_nor_an_exception() {
        let table = [
            ("2026-11-22 14:00:00 INFO connected\n", true),
            ("[2026-11-22 14:00:00] ERROR in app: boom\n", true),
            ("{\"level\":30}\n", true),
            ("<14>Nov 22 14:00:00 host app: x\n", true),
            ("Nov 22 14:00:00 host app: x\n", true),
            ("ERROR: cannot connect\n", true),
            ("INFO:engineio.server:Server initialized\n", true),
            ("nginx: [emerg] no host\n", true),
            ("socket connected\n", true),
            ("  File \"app.py\", line 3\n", false),
            ("\tat io.netty.Channel\n", false),
            ("}\n", false),
            ("\n", false),
            ("\r\n", false),
            ("", false),
            ("Traceback (most recent call last):\n", false),
            ("During handling of the above exception, another exception occurred:\n", false),
            ("KeyError: 'token'\n", false),
            ("jwt.exceptions.ExpiredSignatureError: Signature has expired\n", false),
            ("ConnectionRefusedError\r\n", false),
            ("java.lang.IllegalStateException: no session\n", false),
            ("Caused by: java.io.IOException\n", false),
        ];
        for (line, want) in table {
            assert_eq!(begins_record(line.as_bytes()), want, "{line}");
        }
    }

    #[test]
    fn a_cut_falls_before_a_record() {
        let filler = "x".repeat(BEGINNING);
        let table = [
            // before, after
            ("2026 one\n2026 two\n".to_owned(), format!("2026 {filler}")),
            (
                "2026 one\n".to_owned(),
                "2026 boom\nTraceback (most recent call last):\n  File\n".to_owned(),
            ),
            ("2026 one\n".to_owned(), format!("2026 boom\nKeyError: {filler}")),
            // The last line is too short to be judged.
            ("2026 one\n".to_owned(), "2026 two\nTrace".to_owned()),
            // All is continuation: any line end will do.
            ("2026 one\n  a\n  b\n".to_owned(), "  c".to_owned()),
        ];
        for (before, after) in table {
            assert_eq!(
                position(format!("{before}{after}").as_bytes()),
                before.len(),
                "{before}{after}"
            );
        }
    }
}
