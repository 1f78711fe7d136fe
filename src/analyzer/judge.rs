//! From closed attempts to verdicts: facts and quotes in parallel, the judgement in order, for whether a token was refused before depends on what
//! came before.

mod prepared;
mod verdict;

use rayon::{ThreadPool, prelude::*};
use rustc_hash::FxHashSet;

use self::prepared::Prepared;
use super::{
    Options, exposed::Exposed, history::History, outline::Outline, tokens::Tokens, ways::Ways,
};
use crate::{
    account::Account,
    event::Fault,
    facts::{Checked, Found, Known, Layer, Outcome, Repeat, TokenTime, Unlike},
    grammar::Grammar,
    keys::Keys,
    rules::{
        cause::Cause,
        engine::{Engine, Memory},
    },
    time::SECOND,
    trace::Attempt,
    verdict::Verdict,
};

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
        for prepared in self.prepare(pool, attempts).into_iter().flatten() {
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
        for prepared in prepared.iter().flatten() {
            self.note(prepared);
        }
        for prepared in prepared.into_iter().flatten() {
            sink(self.judge(prepared));
        }
    }

    fn note(&mut self, prepared: &Prepared) {
        let known = &prepared.known;
        self.ways.note(known);
        self.tokens.note(&prepared.outline, known);
        if known.key.outcome == Outcome::Accepted {
            self.overruled.insert(known.key.checked);
        }
    }

    /// What is found out of each attempt by itself; `None` of those that are none.
    fn prepare(&self, pool: &ThreadPool, attempts: Vec<Attempt>) -> Vec<Option<Prepared>> {
        if attempts.is_empty() {
            return Vec::new();
        }
        let wanted: Vec<Attempt> = attempts.into_iter().filter(|a| self.in_span(a)).collect();
        // A few attempts are not worth waking threads for.
        if wanted.len() < 16 {
            wanted
                .into_iter()
                .map(|attempt| Prepared::of(attempt, self.grammar, self.keys, self.options))
                .collect()
        } else {
            pool.install(|| {
                wanted
                    .into_par_iter()
                    .map(|attempt| Prepared::of(attempt, self.grammar, self.keys, self.options))
                    .collect()
            })
        }
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

    fn judge(&mut self, mut prepared: Prepared) -> Verdict {
        let Prepared { outline, known, findings, .. } = &mut prepared;
        self.compare(outline, known);
        let mut judgement = self.memory.judge(self.engine, &known.key).clone();
        let unexplained =
            matches!(judgement.cause, Some(Cause::RejectedUnexplained | Cause::ClientLeft));
        if unexplained && self.history.is_storm(outline, known.key.outcome) {
            known.key.repeat = Repeat::Storm;
            judgement = self.memory.judge(self.engine, &known.key).clone();
        }
        let root = self.history.root(outline, judgement.cause);
        judgement.also.extend(root.filter(|root| !judgement.also.contains(root)));
        self.history.note(outline, known, judgement.cause);
        self.exposed.attempt(findings, outline.started.map(|at| at.micros.div_euclid(SECOND)));
        self.events_dropped += u64::from(outline.dropped);
        let account = prepared.records.as_ref().map(|records| {
            let ruling = self.engine.explain(&prepared.known.key);
            Box::new(Account::of(records, &prepared.known, ruling))
        });
        prepared.into_verdict(judgement, account)
    }

    /// Adds to what is known of `attempt` what those before it tell, and those that were let in.
    fn compare(&self, attempt: &Outline, known: &mut Known) {
        self.history.recall(attempt, known);
        if known.key.checked != Checked::Good && self.overruled.contains(&known.key.checked) {
            known.key.checked = Checked::Unknown;
        }
        // What was concluded from the version alone.
        if known.key.fault == Some(Fault::Protocol)
            && !known.fault_is_stated
            && self.ways.is_spoken(known)
        {
            known.key.fault = None;
        }
        known.key.unlike = self.ways.unlike(known);
        let in_place = self.ways.is_in_place(known);
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
            && let Some((unlike, contrast)) = self.tokens.unlike(attempt, known)
        {
            known.key.unlike = unlike;
            known.contrast = Some(contrast);
        }
    }
}
