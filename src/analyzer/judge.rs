//! From closed attempts to verdicts: facts and quotes in parallel, the judgement in order, for whether a token was refused before depends on what
//! came before.

use rayon::{ThreadPool, prelude::*};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Options, exposed::Exposed, history::History, tokens::Tokens, ways::Ways};
use crate::{
    account::Account,
    event::{At, Fault, Kind, RawLine, Reason, Record, Speaker, Stack},
    facts::{self, Checked, Found, Known, Layer, Outcome, Repeat, Shown, Steps, TokenTime, Unlike},
    grammar::Grammar,
    keys::Keys,
    payload::redact,
    rules::{
        cause::{Cause, Finding},
        engine::{Engine, Memory},
    },
    trace::Attempt,
    verdict::{Confidence, Detail, Evidence, Quote, Verdict},
};

/// Most lines quoted for one attempt.
const MOST_QUOTES: usize = 12;

/// Judges attempts.
pub(super) struct Judge<'e> {
    grammar: &'e Grammar,
    engine: &'e Engine,
    options: Options,
    keys: &'e Keys,
    memory: Memory,
    history: History,
    ways: Ways,
    tokens: Tokens,
    /// What the check said of tokens that were let in all the same: of this server it tells nothing.
    overruled: FxHashSet<Checked>,
    exposed: Exposed,
    events_dropped: u64,
}

/// What the judge counted.
pub(super) struct Tally {
    pub(super) exposed: Exposed,
    pub(super) events_dropped: u64,
}

/// An attempt with its facts and quotes, not yet judged.
struct Prepared {
    attempt: Attempt,
    known: Known,
    evidence: Evidence,
    findings: Vec<(Shown, At)>,
    stacks: Vec<Stack>,
    of_library: Option<Stack>,
}

impl<'e> Judge<'e> {
    pub(super) fn new(
        grammar: &'e Grammar,
        engine: &'e Engine,
        options: Options,
        keys: &'e Keys,
    ) -> Self {
        Self {
            grammar,
            engine,
            options,
            keys,
            memory: Memory::default(),
            history: History::default(),
            ways: Ways::default(),
            tokens: Tokens::default(),
            overruled: FxHashSet::default(),
            exposed: Exposed::default(),
            events_dropped: 0,
        }
    }

    /// Judges `attempts`, in their order.
    pub(super) fn conclude(
        &mut self,
        pool: &ThreadPool,
        attempts: Vec<Attempt>,
        sink: &mut dyn FnMut(Verdict),
    ) {
        for prepared in self.prepare(pool, attempts) {
            self.note(&prepared);
            sink(self.judge(prepared));
        }
    }

    /// Judges `attempts`, the last: what any of those who were let in shows tells of the others, whoever came first.
    pub(super) fn conclude_rest(
        &mut self,
        pool: &ThreadPool,
        attempts: Vec<Attempt>,
        sink: &mut dyn FnMut(Verdict),
    ) {
        let prepared = self.prepare(pool, attempts);
        for prepared in &prepared {
            self.note(prepared);
        }
        for prepared in prepared {
            sink(self.judge(prepared));
        }
    }

    fn note(&mut self, prepared: &Prepared) {
        let known = &prepared.known;
        self.ways.note(known);
        self.tokens.note(&prepared.attempt, known);
        if known.key.outcome == Outcome::Accepted {
            self.overruled.insert(known.key.checked);
        }
    }

    fn prepare(&self, pool: &ThreadPool, attempts: Vec<Attempt>) -> Vec<Prepared> {
        if attempts.is_empty() {
            return Vec::new();
        }
        let wanted: Vec<Attempt> = attempts.into_iter().filter(|a| self.in_span(a)).collect();
        // A few attempts are not worth waking threads for.
        let prepared: Vec<Option<Prepared>> = if wanted.len() < 16 {
            wanted.into_iter().map(|attempt| prepare(attempt, self.grammar, self.keys)).collect()
        } else {
            pool.install(|| {
                wanted
                    .into_par_iter()
                    .map(|attempt| prepare(attempt, self.grammar, self.keys))
                    .collect()
            })
        };
        prepared.into_iter().flatten().collect()
    }

    pub(super) fn tally(self) -> Tally {
        Tally { exposed: self.exposed, events_dropped: self.events_dropped }
    }

    fn in_span(&self, attempt: &Attempt) -> bool {
        let began = attempt.records.iter().find_map(|r| r.stamp);
        let Some(began) = began else {
            return self.options.since.is_none() && self.options.until.is_none();
        };
        self.options.since.is_none_or(|since| began.micros >= since.micros)
            && self.options.until.is_none_or(|until| began.micros < until.micros)
    }

    fn judge(&mut self, prepared: Prepared) -> Verdict {
        let Prepared { attempt, mut known, evidence, findings, stacks, of_library } = prepared;
        self.history.recall(&attempt, &mut known);
        if known.key.checked != Checked::Good && self.overruled.contains(&known.key.checked) {
            known.key.checked = Checked::Unknown;
        }
        // What was concluded from the version alone.
        if known.key.fault == Some(Fault::Protocol)
            && !known.fault_is_stated
            && self.ways.is_spoken(&known)
        {
            known.key.fault = None;
        }
        known.key.unlike = self.ways.unlike(&known);
        let in_place = self.ways.is_in_place(&known);
        // What is out of date by itself only has to have been looked at.
        if in_place
            && known.is_unexplained()
            && known.key.layer == Layer::Handler
            && known.key.token_time == TokenTime::Expired
            && known.key.found == Found::Unknown
        {
            known.key.found = Found::Yes;
        }
        if known.key.unlike == Unlike::Unknown
            && in_place
            && let Some((unlike, contrast)) = self.tokens.unlike(&attempt, &known)
        {
            known.key.unlike = unlike;
            known.contrast = Some(contrast);
        }
        let mut judgement = self.memory.judge(self.engine, &known.key).clone();
        let unexplained =
            matches!(judgement.cause, Some(Cause::RejectedUnexplained | Cause::ClientLeft));
        if unexplained && self.history.is_storm(&attempt, known.key.outcome) {
            known.key.repeat = Repeat::Storm;
            judgement = self.memory.judge(self.engine, &known.key).clone();
        }
        let root = self.history.root(&attempt, judgement.cause);
        judgement.also.extend(root.filter(|root| !judgement.also.contains(root)));
        self.history.note(&attempt, &known, judgement.cause);
        self.exposed.attempt(&findings);
        self.events_dropped += u64::from(attempt.dropped);
        let account = self.options.account.then(|| {
            let ruling = self.engine.explain(&known.key);
            Box::new(Account::of(&attempt.records, &known, ruling))
        });
        let verdict = verdict(attempt, known, evidence, findings, stacks, judgement);
        Verdict { of_library, account, ..verdict }
    }
}

fn prepare(attempt: Attempt, grammar: &Grammar, keys: &Keys) -> Option<Prepared> {
    let known = facts::derive(&attempt, keys);
    if nothing_happened(&attempt.records) {
        return None;
    }
    let evidence = evidence(&attempt.records, &known)?;
    let findings = facts::findings(&attempt.records, &known)
        .into_iter()
        .map(|found| (found, attempt.records[found.record].at))
        .collect();
    let mut stacks: Vec<Stack> = attempt.records.iter().filter_map(|r| r.event.stack).collect();
    stacks.sort_unstable();
    stacks.dedup();
    let of_library = library(&known, &evidence, &stacks, grammar);
    Some(Prepared { attempt, known, evidence, findings, stacks, of_library })
}

/// The server's software by the library whose words gave the reason, where no line shows it.
fn library(
    known: &Known,
    evidence: &Evidence,
    stacks: &[Stack],
    grammar: &Grammar,
) -> Option<Stack> {
    if known.key.outcome == Outcome::Accepted
        || stacks.iter().any(|stack| stack.speaker() == Speaker::Server)
    {
        return None;
    }
    let told = known.said.as_ref().map(|said| &*said.text);
    told.into_iter()
        .chain(known.exception.as_deref())
        .find_map(|text| grammar.whose_words(text))
        .or_else(|| evidence.iter().find_map(|quote| grammar.whose_words(&quote.text())))
}

/// Whether the lines are only the end, or the middle, of a connection of which nothing else is in the log.
fn nothing_happened(records: &[Record]) -> bool {
    records.iter().all(|r| {
        matches!(
            r.event.kind,
            Kind::Closed(_)
                | Kind::Heartbeat
                | Kind::HeartbeatLost
                | Kind::Raised(_)
                | Kind::UpgradeFailed
        ) || matches!(&r.event.kind, Kind::Disconnected(None))
    })
}

/// The lines to quote: all when they are few; else the beginning, what surrounds the decision, and the end. Of an attempt that was let in nobody asks
/// why: its first line and the one that decided will do.
fn evidence(records: &[Record], known: &Known) -> Option<Evidence> {
    let last = records.len().checked_sub(1)?;
    let decisive = known.decisive;
    let middle = decisive.unwrap_or(last);
    let mut picked: Vec<usize> = if known.key.outcome == Outcome::Accepted {
        vec![0, middle]
    } else if records.len() <= MOST_QUOTES {
        (0..records.len()).collect()
    } else {
        let from = middle.saturating_sub(4);
        (0..3).chain(from..(from + 8).min(records.len())).chain([last]).collect()
    };
    picked.sort_unstable();
    picked.dedup();
    let lines = RawLine::apart(picked.iter().map(|&i| &records[i].line));
    let mut quotes = picked.iter().zip(lines).map(|(&i, line)| {
        let record = &records[i];
        Quote {
            at: record.at,
            stamp: record.stamp,
            speaker: record.event.speaker,
            line,
            decisive: decisive == Some(i),
        }
    });
    let first = quotes.next()?;
    Some(Evidence::new(first, quotes.collect()))
}

fn verdict(
    attempt: Attempt,
    known: Known,
    evidence: Evidence,
    findings: Vec<(Shown, At)>,
    stacks: Vec<Stack>,
    judgement: crate::rules::engine::Judgement,
) -> Verdict {
    let records = &attempt.records;
    // In the order of the closed list: those that are alike stand together.
    let mut findings: Vec<Finding> = findings.into_iter().map(|(f, _)| f.finding).collect();
    findings.dedup();
    let decided = known.decisive.and_then(|i| records.get(i)).and_then(|r| r.stamp);
    // Who was let in is named by the line that says so; a token's subject may be a number.
    let admitted = records.iter().filter(|r| matches!(r.event.kind, Kind::Admitted { .. }));
    let user = admitted.chain(records).find_map(|r| r.event.ids.user.clone());
    let confidence = match judgement.cause {
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
    };
    Verdict {
        account: None,
        steps: Steps::of(records, &known),
        outcome: known.key.outcome,
        cause: judgement.cause,
        also: judgement.also,
        confidence,
        layer: known.key.layer,
        started: records.iter().find_map(|r| r.stamp),
        decided,
        engine_sid: attempt.engine,
        socket_sid: attempt.socket,
        namespace: attempt.namespace,
        client: attempt.client,
        user,
        stack: stack(records),
        stacks,
        of_library: None,
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
            events_dropped: attempt.dropped,
        },
        evidence,
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

/// The software on the server's side, else the client's, else the proxy's; of several, the framework before what it runs on.
fn stack(records: &[Record]) -> Option<Stack> {
    let mut by_speaker: FxHashMap<Speaker, Stack> = FxHashMap::default();
    for record in records {
        if let Some(stack) = record.event.stack {
            let seen = by_speaker.entry(record.event.speaker).or_insert(stack);
            *seen = (*seen).min(stack);
        }
    }
    [Speaker::Server, Speaker::Client, Speaker::Proxy]
        .iter()
        .find_map(|s| by_speaker.get(s).copied())
}
