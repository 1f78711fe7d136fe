//! Node's `debug` package on a terminal or in a browser: `  engine:socket socket open +12ms`, the colours already gone.
//!
//! In a file its lines begin with a time and are [`super::timed`]'s. The namespace stays in the message: it is part of the wording by which grammars know the line.

use std::borrow::Cow;

use super::layer::{Kind, Layer};

/// Takes the time since the namespace's last line off the end, and the indentation off the beginning.
pub(super) fn read(text: &str) -> Option<Layer<'_>> {
    // Nearly every line is turned away by how it ends.
    let text = text.trim_end();
    let (b's' | b'm' | b'h' | b'd') = text.as_bytes().last()? else { return None };
    let (head, delta) = text.rsplit_once(" +")?;
    let digits = delta.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || !matches!(&delta[digits..], "ms" | "s" | "m" | "h" | "d") {
        return None;
    }
    let message = head.trim_start_matches(' ').trim_end();
    let (namespace, _) = message.split_once(' ')?;
    is_namespace(namespace).then(|| Layer {
        kind: Kind::Stamped,
        layout: 1,
        rest: Cow::Borrowed(message),
        last: true,
        ..Layer::default()
    })
}

/// Whether a word may name a part of a program as `debug` has it: `engine`, `socket.io:client`, `express-session`.
fn is_namespace(word: &str) -> bool {
    word.len() <= 64
        && word.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && word.bytes().all(|b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'.' | b'-' | b'_')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delta_goes_and_the_namespace_stays() {
        for (text, want) in [
            ("  engine:socket readyState updated +12ms", Some("engine:socket readyState updated")),
            ("  engine handshaking client \"x\" +2s", Some("engine handshaking client \"x\"")),
            (
                "socket.io-client:manager opening http://h +0ms",
                Some("socket.io-client:manager opening http://h"),
            ),
            ("the total grew by +12ms", Some("the total grew by")),
            ("Latency is +12ms", None),
            ("x = 1 +2", None),
            ("engine open", None),
        ] {
            assert_eq!(read(text).map(|l| l.rest.into_owned()).as_deref(), want, "{text}");
        }
    }
}
