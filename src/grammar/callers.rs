//! Sentences that tell of a client's coming and going without the word socket and without an id: `Client connected`, `a user disconnected`.
//!
//! Tutorials teach them, and so do programs of any other trade: they count only in logs that tell of Socket.IO otherwise. The words stand in `free-wording.toml`.

use super::first_letters::FirstLetters;

/// How such sentences begin, in small letters.
#[derive(Debug, Default)]
pub(super) struct Callers {
    /// A word, and the beginning of the next.
    sentences: Vec<(String, String)>,
    /// What may stand in front of the first word.
    articles: Vec<String>,
    firsts: FirstLetters,
}

impl Callers {
    /// How long the first words are, in bytes.
    pub(super) const LENGTHS: std::ops::RangeInclusive<usize> = 4..=10;

    pub(super) fn new(sentences: &[String], articles: Vec<String>) -> Self {
        let pairs = sentences.iter().filter_map(|sentence| sentence.split_once(' '));
        let sentences: Vec<(String, String)> =
            pairs.map(|(first, next)| (first.to_owned(), next.to_owned())).collect();
        debug_assert!(sentences.iter().all(|(first, _)| Self::LENGTHS.contains(&first.len())));
        let firsts = FirstLetters::of(sentences.iter().map(|(first, _)| first.as_str()));
        Self { sentences, articles, firsts }
    }

    /// Whether the word that stands from `start` to `end` in `bytes` and the one behind it are such a beginning.
    pub(super) fn stand_at(&self, bytes: &[u8], start: usize, end: usize) -> bool {
        let word = &bytes[start..end];
        if !word.first().is_some_and(|first| self.firsts.may_begin(*first, word.len())) {
            return false;
        }
        let Some(behind) = bytes.get(end..).and_then(|b| b.strip_prefix(b" ")) else {
            return false;
        };
        self.sentences.iter().any(|(first, next)| {
            word.eq_ignore_ascii_case(first.as_bytes())
                && behind.get(..next.len()).is_some_and(|b| b.eq_ignore_ascii_case(next.as_bytes()))
        })
    }

    /// Whether `message` begins so, behind its tags and an article.
    pub(super) fn begin(&self, message: &str) -> bool {
        let is_sign = |c: char| !c.is_alphanumeric();
        let mut rest = message.trim_start_matches(|c: char| is_sign(c) && c != '[');
        while let Some((_, behind)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) {
            rest = behind.trim_start_matches(|c: char| is_sign(c) && c != '[');
        }
        if let Some((article, behind)) = rest.split_once(' ')
            && self.articles.iter().any(|known| known.eq_ignore_ascii_case(article))
        {
            rest = behind;
        }
        let end = rest.find(is_sign).unwrap_or(rest.len());
        self.stand_at(rest.as_bytes(), 0, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_about_a_client_begins_with_it() {
        let callers = Callers::new(
            &["client connect".to_owned(), "user disconnect".to_owned()],
            vec!["a".to_owned(), "new".to_owned()],
        );
        for sentence in [
            "Client connected",
            "a user disconnected",
            "[chat] New client connecting from 192.0.2.7",
            "\u{1f50c} client connected",
        ] {
            assert!(callers.begin(sentence), "{sentence}");
        }
        for sentence in
            ["Redis client connected", "client config read", "users disconnect", "client"]
        {
            assert!(!callers.begin(sentence), "{sentence}");
        }
    }
}
