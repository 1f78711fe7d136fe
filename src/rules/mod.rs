//! Causes: what each means, which facts show it, what to change.
//!
//! One TOML file a cause under `causes/`, one a finding under `findings/`, one a wider subject under `topics/`; [`engine`] applies the
//! first to facts. Rules know facts only, never wording.

pub mod cause;
pub mod engine;
pub mod file;
pub mod next_log;

use std::{path::Path, sync::OnceLock};

use serde::{Deserialize, de::DeserializeOwned};

use self::{
    cause::{Cause, Finding},
    engine::Engine,
    file::{FindingFile, RuleFile, RuleHead, TopicFile},
    next_log::NextLog,
};
use crate::{diag::holds, error::Error};

/// Everything under `src/rules/`.
#[derive(Debug)]
pub struct RuleSet {
    rules: OnceLock<Vec<RuleFile>>,
    /// Each read when it is asked for: most logs show a few causes, and all files together take longer to read than a short log.
    single: Vec<OnceLock<Option<RuleFile>>>,
    findings: OnceLock<Vec<FindingFile>>,
    topics: OnceLock<Vec<TopicFile>>,
    texts: OnceLock<Vec<ErrorText>>,
    next_log: OnceLock<NextLog>,
    engine: Engine,
}

/// An error text that more than one fault prints.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorText {
    /// The text.
    pub says: String,
    /// The likeliest first.
    pub causes: Vec<Cause>,
    /// What tells them apart.
    pub note: String,
}

/// All of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorTexts {
    text: Vec<ErrorText>,
}

static TEXTS: &str = include_str!("texts.toml");
static NEXT_LOG: &str = include_str!("next-log.toml");

/// More causes than this in whose description a text stands, and the text is an everyday phrase.
const MOST_TOLD_IN: usize = 4;

impl RuleSet {
    /// The rules that come with siotrace.
    ///
    /// # Errors
    /// [`Error::Rule`] when a file is not well-formed; a test proves that none is.
    pub fn builtin() -> Result<Self, Error> {
        let heads = heads()?;
        let engine = Engine::new(&heads)?;
        let single = heads.iter().map(|_| OnceLock::new()).collect();
        Ok(Self {
            rules: OnceLock::new(),
            single,
            findings: OnceLock::new(),
            topics: OnceLock::new(),
            texts: OnceLock::new(),
            next_log: OnceLock::new(),
            engine,
        })
    }

    /// The engine over these rules.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// All rules, in the order of their names.
    pub fn rules(&self) -> &[RuleFile] {
        self.rules.get_or_init(|| read_all(crate::embedded::CAUSES).unwrap_or_default())
    }

    /// The rule of `cause`.
    pub fn rule(&self, cause: Cause) -> Option<&RuleFile> {
        let file = |(path, _): &(&str, &str)| {
            Path::new(path).file_stem().is_some_and(|stem| stem == cause.as_str())
        };
        let number = crate::embedded::CAUSES.iter().position(file)?;
        self.single
            .get(number)?
            .get_or_init(|| serde_json::from_str(crate::embedded::CAUSES[number].1).ok())
            .as_ref()
    }

    /// What is written about `finding`.
    pub fn finding(&self, finding: Finding) -> Option<&FindingFile> {
        self.findings().iter().find(|f| f.finding == finding)
    }

    /// What to tell where the logs leave open why.
    pub fn next_log(&self) -> &NextLog {
        self.next_log.get_or_init(|| toml::from_str(NEXT_LOG).unwrap_or_default())
    }

    /// All findings.
    pub fn findings(&self) -> &[FindingFile] {
        self.findings.get_or_init(|| read_all(crate::embedded::FINDINGS).unwrap_or_default())
    }

    /// The wider subjects.
    pub fn topics(&self) -> &[TopicFile] {
        self.topics.get_or_init(|| read_all(crate::embedded::TOPICS).unwrap_or_default())
    }

    /// What is known of `text`, if it is or holds an error text that more than one fault prints.
    pub fn error_text(&self, text: &str) -> Option<&ErrorText> {
        let text = text.trim();
        let texts = self.texts.get_or_init(|| {
            toml::from_str::<ErrorTexts>(TEXTS).map(|t| t.text).unwrap_or_default()
        });
        // An ordinary word says too little to be looked for in a longer text; a code such as `ECONNREFUSED` does not.
        let telling =
            |says: &str| says.contains(' ') || !says.contains(|c: char| c.is_ascii_lowercase());
        let fits = |known: &&ErrorText| {
            known.says.eq_ignore_ascii_case(text)
                || telling(&known.says) && holds(text, &known.says)
        };
        texts.iter().filter(fits).max_by_key(|known| known.says.len())
    }

    /// The causes whose description quotes `text`; none when it is an everyday phrase.
    pub fn telling_of(&self, text: &str) -> Vec<Cause> {
        let text = text.trim();
        if !text.contains(' ') {
            return Vec::new();
        }
        let tells = |rule: &&RuleFile| {
            [&rule.title, &rule.why].into_iter().chain(&rule.check).any(|prose| {
                let words: Vec<&str> = prose.split_whitespace().collect();
                holds(&words.join(" "), text)
            })
        };
        let causes: Vec<Cause> = self.rules().iter().filter(tells).map(|rule| rule.cause).collect();
        if causes.len() <= MOST_TOLD_IN { causes } else { Vec::new() }
    }
}

/// What every run needs of the causes.
fn heads() -> Result<Vec<RuleHead>, Error> {
    let read = |text: &&str| {
        serde_json::from_str(text)
            .map_err(|e| Error::Rule { name: "causes".to_owned(), reason: e.to_string() })
    };
    crate::embedded::CAUSES_DIGEST.iter().map(read).collect()
}

fn read_all<T: DeserializeOwned>(files: &[(&str, &str)]) -> Result<Vec<T>, Error> {
    files
        .iter()
        .map(|(path, text)| {
            serde_json::from_str(text)
                .map_err(|e| Error::Rule { name: (*path).to_owned(), reason: e.to_string() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_cause_finding_and_topic_has_its_file() {
        let rules = RuleSet::builtin().unwrap_or_else(|e| panic!("{e}"));
        for cause in Cause::iter() {
            assert!(rules.rule(cause).is_some_and(|r| r.cause == cause), "no file for {cause}");
        }
        read_all::<FindingFile>(crate::embedded::FINDINGS).unwrap_or_else(|e| panic!("{e}"));
        read_all::<TopicFile>(crate::embedded::TOPICS).unwrap_or_else(|e| panic!("{e}"));
        for finding in Finding::iter() {
            assert!(rules.finding(finding).is_some(), "no file for {finding}");
        }
    }

    #[test]
    fn the_digest_is_the_heads_of_the_files() {
        let heads = heads().unwrap();
        let files = read_all::<RuleFile>(crate::embedded::CAUSES).unwrap_or_else(|e| panic!("{e}"));
        let files: Vec<RuleHead> = files
            .into_iter()
            .map(|f| RuleHead { cause: f.cause, when: f.when, yields_to: f.yields_to })
            .collect();
        assert_eq!(format!("{heads:?}"), format!("{files:?}"));
    }

    #[test]
    fn an_error_text_is_known_by_itself_and_in_a_longer_one() {
        let texts: ErrorTexts = toml::from_str(TEXTS).unwrap_or_else(|e| panic!("{e}"));
        let rules = RuleSet::builtin().unwrap();
        for known in &texts.text {
            let found = rules.error_text(&known.says.to_uppercase()).map(|t| &t.says);
            assert_eq!(found, Some(&known.says));
            assert!(!known.causes.is_empty(), "{}", known.says);
        }
        let says = |text| rules.error_text(text).map(|t| t.says.as_str());
        assert_eq!(says("app.js:8 connect_error: xhr poll error (0)"), Some("xhr poll error"));
        assert_eq!(says("session store timeout"), None, "one word is not looked for in others");
        assert_eq!(says("xhr poll errors"), None);
        assert_eq!(says("connect ECONNREFUSED 127.0.0.1:5000"), Some("ECONNREFUSED"));
    }

    #[test]
    fn a_text_that_descriptions_quote_points_at_their_causes_unless_many_do() {
        let rules = RuleSet::builtin().unwrap();
        assert!(rules.telling_of("worker timeout").contains(&Cause::SidUnknown));
        assert!(rules.telling_of("the client").is_empty());
        assert!(rules.telling_of("timeout").is_empty());
    }

    #[test]
    fn every_rule_answers_what_to_do() {
        for rule in RuleSet::builtin().unwrap().rules() {
            assert!(!rule.fix.is_empty(), "{} has no fix", rule.cause);
            assert!(!rule.why.trim().is_empty(), "{} has no why", rule.cause);
            for fires in [true, false] {
                assert!(
                    rule.example.iter().any(|e| e.fires == fires),
                    "{} has no example with fires = {fires}",
                    rule.cause
                );
            }
        }
    }
}
