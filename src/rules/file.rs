//! The shape of a rule file: one TOML file a cause or a finding, which says everything about it.
//!
//! The same text feeds the engine, the report's advice, `siotrace explain` and the docs, so it is written once. A misspelt key or value is an
//! error with a line number, never a rule that quietly does not fire.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::cause::{Cause, Finding};
use crate::event::Stack;

/// A cause, as its file under `src/rules/causes/` tells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleFile {
    /// The name; the file is called after it.
    pub cause: Cause,
    /// One line that names the fault (not the advice).
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Alternatives; the rule fires when every slot of one of them has an allowed value.
    pub when: Vec<BTreeMap<String, Wanted>>,
    /// Better explanations of the same refusal: this one stays silent when one of them fires, and is told as `also`.
    #[serde(default)]
    pub yields_to: Vec<Cause>,
    /// Whether it says that the logs leave open why: the report then tells which further log would show it.
    #[serde(default)]
    pub open: bool,
    /// What happened and why that is so, for a person.
    pub why: String,
    /// How to find out more, step by step; for the causes where the log alone leaves a question.
    #[serde(default)]
    pub check: Vec<String>,
    /// What to change, the likeliest first.
    #[serde(default)]
    pub fix: Vec<Fix>,
    /// Its tests.
    #[serde(default)]
    pub example: Vec<Example>,
}

/// What the engine needs of a cause's file; the rest is read when a report tells of the cause.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleHead {
    /// As in [`RuleFile`].
    pub cause: Cause,
    /// As in [`RuleFile`].
    pub when: Vec<BTreeMap<String, Wanted>>,
    /// As in [`RuleFile`].
    #[serde(default)]
    pub yields_to: Vec<Cause>,
}

/// A finding, as its file under `src/rules/findings/` tells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FindingFile {
    /// The name; the file is called after it.
    pub finding: Finding,
    /// One line that names it.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Why it matters.
    pub why: String,
    /// What to change.
    #[serde(default)]
    pub fix: Vec<Fix>,
    /// Its tests.
    #[serde(default)]
    pub example: Vec<Example>,
}

/// How bad a cause or finding is for the service's users.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    /// Expected now and then.
    Low,
    /// Some users are kept out.
    Medium,
    /// Everybody, or everything, is.
    High,
}

/// The values that a slot may have.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Wanted {
    /// Exactly this one.
    One(String),
    /// One of these.
    Any(Vec<String>),
    /// None of these.
    Not {
        /// The values that must not be.
        not: Vec<String>,
    },
}

/// One thing to change.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fix {
    /// Where to change it.
    pub side: Side,
    /// For which software; absent: for any.
    pub stack: Option<Stack>,
    /// Whether it is for the software of that side which has no fix of its own in this file, rather than for any.
    #[serde(default)]
    pub others: bool,
    /// What to change, in a sentence or two.
    pub text: String,
    /// The change, as code that works.
    pub code: Option<String>,
}

impl Fix {
    /// The software that it is for, in a word; `None` where it is for any.
    pub fn software(&self) -> Option<&'static str> {
        self.stack.map(Into::into).or(self.others.then_some("others"))
    }
}

/// Where a fix is made.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Side {
    /// The program that connects.
    Client,
    /// The Socket.IO service.
    Server,
    /// What stands between.
    Proxy,
}

/// A piece of log, and whether the rule fires on it, or the finding is made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// The lines.
    pub log: String,
    /// Whether an attempt in it gets this cause, or the report this finding.
    pub fires: bool,
}

/// A subject that is wider than one cause.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TopicFile {
    /// The name; the file is called after it.
    pub topic: String,
    /// One line that names it.
    pub title: String,
    /// The text.
    pub text: String,
    /// Causes, findings and topics to read on.
    #[serde(default)]
    pub see: Vec<String>,
}
