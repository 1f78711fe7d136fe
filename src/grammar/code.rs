//! Reasons in a word: `refused (origin)`, `denied reason=role`, `DENY csrf`.
//!
//! Such a word means a reason only where it stands as one: a clause by itself, behind a word that refuses or that names what follows (`reason`). In a sentence
//! (`refused a guest of the admin`) it says something else. Asked only of a refusal that neither a phrase nor a topic knew better.

use super::file::GrammarFile;
use crate::event::Reason;

/// All reasons in a word.
#[derive(Debug, Default)]
pub(super) struct Codes {
    /// The words of each, and what it means.
    all: Vec<(Vec<String>, Reason)>,
    /// What stands in front of one.
    before: Vec<String>,
}

impl Codes {
    /// Those of all `files`.
    pub(super) fn of(files: &[GrammarFile]) -> Self {
        let words = |code: &String| code.split(' ').map(str::to_owned).collect();
        let codes = files.iter().flat_map(|file| &file.code);
        let all = codes.flat_map(|file| file.is.iter().map(move |is| (words(is), file.reason)));
        let before = files.iter().flat_map(|file| &file.before_codes);
        Self { all: all.collect(), before: before.cloned().collect() }
    }

    /// What `sentence`, which tells of a refusal, gives as its reason in a word; `words` takes a clause apart.
    pub(super) fn meaning(
        &self,
        sentence: &str,
        words: impl Fn(&str) -> Vec<String>,
    ) -> Option<Reason> {
        let of = |code: &[String]| {
            self.all.iter().find(|(is, _)| is.as_slice() == code).map(|(_, reason)| *reason)
        };
        let mut announced = false;
        let clauses = clauses(sentence).into_iter().map(words).filter(|words| !words.is_empty());
        let clauses: Vec<Vec<String>> = clauses.collect();
        // A pattern may have captured it without what announced it.
        if let [only] = clauses.as_slice()
            && let Some(reason) = of(only)
        {
            return Some(reason);
        }
        for words in clauses {
            let before = words.iter().rposition(|word| self.before.contains(word));
            let code = &words[before.map_or(0, |at| at + 1)..];
            if (announced || before.is_some())
                && let Some(reason) = of(code)
            {
                return Some(reason);
            }
            // Between the two there may be signs alone.
            announced = words.last().is_some_and(|last| self.before.contains(last));
        }
        None
    }
}

/// What stands between signs. Of `key=value` either side is a clause.
fn clauses(sentence: &str) -> Vec<&str> {
    let signs = |c: char| "()[]{}<>;:,|\"'–—→".contains(c);
    let mut clauses = Vec::new();
    for part in sentence.split(signs) {
        let (mut from, mut at) = (0, 0);
        for word in part.split(' ') {
            if word.contains('=') || word == "-" {
                clauses.push(&part[from..at]);
                clauses.extend(word.split('='));
                from = at + word.len();
            }
            at += word.len() + 1;
        }
        clauses.push(&part[from..]);
    }
    clauses
}

#[cfg(test)]
mod tests {
    use crate::{event::Reason, grammar::Grammar};

    #[test]
    fn a_word_is_a_reason_where_it_stands_as_one() {
        let grammar = Grammar::load(&[]).unwrap();
        for (sentence, reason) in [
            ("refused (origin)", Some(Reason::Origin)),
            ("ws Zt7BjzYmYi5UtXgT32M_ DENY role", Some(Reason::Forbidden)),
            ("denied reason=role user=12", Some(Reason::Forbidden)),
            ("connection rejected: csrf", Some(Reason::Csrf)),
            ("handshake denied; reason: TOO_MANY", Some(Reason::RateLimited)),
            ("result=deny why=audience ip=203.0.113.9", Some(Reason::TokenAudience)),
            ("refused - expired", Some(Reason::TokenExpired)),
            ("role)", Some(Reason::Forbidden)),
            ("refused a guest", None),
            ("refused user=7 of origin", None),
            ("origin: refused", None),
            ("role=admin refused", None),
            ("refused", None),
        ] {
            assert_eq!(grammar.phrases.code(sentence), reason, "{sentence}");
        }
    }
}
