//! The gist of a sentence about one connection: that it asks, is let in, is refused or ends.
//!
//! Applications word this in a hundred ways with a few dozen stems, which stand in the grammars' `[gist]` tables. A gist is asked for only where the
//! line shows a session's id, for most of these stems are words of everyday. What a refusal *means* is the business of [`super::phrase`].

use super::file::GistFile;

/// What a line about a connection amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gist {
    /// It asks to be let in.
    Asks,
    /// It was let in.
    Admitted,
    /// It was not.
    Refused,
    /// It is over.
    Ended,
    /// About something that is done through the connection, such as joining a room.
    Within,
}

/// The stems, each with a blank in front: a stem stands at the beginning of a word. One that ends with a blank is a whole word.
#[derive(Debug, Default)]
pub(super) struct Gists {
    asks: Vec<String>,
    admits: Vec<String>,
    refuses: Vec<String>,
    ends: Vec<String>,
    within: Vec<String>,
    about: Vec<String>,
}

impl Gists {
    pub(super) fn new<'f>(files: impl Iterator<Item = &'f GistFile>) -> Self {
        let mut all = Self::default();
        for file in files {
            for (stems, more) in [
                (&mut all.asks, &file.asks),
                (&mut all.admits, &file.admits),
                (&mut all.refuses, &file.refuses),
                (&mut all.ends, &file.ends),
                (&mut all.within, &file.within),
                (&mut all.about, &file.about),
            ] {
                stems.extend(more.iter().map(|stem| format!(" {stem}")));
            }
        }
        all
    }

    /// The gist of `sentence`, which shows the session's `id`.
    pub(super) fn of(&self, sentence: &str, id: &str) -> Option<Gist> {
        let words = words(&sentence.replace(id, " "));
        let says = |stems: &[String]| stems.iter().any(|stem| words.contains(stem.as_str()));
        // A refusal is told with words of asking and ending around it: `connection refused`, `not accepted`, `denied and disconnected`.
        if says(&self.within) && !says(&self.about) {
            Some(Gist::Within)
        } else if says(&self.refuses) {
            Some(Gist::Refused)
        } else if says(&self.ends) {
            Some(Gist::Ended)
        } else if says(&self.admits) {
            Some(Gist::Admitted)
        } else if says(&self.asks) {
            Some(Gist::Asks)
        } else {
            None
        }
    }
}

/// The words of `text` in lower case, each between blanks. `ws_denied`, `sock.auth.fail` and `conn-open` are words as well.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 1);
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()) {
        words.push(' ');
        words.extend(word.chars().flat_map(char::to_lowercase));
    }
    words.push(' ');
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammar;

    const ID: &str = "Xk2mQ9pLr7TzWb5cAAAB";

    #[test]
    fn a_sentence_about_a_connection_has_a_gist() {
        let gists = &Grammar::load(&[]).unwrap().gists;
        for (sentence, gist) in [
            ("client {} wants to connect", Some(Gist::Asks)),
            ("incoming {}", Some(Gist::Asks)),
            ("ws_handshake {}", Some(Gist::Asks)),
            ("{} accepted", Some(Gist::Admitted)),
            ("sock.auth.pass {}", Some(Gist::Admitted)),
            ("we let {} in as sam", Some(Gist::Admitted)),
            ("{} not accepted", Some(Gist::Refused)),
            ("we did not let {} in because the moon is full", Some(Gist::Refused)),
            ("turning {} away", Some(Gist::Refused)),
            ("sio.connect; deny {}", Some(Gist::Refused)),
            ("{} disconnected: transport close", Some(Gist::Ended)),
            ("{} tried to join room 'admins': refused", Some(Gist::Within)),
            ("{} has five messages", Some(Gist::Within)),
            ("{} feels well", None),
        ] {
            assert_eq!(gists.of(&sentence.replace("{}", ID), ID), gist, "{sentence}");
        }
    }
}
