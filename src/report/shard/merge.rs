//! Several shards to what one run over all their logs would have handed on: verdicts in the order of time, and one summary.

use std::collections::{BTreeMap, HashSet};

use super::{Shard, join};
use crate::{
    event::{At, SourceId},
    report::{Credentials, FindingCount, Summary, Template},
    rules::cause::Finding,
    verdict::Verdict,
};

/// Most templates of lines not understood that are kept, as in a run.
const MOST_TEMPLATES: usize = 512;

/// All shards together.
#[derive(Debug)]
pub struct Merged {
    /// The attempts, in the order of time.
    pub verdicts: Vec<Verdict>,
    /// The runs as one.
    pub summary: Summary,
    /// Attempts that stood in several shards and are one now.
    pub joined: u64,
}

/// Puts `shards` together. `None`: they have more inputs than can be numbered.
pub fn merge(shards: Vec<Shard>) -> Option<Merged> {
    let mut summary = Summary::default();
    let mut parts: Vec<Vec<Verdict>> = Vec::new();
    let mut templates = BTreeMap::new();
    let mut findings: BTreeMap<Finding, FindingCount> = BTreeMap::new();
    let twice = twice(&shards);
    for shard in shards {
        let first = u16::try_from(summary.inputs.len()).ok()?;
        first.checked_add(u16::try_from(shard.summary.inputs.len()).ok()?)?;
        let moved = |source: SourceId| SourceId(first.saturating_add(source.0));
        let at = |at: At| At { source: moved(at.source), ..at };
        let Shard { name, mut verdicts, summary: run } = shard;
        for verdict in &mut verdicts {
            verdict.renumber(&moved);
        }
        parts.push(verdicts);
        summary.inputs.extend(run.inputs.into_iter().map(|mut input| {
            if twice.contains(&input.name) {
                input.name = format!("{name}: {}", input.name);
            }
            input
        }));
        for mut count in run.findings {
            count.first = count.first.map(at);
            count.sources.iter_mut().for_each(|(source, _)| *source = moved(*source));
            match findings.get_mut(&count.finding) {
                Some(all) => absorb(all, count),
                None => drop(findings.insert(count.finding, count)),
            }
        }
        summary.unmatched.lines += run.unmatched.lines;
        summary.unmatched.unlisted += run.unmatched.unlisted;
        for Template { text, count, example } in run.unmatched.templates {
            templates.entry(text).or_insert((0, at(example))).0 += count;
        }
        summary.foreign_requests += run.foreign_requests;
        summary.changes.extend(run.changes);
        summary.dropped.events += run.dropped.events;
        summary.dropped.attempts += run.dropped.attempts;
        summary.dropped.unclaimed += run.dropped.unclaimed;
        if summary.looked_for.is_empty() {
            summary.looked_for = run.looked_for;
        }
    }
    summary.changes.sort_unstable();
    summary.findings = findings.into_values().collect();
    let templates = templates.into_iter();
    summary.unmatched.templates =
        templates.map(|(text, (count, example))| Template { text, count, example }).collect();
    summary.unmatched.templates.sort_by_key(|template| std::cmp::Reverse(template.count));
    for left_out in summary.unmatched.templates.iter().skip(MOST_TEMPLATES) {
        summary.unmatched.unlisted += left_out.count;
    }
    summary.unmatched.templates.truncate(MOST_TEMPLATES);
    let (mut verdicts, joined) = join::parts(parts);
    // Stable: attempts of one moment keep the order of the shards.
    verdicts.sort_by_key(|verdict| {
        let at = verdict.started.or(verdict.decided);
        (at.is_none(), at.map(|at| at.micros))
    });
    Some(Merged { verdicts, summary, joined })
}

/// Names of inputs that several shards have.
fn twice(shards: &[Shard]) -> HashSet<String> {
    let mut seen = HashSet::new();
    let names = shards.iter().flat_map(|shard| &shard.summary.inputs).map(|input| &input.name);
    names.filter(|name| !seen.insert(*name)).cloned().collect()
}

fn absorb(all: &mut FindingCount, one: FindingCount) {
    all.count += one.count;
    all.attempts += one.attempts;
    all.first = all.first.or(one.first);
    all.sources.extend(one.sources);
    all.credentials = match (all.credentials, one.credentials) {
        (Some(a), Some(b)) => Some(at_least(a, b)),
        (a, b) => a.or(b),
    };
}

/// The same credential may stand in both: that many there are at least.
fn at_least(a: Credentials, b: Credentials) -> Credentials {
    Credentials {
        different: a.different.max(b.different),
        more: true,
        endless: a.endless.max(b.endless),
        live: a.live.max(b.live),
        dead: a.dead.max(b.dead),
        live_for: a.live_for.max(b.live_for),
    }
}
