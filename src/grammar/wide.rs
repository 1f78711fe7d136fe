//! The wide search: finds the lines that show a connection by its id alone, by a short word for a socket (`[ws] client Zt7B… turned away`) or by a sentence about a client, which hold none of
//! the anchors.
//!
//! It looks at every byte by itself, which makes a log take three times as long, and is used for those whose first lines have shown that they need it
//! (`analyzer/scan/lookout.rs`). It only says where to look: what a line means, and whether it is about a socket at all, is found out when it is read.

use super::{
    callers::Callers,
    ids::{self, loose},
    sockets::SocketNames,
};

/// What a byte can be in a word.
const BREAK: u8 = 0;
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const OTHER: u8 = 4;

/// The class of every byte.
const CLASSES: [u8; 256] = {
    let mut classes = [BREAK; 256];
    let mut byte = u8::MAX;
    while byte > 0 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' | b'-' | b'_' => OTHER,
            _ => BREAK,
        };
        byte -= 1;
    }
    classes
};

/// The first place at or after `from` where a word stands that may be the id of a connection, or one of `names`.
pub(super) fn find(bytes: &[u8], from: usize, names: &SocketNames) -> Option<usize> {
    let mut at = from;
    while at < bytes.len() {
        let (start, mut seen) = (at, BREAK);
        for class in bytes[start..].iter().map(|byte| CLASSES[usize::from(*byte)]) {
            if class == BREAK {
                break;
            }
            seen |= class;
            at += 1;
        }
        if at - start > 1 && (Word { bytes, start, end: at, seen }).is_sought(names) {
            return Some(start);
        }
        // Behind the break, and a colour that it begins.
        at += 1 + colour(bytes, at);
    }
    None
}

/// A word of a log, and the classes of its bytes.
struct Word<'b> {
    bytes: &'b [u8],
    start: usize,
    end: usize,
    seen: u8,
}

impl Word<'_> {
    /// Whether it may be the id of a connection, or is one of `names`.
    fn is_sought(&self, names: &SocketNames) -> bool {
        let Self { bytes, start, end, seen } = *self;
        if seen & OTHER != 0 && self.begins_with_one_of(names) {
            return true;
        }
        match end - start {
            4 if names.callers().stand_at(bytes, start, end) => true,
            ..=SocketNames::LONGEST => names.stand_at(bytes, start, end),
            length if Callers::LENGTHS.contains(&length) => {
                names.callers().stand_at(bytes, start, end)
            }
            16 => seen & (LOWER | UPPER) == LOWER | UPPER && self.has_large_ones(),
            20..=24 if seen == LOWER | UPPER | OTHER => self.has_large_ones(),
            // One id in thirty has letters alone, and only how it counts tells it from a name.
            20 => {
                seen == LOWER | UPPER
                    && std::str::from_utf8(&bytes[start..end]).is_ok_and(ids::counts_on)
            }
            _ => false,
        }
    }

    /// `ws-gateway`, `ws_auth`
    fn begins_with_one_of(&self, names: &SocketNames) -> bool {
        let ends = self.start + 2..self.end.min(self.start + SocketNames::LONGEST + 1);
        ends.into_iter().any(|at| {
            CLASSES[usize::from(self.bytes[at])] == OTHER
                && names.stand_at(self.bytes, self.start, at)
        })
    }

    /// Whether it has as many capital letters and digits as ids have.
    fn has_large_ones(&self) -> bool {
        let word = &self.bytes[self.start..self.end];
        word.iter().filter(|byte| CLASSES[usize::from(**byte)] != LOWER).count()
            >= loose::FEWEST_LARGE
    }
}

/// How long the rest of an escape sequence for a colour is whose bracket stands at `at`: its last letter is no part of the word behind it. In JSON the escape character is escaped.
fn colour(bytes: &[u8], at: usize) -> usize {
    let escaped = |before: &[u8]| {
        [b"\x1b".as_slice(), b"u001b", b"u001B"].iter().any(|e| before.ends_with(e))
    };
    if bytes.get(at) != Some(&b'[') || !escaped(&bytes[..at]) {
        return 0;
    }
    let digits = bytes[at + 1..].iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
    if bytes.get(at + 1 + digits) == Some(&b'm') { digits + 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_are_found_wherever_they_stand() {
        let names = SocketNames::new(
            vec!["ws".to_owned()],
            Vec::new(),
            Vec::new(),
            Callers::new(&["client connect".to_owned()], vec!["a".to_owned()]),
        );
        for (text, at) in [
            ("client Zt7BjzYmYi5UtXgT32M_ turned away", Some(7)),
            ("client Xk2mQ9pLr7TzWb5c, turned away", Some(7)),
            ("[RSjZwAcNDyDdgEXjAAbb] turned away", Some(1)),
            ("[HandlerAdapterFactoryAware] [RSjZwAcNDyDdgEXjqAbb] turned away", None),
            ("x\n[ws] no", Some(3)),
            ("the ws-gateway", Some(4)),
            ("on ws", Some(3)),
            ("\x1b[0m\x1b[2m=\x1b[0mZt7BjzYmYi5UtXgT gone", Some(13)),
            ("\x1b[2mws\x1b[0m no", Some(4)),
            ("\\u001b[0mZt7BjzYmYi5UtXgT gone", Some(9)),
            ("GET /ws 401", None),
            ("a Client connected", Some(2)),
            ("a client configured", None),
            ("wss://example.test/ws", None),
            ("sha 2fd4e1c67a2d28fced84 of InternationalizedAddr", None),
        ] {
            assert_eq!(find(text.as_bytes(), 0, &names), at, "{text}");
        }
    }
}
