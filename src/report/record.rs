//! The attempt record: one verdict as the outputs for programs show it.
//!
//! The keys are a contract. All of them are always there; what is not known is `null`. Names that the log gives (user,
//! namespace, address) pass the masking again: an app may well put a token where a name belongs.

use std::borrow::Cow;

use serde::Serialize;

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
const SCHEMA: &str = "siotrace.attempt/1";

/// One attempt, as NDJSON shows it.
#[derive(Debug, Serialize)]
pub struct AttemptRecord<'a> {
    pub(super) schema: &'static str,
    pub(super) outcome: &'static str,
    pub(super) cause: Option<Cause>,
    pub(super) also: &'a [Cause],
    pub(super) confidence: &'static str,
    pub(super) started: Option<String>,
    pub(super) decided: Option<String>,
    pub(super) engine_sid: Option<&'a str>,
    pub(super) socket_sid: Option<&'a str>,
    pub(super) namespace: Option<Cow<'a, str>>,
    pub(super) client: Option<Cow<'a, str>>,
    pub(super) user: Option<Cow<'a, str>>,
    pub(super) stack: Option<&'static str>,
    pub(super) layer: Option<&'static str>,
    pub(super) findings: &'a [Finding],
    pub(super) evidence: Vec<EvidenceLine<'a>>,
    pub(super) detail: DetailRecord<'a>,
}

/// A quoted line. Its text was masked when it was quoted.
#[derive(Debug, Serialize)]
pub(super) struct EvidenceLine<'a> {
    pub(super) source: &'a str,
    pub(super) line: u64,
    pub(super) text: &'a str,
}

#[derive(Debug, Serialize)]
pub(super) struct DetailRecord<'a> {
    pub(super) token: Option<TokenRecord<'a>>,
    pub(super) said: Option<Cow<'a, str>>,
    pub(super) exception: Option<Cow<'a, str>>,
    pub(super) status: Option<u16>,
    pub(super) origin: Option<Cow<'a, str>>,
    pub(super) eio: Option<u8>,
    /// `utc`: the log printed its zone. `assumed-utc`: it did not, and `started` and `decided` are its own clock, written as UTC.
    pub(super) clock: Option<&'static str>,
    pub(super) events_dropped: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct TokenRecord<'a> {
    pub(super) fingerprint: Option<String>,
    pub(super) alg: Option<&'a str>,
    pub(super) kid: Option<Cow<'a, str>>,
    pub(super) typ: Option<Cow<'a, str>>,
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) issuer: Option<Cow<'a, str>>,
    pub(super) audience: Option<Cow<'a, str>>,
    pub(super) subject: Option<&'a str>,
    pub(super) id: Option<&'a str>,
    pub(super) issued_at: Option<String>,
    pub(super) not_before: Option<String>,
    pub(super) expires_at: Option<String>,
    pub(super) lifetime_s: Option<i64>,
    pub(super) age_s: Option<i64>,
    pub(super) expired_for_s: Option<i64>,
    pub(super) early_by_s: Option<i64>,
    pub(super) signature: Option<&'static str>,
    pub(super) key: Option<&'a str>,
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
                    text: &quote.text,
                })
                .collect(),
            detail: DetailRecord::new(&verdict.detail, verdict.started.or(verdict.decided)),
        }
    }
}

impl<'a> DetailRecord<'a> {
    fn new(detail: &'a Detail, at: Option<Stamp>) -> Self {
        Self {
            token: detail.token.as_ref().map(TokenRecord::new),
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
