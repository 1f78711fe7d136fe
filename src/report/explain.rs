//! The pages of `siotrace explain`: what a rule file says, to its end.

use std::io::{self, Write};

use super::{Options, page::Page, style::Tone};
use crate::rules::file::{FindingFile, RuleFile, Severity};

/// A page about a subject that is wider than one cause.
#[derive(Clone, Copy, Debug)]
pub struct Topic<'a> {
    /// Its name on the command line.
    pub name: &'a str,
    /// One line.
    pub title: &'a str,
    /// The article.
    pub text: &'a str,
    /// Causes, findings and topics that belong to it.
    pub see: &'a [String],
}

/// The page of a cause.
pub fn cause(rule: &RuleFile, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options, out);
    head(&mut page, rule.cause.as_str(), &rule.title, rule.severity)?;
    page.heading("why")?;
    page.prose(4, &rule.why)?;
    page.list("how to make sure", &rule.check)?;
    page.fixes(&rule.fix)?;
    if !rule.yields_to.is_empty() {
        let better: Vec<&str> = rule.yields_to.iter().map(|cause| cause.as_str()).collect();
        page.heading("what would explain it better, when the log shows it")?;
        page.sentence(4, &better.join(", "))?;
    }
    Ok(())
}

/// The page of a finding.
pub fn finding(rule: &FindingFile, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options, out);
    head(&mut page, rule.finding.as_str(), &rule.title, rule.severity)?;
    page.heading("why it matters")?;
    page.prose(4, &rule.why)?;
    page.fixes(&rule.fix)
}

/// The page of a topic.
pub fn topic(topic: &Topic<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options, out);
    page.title(Tone::Strong, &format!("{}: {}", topic.name, topic.title))?;
    page.blank()?;
    page.prose(2, topic.text)?;
    if !topic.see.is_empty() {
        page.blank()?;
        page.sentence(2, &format!("See also: {}", topic.see.join(", ")))?;
    }
    Ok(())
}

/// A list of names, each with its line.
pub fn list<'a>(
    heading: &str,
    entries: impl IntoIterator<Item = (&'a str, &'a str)>,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(options, out);
    page.title(Tone::Strong, heading)?;
    entries.into_iter().try_for_each(|(name, title)| page.entry(name, title))
}

/// What tells the causes of one error text apart.
pub fn note(text: &str, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options, out);
    page.blank()?;
    page.prose(0, text)
}

fn head(page: &mut Page<'_>, name: &str, title: &str, severity: Severity) -> io::Result<()> {
    page.title(Tone::of(severity), &format!("{name}: {title}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        report::{Rulebook, testing::Rules},
        rules::cause::{Cause, Finding},
    };

    fn written(write: impl FnOnce(&Options, &mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&Options { width: Some(72), ..Options::default() }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_page_says_all_that_the_file_says() {
        let rules = Rules::new();
        let rule = rules.cause(Cause::JwtExpired).unwrap();
        insta::assert_snapshot!("explain_cause", written(|options, out| cause(rule, options, out)));
        let rule = rules.finding(Finding::TokenLogged).unwrap();
        insta::assert_snapshot!(
            "explain_finding",
            written(|options, out| finding(rule, options, out))
        );
        let see = ["jwt-expired".to_owned()];
        let subject =
            Topic { name: "jwt", title: "Tokens", text: "How a token\nis made.\n", see: &see };
        insta::assert_snapshot!(
            "explain_topic",
            written(|options, out| topic(&subject, options, out))
        );
    }

    #[test]
    fn a_list_has_its_names_in_one_column() {
        let entries = [
            ("jwt-expired", "The token was already expired"),
            (
                "client-auth-provider-failed",
                "The client's own auth function raised, before anything was sent",
            ),
        ];
        insta::assert_snapshot!(
            "explain_list",
            written(|options, out| list("Causes", entries, options, out))
        );
    }
}
