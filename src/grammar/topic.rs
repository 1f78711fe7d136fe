//! What a complaint is about, and what is wrong with it: the meaning of refusals in words that no phrase foresaw.
//!
//! Applications word a refusal each in their own way, but they name what they looked at (`token`, `ticket`, `role` …) and what was wrong with it (`ran out`,
//! `never issued`, `lacks` …) with a few dozen stems, close together. A row of the grammars' `[[topic]]` tables pairs the two. Asked only of a sentence
//! that is known to tell of a refusal, and only where no phrase ([`super::phrase`]) knew it better.

use std::ops::Range;

use super::{
    code::Codes,
    denial::Denials,
    file::{GrammarFile, TopicFile},
    gist::apart,
};
use crate::event::Reason;

/// Farthest that the two may stand apart, in words.
const APART: usize = 7;

/// What counts as their distance where the one holds the other.
const AROUND: usize = 2;

/// Shorter parts of a stem are whole words, in bytes.
const SHORT: usize = 3;

/// What stands in front of a stem that counts behind only.
const BEHIND: &str = "> ";

/// All rows, and how sentences are read for them.
#[derive(Debug, Default)]
pub(super) struct Topics {
    /// In the order of their files: the first wins where two fit as closely.
    rows: Vec<Topic>,
    codes: Codes,
    words: Words,
}

/// What makes words of a sentence other than they stand.
#[derive(Debug, Default)]
struct Words {
    /// Articles that are written together with their noun.
    elisions: Vec<String>,
    /// What takes back the word behind it.
    denials: Denials,
}

#[derive(Debug)]
struct Topic {
    of: Stems,
    is: Stems,
    /// Counts behind it only.
    is_behind: Stems,
    reason: Reason,
}

/// Stems, each of one or several words. They lie in one text, one behind the other: thousands of them are laid each time the program starts.
#[derive(Debug)]
struct Stems {
    text: String,
    /// Where each stands in the text.
    all: Vec<Range<usize>>,
    /// How they begin, a bit for each letter: most words of a sentence begin otherwise than every stem.
    initials: u32,
}

impl Topics {
    /// Those of all `files`.
    pub(super) fn of(files: &[GrammarFile]) -> Self {
        let words = Words {
            elisions: files.iter().flat_map(|f| &f.sentence.elisions).cloned().collect(),
            denials: Denials::of(files),
        };
        let row = |file: &TopicFile| {
            let (behind, is): (Vec<_>, Vec<_>) =
                file.is.iter().partition(|stem| stem.starts_with(BEHIND));
            let behind = behind.into_iter().map(|stem| &stem[BEHIND.len()..]);
            Topic {
                of: Stems::new(file.of.iter().map(String::as_str), &words),
                is: Stems::new(is.into_iter().map(String::as_str), &words),
                is_behind: Stems::new(behind, &words),
                reason: file.reason,
            }
        };
        Self {
            rows: files.iter().flat_map(|f| &f.topic).map(row).collect(),
            codes: Codes::of(files),
            words,
        }
    }

    /// What `sentence`, which tells of a refusal, means.
    pub(super) fn meaning(&self, sentence: &str) -> Option<Reason> {
        let sentence = self.words.of(sentence);
        // That a token is invalid is true of every fault that a token may have.
        let found = self.rows.iter().filter_map(|topic| {
            let apart = topic.apart(&sentence, &self.words)?;
            Some(((topic.reason.vagueness(), apart), topic.reason))
        });
        // The first of equals.
        found.min_by_key(|(rank, _)| *rank).map(|(_, reason)| reason)
    }
}

impl Topics {
    /// What `sentence`, which tells of a refusal, gives as its reason in a word.
    pub(super) fn code(&self, sentence: &str) -> Option<Reason> {
        self.codes.meaning(sentence, |clause| self.words.of(clause))
    }
}

impl Topic {
    /// How far apart the two stand at their nearest.
    fn apart(&self, sentence: &[String], words: &Words) -> Option<usize> {
        let places = |stems: &Stems| stems.places(sentence, words);
        let of = places(&self.of);
        if of.is_empty() {
            return None;
        }
        let is = places(&self.is);
        let is_behind = places(&self.is_behind);
        of.iter()
            .flat_map(|&(from, to)| {
                let behind =
                    is.iter().chain(&is_behind).filter_map(move |(start, _)| start.checked_sub(to));
                let in_front = is.iter().filter_map(move |(_, end)| from.checked_sub(*end));
                // `no user` names whom it is about itself.
                let around = move |(start, end): &&(usize, usize)| {
                    *start < to && from < *end && end - start > to - from
                };
                behind.chain(in_front).chain(is.iter().filter(around).map(|_| AROUND))
            })
            .filter(|apart| *apart <= APART)
            .min()
    }
}

impl Stems {
    fn new<'s>(stems: impl Iterator<Item = &'s str>, words: &Words) -> Self {
        let (mut text, mut all, mut initials) = (String::new(), Vec::new(), 0);
        for stem in stems {
            let from = text.len();
            for word in apart(stem).split(' ') {
                if text.len() > from {
                    text.push(' ');
                }
                words.denials.lay(words.bare(word), &mut text);
            }
            // `n't` begins with the blank in front of `not`.
            let blanks = text[from..].bytes().take_while(|b| *b == b' ').count();
            all.push(from + blanks..text.len());
            initials |= initial(&text[from + blanks..]);
        }
        Self { text, all, initials }
    }

    /// Where one of them stands in `sentence`: the first word, and the word behind the last.
    fn places(&self, sentence: &[String], words: &Words) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        for at in (0..sentence.len()).filter(|&at| self.initials & initial(&sentence[at]) != 0) {
            let first = sentence[at].as_bytes().first();
            for stem in &self.all {
                if self.text.as_bytes().get(stem.start) == first
                    && let Some(length) = standing(&self.text[stem.clone()], &sentence[at..])
                    && !words.denials.take_back(sentence[..at].iter().rev().map(String::as_str))
                {
                    places.push((at, at + length));
                }
            }
        }
        places
    }
}

/// How many words of `rest` are those of `stem`, if it begins with them.
fn standing(stem: &str, rest: &[String]) -> Option<usize> {
    let mut length = 0;
    for part in stem.split(' ') {
        let word = rest.get(length)?;
        let fits = match part.strip_suffix('.') {
            Some(whole) => word == whole,
            // `no` is not the beginning of `not`.
            None if part.len() <= SHORT => word == part,
            None => word.starts_with(part),
        };
        if !fits {
            return None;
        }
        length += 1;
    }
    Some(length)
}

impl Words {
    /// The words of `text` in lower case; `tokenExpired` and `ERR_TOKEN_EXPIRED` are several.
    fn of(&self, text: &str) -> Vec<String> {
        let mut words = Vec::new();
        let text = text.replace('\u{2019}', "'");
        let sentence = text.split_whitespace().filter(|word| !is_address(word));
        let runs =
            sentence.flat_map(|word| word.split(|c: char| !c.is_alphanumeric() && c != '\''));
        let runs = runs.map(apart).filter(|run| !run.is_empty());
        for run in runs.flat_map(|run| run.split(' ').map(str::to_owned).collect::<Vec<_>>()) {
            let run = self.bare(&run);
            let mut word = String::new();
            let mut small = false;
            for c in run.chars() {
                if c.is_uppercase() && small {
                    words.push(std::mem::take(&mut word));
                }
                small = c.is_lowercase();
                word.extend(c.to_lowercase());
            }
            let mut laid = String::with_capacity(word.len());
            self.denials.lay(&word, &mut laid);
            words.extend(laid.split(' ').map(str::to_owned));
        }
        words
    }

    /// A word without the article that French and Italian write in front of a vowel: `l'utente`, `d'authentification`.
    fn bare<'w>(&self, word: &'w str) -> &'w str {
        let noun = word.split_once('\'').filter(|(article, noun)| {
            noun.len() > SHORT && self.elisions.iter().any(|a| a.eq_ignore_ascii_case(article))
        });
        noun.map_or(word, |(_, noun)| noun)
    }
}

/// The bit of a word's first letter.
fn initial(word: &str) -> u32 {
    word.as_bytes().first().map_or(0, |first| 1 << (first & 31))
}

/// Whether a word is an address: the names of its parameters are no words of the sentence.
fn is_address(word: &str) -> bool {
    word.contains("://") || word.contains('?') && word.contains('=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammar;

    #[test]
    fn a_refusal_means_what_is_wrong_with_what_it_names() {
        let grammar = Grammar::load(&[]).unwrap();
        for (sentence, reason) in [
            ("turned away, the ticket ran out two minutes ago", Reason::TokenExpired),
            ("gave an API key we have never issued", Reason::TokenUnknown),
            ("refused: payload lacks claim \"sub\"", Reason::TokenClaim),
            ("bob already has 5 open connections (limit 5)", Reason::RateLimited),
            (
                "identity provider did not answer within 5s, turning client away",
                Reason::BackendDown,
            ),
            ("refused, cookie failed the HMAC check", Reason::SessionCookieBad),
            ("login of bob refused, password does not match", Reason::LoginFailed),
            ("named cookie not present", Reason::SessionCookieMissing),
            ("ERR_ACCOUNT_SUSPENDED", Reason::UserDisabled),
            ("role guest may not use namespace /admin", Reason::Forbidden),
            ("unable to fetch JWKS: 503", Reason::TokenKey),
            ("Verbindung abgelehnt, das Token ist abgelaufen", Reason::TokenExpired),
            ("connexion refusée : aucun jeton fourni", Reason::TokenMissing),
            ("rechazada: usuario no encontrado", Reason::UserUnknown),
            ("认证失败: token已过期", Reason::TokenExpired),
            ("refused: no user behind this badge", Reason::UserUnknown),
            ("token version 3 refused, current is 4", Reason::TokenRevoked),
            ("token outlived its ttl", Reason::TokenExpired),
            ("refused: client speaks EIO3, we need 4", Reason::Protocol),
            ("no such namespace /foo", Reason::NamespaceUnknown),
            ("HS512 used where only RS256 will do", Reason::TokenAlgorithm),
            (
                "refused: nobody has an account like it, no account with this number",
                Reason::UserUnknown,
            ),
            ("the aud claim differs", Reason::TokenAudience),
            ("token doesn't verify with this secret", Reason::TokenSignature),
            ("the account hasn\u{2019}t been activated", Reason::UserDisabled),
            ("cannot make sense of its token", Reason::TokenMalformed),
            ("couldn't make sense of this token", Reason::TokenMalformed),
            ("token rejected: aud \"mobile\" not in [web]", Reason::TokenAudience),
            (
                "refused, session points at user 404 who no longer exists",
                Reason::SessionUserUnknown,
            ),
            (
                "cannot verify caller, identity service unreachable: operation timed out",
                Reason::BackendDown,
            ),
            ("payload carries no tenant claim", Reason::TokenClaim),
            ("refused, api key matches nothing", Reason::TokenUnknown),
            ("peer turned down: handshake.auth.token is undefined", Reason::TokenMissing),
            ("Bad credentials (User.DoesNotExist)", Reason::UserUnknown),
            ("driver 733 has been suspended", Reason::UserDisabled),
            ("session older than 12h, sign in again", Reason::SessionExpired),
            ("token kind refresh not usable here", Reason::TokenKind),
            ("audience 'mobile' not allowed", Reason::TokenAudience),
            ("Verbindung abgelehnt: Token ist noch nicht gültig", Reason::TokenImmature),
            ("Verbindung abgelehnt: Token ist kein gültiges JWT", Reason::TokenMalformed),
            ("refusée : signature du jeton invalide", Reason::TokenSignature),
            ("recusada: emissor do token inválido", Reason::TokenIssuer),
            ("rechazada: servicio de autenticación no disponible", Reason::BackendDown),
            ("session cookie refused: signature invalid", Reason::SessionCookieBad),
            ("not let in, API key rejected", Reason::TokenUnknown),
            ("terminated, the user could not be found", Reason::UserUnknown),
            ("sorry, the session store could not be reached", Reason::SessionStoreDown),
            ("rifiutata: utente inesistente", Reason::UserUnknown),
            ("sorry, I don't trust whoever issued that token", Reason::TokenIssuer),
            ("rifiutato: l'utente u99 non esiste", Reason::UserUnknown),
            ("nekades: token har gått ut", Reason::TokenExpired),
            ("declined - could not parse the token", Reason::TokenMalformed),
            ("declined - identity service took too long", Reason::BackendDown),
            ("refused: API key lacks scope realtime:admin", Reason::Forbidden),
            ("odrzucono: serwis użytkowników zwrócił błąd", Reason::BackendDown),
            ("reddedildi, sebep: imza algoritmasına izin verilmiyor", Reason::TokenAlgorithm),
            ("接続を拒否しました: トークンの有効期限が切れています", Reason::TokenExpired),
            ("인증 실패: 정지된 계정입니다", Reason::UserDisabled),
            ("rechazada: la sesión no existe en el almacén", Reason::SessionEmpty),
        ] {
            assert_eq!(grammar.phrases.of_refusal(sentence), Some(reason), "{sentence}");
        }
    }

    #[test]
    fn a_call_that_nobody_answered_is_not_one_too_many() {
        let grammar = Grammar::load(&[]).unwrap();
        let call = "HTTPConnectionPool(host='users', port=80): Max retries exceeded with url: /me (Caused by NewConnectionError";
        assert_eq!(grammar.phrases.of_refusal(call), Some(Reason::Unreachable));
        let keys = "could not fetch JWKS: Name or service not known";
        assert_eq!(grammar.phrases.of_refusal(keys), Some(Reason::TokenKey));
    }

    #[test]
    fn what_is_denied_or_far_apart_means_nothing() {
        let topics = &Grammar::load(&[]).unwrap().phrases;
        for sentence in [
            "the token has not expired",
            "connection refused by policy",
            "token of alice looked at by three of the checks that we have before anything at all had expired",
        ] {
            assert_eq!(topics.topic(sentence), None, "{sentence}");
        }
    }
}
