//! What was found: each pattern with its figures. Names are masked when they are put in here.

use serde::{Serialize, Serializer};
use strum::IntoStaticStr;

use crate::{event::SourceId, rules::cause::Cause, secret::Fingerprint, time::Stamp};

use super::Tally;

/// All that a run's attempts show together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patterns {
    /// What explains most failures first.
    pub found: Vec<Pattern>,
    /// Clocks that differ.
    pub clocks: Vec<Clock>,
    /// Clients, users and tokens that found no room to be counted by themselves.
    pub forgotten: u64,
}

/// A server process that came up or was lost.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Change {
    /// When, in microseconds of log time.
    pub at: i64,
    /// Whether it was lost.
    pub lost: bool,
}

/// One pattern. The names are part of the report's contract, like those of causes.
#[derive(Clone, Debug, PartialEq, Serialize, IntoStaticStr)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "pattern", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Pattern {
    /// What failed from a moment on, or until one.
    FailureWindow(Window),
    /// Tokens issued before a moment are refused from another moment on.
    KeyRotation(Rotation),
    /// Many clients came within a few seconds, and many of them failed.
    ThunderingHerd(Herd),
    /// A client tries again faster than any library does by itself.
    ReconnectStorm(Storm),
    /// A token is presented again after it was refused.
    StaleTokenRetry(Retries),
    /// Tokens run out while their clients are connected.
    TokenDiesConnected(Deaths),
    /// One address, or one user, is behind most failures.
    OneBehindMost(Culprit),
}

/// A cause that failed much from a moment on, or until one, and never on the other side of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Window {
    /// Which.
    pub cause: Cause,
    /// How often.
    pub failed: u64,
    /// Attempts between the first and the last of these failures.
    pub attempts: u64,
    /// When it began, if there was none before.
    pub begins: Option<Edge>,
    /// When it ended, if there was none behind.
    pub ends: Option<Edge>,
}

/// A side of such a span.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edge {
    /// The first, or the last, failure.
    #[serde(serialize_with = "moment")]
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub at: Stamp,
    /// Attempts on the other side of it, none of which failed for this cause.
    pub without: u64,
    /// What happened to the server's processes near it.
    pub restart: Option<Restart>,
}

/// What happened to a server process near a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Restart {
    /// Whether it was lost; else it came up.
    pub lost: bool,
    /// So many seconds before the moment; negative: after it.
    pub seconds_before: i64,
}

/// Tokens issued before a moment are refused from another one on, those issued since are not.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rotation {
    /// What they are refused for.
    pub cause: Cause,
    /// The issue time of the youngest token that is refused.
    #[serde(serialize_with = "moment")]
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub issued_until: Stamp,
    /// The issue time of the oldest token that is let in since; `None`: none is.
    #[serde(serialize_with = "maybe")]
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub issued_from: Option<Stamp>,
    /// The first refusal.
    #[serde(serialize_with = "moment")]
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub refused_from: Stamp,
    /// How many attempts were refused.
    pub refused: u64,
    /// How many attempts with a token were let in before.
    pub accepted_before: u64,
    /// How many are since.
    pub accepted_since: u64,
}

/// Many clients at once.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Herd {
    /// The beginning of the busiest span.
    #[serde(serialize_with = "moment")]
    #[cfg_attr(test, schemars(with = "String", extend("format" = "date-time")))]
    pub at: Stamp,
    /// How long it is.
    pub seconds: u64,
    /// Attempts in it.
    pub attempts: u64,
    /// How many of them failed.
    pub failed: u64,
    /// From how many clients, about.
    pub clients: u64,
    /// How many times as many attempts as in other spans of that length.
    pub times_usual: u64,
    /// What most of the failures were for.
    pub cause: Option<Cause>,
    /// What happened to the server's processes near it.
    pub restart: Option<Restart>,
}

/// A client, by what the log has to know it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Who {
    /// Its address without the port, masked.
    pub client: Option<String>,
    /// Its user, masked.
    pub user: Option<String>,
    /// Whether the log shows that it is one: one user, or one token. Else there may be several behind one address.
    pub alone: bool,
}

/// A client that connects again and again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Storm {
    /// The busiest.
    pub who: Who,
    /// How often it tried.
    pub attempts: u64,
    /// How often it failed.
    pub failed: u64,
    /// Most tries within one minute.
    pub most_per_minute: u64,
    /// How many clients do so, this one among them.
    pub clients: u64,
    /// Its first try.
    #[serde(serialize_with = "maybe")]
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub first: Option<Stamp>,
    /// Its last.
    #[serde(serialize_with = "maybe")]
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub last: Option<Stamp>,
}

/// Dead tokens that come again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Retries {
    /// How often such a token was presented after its first refusal.
    pub retries: u64,
    /// How many tokens.
    pub tokens: u64,
    /// From how many addresses.
    #[serde(serialize_with = "tally")]
    #[cfg_attr(test, schemars(with = "Option<TallyView>"))]
    pub clients: Option<Tally>,
    /// How often the one was that came most.
    pub most: u64,
    /// Which one.
    #[serde(serialize_with = "print")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub token: Fingerprint,
    /// Seconds between its tries, on average.
    pub every_s: Option<i64>,
    /// The first of the repeats.
    #[serde(serialize_with = "maybe")]
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub first: Option<Stamp>,
    /// The last.
    #[serde(serialize_with = "maybe")]
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "date-time")))]
    pub last: Option<Stamp>,
}

/// Tokens that ran out while their clients were connected.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Deaths {
    /// Tokens that had been let in and were refused as expired when their clients came back.
    pub came_back: u64,
    /// Connections that the server ended because their token had run out.
    pub ended: u64,
    /// Tokens that were refused as expired, all together.
    pub expired: u64,
}

/// Who is behind most failures.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Culprit {
    /// Who.
    pub who: Who,
    /// How often it failed.
    pub failed: u64,
    /// Of how many failures.
    pub of_failed: u64,
    /// How often it tried.
    pub attempts: u64,
    /// Of how many attempts.
    pub of_attempts: u64,
    /// What it failed for most.
    pub cause: Option<Cause>,
}

/// Two clocks of which the first is ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Which.
    pub pair: Clocks,
    /// By how many seconds.
    pub seconds: i64,
    /// The least that one sample shows.
    pub least: i64,
    /// From how many samples.
    pub samples: u64,
    /// How many failures it explains.
    pub explains: u64,
}

/// Whose clocks; the first is ahead of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clocks {
    /// Of who issues tokens, and of the server that checks them.
    IssuerServer,
    /// Of the server that checks tokens, and of who issues them.
    ServerIssuer,
    /// Of the writers of two sources.
    Sources(SourceId, SourceId),
}

fn moment<S: Serializer>(stamp: &Stamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&stamp.settled(0).to_rfc3339())
}

#[expect(clippy::ref_option, reason = "as serde wants it")]
fn maybe<S: Serializer>(stamp: &Option<Stamp>, to: S) -> Result<S::Ok, S::Error> {
    stamp.map(|stamp| stamp.settled(0).to_rfc3339()).serialize(to)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
fn print<S: Serializer>(print: &Fingerprint, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(print)
}

/// How many there are, as it is written.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TallyView {
    count: usize,
    exact: bool,
}

#[expect(clippy::ref_option, reason = "as serde wants it")]
fn tally<S: Serializer>(tally: &Option<Tally>, to: S) -> Result<S::Ok, S::Error> {
    tally.map(|t| TallyView { count: t.count, exact: !t.more }).serialize(to)
}
