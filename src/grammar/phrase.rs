//! What sentences mean: one table of all phrases of all grammars.
//!
//! A phrase is a sentence, or parts of one with ` … ` between them. It is found anywhere in a text and without
//! regard to ASCII case. A particular meaning wins over a vague one (`unauthorized: jwt expired`), and among equals the longest phrase, so that
//! `Token is missing the "aud" claim` is not taken for `token … missing`.

use super::{
    file::PhraseFile, grams::Grams, names::Names, remembered::Remembered, sockets::SocketNames,
    topic::Topics,
};
use crate::event::Reason;

/// What may stand between two parts of a phrase.
const GAP: &str = "…";

/// Farthest that two parts of a phrase may stand apart, in bytes: a sentence, not a page.
const WIDEST_GAP: usize = 120;

/// What a gap takes from the weight of a phrase.
const GAP_COST: usize = 4;

/// All phrases.
#[derive(Debug)]
pub(super) struct Phrases {
    all: Vec<Phrase>,
    /// Finds first parts; `owners[i]` are the phrases that begin with part `i`.
    first: Grams,
    owners: Vec<Vec<usize>>,
    /// Finds the names of programs that check whether a server is there.
    agents: Grams,
    /// Names that mean something.
    names: Names,
    /// What refusals in other words are about.
    topics: Topics,
    /// What refusals meant that were read before.
    refusals: Remembered<Option<Reason>>,
}

#[derive(Debug)]
struct Phrase {
    /// The parts after the first one, in lower case.
    rest: Vec<String>,
    /// Whether it must end where a word ends.
    whole: bool,
    /// The clause that it must be, in this very case.
    clause: Option<Box<str>>,
    /// Whether only a library has these words.
    of_library: bool,
    /// Whether it says what failed and not why.
    general: bool,
    /// Bytes of all its parts, less something for each gap: what it is ranked by.
    weight: usize,
    reason: Reason,
}

impl Phrase {
    /// How little it says: one that tells what failed less than any that tells why, and more than that something was refused.
    fn vagueness(&self) -> u8 {
        2 * self.reason.vagueness() + if self.general { 3 } else { 0 }
    }
}

impl Phrases {
    /// Builds the table. Phrases of one text and several reasons: the first is kept.
    pub(super) fn new<'a>(files: impl Iterator<Item = &'a PhraseFile>, names: Names) -> Self {
        let mut phrases = Vec::new();
        let mut firsts: Vec<String> = Vec::new();
        let mut owners: Vec<Vec<usize>> = Vec::new();
        let mut index = rustc_hash::FxHashMap::default();
        for file in files {
            let mut parts = file
                .says
                .split(GAP)
                .map(|p| p.trim().to_ascii_lowercase())
                .filter(|p| !p.is_empty());
            let Some(first) = parts.next() else { continue };
            let rest: Vec<String> = parts.collect();
            // What stands in the gap may be of another matter: `session x: jwt expired` is no session that expired.
            let all = first.len() + rest.iter().map(String::len).sum::<usize>();
            let weight = all.saturating_sub(GAP_COST * rest.len());
            let owner = *index.entry(first.clone()).or_insert_with(|| {
                firsts.push(first);
                owners.push(Vec::new());
                owners.len() - 1
            });
            owners[owner].push(phrases.len());
            let clause = file.clause.then(|| file.says.as_str().into());
            let PhraseFile { whole, of_library, general, reason, .. } = *file;
            phrases.push(Phrase { rest, whole, clause, of_library, general, weight, reason });
        }
        let first = Grams::new(firsts.iter().map(String::as_str), true);
        let agents = Grams::new(names.foreign_agents.iter().map(String::as_str), false);
        Self {
            all: phrases,
            first,
            owners,
            agents,
            names,
            topics: Topics::default(),
            refusals: Remembered::default(),
        }
    }

    /// The same with what refusals in other words are about.
    pub(super) fn with_topics(self, topics: Topics) -> Self {
        Self { topics, refusals: Remembered::default(), ..self }
    }

    /// Names that mean something.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// The short words for a socket.
    pub(super) fn sockets(&self) -> &SocketNames {
        &self.names.sockets
    }

    /// Whether a user agent is a health check's.
    pub(super) fn is_foreign_agent(&self, agent: &str) -> bool {
        let mut foreign = false;
        self.agents.each(agent, |_| foreign = true);
        foreign
    }

    /// What `text` means, by its longest phrase.
    pub(super) fn meaning(&self, text: &str) -> Option<Reason> {
        self.best(text).map(|p| p.reason)
    }

    /// What `text`, which tells of a refusal, means: a particular phrase knows best, then what it is about, then a vague phrase.
    pub(super) fn of_refusal(&self, text: &str) -> Option<Reason> {
        // A program has a handful of refusals, and says them again and again.
        self.refusals.of(text, |text| self.of_new_refusal(text))
    }

    fn of_new_refusal(&self, text: &str) -> Option<Reason> {
        let best = self.best(text);
        let told = best.map(|p| p.reason);
        let general = best.is_some_and(|p| p.general);
        // That nobody answered is what became of a call; whom it was for tells more.
        // So is it with what is not allowed: an audience, an algorithm.
        let open = |reason: Reason| {
            reason.is_vague() || matches!(reason, Reason::Unreachable | Reason::Forbidden)
        };
        if !general && told.is_some_and(|reason| !open(reason)) {
            let refined = told.filter(|told| may_be_refined(*told)).and_then(|told| {
                let topic = self.topic(text)?;
                refines(topic, told).then_some(topic)
            });
            return refined.or(told);
        }
        // Nobody is told by it that it came too often.
        let whom = |reason: &Reason| {
            told != Some(Reason::Unreachable)
                || matches!(
                    reason,
                    Reason::TokenKey | Reason::SessionStoreDown | Reason::BackendDown
                )
        };
        // A key that lacks a scope is there.
        let whom = |reason: &Reason| {
            whom(reason) && !(told == Some(Reason::Forbidden) && *reason == Reason::TokenMissing)
        };
        self.topic(text).filter(whom).or_else(|| self.code(text)).or(told)
    }

    /// As [`Self::of_refusal`] of a server's own line, whose codes (`NO_TOKEN`) are read as the words that they are made of. One that is sent to clients
    /// stands for several reasons as often as not.
    pub(super) fn of_own_refusal(&self, text: &str) -> Option<Reason> {
        let told = self.of_refusal(text);
        if told.is_none_or(Reason::is_vague) { self.of_code(text).or(told) } else { told }
    }

    fn of_code(&self, text: &str) -> Option<Reason> {
        let joins =
            |w: &[u8]| w[1] == b'_' && w[0].is_ascii_alphabetic() && w[2].is_ascii_alphabetic();
        let spelt = text.as_bytes().windows(3).any(joins).then(|| text.replace('_', " "))?;
        self.meaning(&spelt).filter(|reason| !reason.is_vague())
    }

    /// What `text` is about, if it tells of a refusal.
    pub(super) fn topic(&self, text: &str) -> Option<Reason> {
        self.topics.meaning(text)
    }

    /// What `text`, which tells of a refusal, gives as its reason in a word.
    pub(super) fn code(&self, text: &str) -> Option<Reason> {
        self.topics.code(text)
    }

    /// Every meaning that `text` could have, the best first; for the reverse look-up of `explain`.
    pub(super) fn meanings(&self, text: &str) -> Vec<Reason> {
        let mut hits = Vec::new();
        self.hits(text, |at, phrase| hits.push((at, phrase)));
        hits.sort_by_key(|(at, _)| *at);
        let mut hits: Vec<&Phrase> = hits.into_iter().map(|(_, phrase)| phrase).collect();
        hits.sort_by_key(|p| (p.vagueness(), std::cmp::Reverse(p.weight)));
        let mut reasons = Vec::new();
        for hit in hits {
            if !reasons.contains(&hit.reason) {
                reasons.push(hit.reason);
            }
        }
        reasons
    }

    /// Whether `text` gives its reason in words that only a library has.
    pub(super) fn is_librarys(&self, text: &str) -> bool {
        self.best(text).is_some_and(|p| p.of_library)
    }

    fn best(&self, text: &str) -> Option<&Phrase> {
        let rank =
            |p: &Phrase| (std::cmp::Reverse(p.vagueness()), p.weight, std::cmp::Reverse(p.reason));
        let mut best = None;
        self.hits(text, |_, phrase| {
            if best.is_none_or(|b| rank(phrase) > rank(b)) {
                best = Some(phrase);
            }
        });
        best
    }

    /// Calls `found` with every phrase in `text`, and where its first part ends and begins.
    fn hits<'p>(&'p self, text: &str, mut found: impl FnMut((usize, usize), &'p Phrase)) {
        self.first.each(text, |hit| {
            if !whole_word(text, hit.start) {
                return;
            }
            for phrase in self.owners[hit.literal].iter().map(|&i| &self.all[i]) {
                let end = follows(text, hit.end, &phrase.rest);
                let stands = |clause: &str| is_clause(text, hit.start, clause);
                if end.is_some_and(|end| !phrase.whole || ends_word(text, end))
                    && !end.is_some_and(|end| self.takes_back(text, end, phrase))
                    && phrase.clause.as_deref().is_none_or(stands)
                {
                    found((hit.end, hit.start), phrase);
                }
            }
        });
    }
}

impl Phrases {
    /// Whether the last part of `phrase`, which ends at `end`, is taken back by the word in front of it: `token is not expired`.
    fn takes_back(&self, text: &str, end: usize, phrase: &Phrase) -> bool {
        let Some(last) = phrase.rest.last() else { return false };
        text.get(..end - last.len()).is_some_and(|before| self.names.denials.end(before))
    }
}

/// Whether a word begins at `start`: `unauthorized` must not be found as `authorized`.
fn whole_word(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes();
    start == 0 || !(bytes[start - 1].is_ascii_alphanumeric() && bytes[start].is_ascii_lowercase())
}

/// Whether `clause` stands at `start`, between signs or at an end of `text` on either side.
fn is_clause(text: &str, start: usize, clause: &str) -> bool {
    let Some(behind) = text[start..].strip_prefix(clause) else { return false };
    let before = text[..start].trim_end();
    before.bytes().last().is_none_or(|b| b":=-|>(\"'[{,;".contains(&b))
        && behind.bytes().next().is_none_or(|b| b"\"'`)]},;".contains(&b))
}

/// Whether a word ends at `end`, and no colon or bracket behind it makes it the name of a class.
fn ends_word(text: &str, end: usize) -> bool {
    !text.as_bytes().get(end).is_some_and(|b| b.is_ascii_alphanumeric() || b"_:(".contains(b))
}

/// Where `rest`, which stands in `text` from `from` on, part after part, ends.
fn follows(text: &str, mut from: usize, rest: &[String]) -> Option<usize> {
    for part in rest {
        let window = &text.as_bytes()[from..text.len().min(from + WIDEST_GAP + part.len())];
        let at =
            window.windows(part.len()).position(|w| w.eq_ignore_ascii_case(part.as_bytes()))?;
        from += at + part.len();
    }
    Some(from)
}

/// Whether what a refusal is about may tell more than such a sentence in it.
fn may_be_refined(told: Reason) -> bool {
    matches!(told, Reason::TokenSignature | Reason::UserUnknown | Reason::Timeout)
}

/// Whether `topic` is what `told` means where it is said of that very thing: a cookie is signed as well as a token, a session may name a user who is gone, and a
/// service that was asked may be late.
fn refines(topic: Reason, told: Reason) -> bool {
    matches!(
        (told, topic),
        (Reason::TokenSignature, Reason::SessionCookieBad)
            | (Reason::UserUnknown, Reason::SessionUserUnknown)
            | (Reason::Timeout, Reason::BackendDown | Reason::SessionStoreDown | Reason::TokenKey)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(table: &[(&str, Reason)]) -> Phrases {
        let files: Vec<PhraseFile> = table
            .iter()
            .map(|(says, reason)| PhraseFile {
                says: (*says).into(),
                whole: false,
                clause: false,
                of_library: false,
                general: false,
                reason: *reason,
            })
            .collect();
        Phrases::new(files.iter(), Names::default())
    }

    #[test]
    fn a_whole_phrase_is_no_beginning_of_a_class_name() {
        let file = PhraseFile {
            says: "InvalidToken".into(),
            whole: true,
            clause: false,
            of_library: false,
            general: false,
            reason: Reason::TokenMalformed,
        };
        let phrases = Phrases::new([file].iter(), Names::default());
        for (text, found) in [
            ("auth failed error=InvalidToken", true),
            ("refused (InvalidToken)", true),
            ("InvalidTokenError: no", false),
            ("exceptions.InvalidToken: Token is invalid", false),
        ] {
            assert_eq!(phrases.meaning(text).is_some(), found, "{text}");
        }
    }

    #[test]
    fn the_longest_phrase_gives_the_meaning() {
        let phrases = phrases(&[
            ("token … missing", Reason::TokenMissing),
            ("Token is missing the … claim", Reason::TokenClaim),
            ("authorized", Reason::Refused),
            ("user … does not exist", Reason::UserUnknown),
            ("session … expired", Reason::SessionExpired),
            ("jwt expired", Reason::TokenExpired),
        ]);
        for (text, meaning) in [
            ("Token is missing the \"aud\" claim", Some(Reason::TokenClaim)),
            ("TOKEN was missing", Some(Reason::TokenMissing)),
            ("session 7: jwt expired", Some(Reason::TokenExpired)),
            ("session 7 has expired", Some(Reason::SessionExpired)),
            ("connection refused: user 12 does not exist", Some(Reason::UserUnknown)),
            ("unauthorized", None),
            ("all is well", None),
        ] {
            assert_eq!(phrases.meaning(text), meaning, "{text}");
        }
    }

    #[test]
    fn a_clause_stands_by_itself_and_is_spelt_as_the_library_spells_it() {
        let file = PhraseFile {
            says: "invalid token".into(),
            whole: false,
            clause: true,
            of_library: false,
            general: false,
            reason: Reason::TokenUnreadable,
        };
        let phrases = Phrases::new([file].iter(), Names::default());
        for (text, found) in [
            ("invalid token", true),
            ("auth failed: invalid token", true),
            ("{\"message\":\"invalid token\"}", true),
            ("Invalid token", false),
            ("invalid token from 203.0.113.7", false),
            ("refused an invalid token", false),
        ] {
            assert_eq!(phrases.meaning(text).is_some(), found, "{text}");
        }
    }
}
