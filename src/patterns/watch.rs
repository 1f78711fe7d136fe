//! Takes verdicts one by one and hands each to those who look for a pattern.

use std::hash::BuildHasher;

use rustc_hash::FxBuildHasher;

use crate::{facts::Outcome, ids::EngineSid, rules::cause::Cause, verdict::Verdict};

use super::{
    Change, Pattern, Patterns,
    clients::{Table, Try},
    clocks::Watches,
    herd::Herds,
    late::Late,
    moments::Moments,
    tokens::Tokens,
};

/// So many causes that began or ended are told of at most; what follows from the first is not news.
const MOST_WINDOWS: usize = 3;

/// Looks for patterns while verdicts come. Memory is bounded, whatever their number.
#[derive(Debug, Default)]
pub struct Watch {
    failed: u64,
    moments: Moments,
    herds: Herds,
    clients: Table,
    users: Table,
    tokens: Tokens,
    clocks: Watches,
    late: Late,
    /// The session of the last attempt: its further namespaces are no further tries.
    last: Option<EngineSid>,
}

impl Watch {
    /// Takes one attempt in.
    pub fn add(&mut self, verdict: &Verdict) {
        let failed = verdict.failed();
        let let_in = verdict.outcome == Outcome::Accepted;
        self.failed += u64::from(failed);
        self.clocks.add(verdict);

        let token = verdict.detail.token.as_ref();
        let print = token.and_then(|token| token.fingerprint);
        let host = verdict.client.as_ref().map(crate::ids::ClientAddr::host);
        let user = verdict.user.as_ref().map(crate::ids::UserName::as_str);
        let whose = print.map(digest).or(user.map(digest)).or(host.map(digest));
        let subject = token.and_then(|token| token.subject.as_deref());
        self.late.add(verdict, subject.or(user).or(host).map(digest));
        let causes = verdict.cause.into_iter().chain(verdict.also.iter().copied());
        if let Some(print) = print {
            let has = |cause| causes.clone().any(|known| known == cause);
            self.tokens.add(print, verdict.decided.or(verdict.started), let_in, has, host);
        }
        if verdict.detail.token_ran_out {
            self.tokens.ended();
        }
        // A repeat fails for what the first failed for.
        let root = causes.clone().find(|cause| *cause != Cause::StaleTokenRetry).or(verdict.cause);
        let root = root.filter(|_| failed);
        if let Some(at) = verdict.decided.or(verdict.started) {
            let issued = token.and_then(|token| token.issued_at);
            self.moments.add(at, let_in, root, whose, issued);
        }

        if verdict.engine_sid.is_some() && self.last == verdict.engine_sid {
            return;
        }
        self.last.clone_from(&verdict.engine_sid);
        if let Some(at) = verdict.started {
            self.herds.add(at, failed, root, host.map(digest).or(whose));
        }
        let one = |other| Try {
            at: verdict.started,
            failed,
            cause: root,
            other,
            token: print.map(digest),
        };
        if let Some(host) = host {
            self.clients.add(host, &one(user));
        }
        if let Some(user) = user {
            self.users.add(user, &one(host));
        }
    }

    /// What was found, with what happened to the server's processes meanwhile.
    pub fn finish(self, changes: &[Change]) -> Patterns {
        let mut found = Vec::new();
        let rotation = self.moments.rotation();
        let explained = rotation.as_ref().map(|rotation| rotation.cause);
        found.extend(rotation.map(Pattern::KeyRotation));
        let herd = self.herds.finish(changes);
        let windows = self.moments.windows(changes).into_iter().filter(|window| {
            Some(window.cause) != explained
                && !herd.as_ref().is_some_and(|herd| herd.explains(window))
        });
        found.extend(windows.take(MOST_WINDOWS).map(Pattern::FailureWindow));
        found.extend(herd.map(Pattern::ThunderingHerd));
        let client = self.clients.culprit(self.failed, false);
        let user = self.users.culprit(self.failed, true);
        // One person at one address is told of once.
        let same =
            client.as_ref().zip(user.as_ref()).is_some_and(|(c, u)| c.who.user == u.who.user);
        found.extend(client.map(Pattern::OneBehindMost));
        found.extend(user.filter(|_| !same).map(Pattern::OneBehindMost));
        found.extend(self.clients.storm().map(Pattern::ReconnectStorm));
        found.extend(self.tokens.retries().map(Pattern::StaleTokenRetry));
        found.extend(self.tokens.deaths().map(Pattern::TokenDiesConnected));
        Patterns {
            found,
            clocks: self.late.finish().into_iter().chain(self.clocks.finish()).collect(),
            forgotten: self.clients.forgotten + self.users.forgotten + self.tokens.forgotten,
        }
    }
}

fn digest(of: impl std::hash::Hash) -> u64 {
    FxBuildHasher.hash_one(of)
}
