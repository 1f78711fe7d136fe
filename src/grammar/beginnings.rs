//! Finds the patterns whose fixed beginning a message has.
//!
//! Half of all patterns begin with words of their own: those are found by one search among the sorted beginnings, and need not be looked for by a
//! literal in the middle of the message.

/// Shorter beginnings are shared by too many messages.
const SHORTEST: usize = 4;

/// No other beginning.
const NONE: u32 = u32::MAX;

/// Beginnings of patterns, and whose they are.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    /// In their order.
    texts: Vec<Box<str>>,
    /// For each, the longest other one that it begins with.
    shorter: Vec<u32>,
    /// Whose each is.
    owners: Vec<Vec<u16>>,
}

impl Beginnings {
    pub(super) fn new(mut all: Vec<(&str, u16)>) -> Self {
        all.sort_unstable();
        let mut found = Self::default();
        for (text, owner) in all {
            if found.texts.last().is_none_or(|last| **last != *text) {
                // What this one begins with stands before it, at the latest at the one before it or what that begins with.
                let mut shorter = u32::try_from(found.texts.len()).unwrap_or(NONE).wrapping_sub(1);
                while let Some(other) = found.texts.get(shorter as usize) {
                    if text.starts_with(&**other) {
                        break;
                    }
                    shorter = found.shorter[shorter as usize];
                }
                found.texts.push(text.into());
                found.shorter.push(shorter);
                found.owners.push(Vec::new());
            }
            found.owners.last_mut().into_iter().for_each(|owners| owners.push(owner));
        }
        found
    }

    /// Calls `found` with every owner of a beginning of `message`.
    pub(super) fn each(&self, message: &str, mut found: impl FnMut(u16)) {
        // Every beginning of the message stands at or before its place, and nothing between the two fails to begin with it.
        let at = self.texts.partition_point(|text| text.as_bytes() <= message.as_bytes());
        let mut at = u32::try_from(at).unwrap_or(NONE).wrapping_sub(1);
        while let Some(text) = self.texts.get(at as usize) {
            if message.starts_with(&**text) {
                self.owners[at as usize].iter().copied().for_each(&mut found);
            }
            at = self.shorter[at as usize];
        }
    }
}

/// With what every text begins that `pattern` matches; `None` where nothing is sure, or too little.
pub(super) fn of_pattern(pattern: &str) -> Option<String> {
    let rest = pattern.strip_prefix('^')?;
    if has_choice(rest)? {
        return None;
    }
    let mut beginning = String::new();
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let literal = match c {
            '\\' => match chars.next() {
                Some(c) if c.is_ascii_punctuation() => c,
                _ => break,
            },
            '.' | '[' | '(' | '{' | ')' | '^' | '$' | '*' | '+' | '?' => break,
            c => c,
        };
        match chars.peek() {
            // It may be missing.
            Some('?' | '*' | '{') => break,
            Some('+') => {
                beginning.push(literal);
                break;
            }
            _ => beginning.push(literal),
        }
    }
    (beginning.len() >= SHORTEST).then_some(beginning)
}

/// Whether alternatives stand outside of all groups, so that the beginning is that of the first only; `None` where a class is too unusual to tell.
fn has_choice(pattern: &str) -> Option<bool> {
    let (mut depth, mut in_class) = (0_usize, false);
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' if in_class => return None,
            '[' => {
                in_class = true;
                chars.next_if_eq(&'^');
                // A bracket that closes at once is a member.
                chars.next_if_eq(&']');
            }
            ']' => in_class = false,
            _ if in_class => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            '|' if depth == 0 => return Some(true),
            _ => {}
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pattern_begins_with_what_all_its_texts_begin_with() {
        for (pattern, want) in [
            ("^SocketIO: Entering", Some("SocketIO: Entering")),
            (r"^a\.b \[c\](?P<x>d)", Some("a.b [c]")),
            ("^abcde?f", Some("abcd")),
            ("^abcd+e", Some("abcd")),
            ("^abcde*", Some("abcd")),
            ("^abcde{0,2}", Some("abcd")),
            (r"^abcd\d", Some("abcd")),
            ("^abcd|efgh", None),
            ("^abcd(?:e|f)[|]", Some("abcd")),
            ("^abcd[]|]x", Some("abcd")),
            ("^abcd[[:alpha:]]", None),
            ("^(?i)abcd", None),
            ("abcd", None),
            ("^abc.", None),
        ] {
            assert_eq!(of_pattern(pattern).as_deref(), want, "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn all_beginnings_of_a_message_are_found(
            texts in proptest::collection::vec("[ab]{1,5}", 0..12),
            message in "[ab]{0,8}",
        ) {
            let beginnings =
                Beginnings::new(texts.iter().map(String::as_str).zip(0..).collect());
            let mut found = Vec::new();
            beginnings.each(&message, |owner| found.push(owner));
            found.sort_unstable();
            let want: Vec<u16> =
                texts.iter().zip(0..).filter(|(t, _)| message.starts_with(t.as_str())).map(|(_, i)| i).collect();
            prop_assert_eq!(found, want);
        }
    }
}
