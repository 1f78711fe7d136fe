//! Ids that neither count nor are called `sid`: those of socketioxide (sixteen characters), UUIDs of netty-socketio, those of generators of an application's own.
//!
//! Such a string may be anything, so the word before it must say that it is a connection's: `client 6b0f…`, `socket_id=…`, `Client[…]`.

use crate::{
    envelope::Peeled,
    event::Ids,
    grammar::{
        file::{GrammarFile, IdsFile},
        names::holds,
    },
    ids::SocketSid,
};

/// The words that tell.
#[derive(Debug, Default)]
pub(in crate::grammar) struct Words {
    names: Vec<String>,
    links: Vec<String>,
    connections: Vec<String>,
    sessions: Vec<String>,
    sockets: Vec<String>,
    programs: Vec<String>,
    mail: Vec<String>,
    abbreviations: Vec<String>,
}

impl Words {
    /// Those of all `files`.
    pub(in crate::grammar) fn of(files: &[GrammarFile]) -> Self {
        let all = |words: fn(&IdsFile) -> &Vec<String>| {
            files.iter().flat_map(|file| words(&file.ids)).cloned().collect()
        };
        Self {
            names: all(|ids| &ids.names),
            links: all(|ids| &ids.links),
            connections: all(|ids| &ids.connections),
            sessions: all(|ids| &ids.sessions),
            sockets: all(|ids| &ids.sockets),
            programs: all(|ids| &ids.programs),
            mail: all(|ids| &ids.mail),
            abbreviations: all(|ids| &ids.abbreviations),
        }
    }

    /// Adds the first id that is a connection's by the word before it, when the line shows none otherwise.
    pub(in crate::grammar) fn add(&self, peeled: &Peeled<'_>, ids: &mut Ids) {
        if ids.engine.is_some() || ids.socket.is_some() || ids.either.is_some() {
            return;
        }
        let found = self.find(&peeled.message, peeled.logger.as_deref().unwrap_or_default());
        let found = found.or_else(|| {
            let (_, value) = peeled.fields.iter().find(|(name, value)| {
                self.is_id(value)
                    && (self.names.contains(&squeezed(name))
                        || name == "id" && self.speaks_of_one(&peeled.message))
            })?;
            Some(value.as_ref())
        });
        ids.either = found.map(SocketSid::new);
    }

    fn find<'t>(&self, message: &'t str, logger: &str) -> Option<&'t str> {
        let bytes = message.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if !is_part(bytes[at]) {
                at += 1;
                continue;
            }
            let end = bytes[at..].iter().position(|b| !is_part(*b)).map_or(bytes.len(), |n| at + n);
            // A piece of a path, of an address or of a token is none.
            let alone = !(at > 0 && matches!(bytes[at - 1], b'/' | b'.' | b'@' | b'%' | b'#'))
                && match bytes.get(end) {
                    Some(b'/' | b'@' | b'%') => false,
                    Some(b'.') => !bytes.get(end + 1).is_some_and(|b| is_part(*b)),
                    _ => true,
                };
            if alone
                && let Some(word) = message.get(at..end)
                && self.is_id(word)
                && let Some(name) = message.get(..at).map(name_before)
                && self.is_of_one(&name, word, message, logger)
            {
                return Some(word);
            }
            at = end;
        }
        None
    }

    /// Whether the word in front says that the id is a connection's. UUIDs name everything, so that beside them the line has to speak of a socket.
    fn is_of_one(&self, name: &str, id: &str, message: &str, logger: &str) -> bool {
        let everyday =
            id.len() == 36 && !name.starts_with("socket") && name != "sid" && name != "sessionid";
        let line_speaks = |of: &[String]| speaks(message, of) || speaks(logger, of);
        if everyday && !line_speaks(&self.sockets) {
            return false;
        }
        // Those are programs that ask for tokens.
        if name.starts_with("client") && line_speaks(&self.programs) {
            return false;
        }
        // Web pages, telephone exchanges and servers of mail have sessions, too.
        if name.starts_with("session")
            && (!line_speaks(&self.connections)
                || holds(message, &self.mail)
                || holds(logger, &self.mail))
        {
            return false;
        }
        let has = |words: &[String]| words.iter().any(|word| word == name);
        has(&self.names)
            || has(&self.links)
                && (self.speaks_of_one(message)
                    || self.speaks_of_one(logger)
                    || self.names.contains(&squeezed(logger)))
            || stands_in_front(id, message, logger)
    }

    /// Whether a text is about a connection or a session at all.
    fn speaks_of_one(&self, text: &str) -> bool {
        speaks(text, &self.connections) || speaks(text, &self.sessions)
    }

    /// Whether a string has the look of a random id.
    fn is_id(&self, word: &str) -> bool {
        match word.len() {
            36 => crate::envelope::is_uuid(word),
            16 | 20..=24 => {
                let has = |class: fn(&u8) -> bool| word.bytes().any(|b| class(&b));
                has(u8::is_ascii_lowercase)
                    && has(u8::is_ascii_uppercase)
                    && (has(|b| b.is_ascii_digit() || matches!(b, b'-' | b'_'))
                        || word.len() == RUSTS && !self.is_spoken(word))
                    && word.bytes().filter(|b| !b.is_ascii_lowercase()).count() >= FEWEST_LARGE
            }
            _ => false,
        }
    }

    /// Whether `word`, which is of letters, may be words written together: each begins with a large letter and has a vowel. Of sixteen random letters of base64 one time in
    /// thirty none is a digit.
    fn is_spoken(&self, word: &str) -> bool {
        let is_vowel = |b: &u8| b"aeiouy".contains(&b.to_ascii_lowercase());
        let short = |word: &[u8]| {
            self.abbreviations.iter().any(|short| word.eq_ignore_ascii_case(short.as_bytes()))
        };
        let mut rest = word.as_bytes();
        while !rest.is_empty() {
            let capitals = rest.iter().take_while(|b| b.is_ascii_uppercase()).count();
            let small = rest[capitals..].iter().take_while(|b| b.is_ascii_lowercase()).count();
            // Capitals by themselves are an abbreviation.
            let word = &rest[..capitals + small];
            if small > 0 && !word.iter().any(is_vowel) && !short(word) {
                return false;
            }
            rest = &rest[capitals + small..];
        }
        true
    }
}

/// Whether a program in Rust marks its line with an id as socketioxide makes them: `[Xk2m…] hello`, `Xk2m… is gone`. Whether its log is one of connections
/// at all is for the lookout to find.
fn stands_in_front(id: &str, message: &str, logger: &str) -> bool {
    let behind = message.strip_prefix(['[', '(', '<', '#']).unwrap_or(message).strip_prefix(id);
    id.len() == RUSTS && logger.contains("::") && behind.is_some_and(|rest| !rest.is_empty())
}

/// How long socketioxide's ids are.
const RUSTS: usize = 16;

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Fewest characters of a random id that are no small letters.
pub(in crate::grammar) const FEWEST_LARGE: usize = 4;

/// The word in front of an id, in small letters and squeezed: `socketid` of `socket.id=`.
fn name_before(text: &str) -> String {
    let text =
        text.trim_end_matches([' ', ':', '=', '[', '(', '{', '"', '\'', '`', '<', '#', '>', '|']);
    let start = text
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')))
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    squeezed(text.get(start..).unwrap_or_default())
}

fn squeezed(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether one of `pieces` stands in `text`, in any case.
fn speaks(text: &str, pieces: &[String]) -> bool {
    holds(&text.to_ascii_lowercase(), pieces)
}

#[cfg(test)]
mod tests {
    use crate::grammar::Grammar;

    const UUID: &str = "6b0f7a52-3c1d-4e88-9a47-d20f3b1c5e90";
    const RUST: &str = "Xk2mQ9pLr7TzWb5c";

    #[test]
    fn a_program_in_rust_marks_its_lines_with_the_id() {
        let words = &Grammar::load(&[]).unwrap().id_words;
        for text in [format!("[{RUST}] hello alice"), format!("{RUST} is gone")] {
            assert_eq!(words.find(&text, "chat::ws"), Some(RUST), "{text}");
            assert_eq!(words.find(&text, "chat.ws"), None, "{text}");
        }
        for text in [format!("order {RUST} is paid"), RUST.to_owned()] {
            assert_eq!(words.find(&text, "chat::ws"), None, "{text}");
        }
    }

    #[test]
    fn the_word_before_an_id_tells_whose_it_is() {
        let words = &Grammar::load(&[]).unwrap().id_words;
        for (text, want) in [
            (format!("Socket client connected: {UUID}"), Some(UUID)),
            (format!("connection {UUID} refused by the pool"), None),
            (format!("client auth failed, sessionId={UUID}, reason=token expired"), Some(UUID)),
            (format!("challenge failed, SessionID=\"{UUID}\", response empty"), None),
            (format!("Socket.IO connected ns=\"/\" socket.id={RUST}"), Some(RUST)),
            (format!("socket connected: {RUST}"), Some(RUST)),
            (format!("refused client {RUST}: no token"), Some(RUST)),
            (format!("requestId={UUID} client gone"), None),
            (format!("user {UUID} has no client"), None),
            (format!("order {UUID} for client 7 is paid"), None),
            ("client authenticated".to_owned(), None),
            (format!("session {RUST} has expired, sign in"), None),
            (format!("session {RUST}: connection refused"), Some(RUST)),
            (format!("OAuth client {RUST} is not registered"), None),
            (format!("GET /client/{UUID}/x"), None),
            ("socket InternationalizedX".to_owned(), None),
            ("client ApiGatewayHttpIp: no token".to_owned(), None),
            ("client heLqqfHzblOTWyXe: no token".to_owned(), Some("heLqqfHzblOTWyXe")),
        ] {
            assert_eq!(words.find(&text, ""), want, "{text}");
        }
        let handler = "c.e.chat.SocketHandler";
        for text in ["connected {}", "Client connected: {}", "Client[{}] - Connected to chat"] {
            assert_eq!(words.find(&text.replace("{}", UUID), handler), Some(UUID), "{text}");
        }
        assert_eq!(words.find(&format!("connected {UUID}"), "c.e.chat.Database"), None);
        assert_eq!(words.find(&format!("kicked: token expired id={RUST}"), "conn"), Some(RUST));
        assert_eq!(words.find(&format!("kicked: token expired id={RUST}"), "cart"), None);
    }
}
