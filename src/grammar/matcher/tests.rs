use proptest::prelude::*;
use regex::Regex;

use super::*;

/// What the regex crate finds, and what the matcher does: the value of each named capture, if the text matches.
fn both(pattern: &str, text: &str) -> Option<[Option<Vec<Option<String>>>; 2]> {
    let matcher = Matcher::new(pattern)?;
    let regex = Regex::new(pattern).unwrap();
    let plain = regex
        .captures(text)
        .map(|c| matcher.names().map(|n| c.name(n).map(|m| m.as_str().to_owned())).collect());
    let mut room = Room::default();
    let swift = match matcher.captures(text.as_bytes(), &mut room) {
        Tried::Matched => Some(
            (0..matcher.names.len()).map(|i| room.captured(text, i).map(str::to_owned)).collect(),
        ),
        Tried::Failed => None,
        Tried::GaveUp => return None,
    };
    Some([plain, swift])
}

#[test]
fn it_finds_what_the_regex_crate_finds() {
    const TEXTS: [&str; 12] = [
        "",
        "a",
        "ab",
        "aab",
        "abab",
        "a\"b\"c",
        "xaaab ba",
        "say \"a\" then \"b\"",
        "key=value, key2=v",
        "aaaa",
        "b a",
        "a\nb",
    ];
    for pattern in [
        "^a",
        "a$",
        "(?P<x>a*)b",
        "(?P<x>a*?)b",
        "(?P<x>a+)(?P<y>a*)",
        "(?P<x>ab)+",
        "(?:(?P<x>a)|b)+",
        "(?P<x>a|ab)(?P<y>b?)",
        "\"(?P<x>[^\"]*)\"",
        "(?P<x>.*)\"",
        "(?P<x>.*?)\"",
        r"\b(?P<x>\w+)\b",
        r"(?P<x>\S+) \S",
        r"^(?:(?P<x>\w+)=)?(?P<y>.*)$",
        "(?i)A(?P<x>B?)",
        "(?P<x>a{2,3})",
        "(?P<x>a{2,3}?)",
        "(?:ab){2}",
        r"(?P<x>[^\n]*)b",
        "(?s)(?P<x>.)b",
        r"\Ba",
        "(?P<x>a)??b",
        r#"^(?P<x>(?:[^"b]|b.)*)(?P<y>"?)"#,
        "(?:a|b)*$",
        r"(?:\S|\s)*?b$",
        "(?:(?P<x>a)?b?)?$",
    ] {
        for text in TEXTS {
            let [plain, swift] = both(pattern, text)
                .unwrap_or_else(|| panic!("`{pattern}` is left to the regex crate"));
            assert_eq!(swift, plain, "`{pattern}` on `{text}`");
        }
    }
}

proptest! {
    #[test]
    fn it_agrees_with_the_regex_crate_on_any_pattern(
        pattern in r"(\^)?((\(\?P<x>)?[ab.]([*+?]\??)?[ab]?(\|b*)?){1}(\))?(\(\?:a\|[^a]b?\)[+?*]?)?(\(\?P<y>[ab]*\))?(\$)?",
        text in "[abc ]{0,12}",
    ) {
        if Regex::new(&pattern).is_ok()
            && let Some([plain, swift]) = both(&pattern, &text)
        {
            prop_assert_eq!(swift, plain, "`{}` on `{}`", pattern, text);
        }
    }
}

#[test]
fn a_pattern_that_tries_everything_is_given_up() {
    let matcher = Matcher::new("^(?:a|aa)+$").unwrap();
    let text = "a".repeat(200) + "c";
    assert_eq!(matcher.captures(text.as_bytes(), &mut Room::default()), Tried::GaveUp);
}
