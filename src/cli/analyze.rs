//! `siotrace LOG…`: reads logs and writes the report.

use std::mem::ManuallyDrop;

use siotrace::{report::ReportBuilder, rules::cause::Cause, verdict};

use super::{
    Verdict,
    args::Args,
    complain,
    fail_on::Judgement,
    output::Outputs,
    progress::Progress,
    reading::{HINT, Logs, tell, tell_problems},
    stdin_is_a_person,
};

pub(super) fn run(args: &Args) -> anyhow::Result<Verdict> {
    if args.logs.is_empty() && stdin_is_a_person() {
        complain(HINT);
        return Ok(Verdict::Trouble);
    }
    // It lives as long as the process: to give its thousands of small pieces back one by one would take a twentieth of the time of a short log.
    let analyzer = ManuallyDrop::new(args.reading.analyzer()?.build()?);
    let logs = Logs::find(&args.logs);
    let mut outputs = Outputs::open(&args.writing, args.look, &logs.paths())?;
    let (inputs, mut trouble) = logs.open();
    if inputs.is_empty() {
        return Ok(Verdict::Trouble);
    }

    // Records go out as attempts close; to sum up what nobody reads would take as long as to write them.
    let mut report = outputs
        .want_report()
        .then(|| ReportBuilder::new(analyzer.rules()).only(&args.writing.cause));
    outputs.begin(inputs.iter().map(|(name, _)| name.clone()).collect());
    let mut judgement = Judgement::new(&args.writing.fail_on, analyzer.rules());
    let progress = Progress::start(args.writing.quiet);
    let summary = analyzer.run(inputs, &mut |verdict| {
        progress.attempt();
        if let Some(report) = &mut report {
            report.add(&verdict);
        }
        let asked = wanted(&verdict, &args.writing.cause);
        judgement.add(&verdict, asked);
        if asked {
            outputs.attempt(verdict);
        }
    });
    drop(progress);

    trouble |= tell_problems(&summary);
    let report = report.map(|report| report.finish(summary));
    let faults = outputs.finish(report.as_ref());
    trouble |= !faults.is_empty();
    faults.into_iter().for_each(tell);
    Ok(if trouble {
        Verdict::Trouble
    } else if judgement.failed() && !args.writing.exit_zero {
        Verdict::Failures
    } else {
        Verdict::Fine
    })
}

/// Whether an attempt is one of those that were asked for.
pub(super) fn wanted(verdict: &verdict::Verdict, causes: &[Cause]) -> bool {
    causes.is_empty() || verdict.cause.is_some_and(|cause| causes.contains(&cause))
}
