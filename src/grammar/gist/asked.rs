//! What else is asked of a sentence about a connection than its gist: whose it is, why, and whether it means anybody at all.

use super::{Gists, words::words};

/// Most words between the verb that refuses a client and its id: `rejecting client ‹id›`.
const NOUNS: usize = 1;

/// Words in front of one of admission among which one may take it back: `not yet fully authenticated`.
const AHEAD: usize = 3;

/// Words in front of one of success among which stands what succeeded.
const AROUND: usize = 5;

impl Gists {
    /// Whether `sentence`, which shows no id, speaks of all connections, of those to come, or of other services' sockets.
    pub(in crate::grammar) fn is_general(&self, sentence: &str) -> bool {
        let mut words = words(sentence);
        for crowd in &self.crowds {
            if words.contains(crowd.as_str()) {
                words = words.replace(crowd.as_str(), " ");
            }
        }
        // The first word may be the logger's name, and `sockets` speaks of all only in a sentence.
        let behind = words.trim_start().find(' ').map_or("", |end| &words[end + 1..]);
        let says = |stems: &[String]| stems.iter().any(|stem| behind.contains(stem.as_str()));
        // Two words are a kind of socket wherever they stand; one is a service, and speaks in front.
        let elsewhere = |stem: &String| {
            if stem.trim().contains(' ') {
                words.contains(stem.as_str())
            } else {
                words.starts_with(stem.as_str())
            }
        };
        says(&self.general)
            || says(&self.goes_on) && !says(&self.refuses)
            || self.elsewhere.iter().any(elsewhere)
    }

    /// Whether it is the server who ended it.
    pub(in crate::grammar) fn acts(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.acts.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether that is done to the connection of `id`, which stands for it: `closing ‹id›`.
    pub(in crate::grammar) fn acts_on(&self, sentence: &str, id: &str) -> bool {
        self.acts(&sentence.replace(id, "connection"))
    }

    /// Whether it is of somebody who may be there without having proved who it is.
    pub(in crate::grammar) fn is_of_guest(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.guests.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether it is about getting in, and not about something that one does who is in.
    pub(in crate::grammar) fn is_about_connecting(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.about.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether what it says of a connection is said of one to a service: `could not save the order: connection timed out`.
    pub(in crate::grammar) fn is_about_service(&self, sentence: &str) -> bool {
        let mut words = words(sentence);
        for outage in &self.outages {
            words = words.replace(outage.as_str(), " ");
        }
        !self.about.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether it has a word of refusal.
    pub(in crate::grammar) fn refuses(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.refuses.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether it says, without an id, that somebody was let in.
    pub(in crate::grammar) fn vouches(&self, sentence: &str) -> bool {
        let words = words(sentence);
        let says = |stems: &[String]| stems.iter().any(|stem| words.contains(stem.as_str()));
        let taken_back = |at: usize| {
            let mut ahead = words[..at].rsplit(' ').take(AHEAD);
            ahead.any(|word| self.unsettled.iter().any(|no| no.trim() == word))
        };
        let said =
            |stem: &String| words.match_indices(stem.as_str()).any(|(at, _)| !taken_back(at));
        // `handshake of bob succeeded`: what was proved stands a few words in front.
        let proved = |stem: &String| {
            words.match_indices(stem.as_str()).any(|(at, _)| {
                let start = words[..at].rmatch_indices(' ').nth(AROUND).map_or(0, |(at, _)| at);
                let near = format!("{} ", &words[start..at]);
                !taken_back(at) && self.proofs.iter().any(|proof| near.contains(proof.as_str()))
            })
        };
        let against = [&self.refuses, &self.complains, &self.ends, &self.goes_on, &self.elsewhere];
        (self.vouches.iter().any(said) || self.passes.iter().any(proved))
            && !against.into_iter().any(|stems| says(stems))
            && !self.is_within(sentence)
    }

    /// Whether it says, without an id and without a reason, that somebody was refused.
    pub(in crate::grammar) fn plainly_refuses(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.plainly.iter().any(|stem| words.contains(stem.as_str())) && !self.is_within(sentence)
    }

    /// Whether it says that something was wrong.
    pub(in crate::grammar) fn complains(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.complains.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// What `sentence` gives as the reason for what was told before it, if it says by its first word that it does.
    pub(in crate::grammar) fn because<'s>(&self, sentence: &'s str) -> Option<&'s str> {
        let spoken = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
        let (label, reason) = spoken.split_once([':', '=', ' '])?;
        let label = words(label);
        self.because.contains(&label).then_some(reason)
    }

    /// What `sentence` gives as its reason: `terminated because the user could not be found` speaks of nobody's termination.
    pub(in crate::grammar) fn why<'s>(&self, sentence: &'s str) -> Option<&'s str> {
        self.owing.iter().find_map(|word| sentence.split_once(word.as_str())).map(|(_, why)| why)
    }

    /// Whether it is the very client that is refused, not something that it asks for: the verb stands beside the id. Who is dropped may have been in.
    pub(in crate::grammar) fn refuses_whom(&self, sentence: &str, id: &str) -> bool {
        let Some((before, behind)) = sentence.split_once(id) else { return false };
        let (before, behind) = (words(before), words(behind));
        self.refuses.iter().filter(|stem| !self.acts.contains(stem)).any(|stem| {
            let stem = stem.trim_end();
            // `‹id› was refused`; what stands between otherwise is what was refused.
            let verb = behind.find(stem).map(|at| behind[..at].split_whitespace());
            let bare = |word: &str| self.auxiliaries.iter().any(|other| other.trim() == word);
            // `refusing client ‹id›`
            let object =
                before.rfind(stem).and_then(|at| before[at + stem.len()..].split_once(' '));
            verb.is_some_and(|mut between| between.all(bare))
                || object.is_some_and(|(_, nouns)| nouns.split_whitespace().count() <= NOUNS)
        })
    }
}
