//! How a line says that it is about sockets: the word itself, and short names that programs have for their socket code. The names stand in `free-wording.toml`.

use super::{callers::Callers, first_letters::FirstLetters};

/// Words for a socket that are too short to be searched for among other words, in small letters.
#[derive(Debug, Default)]
pub(super) struct SocketNames {
    /// Those that mean nothing else: `ws`.
    words: Vec<String>,
    /// Those that mean one only as a program's name for its own lines: `[io]`.
    tags: Vec<String>,
    /// What has the word in it and means the sockets of operating systems and of languages' own libraries, which every program uses.
    others: Vec<String>,
    /// Sentences about clients.
    callers: Callers,
    /// Of words and tags.
    firsts: FirstLetters,
}

/// Endings of files of source code.
const SOURCES: [&str; 8] = [".java", ".py", ".js", ".ts", ".go", ".rs", ".cpp", ".c"];

impl SocketNames {
    /// The longest that there may be, in bytes.
    pub(super) const LONGEST: usize = 4;

    pub(super) fn new(
        words: Vec<String>,
        tags: Vec<String>,
        others: Vec<String>,
        callers: Callers,
    ) -> Self {
        debug_assert!(words.iter().chain(&tags).all(|name| name.len() <= Self::LONGEST));
        let firsts = FirstLetters::of(words.iter().chain(&tags).map(String::as_str));
        Self { words, tags, others, callers, firsts }
    }

    /// Whether the word `socket` stands in `text`, in any case, and not as another kind of socket or in the name of a file.
    pub(super) fn are_mentioned_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        memchr::memmem::find_iter(bytes, STEM).any(|at| {
            at > 0
                && bytes[at - 1].eq_ignore_ascii_case(&b's')
                && !self.others.iter().any(|other| covers(other.as_bytes(), bytes, at))
                && !is_of_file(text, at)
        })
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
            && !behind.starts_with(['/', '='])
            && !behind.starts_with("://")
            && (!behind.starts_with('.') || is_name_of_event(rest))
    }

    /// How sentences begin that tell of a client and name no socket.
    pub(super) fn callers(&self) -> &Callers {
        &self.callers
    }

    /// Whether the word from `start` to `end` is one, and no part of a path or an address.
    pub(super) fn stand_at(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        if !self.firsts.may_begin(bytes[start], end - start) {
            return false;
        }
        let before = start.checked_sub(1).map(|at| bytes[at]);
        before != Some(b'/')
            && bytes.get(end) != Some(&b'/')
            && std::str::from_utf8(&bytes[start..end])
                .is_ok_and(|word| is_one_of(&self.words, word) || is_one_of(&self.tags, word))
    }
}

/// The word without its first letter, which may be large.
const STEM: &[u8] = b"ocket";

/// Whether `other` stands in `bytes` so that the stem that it holds is the one at `at`.
fn covers(other: &[u8], bytes: &[u8], at: usize) -> bool {
    let start = memchr::memmem::find(other, STEM).and_then(|within| at.checked_sub(within));
    start
        .and_then(|start| bytes.get(start..start + other.len()))
        .is_some_and(|stands| stands.eq_ignore_ascii_case(other))
}

/// Whether what stands at `at` is part of the path of a file of source code.
fn is_of_file(text: &str, at: usize) -> bool {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | ')');
    let (Some(before), Some(behind)) = (text.get(..at), text.get(at..)) else { return false };
    let start = before.rfind(is_end).map_or(0, |n| n + 1);
    let end = behind.find(is_end).map_or(text.len(), |n| at + n);
    text.get(start..end).is_some_and(|word| {
        word.contains('/') && SOURCES.iter().any(|ending| word.ends_with(ending))
    })
}

/// Whether a message is nothing but the name of what happened, as structured logs have it: `ws.auth.denied`.
fn is_name_of_event(message: &str) -> bool {
    message.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'.' | b'_' | b'-'))
        && !SOURCES.iter().any(|ending| message.ends_with(ending))
}

fn is_one_of(names: &[String], word: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> SocketNames {
        SocketNames::new(
            vec!["ws".to_owned(), "sio".to_owned()],
            vec!["io".to_owned()],
            vec!["SSLSocket".to_owned(), "socket timeout".to_owned()],
            Callers::default(),
        )
    }

    #[test]
    fn sockets_of_another_kind_are_not_those() {
        for text in [
            "socket refused",
            "a WebSocket closed",
            "Socket timeouts",
            "at /app/socket.js:12:3",
            "a SSLSocket behind a socket",
        ] {
            assert_eq!(names().are_mentioned_in(text), text != "Socket timeouts", "{text}");
        }
        for text in [
            "failed on socket timeout exception",
            "SSLSocketImpl",
            "passed: net/websocket/Handshake.java",
            "rocket",
            "ocket",
        ] {
            assert!(!names().are_mentioned_in(text), "{text}");
        }
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
            "ws.auth.denied",
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
            "ws.example.test answers",
            "ws.js",
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
}
