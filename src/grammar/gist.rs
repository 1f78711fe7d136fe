//! The gist of a sentence about one connection: that it asks, is let in, is refused or ends.
//!
//! Applications word this in a hundred ways with a few dozen stems, which stand in the grammars' `[gist]` tables. A gist is asked for only where the
//! line shows a session's id, for most of these stems are words of everyday. What a refusal *means* is the business of [`super::phrase`].

mod asked;
#[cfg(test)]
mod tests;
mod words;

pub(super) use words::apart;

use self::words::{spoken, words};
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
    acts: Vec<String>,
    goes_on: Vec<String>,
    guests: Vec<String>,
    complains: Vec<String>,
    general: Vec<String>,
    elsewhere: Vec<String>,
    outages: Vec<String>,
    because: Vec<String>,
    auxiliaries: Vec<String>,
    owing: Vec<String>,
    vouches: Vec<String>,
    proofs: Vec<String>,
    passes: Vec<String>,
    labels: Vec<String>,
    signs: [Vec<String>; 3],
    endings: [Vec<String>; 2],
    events: Vec<String>,
    greets: Vec<String>,
    greeted: Vec<String>,
    crowds: Vec<String>,
    unsettled: Vec<String>,
    plainly: Vec<String>,
    barred: Vec<String>,
    away: Vec<String>,
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
                (&mut all.acts, &file.acts),
                (&mut all.goes_on, &file.goes_on),
                (&mut all.guests, &file.guests),
                (&mut all.complains, &file.complains),
                (&mut all.general, &file.general),
                (&mut all.elsewhere, &file.elsewhere),
                (&mut all.outages, &file.outages),
                (&mut all.because, &file.because),
                (&mut all.auxiliaries, &file.auxiliaries),
                (&mut all.vouches, &file.vouches),
                (&mut all.proofs, &file.proofs),
                (&mut all.passes, &file.passes),
                (&mut all.events, &file.events),
                (&mut all.greets, &file.greets),
                (&mut all.greeted, &file.greeted),
                (&mut all.crowds, &file.crowds),
                (&mut all.unsettled, &file.unsettled),
                (&mut all.plainly, &file.plainly),
                (&mut all.barred, &file.barred),
                (&mut all.away, &file.away),
            ] {
                stems.extend(more.iter().map(|stem| format!(" {}", apart(stem))));
            }
            all.owing.extend(file.owing.iter().cloned());
            all.labels.extend(file.labels.iter().cloned());
            let endings = [&file.ends_in, &file.ends_no];
            for (endings, more) in all.endings.iter_mut().zip(endings) {
                endings.extend(more.iter().cloned());
            }
            let signs = [&file.sign_in, &file.sign_no, &file.sign_out];
            for (signs, more) in all.signs.iter_mut().zip(signs) {
                signs.extend(more.iter().cloned());
            }
        }
        all
    }

    /// Whether it is about something that one does who is in.
    fn is_within(&self, sentence: &str) -> bool {
        let words = words(spoken(sentence));
        self.within.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// The gist by how a line ends that is about connecting: `on_connect ‹id› user=bob -> True`.
    fn by_ending(&self, sentence: &str, words: &str) -> Option<Gist> {
        let end = sentence.trim_end_matches([' ', '.', ';', ')']);
        // `next()` ends with what was cut.
        let end = sentence.get(..end.len() + 1).filter(|s| s.ends_with("()")).unwrap_or(end);
        let ends = |endings: &[String]| {
            endings.iter().any(|ending| {
                let start = end.len().checked_sub(ending.len());
                start
                    .and_then(|start| end.as_bytes().get(start..))
                    .is_some_and(|tail| tail.eq_ignore_ascii_case(ending.as_bytes()))
            })
        };
        let [ins, nos] = &self.endings;
        let gist = if ends(ins) {
            Gist::Admitted
        } else if ends(nos) {
            Gist::Refused
        } else {
            return None;
        };
        let speaks = |stems: &[String]| stems.iter().any(|stem| words.contains(stem.as_str()));
        (speaks(&self.asks) || speaks(&self.about)).then_some(gist)
    }

    /// Whether somebody is greeted by name: `hello ‹id› user=bob`.
    fn greets_one(&self, words: &str) -> bool {
        self.greets.iter().any(|greeting| {
            words.find(greeting.as_str()).is_some_and(|at| {
                let behind = &words[at + greeting.len() - 1..];
                self.greeted.iter().any(|name| behind.contains(name.as_str()))
            })
        })
    }

    /// The gist by the sign that a sentence begins with, which goes on after it: `+ ‹id› (bob)`. The sign alone may mean that somebody came.
    fn by_sign(&self, sentence: &str, id: &str) -> Option<Gist> {
        let is_word = |token: &&str| token.contains(char::is_alphanumeric);
        // Tags, a level of one letter, and a short word for a socket stand in front.
        let is_label = |token: &&str| {
            token.starts_with('[') && token.ends_with(']')
                || matches!(token.as_bytes(), [b'A'..=b'Z'])
                || self.labels.iter().any(|label| label == token)
        };
        let mut tokens = spoken(sentence).split_whitespace().skip_while(is_label);
        let first = tokens.next()?.trim_end_matches('\u{fe0f}');
        if !tokens.any(|token| is_word(&token) && !token.contains(id)) {
            return None;
        }
        let gists = [Gist::Admitted, Gist::Refused, Gist::Ended];
        let mut signs = self.signs.iter().zip(gists);
        signs.find(|(signs, _)| signs.iter().any(|sign| sign == first)).map(|(_, gist)| gist)
    }

    /// The gist of `sentence`, which shows the session's `id`.
    pub(super) fn of(&self, sentence: &str, id: &str) -> Option<Gist> {
        self.of_words(&sentence.replace(id, " ")).or_else(|| self.by_sign(sentence, id))
    }

    /// The gist of a sentence that shows no id.
    pub(super) fn of_words(&self, sentence: &str) -> Option<Gist> {
        let words = words(sentence);
        let says = |stems: &[String]| stems.iter().any(|stem| words.contains(stem.as_str()));
        // Who is sent away because of it is not allowed to be there at all.
        if says(&self.away) && says(&self.barred) {
            Some(Gist::Refused)
        // A refusal is told with words of asking and ending around it: `connection refused`, `not accepted`, `denied and disconnected`.
        } else if says(&self.within) && !says(&self.about) && self.is_within(sentence)
            || says(&self.goes_on) && !says(&self.refuses)
        {
            Some(Gist::Within)
        } else if let Some(gist) = self.by_ending(sentence, &words) {
            Some(gist)
        } else if says(&self.refuses) {
            Some(Gist::Refused)
        } else if says(&self.ends) {
            Some(Gist::Ended)
        } else if says(&self.admits)
            || self.greets_one(&words)
            || self.events.iter().any(|event| event == words.trim_end())
        {
            Some(Gist::Admitted)
        } else if says(&self.asks) {
            Some(Gist::Asks)
        } else {
            None
        }
    }
}
