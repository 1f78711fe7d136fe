//! Whether a line begins a record or goes on with the one above it.

use super::words::is_exception;

/// How the parts of a traceback begin.
const STARTS: [&str; 6] = [
    "Traceback (most recent call last):",
    "During handling of the above exception",
    "The above exception was the direct cause",
    "Caused by: ",
    "Stack trace:",
    "at ",
];

/// Whether a line looks like the first of a record; `false` for indented lines and for the text of a traceback.
///
/// A hint by the line alone. A bare `ValueError: …` is the last line of a traceback far more often than a record of its own.
#[must_use]
pub fn starts_record(line: &str) -> bool {
    let bytes = line.as_bytes();
    match bytes.first() {
        None | Some(b'\t' | b'}' | b']' | b')' | b'^') => return false,
        // Flask's banner, ` * Running on …`, the debug package on a terminal, which begins with two spaces and a colour, and the logger of socket.io 0.9.
        Some(b' ') => {
            return line.starts_with(" * ")
                || line.starts_with("  \u{1b}[")
                || super::levelled::set_in(line).is_some();
        }
        Some(_) => {}
    }
    let head = line.get(..line.floor_char_boundary(160)).unwrap_or_default();
    if !bytes.iter().take(1).all(u8::is_ascii_alphabetic) {
        return true;
    }
    if STARTS.iter().any(|start| head.starts_with(start)) {
        return false;
    }
    let class = head.split(|c: char| c == ':' || c.is_whitespace()).next().unwrap_or_default();
    let after = head.get(class.len()..).unwrap_or_default();
    // Node's and Express's `Warning: …` is news of its own.
    !(class != "Warning"
        && is_exception(class)
        && (after.is_empty() || after.starts_with(": ") || after.starts_with(" [")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceback_goes_on_with_the_record_above() {
        for line in [
            "Traceback (most recent call last):",
            "  File \"/srv/app/events.py\", line 3, in f",
            "    raise KeyError('x')",
            "KeyError: 'x'",
            "KeyError",
            "jwt.exceptions.ExpiredSignatureError: Signature has expired",
            "During handling of the above exception, another exception occurred:",
            "JsonWebTokenError: jwt malformed",
            "}",
            "",
        ] {
            assert!(!starts_record(line), "{line}");
        }
    }

    #[test]
    fn messages_begin_records() {
        for line in [
            "SocketIO: Entering 'handle_connect'.",
            " * Running on http://127.0.0.1:5000",
            "85rwddXf5qzlW0vzAAAA: Sending packet OPEN data {}",
            "[2026-11-22 14:45:34,231] DEBUG in events: x",
            "Error handling request /socket.io/",
            "Server initialized for threading.",
            "Warning: connect.session() MemoryStore is not",
            "{\"level\":30}",
        ] {
            assert!(starts_record(line), "{line}");
        }
    }
}
