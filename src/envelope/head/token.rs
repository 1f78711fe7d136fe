//! Cuts a head into words, brackets and separators.

/// One piece of a head.
pub(super) enum Token<'a> {
    /// `[…]`
    Bracket(&'a str),
    /// `(…)`
    Paren(&'a str),
    Word(&'a str),
}

/// A `-`, `|`, `::`, `:` or tab that stands alone; gives what follows it and its one space.
pub(super) fn separator(text: &str) -> (bool, &str) {
    let start = past_blanks(text);
    let after = match start.as_bytes() {
        [b'\t', ..] => return (true, start.get(1..).unwrap_or_default()),
        [b'-' | b'|', b' ', ..] => start.get(2..),
        [b':', b':', b' ', ..] => start.get(3..),
        // A colon right behind a word belongs to it.
        [b':', b' ', ..] if start.len() < text.len() => start.get(2..),
        [0xe2, ..] => start.strip_prefix("\u{2013} ").or_else(|| start.strip_prefix("\u{2502} ")),
        _ => None,
    };
    after.map_or((false, text), |after| (true, after))
}

/// The next piece and what follows it.
pub(super) fn token(text: &str) -> Option<(Token<'_>, &str)> {
    let close = match text.as_bytes().first()? {
        b'[' => b']',
        b'(' => b')',
        _ => {
            let near = text.as_bytes().get(..130).unwrap_or(text.as_bytes());
            let end = memchr::memchr2(b' ', b'\t', near).unwrap_or(text.len());
            let (word, rest) = text.split_at_checked(end)?;
            return Some((Token::Word(word), rest));
        }
    };
    let near = text.as_bytes().get(..80).unwrap_or(text.as_bytes());
    let end = memchr::memchr(close, near)?;
    let (inside, rest) = (text.get(1..end)?, text.get(end + 1..)?);
    Some((if close == b']' { Token::Bracket(inside) } else { Token::Paren(inside) }, rest))
}

/// `text` without the blanks that it begins with.
pub(super) fn past_blanks(text: &str) -> &str {
    let blanks = text.bytes().take_while(|b| *b == b' ').count();
    text.get(blanks..).unwrap_or_default()
}

/// `text` without its first space.
pub(super) fn one_space(text: &str) -> &str {
    text.strip_prefix(' ').unwrap_or(text)
}

/// `start`, which is `text` without its padding; Flask's banner (` * Running on …`) keeps the space that is its own.
pub(super) fn unpad<'a>(text: &'a str, start: &'a str) -> &'a str {
    if start.starts_with("* ") && text.len() > start.len() + 1 {
        return text.get(text.len() - start.len() - 1..).unwrap_or(start);
    }
    start
}
