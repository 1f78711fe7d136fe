//! What was concluded about one attempt: outcome, cause, confidence, and the lines it rests on.

use crate::{
    account::Account,
    event::{At, RawLine, SourceId, Speaker, Stack},
    facts::{Layer, Outcome, Steps},
    ids::{ClientAddr, EngineSid, Namespace, SocketSid, UserName},
    keys::Signature,
    rules::cause::{Cause, Finding},
    secret::Fingerprint,
    time::Stamp,
};

/// How sure a verdict is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::IntoStaticStr,
    strum::VariantNames,
    serde::Serialize,
    serde::Deserialize,
)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// By absence, or by neighbourhood of lines.
    Inferred,
    /// Computed from evidence: `exp` is before the line's time.
    Derived,
    /// A line says so.
    Stated,
}

/// One line that a verdict rests on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Quote {
    /// Where it stands.
    pub at: At,
    /// When it was written.
    pub stamp: Option<Stamp>,
    /// Which side wrote it.
    pub speaker: Speaker,
    /// The line. Its credentials are masked when it is asked for: most attempts of a long log are counted and never shown, and to mask their lines took a
    /// tenth of a run's time.
    #[serde(rename = "text")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub line: RawLine,
    /// Whether this line decided the verdict; the others are its context.
    pub decisive: bool,
}

impl Quote {
    /// The line with every credential masked, cut to [`RawLine::MAX_QUOTED`].
    pub fn text(&self) -> String {
        self.line.quote()
    }
}

/// The lines a verdict rests on, in the order of their time: never empty, for it cannot be built without a first one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    first: Quote,
    more: Vec<Quote>,
}

impl Evidence {
    /// Evidence of `first` and what follows it.
    pub fn new(first: Quote, more: Vec<Quote>) -> Self {
        Self { first, more }
    }

    /// All quotes, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Quote> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// The line that decided, or the last one when none is marked.
    pub fn decisive(&self) -> &Quote {
        self.iter().find(|q| q.decisive).unwrap_or_else(|| self.more.last().unwrap_or(&self.first))
    }

    /// Its place among all.
    pub(crate) fn decisive_place(&self) -> usize {
        self.iter().position(|quote| quote.decisive).unwrap_or(self.more.len())
    }

    /// How many lines; at least one.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        1 + self.more.len()
    }
}

/// What a token said of itself, as far as it helps to explain.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TokenDetail {
    /// Stands for the token.
    pub fingerprint: Option<Fingerprint>,
    /// Its algorithm.
    pub alg: Option<Box<str>>,
    /// The key that it names.
    #[serde(serialize_with = "masked")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub kid: Option<Box<str>>,
    /// What its header calls it.
    #[serde(serialize_with = "masked")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub typ: Option<Box<str>>,
    /// `access` or `refresh`, when it says so.
    #[serde(serialize_with = "masked")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub kind: Option<Box<str>>,
    /// Who issued it.
    #[serde(serialize_with = "masked")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub issuer: Option<Box<str>>,
    /// For whom; several are parted by commas.
    #[serde(serialize_with = "masked")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub audience: Option<Box<str>>,
    /// Whom it is about, when that is a plain id.
    pub subject: Option<Box<str>>,
    /// Its own id, likewise.
    pub id: Option<Box<str>>,
    /// Its issue time, seconds since 1970.
    pub issued_at: Option<i64>,
    /// Before this it is not valid, seconds since 1970.
    pub not_before: Option<i64>,
    /// Its end, seconds since 1970.
    pub expires_at: Option<i64>,
    /// Its age at the attempt, in seconds.
    pub age: Option<i64>,
    /// Seconds between its end and the attempt; positive when it was dead.
    pub expired_for: Option<i64>,
    /// Seconds between the attempt and its beginning; positive when it was not valid yet.
    pub early_by: Option<i64>,
    /// When the server, or what stands in front of it, wrote the first line that shows it.
    pub shown: Option<Stamp>,
    /// What the user's keys say of its signature; `None` when there are none, or the log does not show all of it.
    pub signature: Option<Signature>,
}

/// In what alone a refused token differs from those that were let in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Contrast {
    /// What it is called in a token.
    pub name: Box<str>,
    /// What the refused token has there, if anything.
    pub here: Option<Box<str>>,
    /// What those have that were let in, several parted by commas; `None` where all that counts is that they have it.
    pub theirs: Option<Box<str>>,
    /// How many were let in.
    pub let_in: u32,
}

/// One look at two clocks: what the writers of two sources made of the same moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClockSample {
    /// The one.
    pub ahead: SourceId,
    /// The other.
    pub behind: SourceId,
    /// By how many microseconds the one is ahead of the other; negative: behind it.
    pub micros: i64,
}

/// Why a session id is not known, as far as the log shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LostSid {
    /// Several processes serve the address.
    Processes,
    /// A process came up or was lost shortly before.
    Restart,
    /// The client had been silent for longer than the server waits.
    Silence {
        /// For how long.
        seconds: i64,
    },
    /// The log shows the id being used before, and no restart.
    GivenOutHere,
    /// The log does not show where the id comes from.
    NeverSeen,
}

/// Numbers and names that ride along for the text and decide nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Detail {
    /// The token that was offered.
    pub token: Option<TokenDetail>,
    /// In what alone it differs from tokens that were let in, where that is the evidence.
    pub contrast: Option<Contrast>,
    /// The sentence of the refusal, masked.
    pub said: Option<String>,
    /// The exception that was raised, with its class.
    pub exception: Option<String>,
    /// The HTTP status that ended it.
    pub status: Option<u16>,
    /// The Origin header.
    #[serde(serialize_with = "masked")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub origin: Option<String>,
    /// The client's user agent, masked.
    pub agent: Option<Box<str>>,
    /// EIO version that the client asked for.
    pub eio: Option<u8>,
    /// Of a session id that was not known, why.
    pub lost_sid: Option<LostSid>,
    /// Whether the server ended the connection, long after it had let the client in, because its token had run out.
    pub token_ran_out: bool,
    /// What the attempt shows of the clocks of a server's and a client's log.
    pub clocks: Option<ClockSample>,
    /// Events of the attempt that the bound dropped.
    pub events_dropped: u32,
}

/// One attempt, judged.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Verdict {
    /// How it ended.
    pub outcome: Outcome,
    /// Why, when it failed.
    pub cause: Option<Cause>,
    /// Causes that the root entails, or that it yields to.
    pub also: Vec<Cause>,
    /// How sure.
    pub confidence: Confidence,
    /// Which layer said no.
    pub layer: Layer,
    /// First sign of the attempt.
    pub started: Option<Stamp>,
    /// When it was decided.
    pub decided: Option<Stamp>,
    /// Its Engine.IO session.
    pub engine_sid: Option<EngineSid>,
    /// Its socket.
    pub socket_sid: Option<SocketSid>,
    /// The namespace it asked for.
    pub namespace: Option<Namespace>,
    /// Where it came from.
    pub client: Option<ClientAddr>,
    /// Who it is.
    pub user: Option<UserName>,
    /// The software that the log shows on the server's side, else the client's, else the proxy's.
    pub stack: Option<Stack>,
    /// Every stack that the attempt's lines show.
    pub stacks: Vec<Stack>,
    /// The server's software as far as only the library is known whose words gave the reason; fixes for it come first.
    pub of_library: Option<Stack>,
    /// How far it was seen to get.
    pub steps: Steps,
    /// What is wrong besides.
    pub findings: Vec<Finding>,
    /// The lines it rests on.
    pub evidence: Evidence,
    /// Numbers for the text.
    pub detail: Detail,
    /// How it came about, where that was asked for.
    #[serde(skip)]
    pub account: Option<Box<Account>>,
}

impl Verdict {
    /// Masks what it quotes once more: it may come from a file that somebody else wrote.
    pub(crate) fn mask(&mut self) {
        // The lines of its evidence are masked whenever they are shown.
        let Detail { said, exception, agent, token, .. } = &mut self.detail;
        let texts = said.iter_mut().chain(exception);
        texts.for_each(|text| *text = crate::payload::redact::redact(text).into_owned());
        if let Some(agent) = agent {
            *agent = crate::payload::agent::masked(agent);
        }
        for text in token.iter_mut().flat_map(|token| [&mut token.subject, &mut token.id]).flatten()
        {
            *text = crate::payload::redact::redact(text).into();
        }
    }

    /// Gives its places the numbers that their sources have elsewhere.
    pub(crate) fn renumber(&mut self, moved: &impl Fn(SourceId) -> SourceId) {
        let Evidence { first, more } = &mut self.evidence;
        for line in std::iter::once(first).chain(more) {
            line.at.source = moved(line.at.source);
        }
        if let Some(clocks) = &mut self.detail.clocks {
            clocks.ahead = moved(clocks.ahead);
            clocks.behind = moved(clocks.behind);
        }
    }

    /// Whether the attempt counts as failed: the reason for exit code 1.
    pub fn failed(&self) -> bool {
        match self.outcome {
            Outcome::Rejected | Outcome::Abandoned => true,
            Outcome::Accepted | Outcome::Undecided => false,
        }
    }
}

/// An app may well put a token where a name belongs.
#[expect(clippy::ref_option, reason = "as serde wants it")]
fn masked<S: serde::Serializer>(text: &Option<impl AsRef<str>>, to: S) -> Result<S::Ok, S::Error> {
    let masked = text.as_ref().map(|text| crate::payload::redact::redact(text.as_ref()));
    serde::Serialize::serialize(&masked, to)
}
