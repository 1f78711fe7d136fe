//! The pipeline put together: blocks in, closed attempts with their verdicts out. The only room that knows all stages.
//!
//! ```text
//! read ─► scan (parallel, by block) ─► step by time ─► trace (in order) ─► facts (parallel, by attempt) ─► judge ─► sink
//! ```
//!
//! A few blocks are scanned ahead of the one that is traced, by whoever has time, so all processors stay busy and memory holds a few blocks. What
//! comes out depends on the input alone, not on the number of threads.

mod builder;
mod exposed;
mod history;
mod judge;
mod offsets;
mod outline;
mod scan;
mod streams;
mod summing;
mod tokens;
mod ways;

pub use builder::Builder;

use rayon::ThreadPool;

use self::{judge::Judge, streams::Streams, summing::Summing};
use crate::{
    event::Reason,
    grammar::Grammar,
    input::Blocks,
    keys::Keys,
    patterns::Change,
    report::Summary,
    rules::{RuleSet, cause::Cause},
    time::Stamp,
    trace::Tracker,
    verdict::Verdict,
};

/// Everything needed to read logs: grammars and rules, nothing that changes.
#[derive(Debug)]
pub struct Analyzer {
    grammar: Grammar,
    rules: RuleSet,
    pool: ThreadPool,
    options: Options,
    keys: Keys,
}

/// What the caller may know better than the logs.
#[derive(Clone, Copy, Debug, Default)]
struct Options {
    since: Option<Stamp>,
    until: Option<Stamp>,
    year: i32,
    offset: Option<i64>,
    account: bool,
}

/// Most sources that are read in step by time at once. With more, one group follows the other; what is joined by an id is joined all the same.
const IN_STEP: usize = 64;

impl Analyzer {
    /// The way to one.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The rules it judges by.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The causes that a sentence points at, the likeliest first.
    pub fn meaning(&self, text: &str) -> Vec<Cause> {
        let mut causes = Vec::new();
        let reasons = self.grammar.meanings(text);
        // That something was refused points nowhere by itself.
        for reason in reasons.into_iter().filter(|reason| *reason != Reason::Refused) {
            for cause in self.rules.engine().causes_of(reason) {
                if !causes.contains(&cause) {
                    causes.push(cause);
                }
            }
        }
        causes
    }

    /// Reads `inputs`, each with its name, and hands every verdict to `sink` as its attempt closes.
    ///
    /// An input that cannot be read to its end is told of in the summary; what came before the fault is analysed.
    pub fn run(
        &self,
        inputs: Vec<(String, Blocks)>,
        sink: &mut (dyn FnMut(Verdict) + Send),
    ) -> Summary {
        let mut summing = Summing::new(&inputs, self.grammar.titles());
        let mut tracker = Tracker::default();
        let mut judge = Judge::new(&self.grammar, self.rules.engine(), self.options, &self.keys);
        let families = crate::input::families(inputs.iter().map(|(name, _)| name.as_str()));
        let mut inputs = inputs.into_iter().map(|(_, blocks)| blocks).enumerate().peekable();
        let mut groups = std::iter::from_fn(|| {
            inputs.peek()?;
            let group = inputs.by_ref().take(IN_STEP).collect();
            Some(Streams::new(group, &families, &self.grammar, self.options))
        });
        let mut group = groups.next();
        while let Some(streams) = group {
            let mut next = groups.next();
            streams.run(next.as_mut(), &self.pool, &mut summing, &mut |records| {
                for record in records {
                    tracker.feed(record);
                }
                judge.conclude(&self.pool, tracker.take_closed(), sink);
            });
            group = next;
        }
        tracker.finish();
        judge.conclude_rest(&self.pool, tracker.take_closed(), sink);
        let changes = tracker.process_changes().into_iter();
        Summary {
            changes: changes.map(|(at, lost)| Change { at, lost }).collect(),
            ..summing.finish(tracker.counts(), judge.tally())
        }
    }
}
