//! `siotrace explain`: what is known of a cause, a finding or a topic; and the reverse, which causes an error text points at.

use std::{
    collections::HashSet,
    io::{self, BufWriter, Write},
};

use siotrace::{
    Analyzer, diag,
    payload::redact::{quote, quote_pasted},
    report::{Options, explain},
    rules::{
        ErrorText, RuleSet,
        cause::{Cause, Finding},
        file::TopicFile,
    },
};
use strum::IntoEnumIterator;

use super::{
    Verdict,
    args::{Look, What},
    complain, terminal,
};

/// Something with a page.
#[derive(Clone, Copy, Debug)]
enum Page<'r> {
    Cause(Cause),
    Finding(Finding),
    Topic(&'r TopicFile),
    Causes,
    Findings,
    Topics,
}

/// The lists, by their names.
const LISTS: [(&str, Page<'static>); 3] =
    [("causes", Page::Causes), ("findings", Page::Findings), ("topics", Page::Topics)];

pub(super) fn run(what: &What, look: Look) -> anyhow::Result<Verdict> {
    let rules = RuleSet::builtin()?;
    let options = terminal::stdout(look);
    let mut out = BufWriter::new(io::stdout().lock());
    let pages: Option<Vec<Page<'_>>> = what.what.iter().map(|name| page(name, &rules)).collect();
    let verdict = match pages {
        Some(pages) => {
            let all = LISTS.map(|(_, page)| page);
            write_all(if pages.is_empty() { &all } else { &pages }, &rules, &options, &mut out)?;
            Verdict::Fine
        }
        // No name, or not only names: an error text, with or without quotes.
        None => meaning(&what.what.join(" "), &rules, &options, &mut out)?,
    };
    out.flush()?;
    Ok(verdict)
}

/// The page that a word names.
fn page<'r>(name: &str, rules: &'r RuleSet) -> Option<Page<'r>> {
    let list = LISTS.iter().find_map(|(word, page)| (*word == name).then_some(*page));
    let topic = || rules.topics().iter().find(|topic| topic.topic == name).map(Page::Topic);
    list.or_else(|| name.parse().ok().map(Page::Cause))
        .or_else(|| name.parse().ok().map(Page::Finding))
        .or_else(topic)
}

/// The causes that an error text points at.
fn meaning(
    text: &str,
    rules: &RuleSet,
    options: &Options,
    out: &mut dyn Write,
) -> anyhow::Result<Verdict> {
    let known = rules.error_text(text);
    let causes = causes_of(text, known, rules)?;
    let note = |out: &mut dyn Write| {
        known.map_or(Ok(()), |known| explain::note(&known.note, options, out))
    };
    match causes.as_slice() {
        [] => {
            complain(&match diag::nearest(text, names(rules)) {
                Some(near) => {
                    format!("nothing is known of `{}`; did you mean `{near}`?", quote(text))
                }
                // Not repeated: what was pasted may be a key or a password.
                None => {
                    "nothing is known of that text; `siotrace explain` lists what there is".into()
                }
            });
            return Ok(Verdict::Trouble);
        }
        [one] => {
            writeln!(out, "“{}” points at {one}.", quote_pasted(text))?;
            note(out)?;
            writeln!(out)?;
            write_all(&[Page::Cause(*one)], rules, options, out)?;
        }
        several => {
            let heading = format!("“{}” points at, the likeliest first:", quote_pasted(text));
            let entries = several.iter().map(|cause| cause_entry(*cause, rules));
            explain::list(&heading, entries, options, out)?;
            note(out)?;
            writeln!(out, "\n`siotrace explain CAUSE` tells more of each.")?;
        }
    }
    Ok(Verdict::Fine)
}

/// The causes, the likeliest first: what the whole text is known for, what its sentences mean, and else whose description quotes it.
fn causes_of(text: &str, known: Option<&ErrorText>, rules: &RuleSet) -> anyhow::Result<Vec<Cause>> {
    let several = known.map(|known| known.causes.clone()).unwrap_or_default();
    let told = Analyzer::builder().build()?.meaning(text);
    // Inside a longer text, what a part of it may come from is less than what the rest of it says.
    let exact = known.is_some_and(|known| known.says.eq_ignore_ascii_case(text.trim()));
    let mut causes = if exact { [several, told] } else { [told, several] }.concat();
    if causes.is_empty() {
        causes = rules.telling_of(text);
    }
    let mut seen = HashSet::new();
    causes.retain(|cause| seen.insert(*cause));
    Ok(causes)
}

fn write_all(
    pages: &[Page<'_>],
    rules: &RuleSet,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (n, page) in pages.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        write(*page, rules, options, out)?;
    }
    Ok(())
}

fn write(
    page: Page<'_>,
    rules: &RuleSet,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    match page {
        Page::Cause(cause) => {
            rules.rule(cause).map_or(Ok(()), |rule| explain::cause(rule, options, out))
        }
        Page::Finding(finding) => {
            rules.finding(finding).map_or(Ok(()), |rule| explain::finding(rule, options, out))
        }
        Page::Topic(TopicFile { topic, title, text, see }) => {
            explain::topic(&explain::Topic { name: topic, title, text, see }, options, out)
        }
        Page::Causes => {
            let entries = Cause::iter().map(|cause| cause_entry(cause, rules));
            explain::list("Causes: why an attempt failed", entries, options, out)
        }
        Page::Findings => {
            let title = |finding| rules.finding(finding).map_or("", |rule| rule.title.as_str());
            let entries = Finding::iter().map(|finding| (finding.as_str(), title(finding)));
            explain::list("Findings: what is wrong besides", entries, options, out)
        }
        Page::Topics => {
            let entries =
                rules.topics().iter().map(|topic| (topic.topic.as_str(), topic.title.as_str()));
            explain::list("Topics", entries, options, out)
        }
    }
}

/// A cause and its title.
fn cause_entry(cause: Cause, rules: &RuleSet) -> (&'static str, &str) {
    (cause.as_str(), rules.rule(cause).map_or("", |rule| rule.title.as_str()))
}

/// Every name that has a page.
fn names(rules: &RuleSet) -> Vec<&str> {
    let causes = Cause::iter().map(Cause::as_str);
    let findings = Finding::iter().map(Finding::as_str);
    let lists = LISTS.iter().map(|(name, _)| *name);
    let mut names: Vec<&str> = causes.chain(findings).chain(lists).collect();
    names.extend(rules.topics().iter().map(|topic| topic.topic.as_str()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_finding_and_topic_has_a_page_under_its_name() {
        let rules = RuleSet::builtin().unwrap();
        for name in names(&rules) {
            assert!(page(name, &rules).is_some(), "{name}");
        }
        assert!(page("jwt-expird", &rules).is_none());
    }

    #[test]
    fn no_name_stands_for_two_pages() {
        let rules = RuleSet::builtin().unwrap();
        let all = names(&rules);
        let different: std::collections::BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), different.len());
    }
}
