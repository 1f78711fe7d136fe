use regex::{Captures as Found, Regex};

use super::*;

/// Makes other lines of the same form.
struct Variations {
    address: Regex,
    stamp: Regex,
    token: Regex,
    id: Regex,
    number: Regex,
}

impl Variations {
    fn new() -> Self {
        let regex = |pattern| Regex::new(pattern).unwrap();
        Self {
            address: regex(r"(?-u:\b)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?-u:\b)"),
            stamp: regex(r"[?&]t=[0-9A-Za-z_-]+"),
            token: regex(r"(?:eyJ|\.eJ)[0-9A-Za-z_.-]{37,}"),
            id: regex(r"(?-u:\b)[0-9A-Za-z_-]{20}(?-u:\b)"),
            number: regex(r"(?-u:\b)[0-9]{6,}(?-u:\b)"),
        }
    }

    fn of(&self, line: &str, step: u8) -> String {
        let longer = |regex: &Regex, line: &str, with: &str| {
            regex.replace_all(line, format!("$0{}", with.repeat(step.into()))).into_owned()
        };
        let turned = |regex: &Regex, line: &str| {
            regex.replace_all(line, |found: &Found<'_>| turned(&found[0], step)).into_owned()
        };
        let address = format!("203.0.{}.{}", 11 * step, u32::from(step) * 31);
        let line = self.address.replace_all(line, address);
        let line = longer(&self.stamp, &line, "x");
        let line = longer(&self.token, &line, "A");
        turned(&self.number, &turned(&self.id, &line))
    }
}

/// A word with other digits and letters.
fn turned(word: &str, by: u8) -> String {
    let other = |b: u8| match b {
        b'0'..=b'9' => b'0' + (b - b'0' + by) % 10,
        b'a'..=b'y' | b'A'..=b'Y' => b + by % 2,
        _ => b,
    };
    word.bytes().map(|b| char::from(other(b))).collect()
}

#[test]
fn lines_of_one_form_are_read_as_each_is_by_itself() {
    let grammar = Grammar::load(&[]).unwrap();
    let by = Peeler::with_year(2026);
    let mut forms = Forms::default();
    forms.belong_to(&grammar, 2026);
    let variations = Variations::new();
    let (mut recalled, mut steady, mut logs) = (0, 0, 0);
    let folders = std::fs::read_dir("samples").unwrap();
    for log in folders.flat_map(|f| std::fs::read_dir(f.unwrap().path()).unwrap()) {
        let path = log.unwrap().path();
        if path.extension().is_none_or(|e| e != "log") {
            continue;
        }
        logs += 1;
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for line in text.lines().flat_map(|line| (0..6).map(|step| variations.of(line, step))) {
            let plainly = by.peel(&line);
            let (understood, pattern) = grammar.read_and_tell(&plainly);
            if let Some(again) = forms.recall(&by, &grammar, &line) {
                assert_eq!(again.peeled, plainly, "{line}");
                assert_eq!(Some(again.pattern), pattern, "{line}");
                steady += usize::from(again.standing().is_some());
                let read = grammar.read_as(&again.peeled, again.pattern, again.standing()).unwrap();
                assert_eq!(format!("{read:?}"), format!("{understood:?}"), "{line}");
                recalled += 1;
            } else if let Some(pattern) = pattern {
                forms.remember(&by, &line, &plainly, pattern);
            }
        }
    }
    assert!(logs > 20 && recalled > 5000, "{recalled} lines of {logs} logs");
    assert!(steady > recalled * 4 / 5, "{steady} of {recalled}");
}
