//! What takes a word back: `not expired` is no fault, and `isn't expired` is none either. What somebody could not do is one as it stands.
//!
//! The words stand in `[sentence]` of `free-wording.toml`. What a sentence without its denial means is the business of [`super::phrase`] and [`super::topic`].

use super::file::{GrammarFile, SentenceFile};

/// Words that deny, and how they are written together with others.
#[derive(Debug, Default)]
pub(super) struct Denials {
    /// What takes back the word behind it …
    words: Vec<String>,
    /// … unless one of these stands in front: `could not parse`.
    abilities: Vec<String>,
    /// How words end that are drawn together, and what such an end stands for.
    contractions: Vec<(String, String)>,
}

impl Denials {
    /// Those of all `files`.
    pub(super) fn of(files: &[GrammarFile]) -> Self {
        let all = |words: fn(&SentenceFile) -> &Vec<String>| {
            files.iter().flat_map(|file| words(&file.sentence)).cloned().collect()
        };
        let contractions = files.iter().flat_map(|file| file.sentence.contractions.clone());
        Self {
            words: all(|sentence| &sentence.denials),
            abilities: all(|sentence| &sentence.abilities),
            contractions: contractions.collect(),
        }
    }

    /// Writes the words for which `word`, in small letters, stands: `isn't` is `is not`.
    pub(super) fn lay(&self, word: &str, text: &mut String) {
        let (stem, stands_for) = self.drawn(word).unwrap_or((word, ""));
        text.push_str(stem);
        text.push_str(stands_for);
    }

    /// The parts of a word that is drawn together, the second as what it stands for.
    fn drawn<'w>(&self, word: &'w str) -> Option<(&'w str, &str)> {
        let mut ends = self.contractions.iter();
        ends.find_map(|(end, stands_for)| Some((word.strip_suffix(&**end)?, stands_for.as_str())))
    }

    /// Whether the words before another, the nearest first, take it back.
    pub(super) fn take_back<'w>(&self, mut before: impl Iterator<Item = &'w str>) -> bool {
        before.next().is_some_and(|word| self.words.iter().any(|denial| denial == word))
            && !before.next().is_some_and(|word| self.abilities.iter().any(|able| able == word))
    }

    /// Whether `text`, as it was written, ends so that it takes back what stands behind it.
    pub(super) fn end(&self, text: &str) -> bool {
        let mut words = text.split_whitespace().rev().map(str::to_ascii_lowercase);
        let (last, before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut laid = before;
        laid.push(' ');
        self.lay(&last, &mut laid);
        self.take_back(laid.rsplit(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::builtin;

    #[test]
    fn what_is_denied_is_taken_back_and_what_could_not_be_done_is_not() {
        let denials = Denials::of(&builtin().unwrap());
        for (text, taken_back) in [
            ("the token is not ", true),
            ("the token isn't", true),
            ("Not", true),
            ("is\u{a0}the token\u{3000}not\u{a0}", true),
            ("the token has ", false),
            ("token could not ", false),
            ("token Cannot ", false),
            ("token couldn't ", false),
            ("", false),
        ] {
            assert_eq!(denials.end(text), taken_back, "{text}");
        }
    }
}
