//! Lines that speak of Socket.IO and that no grammar knew: what was not understood is output, not silence.

use std::sync::LazyLock;

use memchr::memmem;

use crate::envelope::Peeled;

/// Longest template that is kept, in bytes.
const LONGEST: usize = 200;

/// Whether a line is about Socket.IO by its own words.
pub(super) fn speaks_of_socketio(peeled: &Peeled<'_>) -> bool {
    // Searched for first, with a searcher that is built once: hardly a line gets farther.
    static STEMS: LazyLock<[memmem::Finder<'static>; 2]> =
        LazyLock::new(|| ["ocket", "ngine"].map(memmem::Finder::new));
    [peeled.message.as_ref(), peeled.logger.as_deref().unwrap_or_default()].into_iter().any(
        |text| {
            STEMS.iter().any(|stem| stem.find(text.as_bytes()).is_some())
                && [
                    "socketio",
                    "socket.io",
                    "SocketIO",
                    "Socket.IO",
                    "engineio",
                    "engine.io",
                    "EngineIO",
                    "Engine.IO",
                ]
                .iter()
                .any(|word| memmem::find(text.as_bytes(), word.as_bytes()).is_some())
        },
    )
}

/// The line with its variable parts taken out: digits, ids and everything quoted. Holds no secret: what is long and unbroken is taken out whole.
pub fn template(message: &str) -> String {
    let mut out = String::new();
    for word in message.split_inclusive(char::is_whitespace) {
        if out.len() > LONGEST {
            out.push('…');
            break;
        }
        let bare = word.trim_end();
        let plain = bare.chars().all(|c| !c.is_ascii_digit())
            && bare.len() <= 24
            && !bare.contains(['=', '"', '\'', '@']);
        if plain {
            out.extend(word.chars().filter(|c| !c.is_control()));
        } else {
            let stem: String = bare
                .chars()
                .take_while(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '(' | '[' | '.'))
                .take(16)
                .collect();
            out.push_str(if stem.len() < bare.len() / 2 || stem.len() > 12 { "" } else { &stem });
            out.push('*');
            if word.len() > bare.len() {
                out.push(' ');
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_keeps_words_and_drops_values() {
        assert_eq!(
            template("session Xk2mQ9pLr7TzWb5cAAAB moved to room 12"),
            "session * moved to room *"
        );
        assert!(!template("token eyJhbGciOiJIUzI1NiJ9.e30.c2ln refused").contains("eyJ"));
    }
}
