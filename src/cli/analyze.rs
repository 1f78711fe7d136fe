//! `siotrace LOG…`: reads logs and writes the report.

use std::path::PathBuf;

use siotrace::{
    Analyzer,
    input::{self, Location},
    report::{ReportBuilder, Summary},
    rules::cause::Cause,
    verdict,
};

use super::{
    Verdict, args::Args, complain, fail_on::Judgement, output::Outputs, progress::Progress,
    stdin_is_a_person,
};

const HINT: &str = "no log given: name one, as in `siotrace app.log`, or pipe one in; `siotrace --help` tells more";

pub(super) fn run(args: &Args) -> anyhow::Result<Verdict> {
    if args.logs.is_empty() && stdin_is_a_person() {
        complain(HINT);
        return Ok(Verdict::Trouble);
    }
    let analyzer = analyzer(args)?;
    let (locations, errors) = input::expand(&args.logs);
    let mut trouble = !errors.is_empty();
    errors.into_iter().for_each(tell);

    let paths: Vec<PathBuf> = locations
        .iter()
        .filter_map(|location| match location {
            Location::File(path) => Some(path.clone()),
            Location::Stdin => None,
        })
        .collect();
    let mut outputs = Outputs::open(args, &paths)?;

    // One unreadable file among twenty is a message; the other nineteen are analysed.
    let mut inputs = Vec::new();
    for location in &locations {
        match input::open(location) {
            Ok(blocks) => inputs.push((location.name(), blocks)),
            Err(error) => {
                trouble = true;
                tell(error);
            }
        }
    }
    if inputs.is_empty() {
        return Ok(Verdict::Trouble);
    }

    let names: Vec<String> = inputs.iter().map(|(name, _)| name.clone()).collect();
    // Records go out as attempts close; to sum up what nobody reads would take as long as to write them.
    let mut report =
        outputs.want_report().then(|| ReportBuilder::new(analyzer.rules()).only(&args.cause));
    let mut judgement = Judgement::new(&args.fail_on, analyzer.rules());
    let progress = Progress::start(args.quiet);
    let summary = analyzer.run(inputs, &mut |verdict| {
        progress.attempt();
        if let Some(report) = &mut report {
            report.add(&verdict);
        }
        let asked = wanted(&verdict, &args.cause);
        judgement.add(&verdict, asked);
        if asked {
            outputs.attempt(&verdict, &names);
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
    } else if judgement.failed() && !args.exit_zero {
        Verdict::Failures
    } else {
        Verdict::Fine
    })
}

fn analyzer(args: &Args) -> anyhow::Result<Analyzer> {
    let mut builder = Analyzer::builder()
        .since(args.since)
        .until(args.until)
        .keys(args.keys.fetch()?)
        .jobs(args.jobs.map(Into::into))
        .assume_year(args.assume_year)
        .assume_offset(args.assume_offset);
    for grammar in &args.grammar {
        builder = builder.grammar(grammar);
    }
    Ok(builder.build()?)
}

/// Whether an attempt is one of those that were asked for.
fn wanted(verdict: &verdict::Verdict, causes: &[Cause]) -> bool {
    causes.is_empty() || verdict.cause.is_some_and(|cause| causes.contains(&cause))
}

/// Tells which inputs were not read to their end; whether there were any.
fn tell_problems(summary: &Summary) -> bool {
    let problems: Vec<&String> =
        summary.inputs.iter().filter_map(|input| input.problem.as_ref()).collect();
    for problem in &problems {
        complain(problem);
    }
    !problems.is_empty()
}

/// An error with what caused it, in one line.
fn tell(error: impl Into<anyhow::Error>) {
    complain(&format!("{:#}", error.into()));
}
