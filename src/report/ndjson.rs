//! For a pipe: one attempt a line, written as attempts close.

use std::io::{self, Write};

use super::{AttemptRecord, line};

/// Writes one attempt.
pub fn write(record: &AttemptRecord<'_>, out: &mut dyn Write) -> io::Result<()> {
    // Most records fit; one that doesn't makes the text grow.
    let mut text = String::with_capacity(4096);
    line::write(record, &mut text)?;
    text.push('\n');
    out.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::UserName,
        report::testing::{expired, nameless, record},
        verdict::Verdict,
    };

    fn line(verdict: &Verdict) -> String {
        let mut out = Vec::new();
        write(&record(verdict), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_record_has_every_key_and_unknown_values_are_null() {
        let all = line(&expired(0));
        insta::assert_snapshot!("ndjson_full", all);
        let little = line(&nameless());
        insta::assert_snapshot!("ndjson_unknown", little);
        let keys = |text: &str| -> Vec<String> {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            value.as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(keys(&all), keys(&little));
    }

    #[test]
    fn a_record_is_one_line_of_text_that_a_terminal_can_show() {
        let mut verdict = nameless();
        verdict.user = Some(UserName::new("a\u{9b}31m\u{1b}[0m\u{202e}b\nc\u{7f}"));
        let text = line(&verdict);
        assert!(!text.trim_end().chars().any(|c| c.is_control() || c == '\u{202e}'), "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            value["user"].as_str(),
            verdict.user.as_ref().map(UserName::as_str),
            "nothing is lost"
        );
    }

    #[test]
    fn a_secret_in_the_place_of_a_name_is_masked() {
        let mut verdict = nameless();
        verdict.user = Some(UserName::new("password=hunter2"));
        assert!(!line(&verdict).contains("hunter2"));
    }
}
