//! `siotrace merge`: several runs as one.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::Context as _;
use siotrace::{
    report::{
        ReportBuilder,
        shard::{self, Merged, Shard},
    },
    rules::RuleSet,
};

use super::{
    Verdict,
    analyze::wanted,
    args::{Look, Merge},
    fail_on::Judgement,
    output::Outputs,
    reading::{tell, tell_problems},
};

pub(super) fn run(what: &Merge, look: Look) -> anyhow::Result<Verdict> {
    let Merge { shards, writing } = what;
    let mut outputs = Outputs::open(writing, look, shards)?;
    let read: Vec<Shard> = shards.iter().map(|path| read(path)).collect::<Result<_, _>>()?;
    let merged = shard::merge(read).context("these are more inputs than can be told apart")?;
    let Merged { verdicts, summary, .. } = merged;
    let rules = RuleSet::builtin()?;
    outputs.begin(summary.names());
    let mut report = ReportBuilder::new(&rules).only(&writing.cause);
    let mut judgement = Judgement::new(&writing.fail_on, &rules);
    for verdict in verdicts {
        report.add(&verdict);
        let asked = wanted(&verdict, &writing.cause);
        judgement.add(&verdict, asked);
        if asked {
            outputs.attempt(verdict);
        }
    }
    // Each run has said so already, on a machine where perhaps nobody looked.
    let mut trouble = tell_problems(&summary);
    let faults = outputs.finish(Some(&report.finish(summary)));
    trouble |= !faults.is_empty();
    faults.into_iter().for_each(tell);
    Ok(if trouble {
        Verdict::Trouble
    } else if judgement.failed() && !writing.exit_zero {
        Verdict::Failures
    } else {
        Verdict::Fine
    })
}

fn read(path: &Path) -> anyhow::Result<Shard> {
    let name = siotrace::report::shown(&path.to_string_lossy());
    let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
    let stem =
        path.file_stem().map_or_else(|| name.clone(), |stem| stem.to_string_lossy().into_owned());
    Shard::read(siotrace::report::shown(&stem), BufReader::new(file))
        .with_context(|| format!("cannot merge {name}"))
}
