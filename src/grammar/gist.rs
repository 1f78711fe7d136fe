//! The gist of a sentence about one connection: that it asks, is let in, is refused or ends.
//!
//! Applications word this in a hundred ways with a few dozen stems, which stand in the grammars' `[gist]` tables. A gist is asked for only where the
//! line shows a session's id, for most of these stems are words of everyday. What a refusal *means* is the business of [`super::phrase`].

use std::borrow::Cow;

use super::file::GistFile;

/// Most words between the verb that refuses a client and its id: `rejecting client ‹id›`.
const NOUNS: usize = 1;

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

/// Words in front of one of admission among which one may take it back: `not yet fully authenticated`.
const AHEAD: usize = 3;

/// Words in front of one of success among which stands what succeeded.
const AROUND: usize = 5;

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

    /// Whether `sentence`, which shows no id, speaks of all connections, of those to come, or of other services' sockets.
    pub(super) fn is_general(&self, sentence: &str) -> bool {
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
    pub(super) fn acts(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.acts.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether it is of somebody who may be there without having proved who it is.
    pub(super) fn is_of_guest(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.guests.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether it is about getting in, and not about something that one does who is in.
    pub(super) fn is_about_connecting(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.about.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether what it says of a connection is said of one to a service: `could not save the order: connection timed out`.
    pub(super) fn is_about_service(&self, sentence: &str) -> bool {
        let mut words = words(sentence);
        for outage in &self.outages {
            words = words.replace(outage.as_str(), " ");
        }
        !self.about.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether it has a word of refusal.
    pub(super) fn refuses(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.refuses.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// Whether it says, without an id, that somebody was let in.
    pub(super) fn vouches(&self, sentence: &str) -> bool {
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
    pub(super) fn plainly_refuses(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.plainly.iter().any(|stem| words.contains(stem.as_str())) && !self.is_within(sentence)
    }

    /// Whether it says that something was wrong.
    pub(super) fn complains(&self, sentence: &str) -> bool {
        let words = words(sentence);
        self.complains.iter().any(|stem| words.contains(stem.as_str()))
    }

    /// What `sentence` gives as the reason for what was told before it, if it says by its first word that it does.
    pub(super) fn because<'s>(&self, sentence: &'s str) -> Option<&'s str> {
        let spoken = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
        let (label, reason) = spoken.split_once([':', '=', ' '])?;
        let label = words(label);
        self.because.contains(&label).then_some(reason)
    }

    /// What `sentence` gives as its reason: `terminated because the user could not be found` speaks of nobody's termination.
    pub(super) fn why<'s>(&self, sentence: &'s str) -> Option<&'s str> {
        self.owing.iter().find_map(|word| sentence.split_once(word.as_str())).map(|(_, why)| why)
    }

    /// Whether it is the very client that is refused, not something that it asks for: the verb stands beside the id. Who is dropped may have been in.
    pub(super) fn refuses_whom(&self, sentence: &str, id: &str) -> bool {
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
        // Tags, and a level of one letter, stand in front.
        let is_label = |token: &&str| {
            token.starts_with('[') && token.ends_with(']')
                || matches!(token.as_bytes(), [b'A'..=b'Z'])
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

/// What a sentence says behind the speaker's name: `[room-service] …`, `lobby: …`.
fn spoken(sentence: &str) -> &str {
    let by_tag = sentence.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let by_name = || {
        let (name, rest) = sentence.split_once(": ")?;
        let is_name =
            name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        is_name.then_some((name, rest))
    };
    by_tag.or_else(by_name).map_or(sentence, |(_, spoken)| spoken)
}

/// The words of `text` in lower case, each between blanks. `ws_denied`, `sock.auth.fail` and `conn-open` are words as well.
fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 1);
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()) {
        words.push(' ');
        words.extend(apart(word).chars().flat_map(char::to_lowercase));
    }
    words.push(' ');
    words
}

/// `text` with a blank between any two characters of which one is an ideograph: Chinese is written without blanks, so each of its characters counts as a word.
pub(super) fn apart(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(is_ideograph) {
        return Cow::Borrowed(text);
    }
    let mut apart = String::with_capacity(2 * text.len());
    let mut before: Option<char> = None;
    for c in text.chars() {
        let joined = |b: char| b.is_alphanumeric() && c.is_alphanumeric();
        if before.is_some_and(|b| joined(b) && (is_ideograph(b) || is_ideograph(c))) {
            apart.push(' ');
        }
        apart.push(c);
        before = Some(c);
    }
    apart.into()
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
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
            ("{} asked to renew its token", Some(Gist::Within)),
            ("{} feels well", None),
            ("auth result for {}: ok=false", Some(Gist::Refused)),
            ("auth result for {}: ok=true", Some(Gist::Admitted)),
            ("[sock] + {} (bob)", Some(Gist::Admitted)),
            ("- {} (bob)", Some(Gist::Ended)),
            ("bob - {}", None),
            ("[sock] + {}", None),
            ("[on_connect] {} cookies=[] user=None -> False", Some(Gist::Refused)),
            ("[on_connect] {} user=bob -> True", Some(Gist::Admitted)),
            ("auth middleware: socket {} => next()", Some(Gist::Admitted)),
            ("{} is_admin -> False", None),
            ("connection {}", Some(Gist::Admitted)),
            ("new connection {}", Some(Gist::Asks)),
            ("token of {} expires in 60s", Some(Gist::Within)),
            ("alice may not use the trading channel, kicking {}", Some(Gist::Refused)),
            (">> hello {} user=bob", Some(Gist::Admitted)),
            ("{} belongs to user #17, joining room user_17", Some(Gist::Admitted)),
            ("token of {} fine, hello bob", Some(Gist::Asks)),
            ("lobby: socket {} up for user 3", Some(Gist::Admitted)),
            ("join denied for {} (not a member), disconnecting", Some(Gist::Refused)),
            ("Verbindung {} wird abgelehnt", Some(Gist::Refused)),
            ("nouvelle connexion de 192.0.2.1 ({})", Some(Gist::Asks)),
            ("{} aceptada: usuario ana", Some(Gist::Admitted)),
            ("用户认证失败 {}", Some(Gist::Refused)),
            ("新连接{}", Some(Gist::Asks)),
        ] {
            assert_eq!(gists.of(&sentence.replace("{}", ID), ID), gist, "{sentence}");
        }
    }

    #[test]
    fn it_is_the_client_that_is_refused_where_the_verb_stands_beside_its_id() {
        let gists = &Grammar::load(&[]).unwrap().gists;
        for (sentence, whom) in [
            ("socket {} refused: scope too small", true),
            ("refusing client {}", true),
            ("{} was refused, seat taken", true),
            ("[gate] {} -> DENY (QUOTA)", true),
            ("{} asked for the list of prices and was denied", false),
            ("client {} dropped", false),
            ("{} move rejected: not your turn", false),
        ] {
            assert_eq!(gists.refuses_whom(&sentence.replace("{}", ID), ID), whom, "{sentence}");
        }
    }

    #[test]
    fn a_line_may_begin_by_saying_that_it_gives_a_reason() {
        let gists = &Grammar::load(&[]).unwrap().gists;
        for (line, reason) in [
            ("  reason: jwt expired", Some(" jwt expired")),
            ("- cause=no token", Some("no token")),
            ("reasonable: yes", None),
            ("no reason: none", None),
        ] {
            assert_eq!(gists.because(line), reason, "{line}");
        }
    }

    #[test]
    fn some_words_of_admission_need_no_id() {
        let gists = &Grammar::load(&[]).unwrap().gists;
        for (sentence, vouches) in [
            ("socket authenticated for bob", true),
            ("alice signed in over socket", true),
            ("handshake from 198.51.100.4 succeeded user=sam", true),
            ("ws session established", true),
            ("socket is not yet authenticated", false),
            ("waiting for the socket to be authenticated", false),
            ("socket authenticated, then closed", false),
            ("message of an authenticated socket", false),
            ("redis socket authenticated", false),
            ("socket authentication failed", false),
            ("a user connected", false),
        ] {
            assert_eq!(gists.vouches(sentence), vouches, "{sentence}");
        }
    }

    #[test]
    fn what_is_said_of_all_or_of_other_services_is_nobodys_refusal() {
        let gists = &Grammar::load(&[]).unwrap().gists;
        for general in [
            "socket gateway ready, unauthorized peers will be dropped",
            "refused 3 sockets per minute",
            "postgres: password authentication failed on the unix socket",
            "socket came without a token, falling back to the session",
        ] {
            assert!(gists.is_general(general), "{general}");
        }
        for one in [
            "sockets: handshake refused, no token",
            "socket auth failed: jwt expired",
            "socket denied, too many connections from 203.0.113.77",
        ] {
            assert!(!gists.is_general(one), "{one}");
        }
    }
}
