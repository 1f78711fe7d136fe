//! Causes: what each means, which facts show it, what to change.
//!
//! One TOML file a cause under `causes/`, one a finding under `findings/`, one a wider subject under `topics/`; [`engine`] applies the
//! first to facts. Rules know facts only, never wording.

pub mod cause;
pub mod engine;
pub mod file;

use std::{path::Path, sync::OnceLock};

use serde::de::DeserializeOwned;

use self::{
    cause::{Cause, Finding},
    engine::Engine,
    file::{FindingFile, RuleFile, RuleHead, TopicFile},
};
use crate::error::Error;

/// Everything under `src/rules/`.
#[derive(Debug)]
pub struct RuleSet {
    rules: OnceLock<Vec<RuleFile>>,
    /// Each read when it is asked for: most logs show a few causes, and all files together take longer to read than a short log.
    single: Vec<OnceLock<Option<RuleFile>>>,
    findings: OnceLock<Vec<FindingFile>>,
    topics: OnceLock<Vec<TopicFile>>,
    engine: Engine,
}

impl RuleSet {
    /// The rules that come with siotrace.
    ///
    /// # Errors
    /// [`Error::Rule`] when a file is not well-formed; a test proves that none is.
    pub fn builtin() -> Result<Self, Error> {
        let heads: Vec<RuleHead> = serde_json::from_str(crate::embedded::CAUSES_DIGEST)
            .map_err(|e| Error::Rule { name: "causes".to_owned(), reason: e.to_string() })?;
        let engine = Engine::new(&heads)?;
        let single = heads.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { rules: OnceLock::new(), single, findings: OnceLock::new(), topics: OnceLock::new(), engine })
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
        self.single.get(number)?.get_or_init(|| toml::from_str(crate::embedded::CAUSES[number].1).ok()).as_ref()
    }

    /// What is written about `finding`.
    pub fn finding(&self, finding: Finding) -> Option<&FindingFile> {
        self.findings().iter().find(|f| f.finding == finding)
    }

    /// All findings.
    pub fn findings(&self) -> &[FindingFile] {
        self.findings.get_or_init(|| read_all(crate::embedded::FINDINGS).unwrap_or_default())
    }

    /// The wider subjects.
    pub fn topics(&self) -> &[TopicFile] {
        self.topics.get_or_init(|| read_all(crate::embedded::TOPICS).unwrap_or_default())
    }
}

fn read_all<T: DeserializeOwned>(files: &[(&str, &str)]) -> Result<Vec<T>, Error> {
    files
        .iter()
        .map(|(path, text)| toml::from_str(text).map_err(|e| Error::Rule { name: (*path).to_owned(), reason: e.to_string() }))
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
        let heads: Vec<RuleHead> = serde_json::from_str(crate::embedded::CAUSES_DIGEST).unwrap();
        let files = read_all::<RuleFile>(crate::embedded::CAUSES).unwrap_or_else(|e| panic!("{e}"));
        let files: Vec<RuleHead> =
            files.into_iter().map(|f| RuleHead { cause: f.cause, when: f.when, yields_to: f.yields_to }).collect();
        assert_eq!(format!("{heads:?}"), format!("{files:?}"));
    }

    #[test]
    fn every_rule_answers_what_to_do() {
        for rule in RuleSet::builtin().unwrap().rules() {
            assert!(!rule.fix.is_empty(), "{} has no fix", rule.cause);
            assert!(!rule.why.trim().is_empty(), "{} has no why", rule.cause);
            for fires in [true, false] {
                assert!(rule.example.iter().any(|e| e.fires == fires), "{} has no example with fires = {fires}", rule.cause);
            }
        }
    }
}
