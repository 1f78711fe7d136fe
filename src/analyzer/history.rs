//! What earlier attempts tell of a later one.
//!
//! A token that was refused for what it is comes again; a library gives its reason once and is silent afterwards; a client connects again and again.
//! All of it is bounded: what is older, or more than fits, is forgotten, and the later attempt is judged by itself.

use std::collections::VecDeque;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use super::outline::Outline;
use crate::{
    event::Fault,
    facts::{Known, Outcome, Repeat, Status},
    ids::ClientAddr,
    recent::{Recent, filling},
    rules::cause::Cause,
    time::{SECOND, Stamp},
    verdict::Confidence,
};

/// Dead tokens that are remembered at least. Who comes with one again does so within hours.
const DEAD: usize = filling(16);

/// Most clients remembered for each purpose.
const MOST_CLIENTS: usize = filling(14);

/// Versions of the protocol, with the transports that clients ask for.
const MOST_FORMS: usize = 8;

/// So many unexplained failures of one client within [`STORM_SPAN`] are a storm; the libraries' own pauses allow for fewer.
const STORM: usize = 10;

/// The span in which they are counted, in microseconds.
const STORM_SPAN: i64 = 60 * SECOND;

/// So long after a refusal what a proxy says of the same client may be its consequence, in microseconds.
const ROOT_SPAN: i64 = 600 * SECOND;

/// A client and the form of its handshake: engines that log a reason once mean all later refusals of the same form.
type Form = (CompactString, Option<u8>, Option<CompactString>);

/// What is remembered of earlier attempts.
#[derive(Debug, Default)]
pub(super) struct History {
    dead_tokens: Recent<DEAD>,
    reasons: FxHashMap<Form, Fault>,
    /// The forms whose upgrade does not arrive at the server. What takes its headers away stands before all clients.
    without_upgrade: Vec<(Option<u8>, Option<CompactString>)>,
    /// What a client was refused for by the engine, and when, as long as it has not been let in.
    roots: FxHashMap<CompactString, (Cause, i64)>,
    /// By client, and whether it was refused or left: the one says nothing of the other.
    failures: FxHashMap<(CompactString, Outcome), VecDeque<i64>>,
}

impl History {
    /// Adds to `known` what earlier attempts tell.
    pub(super) fn recall(&self, attempt: &Outline, known: &mut Known) {
        if known.key.outcome == Outcome::Accepted {
            return;
        }
        if known.token_digest.is_some_and(|t| self.dead_tokens.contains(t)) {
            known.key.repeat = Repeat::SameToken;
        }
        let bare = known.key.status == Status::BadRequest
            && known.key.said.is_none()
            && !known.fault_is_stated;
        let told = |(host, eio, transport): Form| {
            let form = (host, eio, transport);
            self.reasons.get(&form).copied().or_else(|| {
                self.without_upgrade.contains(&(form.1, form.2)).then_some(Fault::Upgrade)
            })
        };
        if let Some(fault) = form(attempt, known).filter(|_| bare).and_then(told) {
            known.key.fault = Some(fault);
            known.confidence = Confidence::Inferred;
        }
    }

    /// The refusal of the same client that a proxy's failure is probably a consequence of: pages try again and again until the server is too busy to
    /// answer, and the timeouts are the louder lines.
    pub(super) fn root(&self, attempt: &Outline, cause: Option<Cause>) -> Option<Cause> {
        let (client, stamp) = client_and_time(attempt)?;
        let (root, at) = *self.roots.get(client.host())?;
        let soon = (0..=ROOT_SPAN).contains(&(stamp.micros - at));
        (cause == Some(Cause::GatewayError) && soon).then_some(root)
    }

    /// Whether this failure, which nothing else explains, is one of very many of its client.
    pub(super) fn is_storm(&mut self, attempt: &Outline, outcome: Outcome) -> bool {
        let Some((client, stamp)) = client_and_time(attempt) else { return false };
        let host = (CompactString::new(client.host()), outcome);
        if !self.failures.contains_key(&host) && self.failures.len() >= MOST_CLIENTS {
            return false;
        }
        let recent = self.failures.entry(host).or_default();
        recent.push_back(stamp.micros);
        while recent.len() > STORM {
            recent.pop_front();
        }
        recent.len() == STORM
            && recent.front().is_some_and(|first| stamp.micros - first <= STORM_SPAN)
    }

    /// Remembers what this attempt tells of later ones.
    pub(super) fn note(&mut self, attempt: &Outline, known: &Known, cause: Option<Cause>) {
        if let (Some(cause), Some(token)) = (cause, known.token_digest)
            && kills(cause)
            // What was concluded from others may be wrong once; it need not be wrong ever after.
            && known.contrast.is_none()
        {
            self.dead_tokens.insert(token);
        }
        if let (true, Some(fault), Some(form)) =
            (known.fault_is_stated, known.key.fault, form(attempt, known))
            && self.reasons.len() < MOST_CLIENTS
        {
            let way = (form.1, form.2.clone());
            if fault == Fault::Upgrade
                && self.without_upgrade.len() < MOST_FORMS
                && !self.without_upgrade.contains(&way)
            {
                self.without_upgrade.push(way);
            }
            self.reasons.entry(form).or_insert(fault);
        }
        let Some((client, stamp)) = client_and_time(attempt) else { return };
        if known.key.outcome == Outcome::Accepted {
            self.roots.remove(client.host());
        } else if let Some(cause @ (Cause::OriginRejected | Cause::ProtocolUnsupported)) = cause
            && self.roots.len() < MOST_CLIENTS
        {
            self.roots.entry(client.host().into()).or_insert((cause, stamp.micros));
        }
    }
}

fn client_and_time(attempt: &Outline) -> Option<(&ClientAddr, Stamp)> {
    Some((attempt.client.as_ref()?, attempt.started?))
}

/// The client and the form of its handshake, when a handshake without a session is what was refused.
fn form(attempt: &Outline, known: &Known) -> Option<Form> {
    let request = known.refused_handshake.as_ref()?;
    let host = CompactString::new(attempt.client.as_ref()?.host());
    Some((host, request.eio, request.transport.as_deref().map(CompactString::new)))
}

/// Whether a refusal for this cause means that the token will never be good again.
fn kills(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::JwtExpired
            | Cause::JwtRevoked
            | Cause::JwtSignatureInvalid
            | Cause::JwtMalformed
            | Cause::JwtAlgorithmRejected
            | Cause::JwtAudienceMismatch
            | Cause::JwtIssuerMismatch
            | Cause::JwtClaimMissing
            | Cause::JwtSubjectInvalid
            | Cause::JwtUserUnknown
            | Cause::JwtWrongType
    )
}
