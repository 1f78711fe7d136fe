//! What is wrong with a file that a person wrote: the fault in their words, the place with a caret, the nearest right spelling, and
//! what would be allowed.
//!
//! ```text
//! error: no event is called `refussed`
//!  --> mine.toml:2:9
//!   |
//! 2 | event = "refussed"
//!   |         ^^^^^^^^^^ did you mean `refused`?
//!   |
//!   = help: events: opened, refused, closed
//! ```
//!
//! Not the job of this room: finding the fault.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// One fault in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaint {
    /// What is wrong, in one line.
    pub what: String,
    /// Where, in bytes of the file's text.
    pub span: Range<usize>,
    /// What to say at the place.
    pub label: String,
    /// What would be allowed, or what to do.
    pub help: Option<String>,
}

impl Complaint {
    /// A complaint about a name that is none of `allowed`; `kind` is what such a name names: `event`, `cause`.
    pub fn unknown<'a>(
        kind: &str,
        name: &str,
        allowed: impl IntoIterator<Item = &'a str>,
        span: Range<usize>,
    ) -> Self {
        let allowed: Vec<&str> = allowed.into_iter().collect();
        let label = match nearest(name, allowed.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("not a known {kind}"),
        };
        let help = Some(format!("{kind}s: {}", allowed.join(", "))).filter(|_| !allowed.is_empty());
        Self { what: format!("no {kind} is called `{name}`"), span, label, help }
    }

    /// What the TOML reader found. Of a misspelt key or value it names the allowed ones, and the nearest is pointed out.
    pub fn of_toml(error: &toml::de::Error) -> Self {
        let span = error.span().unwrap_or(0..0);
        let message = error.message().trim();
        // serde's words for a name that is not among those of a struct or enum.
        for (start, kind) in [("unknown variant `", "value"), ("unknown field `", "key")] {
            let Some((name, rest)) =
                message.strip_prefix(start).and_then(|rest| rest.split_once('`'))
            else {
                continue;
            };
            // After the comma stands `expected one of `a`, `b``, or `expected `a``.
            let allowed = rest.split('`').skip(1).step_by(2);
            return Self::unknown(kind, name, allowed, span);
        }
        let (what, label) = message.split_once('\n').unwrap_or((message, ""));
        Self { what: what.to_owned(), span, label: label.replace('\n', " "), help: None }
    }

    /// The complaint with the lines it is about. `path` is the file's name, `source` its whole text.
    pub fn show(&self, path: &str, source: &str, color: bool) -> String {
        let span = self.within(source);
        let snippet = Snippet::source(source)
            .path(path)
            .annotation(AnnotationKind::Primary.span(span).label(self.label.as_str()));
        let mut group: Group<'_> = Level::ERROR.primary_title(self.what.as_str()).element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&[group])
    }

    /// The span, moved to where `source` can be cut.
    fn within(&self, source: &str) -> Range<usize> {
        let cut = |mut at: usize| {
            at = at.min(source.len());
            while !source.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = cut(self.span.start);
        start..cut(self.span.end).max(start)
    }
}

/// The allowed name that `name` was probably meant to be.
pub fn nearest<'a>(name: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// Below this, two names have little in common.
    const ALIKE: f64 = 0.8;
    // Comparing takes time in proportion to both lengths, and nobody mistypes a novel.
    if name.len() > 100 {
        return None;
    }
    let name = name.to_ascii_lowercase().replace('_', "-");
    allowed
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name, candidate), candidate))
        .filter(|(alike, _)| *alike >= ALIKE)
        // Of equals, the first in the list.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

/// Whether `part`, as a person typed it, stands in `whole` as whole words, whatever the case.
pub(crate) fn holds(whole: &str, part: &str) -> bool {
    let (whole, part) = (whole.to_ascii_lowercase(), part.to_ascii_lowercase());
    let joins = |c: Option<char>, to: Option<char>| {
        c.is_some_and(char::is_alphanumeric) && to.is_some_and(char::is_alphanumeric)
    };
    !part.is_empty()
        && whole.match_indices(&part).any(|(at, _)| {
            !joins(whole[..at].chars().next_back(), part.chars().next())
                && !joins(whole[at + part.len()..].chars().next(), part.chars().next_back())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[allow(dead_code)]
        event: Kind,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Kind {
        Opened,
        Refused,
    }

    fn complaint(source: &str) -> String {
        let error = toml::from_str::<File>(source).unwrap_err();
        Complaint::of_toml(&error).show("mine.toml", source, false)
    }

    #[test]
    fn a_misspelt_value_is_pointed_at_with_the_right_spelling() {
        insta::assert_snapshot!(complaint("# mine\nevent = \"refussed\"\n"), @r#"
        error: no value is called `refussed`
         --> mine.toml:2:9
          |
        2 | event = "refussed"
          |         ^^^^^^^^^^ did you mean `refused`?
          |
          = help: values: opened, refused
        "#);
    }

    #[test]
    fn a_misspelt_key_is_pointed_at() {
        insta::assert_snapshot!(complaint("evnt = \"refused\"\n"), @r#"
        error: no key is called `evnt`
         --> mine.toml:1:1
          |
        1 | evnt = "refused"
          | ^^^^ did you mean `event`?
          |
          = help: keys: event
        "#);
    }

    #[test]
    fn broken_toml_is_pointed_at() {
        insta::assert_snapshot!(complaint("event = \"refused\n"), @r#"
        error: invalid basic string, expected `"`
         --> mine.toml:1:17
          |
        1 | event = "refused
          |                 ^
        "#);
    }

    #[test]
    fn a_span_that_does_not_fit_the_text_is_made_to_fit() {
        let complaint = |span| Complaint {
            what: "wrong".to_owned(),
            span,
            label: "here".to_owned(),
            help: None,
        };
        for (start, end, text) in [(0, 0, ""), (5, 9, "é"), (1, 1, "é"), (2, 1, "abc")] {
            assert!(complaint(start..end).show("mine.toml", text, false).contains("wrong"));
        }
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let names = ["jwt-expired", "jwt-malformed", "sid-unknown"];
        for (typed, want) in [
            ("jwt-expird", Some("jwt-expired")),
            ("JWT_EXPIRED", Some("jwt-expired")),
            ("unknown-sid", None),
            ("sid-unknwon", Some("sid-unknown")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, names), want, "{typed}");
        }
        assert_eq!(nearest(&"j".repeat(1000), names), None);
    }

    #[test]
    fn a_piece_is_found_as_whole_words_only() {
        for (whole, part, want) in [
            ("Invalid session Xk2m", "invalid SESSION", true),
            ("Invalid sessions", "Invalid session", false),
            ("unauthorized", "authorized", false),
            ("'Not an accepted origin.'", "not an accepted origin", true),
            ("é: über", "über", true),
            ("anything", "", false),
        ] {
            assert_eq!(holds(whole, part), want, "{part} in {whole}");
        }
    }
}
