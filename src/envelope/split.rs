//! Splitting at two bytes, as [`str::split_once`] does.
//!
//! That prepares a search for each call, which takes longer than to look at the first words of a line. Every line is asked several times whether a bracket
//! or a colon with a blank behind it ends its head.

/// What stands before and behind the first place where `text` holds `mark`, which must be ASCII.
pub(super) fn split_once(text: &str, mark: [u8; 2]) -> Option<(&str, &str)> {
    debug_assert!(mark.is_ascii());
    let bytes = text.as_bytes();
    let at = memchr::memchr_iter(mark[0], bytes).find(|at| bytes.get(at + 1) == Some(&mark[1]))?;
    Some((text.get(..at)?, text.get(at + 2..)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_splits_where_the_library_does(text in "[a: \\]é]{0,12}") {
            prop_assert_eq!(split_once(&text, *b": "), text.split_once(": "));
            prop_assert_eq!(split_once(&text, *b"] "), text.split_once("] "));
            prop_assert_eq!(split_once(&text, *b"::"), text.split_once("::"));
        }
    }
}
