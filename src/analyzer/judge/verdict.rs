//! From what was found out of an attempt, and the rules' judgement of it, to the verdict that is told.

use super::prepared::Prepared;
use crate::{
    account::Account,
    event::Reason,
    facts::{Checked, Known, Unlike},
    payload::redact,
    rules::{
        cause::{Cause, Finding},
        engine::Judgement,
    },
    verdict::{Confidence, Detail, Verdict},
};

impl Prepared {
    /// The verdict that `judgement` makes of it.
    pub(super) fn into_verdict(
        self,
        judgement: Judgement,
        account: Option<Box<Account>>,
    ) -> Verdict {
        let Self { outline, known, evidence, findings, of_library, records: _ } = self;
        // In the order of the closed list: those that are alike stand together.
        let mut findings: Vec<Finding> = findings.into_iter().map(|(f, _)| f.finding).collect();
        findings.dedup();
        Verdict {
            account,
            steps: outline.steps,
            outcome: known.key.outcome,
            cause: judgement.cause,
            also: judgement.also,
            confidence: confidence(judgement.cause, &known),
            layer: known.key.layer,
            started: outline.started,
            decided: outline.decided,
            engine_sid: outline.engine,
            socket_sid: outline.socket,
            namespace: outline.namespace,
            client: outline.client,
            user: outline.user,
            stack: outline.stack,
            stacks: outline.stacks,
            of_library,
            findings,
            detail: Detail {
                contrast: known.contrast.filter(|_| judgement.cause == contrasts(known.key.unlike)),
                token: known.token,
                said: known
                    .said
                    .filter(|s| !s.text.is_empty())
                    .map(|s| redact::redact(&s.text).into_owned()),
                exception: known.exception.map(|e| redact::redact(&e).into_owned()),
                status: known.status,
                origin: known.origin.map(Into::into),
                agent: known.agent,
                eio: known.eio,
                token_ran_out: known.token_ran_out,
                clocks: known.clocks,
                lost_sid: known.lost_sid.filter(|_| judgement.cause == Some(Cause::SidUnknown)),
                events_dropped: outline.dropped,
            },
            evidence,
        }
    }
}

/// How sure a cause is that follows from what is known.
fn confidence(cause: Option<Cause>, known: &Known) -> Confidence {
    match cause {
        Some(Cause::RejectedUnexplained | Cause::AuthUndecided | Cause::ClientLeft) => {
            Confidence::Inferred
        }
        // The token's own times say it, where the log's words do not.
        Some(Cause::JwtExpired) if known.key.said != Some(Reason::TokenExpired) => {
            known.confidence.min(Confidence::Derived)
        }
        Some(Cause::JwtNotYetValid) if known.key.said != Some(Reason::TokenImmature) => {
            known.confidence.min(Confidence::Derived)
        }
        // The user's keys say it, where the log's words do not.
        Some(cause)
            if reveals(known.key.checked) == Some(cause)
                && known
                    .key
                    .said
                    .is_none_or(|said| said.is_vague() || said == Reason::TokenInvalid) =>
        {
            known.confidence.min(Confidence::Derived)
        }
        // Concluded from what others had in their hands.
        cause @ Some(_) if cause == contrasts(known.key.unlike) => Confidence::Inferred,
        _ => known.confidence,
    }
}

/// The cause that the check of a token points at.
fn reveals(checked: Checked) -> Option<Cause> {
    match checked {
        Checked::Unknown | Checked::Good => None,
        Checked::Signature => Some(Cause::JwtSignatureInvalid),
        Checked::Key => Some(Cause::JwtKeyUnavailable),
        Checked::Algorithm => Some(Cause::JwtAlgorithmRejected),
        Checked::Audience => Some(Cause::JwtAudienceMismatch),
        Checked::Issuer => Some(Cause::JwtIssuerMismatch),
    }
}

/// The cause that the one difference to those who were let in points at.
fn contrasts(unlike: Unlike) -> Option<Cause> {
    match unlike {
        Unlike::Unknown => None,
        Unlike::Place => Some(Cause::CredentialsMisplaced),
        Unlike::Form => Some(Cause::JwtMalformed),
        Unlike::Signing | Unlike::Algorithm => Some(Cause::JwtAlgorithmRejected),
        Unlike::Audience => Some(Cause::JwtAudienceMismatch),
        Unlike::Issuer => Some(Cause::JwtIssuerMismatch),
        Unlike::Key => Some(Cause::JwtKeyUnavailable),
        Unlike::Kind => Some(Cause::JwtWrongType),
        Unlike::Claim => Some(Cause::JwtClaimMissing),
        Unlike::Subject => Some(Cause::JwtSubjectInvalid),
    }
}
