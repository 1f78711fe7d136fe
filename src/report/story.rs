//! One attempt in sentences, for every renderer that people read.

use super::words;
use crate::{
    facts::Outcome,
    keys::{Form, Signature},
    rules::cause::Cause,
    time::SECOND,
    verdict::{Contrast, Detail, TokenDetail, Verdict},
};

/// `2026-11-22 14:52:22.188: client 127.0.0.1:38898 (user alice) asked for namespace /; the connect handler refused it, 86 ms later.`
pub(super) fn told(verdict: &Verdict) -> String {
    let when = verdict.started.or(verdict.decided).map(|at| words::clock(at, true, true));
    let client = verdict.client.as_ref().map_or_else(
        || "a client".to_owned(),
        |client| format!("client {}", words::name(client.as_str())),
    );
    let user = verdict.user.as_ref().map(|user| format!(" (user {})", words::name(user.as_str())));
    let asked = match &verdict.namespace {
        Some(namespace) => format!("namespace {}", words::name(namespace.as_str())),
        None => "a connection".to_owned(),
    };
    let ending = words::ending(verdict.outcome, verdict.layer);
    let told = format!(
        "{client}{} asked for {asked}; {ending}{}.",
        user.unwrap_or_default(),
        lapse(verdict).map(|lapse| format!(", {lapse}")).unwrap_or_default(),
    );
    when.map_or_else(|| words::capital(&told), |when| format!("{when}: {told}"))
}

/// How long the decision took, where both clocks are fine enough to say.
fn lapse(verdict: &Verdict) -> Option<String> {
    let (from, to) = (verdict.started?, verdict.decided?);
    let known = verdict.outcome != Outcome::Undecided
        && from.fraction
        && to.fraction
        && from.zone == to.zone;
    known.then(|| words::lapse(to.micros.saturating_sub(from.micros)))
}

/// The ids by which it is found in other logs.
pub(super) fn ids(verdict: &Verdict) -> Option<String> {
    let engine = verdict.engine_sid.as_ref().map(|sid| format!("engine sid {sid}"));
    let socket = verdict.socket_sid.as_ref().map(|sid| format!("socket sid {sid}"));
    let stack = verdict.stack.map(|stack| format!("software {}", <&str>::from(stack)));
    let parts: Vec<String> = [engine, socket, stack].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// What else is known, a sentence each.
pub(super) fn remarks(verdict: &Verdict) -> Vec<String> {
    let detail: &Detail = &verdict.detail;
    let mut remarks = Vec::new();
    // What the log quotes of the refusal; the client may have been told less, or nothing.
    if let Some(said) = detail.said.as_deref().map(str::trim).filter(|said| !said.is_empty()) {
        let status = said.strip_prefix("HTTP ").and_then(|status| status.parse::<u16>().ok());
        remarks.push(match status {
            Some(status) if detail.status.is_none() => {
                format!("The client was answered with HTTP status {status}.")
            }
            _ => format!("In the log's words: “{}”", words::said(said)),
        });
    }
    if let Some(exception) = &detail.exception {
        remarks.push(format!("The code raised: {}", words::said(exception)));
    }
    if let Some(status) = detail.status {
        remarks.push(format!("HTTP status {status}."));
    }
    if let Some(origin) = &detail.origin {
        remarks.push(format!("Its Origin header: {}", words::said(origin)));
    }
    if let Some(eio) = detail.eio {
        remarks.push(format!("It speaks Engine.IO protocol {eio} (EIO={eio})."));
    }
    remarks.extend(detail.lost_sid.map(words::lost_sid));
    remarks.extend(detail.token.as_ref().and_then(token));
    remarks.extend(detail.token.as_ref().and_then(|token| left_open(verdict.cause, token)));
    remarks.extend(detail.contrast.as_ref().map(contrast));
    remarks
}

fn token(token: &TokenDetail) -> Option<String> {
    let mut says = Vec::new();
    let moment = |seconds: i64| {
        words::clock(crate::time::Stamp::exact(seconds.saturating_mul(SECOND), false), true, false)
    };
    if let Some(issued) = token.issued_at {
        says.push(format!("issued {} UTC", moment(issued)));
    }
    if let Some(expires) = token.expires_at {
        says.push(format!("good until {} UTC", moment(expires)));
    }
    match token.expired_for {
        Some(seconds) if seconds > 0 => says.push(format!("{} too late", words::duration(seconds))),
        _ => {}
    }
    match token.early_by {
        Some(seconds) if seconds > 0 => {
            says.push(format!("{} too early", words::duration(seconds)));
        }
        _ => {}
    }
    if let Some(kind) = token.kind.as_deref().filter(|kind| *kind == "refresh") {
        says.insert(0, format!("a {kind} token"));
    }
    says.extend(token.signature.as_ref().and_then(signed));
    let name = match (&token.fingerprint, &token.alg) {
        (Some(print), Some(alg)) => format!("Its token jwt#{print} ({alg})"),
        (Some(print), None) => format!("Its token jwt#{print}"),
        (None, Some(alg)) => format!("Its token ({alg})"),
        (None, None) => "Its token".to_owned(),
    };
    match (says.is_empty(), token.fingerprint) {
        (true, None) => None,
        (true, Some(_)) => Some(format!("{name}.")),
        (false, _) => Some(format!("{name}: {}.", says.join(", "))),
    }
}

/// What a token that is in order leaves open, where the logs do not say why it was of no use: what no token shows by itself, and what would tell.
fn left_open(cause: Option<Cause>, token: &TokenDetail) -> Option<String> {
    let open = matches!(cause, Some(Cause::RejectedUnexplained | Cause::JwtInvalid));
    let in_time = token.expired_for.is_none_or(|seconds| seconds <= 0)
        && token.early_by.is_none_or(|seconds| seconds <= 0);
    // Without an algorithm it is no JWT, and nothing is known of it.
    if !open || !in_time || token.alg.is_none() {
        return None;
    }
    let rest = "whether it was revoked, and whether its user is known and allowed here, is for the server's log to say";
    match &token.signature {
        None => Some(format!(
            "Its times are no reason to refuse it. A wrong key, issuer or audience can be found out here, with --jwt-key FILE, --jwt-iss and --jwt-aud; {rest}."
        )),
        Some(Signature::Good(fit)) if matches!(fit.form, Form::Plain) => {
            Some(format!("Its times and its signature are no reason to refuse it; {rest}."))
        }
        Some(_) => None,
    }
}

/// `Only its aud differs: billing; those that were let in (6) have chat.`
fn contrast(contrast: &Contrast) -> String {
    let Contrast { name, let_in, .. } = contrast;
    match (&contrast.here, &contrast.theirs) {
        (Some(here), Some(theirs)) => format!(
            "Only its `{name}` differs: {}; those that were let in ({let_in}) have {}.",
            words::said(here),
            words::said(theirs),
        ),
        (None, Some(theirs)) => format!(
            "Only its `{name}` is missing; those that were let in ({let_in}) have {}.",
            words::said(theirs),
        ),
        (_, None) => {
            format!("Only its `{name}` is missing; those that were let in ({let_in}) have one.")
        }
    }
}

/// What the user's keys say of a signature, where it is of use.
fn signed(signature: &Signature) -> Option<String> {
    let text = match signature {
        Signature::Good(fit) => match fit.form {
            Form::Plain => {
                return Some(format!(
                    "signed with the key of {}; a server that refuses the signature checks with another",
                    fit.key
                ));
            }
            Form::Decoded | Form::Encoded | Form::LineEnd | Form::Quoted => {
                "signed with a key that was given, but in another form of it (Base64, line end, quotes)"
            }
            Form::PublicKeyAsSecret => "signed with the text of the public key as a secret",
        },
        Signature::Wrong => "signed with none of the keys that were given",
        Signature::UnknownKid => "it names a key that is not among those that were given",
        Signature::NoSuchKey => {
            "its algorithm takes another kind of key than those that were given"
        }
        Signature::Unsigned => "not signed",
        Signature::Unchecked
        | Signature::Cut(_)
        | Signature::UnknownAlgorithm
        | Signature::Unreadable => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(cause: Cause, token: &TokenDetail) -> Option<String> {
        left_open(Some(cause), token)
    }

    #[test]
    fn a_token_in_order_leaves_open_what_no_token_shows() {
        let mut token = TokenDetail { alg: Some("HS256".into()), ..TokenDetail::default() };
        token.expired_for = Some(-3600);
        for cause in [Cause::RejectedUnexplained, Cause::JwtInvalid] {
            let said = open(cause, &token).unwrap();
            for word in ["--jwt-key FILE", "--jwt-aud", "revoked", "user"] {
                assert!(said.contains(word), "{said}");
            }
        }
        // Where the logs say why, and where the token has ended, nothing is open.
        assert_eq!(open(Cause::JwtRevoked, &token), None);
        token.expired_for = Some(1);
        assert_eq!(open(Cause::RejectedUnexplained, &token), None);
        token.expired_for = None;
        token.early_by = Some(1);
        assert_eq!(open(Cause::RejectedUnexplained, &token), None);
    }

    #[test]
    fn of_what_is_no_token_nothing_is_said_to_be_in_order() {
        assert_eq!(open(Cause::RejectedUnexplained, &TokenDetail::default()), None);
    }
}
