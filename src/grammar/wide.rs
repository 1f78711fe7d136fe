//! The wide search: finds the lines that show a connection by its id alone or by a short word for a socket (`[ws] client Zt7B… turned away`), which hold none of
//! the anchors.
//!
//! It looks at every byte by itself, at a fifth of the speed of the anchors' search, and is used for the logs whose first lines have shown that they need it
//! ([`Grammar::wants_wide_search`](super::Grammar::wants_wide_search)). It only says where to look: what a line means, and whether it is about a socket at all, is found out when it is read.

use super::ids::loose;

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

/// Words for a socket that are too short to be searched for among other words, in small letters.
#[derive(Debug, Default)]
pub(super) struct SocketNames {
    /// Those that mean nothing else: `ws`.
    words: Vec<String>,
    /// Those that mean one only as a program's name for its own lines: `[io]`.
    tags: Vec<String>,
}

impl SocketNames {
    /// The longest that there may be, in bytes.
    const LONGEST: usize = 4;

    pub(super) fn new(words: Vec<String>, tags: Vec<String>) -> Self {
        debug_assert!(words.iter().chain(&tags).all(|name| name.len() <= Self::LONGEST));
        Self { words, tags }
    }

    /// Whether a logger is called by one: it is the whole name, or a word begins or ends the name. In the middle stand packages, such as `org.springframework.ws.server`.
    pub(super) fn name_logger(&self, logger: &str) -> bool {
        let mut parts = logger.split(|c: char| !c.is_ascii_alphanumeric());
        let ends = [parts.next(), parts.next_back()];
        is_one_of(&self.tags, logger)
            || ends.into_iter().flatten().any(|p| is_one_of(&self.words, p))
    }

    /// Whether a message begins with one, as programs mark their lines: `[ws] `, `[auth][ws] `, `ws: `, `WS gateway: `.
    pub(super) fn head_message(&self, message: &str) -> bool {
        let mut rest = message.trim_start_matches(|c: char| !c.is_ascii() || c == ' ');
        while let Some((tag, behind)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            if is_one_of(&self.tags, tag) || self.name_logger(tag) {
                return true;
            }
            rest = behind.trim_start();
        }
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        is_one_of(&self.words, word)
            && !behind.starts_with(['/', '=', '.'])
            && !behind.starts_with("://")
    }

    /// Whether the word from `start` to `end` is one, and no part of a path or an address.
    fn stand_at(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        let before = start.checked_sub(1).map(|at| bytes[at]);
        before != Some(b'/')
            && bytes.get(end) != Some(&b'/')
            && std::str::from_utf8(&bytes[start..end])
                .is_ok_and(|word| is_one_of(&self.words, word) || is_one_of(&self.tags, word))
    }
}

fn is_one_of(names: &[String], word: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// The first place at or after `from` where a word stands that may be the id of a connection, or one of `names`.
pub(super) fn find(bytes: &[u8], from: usize, names: &SocketNames) -> Option<usize> {
    let mut start = from;
    let (mut seen, mut large) = (0_u8, 0_usize);
    for at in from..=bytes.len() {
        let byte = bytes.get(at).copied().unwrap_or(b'\n');
        let class = CLASSES[usize::from(byte)];
        let length = at - start;
        if class != BREAK {
            // `ws-gateway`, `ws_auth`
            if class == OTHER
                && (2..=SocketNames::LONGEST).contains(&length)
                && names.stand_at(bytes, start, at)
            {
                return Some(start);
            }
            seen |= class;
            large += usize::from(class != LOWER);
            continue;
        }
        let is_found = match length {
            0 | 1 => false,
            2..=SocketNames::LONGEST => names.stand_at(bytes, start, at),
            16 | 20..=24 => seen == LOWER | UPPER | OTHER && large >= loose::FEWEST_LARGE,
            _ => false,
        };
        if is_found {
            return Some(start);
        }
        start = at + 1;
        (seen, large) = (0, 0);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SocketNames {
        SocketNames::new(vec!["ws".to_owned(), "sio".to_owned()], vec!["io".to_owned()])
    }

    #[test]
    fn a_log_calls_its_lines_by_short_words_for_a_socket() {
        for text in [
            "[ws] refused",
            "[auth][WS] refused",
            "\u{1f512} ws: refused",
            "WS gateway: refused",
            "[ws.auth] no",
            "[io] no",
            "ws",
        ] {
            assert!(names().head_message(text), "{text}");
        }
        for text in [
            "io error: refused",
            "news: refused",
            "ws://example.test refused",
            "ws=1 refused",
            "wsgi: no",
            "[studio] no",
            "the ws",
        ] {
            assert!(!names().head_message(text), "{text}");
        }
        for logger in ["ws", "ws.auth", "chat.ws", "sio-auth", "io"] {
            assert!(names().name_logger(logger), "{logger}");
        }
        for logger in ["org.springframework.ws.server", "io.netty.channel", "java.io", "news", ""] {
            assert!(!names().name_logger(logger), "{logger}");
        }
    }

    #[test]
    fn ids_and_names_are_found_wherever_they_stand() {
        for (text, at) in [
            ("client Zt7BjzYmYi5UtXgT32M_ turned away", Some(7)),
            ("client Xk2mQ9pLr7TzWb5c, turned away", Some(7)),
            ("x\n[ws] no", Some(3)),
            ("the ws-gateway", Some(4)),
            ("on ws", Some(3)),
            ("GET /ws 401", None),
            ("wss://example.test/ws", None),
            ("sha 2fd4e1c67a2d28fced84 of InternationalizedAddr", None),
        ] {
            assert_eq!(find(text.as_bytes(), 0, &names()), at, "{text}");
        }
    }
}
