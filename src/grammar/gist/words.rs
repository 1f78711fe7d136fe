//! A sentence as words: in small letters, each between blanks, as the stems of the tables are.

use std::borrow::Cow;

/// What a sentence says behind the speaker's name: `[room-service] …`, `lobby: …`.
pub(super) fn spoken(sentence: &str) -> &str {
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
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 1);
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()) {
        words.push(' ');
        words.extend(apart(word).chars().flat_map(char::to_lowercase));
    }
    words.push(' ');
    words
}

/// `text` with a blank between any two characters of which one is an ideograph or of a Japanese syllabary: Chinese and Japanese are written without blanks, so each of their
/// characters counts as a word.
pub(in crate::grammar) fn apart(text: &str) -> Cow<'_, str> {
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
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}
