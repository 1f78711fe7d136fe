//! The attempt record: one verdict as the outputs for programs show it.
//!
//! The keys are a contract. All of them are always there; what is not known is `null`. Names that the log gives (user,
//! namespace, address) pass the masking again: an app may well put a token where a name belongs.

use std::borrow::Cow;

use serde::Serialize;

#[cfg(test)]
use super::schema::Names;
use super::words::timestamp;
use crate::{
    event::At,
    facts::Layer,
    ids::{ClientAddr, EngineSid, Namespace, SocketSid},
    keys::Signature,
    payload::redact::redact,
    rules::cause::{Cause, Finding},
    time::{Stamp, Zone},
    verdict::{Detail, TokenDetail, Verdict},
};

/// The record's version; a change of meaning raises it, a new key does not.
pub(super) const SCHEMA: &str = "siotrace.attempt/1";

/// One attempt, as NDJSON shows it.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AttemptRecord<'a> {
    /// The record's version.
    #[cfg_attr(test, schemars(extend("const" = SCHEMA)))]
    pub(super) schema: &'static str,
    /// How it ended.
    #[cfg_attr(test, schemars(with = "Names<crate::facts::Outcome>"))]
    pub(super) outcome: &'static str,
    /// Why it failed.
    pub(super) cause: Option<Cause>,
    /// Causes that the root entails, or that it yields to.
    pub(super) also: &'a [Cause],
    /// How sure the cause is.
    #[cfg_attr(test, schemars(with = "Names<crate::verdict::Confidence>"))]
    pub(super) confidence: &'static str,
    /// First sign of it.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub(super) started: Option<String>,
    /// When it was decided.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub(super) decided: Option<String>,
    /// Its Engine.IO session.
    pub(super) engine_sid: Option<&'a str>,
    /// Its socket.
    pub(super) socket_sid: Option<&'a str>,
    /// The namespace that it asked for.
    pub(super) namespace: Option<Cow<'a, str>>,
    /// Where it came from, with the port if the log shows it.
    pub(super) client: Option<Cow<'a, str>>,
    /// Who it is.
    pub(super) user: Option<Cow<'a, str>>,
    /// The software that the log shows.
    #[cfg_attr(test, schemars(with = "Option<Names<crate::event::Stack>>"))]
    pub(super) stack: Option<&'static str>,
    /// Which layer said no.
    #[cfg_attr(test, schemars(with = "Option<Names<Layer>>"))]
    pub(super) layer: Option<&'static str>,
    /// What is wrong besides.
    pub(super) findings: &'a [Finding],
    /// The lines it rests on, in the order of their time: never empty.
    pub(super) evidence: Vec<EvidenceLine<'a>>,
    /// Which of them decided; for outputs that show one line.
    #[serde(skip)]
    decisive: usize,
    /// Numbers and names that help to explain.
    pub(super) detail: DetailRecord<'a>,
}

/// A quoted line; its credentials are masked.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct EvidenceLine<'a> {
    /// The input.
    pub(super) source: &'a str,
    /// The number of the line, from 1.
    pub(super) line: u64,
    /// The line.
    pub(super) text: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct DetailRecord<'a> {
    /// The token that was offered.
    pub(super) token: Option<TokenRecord<'a>>,
    /// In what alone the token differs from those that were let in, where that is the evidence.
    pub(super) contrast: Option<ContrastRecord<'a>>,
    /// The sentence of the refusal.
    pub(super) said: Option<Cow<'a, str>>,
    /// The exception that was raised, with its class.
    pub(super) exception: Option<Cow<'a, str>>,
    /// The HTTP status that ended it.
    pub(super) status: Option<u16>,
    /// The Origin header.
    pub(super) origin: Option<Cow<'a, str>>,
    /// The EIO version that the client asked for.
    pub(super) eio: Option<u8>,
    /// `utc`: the log printed its zone. `assumed-utc`: it did not, and `started` and `decided` are its own clock, written as UTC.
    #[cfg_attr(test, schemars(extend("enum" = ["utc", "assumed-utc", null])))]
    pub(super) clock: Option<&'static str>,
    /// Lines of the attempt that a bound dropped.
    pub(super) events_dropped: u32,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct TokenRecord<'a> {
    /// The first eight hex digits of the SHA-256 of the token.
    pub(super) fingerprint: Option<String>,
    /// Its algorithm.
    pub(super) alg: Option<&'a str>,
    /// The key that it names.
    pub(super) kid: Option<Cow<'a, str>>,
    /// What its header calls it.
    pub(super) typ: Option<Cow<'a, str>>,
    /// `access` or `refresh`, when it says so.
    pub(super) kind: Option<Cow<'a, str>>,
    /// Who issued it.
    pub(super) issuer: Option<Cow<'a, str>>,
    /// For whom; several are parted by commas.
    pub(super) audience: Option<Cow<'a, str>>,
    /// Whom it is about, when that is a plain id.
    pub(super) subject: Option<&'a str>,
    /// Its own id, likewise.
    pub(super) id: Option<&'a str>,
    /// Its issue time.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub(super) issued_at: Option<String>,
    /// Before this it is not valid.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub(super) not_before: Option<String>,
    /// Its end.
    #[cfg_attr(test, schemars(extend("format" = "date-time")))]
    pub(super) expires_at: Option<String>,
    /// Seconds from its beginning to its end.
    pub(super) lifetime_s: Option<i64>,
    /// Its age at the attempt, in seconds.
    pub(super) age_s: Option<i64>,
    /// Seconds between its end and the attempt; negative as long as it lives.
    pub(super) expired_for_s: Option<i64>,
    /// Seconds between the attempt and its beginning; positive when it was not valid yet.
    pub(super) early_by_s: Option<i64>,
    /// What the keys given say of its signature.
    #[cfg_attr(test, schemars(with = "Option<Names<Signature>>"))]
    pub(super) signature: Option<&'static str>,
    /// Which of the keys given fits.
    pub(super) key: Option<&'a str>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ContrastRecord<'a> {
    /// What it is called in a token: `aud`, `iss`, `alg` …
    pub(super) name: &'a str,
    /// What the refused token has there, if anything.
    pub(super) here: Option<Cow<'a, str>>,
    /// What those have that were let in, several parted by commas; `null` where all that counts is that they have it.
    pub(super) theirs: Option<Cow<'a, str>>,
    /// How many were let in.
    pub(super) let_in: u32,
}

impl<'a> AttemptRecord<'a> {
    /// The record of `verdict`; `names` gives the name of a source by its number.
    pub fn new(verdict: &'a Verdict, names: impl Fn(usize) -> Option<&'a str>) -> Self {
        Self {
            schema: SCHEMA,
            outcome: verdict.outcome.into(),
            cause: verdict.cause,
            also: &verdict.also,
            confidence: verdict.confidence.into(),
            started: verdict.started.map(timestamp),
            decided: verdict.decided.map(timestamp),
            engine_sid: verdict.engine_sid.as_ref().map(EngineSid::as_str),
            socket_sid: verdict.socket_sid.as_ref().map(SocketSid::as_str),
            namespace: masked(verdict.namespace.as_ref().map(Namespace::as_str)),
            client: masked(verdict.client.as_ref().map(ClientAddr::as_str)),
            user: masked(verdict.user.as_ref().map(crate::ids::UserName::as_str)),
            stack: verdict.stack.map(Into::into),
            layer: (verdict.layer != Layer::None).then(|| verdict.layer.into()),
            findings: &verdict.findings,
            evidence: verdict
                .evidence
                .iter()
                .map(|quote| EvidenceLine {
                    source: name(quote.at, &names),
                    line: quote.at.line,
                    text: quote.text(),
                })
                .collect(),
            decisive: verdict.evidence.decisive_place(),
            detail: DetailRecord::new(&verdict.detail, verdict.started.or(verdict.decided)),
        }
    }

    /// The line that decided.
    pub(super) fn decisive(&self) -> Option<&EvidenceLine<'a>> {
        self.evidence.get(self.decisive)
    }
}

impl<'a> DetailRecord<'a> {
    fn new(detail: &'a Detail, at: Option<Stamp>) -> Self {
        Self {
            token: detail.token.as_ref().map(TokenRecord::new),
            contrast: detail.contrast.as_ref().map(|contrast| ContrastRecord {
                name: &contrast.name,
                here: masked(contrast.here.as_deref()),
                theirs: masked(contrast.theirs.as_deref()),
                let_in: contrast.let_in,
            }),
            said: masked(detail.said.as_deref()),
            exception: masked(detail.exception.as_deref()),
            status: detail.status,
            origin: masked(detail.origin.as_deref()),
            eio: detail.eio,
            clock: at.map(|at| match at.zone {
                Zone::Known => "utc",
                Zone::Unknown => "assumed-utc",
            }),
            events_dropped: detail.events_dropped,
        }
    }
}

impl<'a> TokenRecord<'a> {
    fn new(token: &'a TokenDetail) -> Self {
        let moment = |seconds: i64| {
            let stamp = Stamp::exact(seconds.checked_mul(crate::time::SECOND)?, false);
            Some(stamp.to_rfc3339()).filter(|text| !text.is_empty())
        };
        Self {
            fingerprint: token.fingerprint.map(|print| print.to_string()),
            alg: token.alg.as_deref(),
            kid: masked(token.kid.as_deref()),
            typ: masked(token.typ.as_deref()),
            kind: masked(token.kind.as_deref()),
            issuer: masked(token.issuer.as_deref()),
            audience: masked(token.audience.as_deref()),
            subject: token.subject.as_deref(),
            id: token.id.as_deref(),
            issued_at: token.issued_at.and_then(moment),
            not_before: token.not_before.and_then(moment),
            expires_at: token.expires_at.and_then(moment),
            lifetime_s: token
                .issued_at
                .or(token.not_before)
                .zip(token.expires_at)
                .map(|(begins, ends)| ends.saturating_sub(begins)),
            age_s: token.age,
            expired_for_s: token.expired_for,
            early_by_s: token.early_by,
            signature: token.signature.as_ref().map(Signature::as_str),
            key: match &token.signature {
                Some(Signature::Good(fit)) => Some(&fit.key),
                _ => None,
            },
        }
    }
}

fn masked(text: Option<&str>) -> Option<Cow<'_, str>> {
    text.map(redact)
}

/// The name of the source of `at`, by its number.
pub(super) fn name<'a>(at: At, names: impl FnOnce(usize) -> Option<&'a str>) -> &'a str {
    names(usize::from(at.source.0)).unwrap_or("?")
}
