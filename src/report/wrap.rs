//! Text in lines that fit a terminal, and made harmless for it.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Narrower than this is no use: then lines overflow.
const NARROWEST: usize = 16;

/// Shows control characters, and marks that change the direction of text, instead of sending them.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    // Most text is ASCII, of which no character has to be looked at by itself.
    if is_typed(text) || !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("  "),
            c if acts(c) => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether `text` is of nothing but what a typewriter has.
fn is_typed(text: &str) -> bool {
    // In pieces without a way out in the middle, so that each is done in a few wide steps.
    let plain = |piece: &[u8]| piece.iter().fold(true, |all, b| all & matches!(b, b' '..=b'~'));
    text.as_bytes().chunks(32).all(plain)
}

/// The same in ASCII: our own signs by those that stand for them on a typewriter, all others by their number.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let text = harmless(text);
    if text.is_ascii() {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '“' | '”' => shown.push('"'),
            '‘' | '’' => shown.push('\''),
            '‹' => shown.push('<'),
            '›' => shown.push('>'),
            '·' => shown.push('|'),
            '–' | '—' => shown.push('-'),
            '×' => shown.push('x'),
            '…' => shown.push_str("..."),
            '→' => shown.push_str("->"),
            '≥' => shown.push_str(">="),
            '≤' => shown.push_str("<="),
            c if c.is_ascii() => shown.push(c),
            c => shown.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(shown)
}

/// What a terminal acts on instead of showing it.
pub(super) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Cuts `text` into lines of at most `width` columns: at spaces where there are some, inside a word where there are none.
/// Nothing but the spaces at the cuts is lost.
pub(super) fn fold(text: &str, width: usize) -> Vec<&str> {
    let width = width.max(NARROWEST);
    let mut lines = Vec::new();
    let (mut start, mut columns) = (0, 0);
    // Behind the last space of this line: where it begins, where the next line would, and the columns up to there.
    let mut space: Option<(usize, usize, usize)> = None;
    for (at, c) in text.char_indices() {
        let wide = c.width().unwrap_or(0);
        if columns + wide > width && c != ' ' {
            let (end, next, before) = space.take().unwrap_or((at, at, columns));
            lines.push(&text[start..end]);
            start = next;
            columns -= before;
        }
        columns += wide;
        if c == ' ' && at > start {
            let end = match space {
                // A run of spaces is one cut.
                Some((end, next, _)) if next == at => end,
                _ => at,
            };
            space = Some((end, at + 1, columns));
        }
    }
    lines.push(text[start..].trim_end_matches(' '));
    lines
}

/// Prose of a rule file in lines of at most `width` columns. Lines of a paragraph are joined; blank lines part paragraphs; an
/// indented line and one that begins a list keep their own line.
pub(super) fn prose(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut paragraph = String::new();
    let flush = |paragraph: &mut String, lines: &mut Vec<String>| {
        if !paragraph.is_empty() {
            lines.extend(fold(paragraph, width).into_iter().map(str::to_owned));
            paragraph.clear();
        }
    };
    for line in text.trim_matches('\n').lines() {
        let line = line.trim_end();
        if line.is_empty() {
            flush(&mut paragraph, &mut lines);
            lines.push(String::new());
        } else if line.starts_with([' ', '\t']) {
            flush(&mut paragraph, &mut lines);
            lines.push(line.to_owned());
        } else {
            if begins_item(line) {
                flush(&mut paragraph, &mut lines);
            }
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
        }
    }
    flush(&mut paragraph, &mut lines);
    lines
}

fn begins_item(line: &str) -> bool {
    let numbered = line
        .split_once(". ")
        .is_some_and(|(n, _)| n.len() < 3 && n.bytes().all(|b| b.is_ascii_digit()));
    line.starts_with("- ") || line.starts_with("* ") || numbered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_at_spaces_and_inside_long_words_only_when_they_must() {
        let table: &[(&str, &[&str])] = &[
            ("", &[""]),
            ("short", &["short"]),
            ("exactly sixteen!", &["exactly sixteen!"]),
            ("exactly sixteen! and more", &["exactly sixteen!", "and more"]),
            ("one two three four five", &["one two three", "four five"]),
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                &["aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "aaaa"],
            ),
            ("two  spaces   stay  inside", &["two  spaces", "stay  inside"]),
            ("漢字漢字漢字漢字漢字", &["漢字漢字漢字漢字", "漢字"]),
        ];
        for (text, want) in table {
            assert_eq!(&fold(text, 16), want, "{text}");
        }
    }

    #[test]
    fn paragraphs_are_joined_and_lists_and_code_are_kept() {
        let text =
            "One line\nand its rest.\n\nSecond:\n- an item\n  code stays\n2. another\nwith more\n";
        assert_eq!(
            prose(text, 80),
            [
                "One line and its rest.",
                "",
                "Second:",
                "- an item",
                "  code stays",
                "2. another with more"
            ]
        );
    }

    #[test]
    fn what_a_terminal_would_act_on_is_shown_instead() {
        for (text, want) in [
            ("plain ‹jwt#1a2b3c4d›", "plain ‹jwt#1a2b3c4d›"),
            ("a\u{1b}[31mb", "a\\u{1b}[31mb"),
            ("a\u{9b}b\rc\nd\te", "a\\u{9b}b\\rc\\nd  e"),
            ("a\u{202e}b", "a\\u{202e}b"),
        ] {
            assert_eq!(harmless(text), want);
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_loses_nothing_but_spaces(text in "[ a-z漢é\u{200d}]{0,200}", width in 0usize..60) {
            let joined: String = fold(&text, width).concat();
            let bare = |s: &str| s.replace(' ', "");
            proptest::prop_assert_eq!(bare(&joined), bare(&text));
        }
    }
}
