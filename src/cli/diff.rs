//! `siotrace diff`: whether it got worse.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write},
    path::Path,
};

use anyhow::{Context as _, bail};
use siotrace::{
    Analyzer,
    report::{
        ReportBuilder, Summary,
        compare::{self, Comparison, Side},
    },
};

use super::{
    Verdict,
    args::{Diff, Look, TextOrJson},
    complain,
    progress::Progress,
    reading::{Logs, tell_problems},
    terminal,
};

pub(super) fn run(what: &Diff, look: Look) -> anyhow::Result<Verdict> {
    let analyzer = what.reading.analyzer()?.build()?;
    let mut trouble = false;
    let comparison = if let Some(at) = what.split {
        let (before, after, undated) = split(&analyzer, &what.paths, at, &mut trouble)?;
        if undated > 0 {
            complain(&format!("{undated} attempts show no time and are left out"));
        }
        Comparison::new(before, after)
    } else {
        let [before, after] = what.paths.as_slice() else {
            bail!(
                "two are compared: a report or a log before, and one after; with --split TIME, logs of both"
            );
        };
        let before = side(&analyzer, before, &mut trouble)?;
        Comparison::new(before, side(&analyzer, after, &mut trouble)?)
    };
    let mut out = BufWriter::new(io::stdout().lock());
    match what.format {
        TextOrJson::Text => compare::text(&comparison, &terminal::stdout(look), &mut out)?,
        TextOrJson::Json => comparison.json(&mut out)?,
    }
    out.flush()?;
    Ok(if trouble {
        Verdict::Trouble
    } else if comparison.worse {
        Verdict::Failures
    } else {
        Verdict::Fine
    })
}

/// What `path` tells: a report is read, of logs one is made.
fn side(analyzer: &Analyzer, path: &OsString, trouble: &mut bool) -> anyhow::Result<Side> {
    let name = siotrace::report::shown(&path.to_string_lossy());
    if let Some(text) = report(Path::new(path)).with_context(|| format!("cannot read {name}"))? {
        let read = Side::read(text, name.clone());
        return read.with_context(|| format!("cannot compare {name}"));
    }
    let mut builder = ReportBuilder::new(analyzer.rules());
    let summary = analyze(analyzer, std::slice::from_ref(path), trouble, &mut |verdict| {
        builder.add(verdict);
    })?;
    Ok(Side::of(&builder.finish(summary), name))
}

/// The text of `path`, if it is a report.
fn report(path: &Path) -> io::Result<Option<impl BufRead>> {
    // A pipe cannot be looked at and then read from its beginning; whatever else is wrong is told when it is read as a log.
    if !path.is_file() {
        return Ok(None);
    }
    let Ok(mut file) = File::open(path) else { return Ok(None) };
    let mut head = Vec::new();
    (&file).take(256).read_to_end(&mut head)?;
    let object = head.trim_ascii_start().starts_with(b"{");
    file.rewind()?;
    if !Side::is_report(&head) {
        if !object || !Side::is_reordered(BufReader::new(&file)) {
            return Ok(None);
        }
        file.rewind()?;
    }
    // One that carries its run may be long, and nothing is kept of that.
    Ok(Some(BufReader::new(file)))
}

/// What `logs` tell of the time before `at`, and since.
fn split(
    analyzer: &Analyzer,
    logs: &[OsString],
    at: siotrace::time::Stamp,
    trouble: &mut bool,
) -> anyhow::Result<(Side, Side, u64)> {
    let mut before = ReportBuilder::new(analyzer.rules());
    let mut after = ReportBuilder::new(analyzer.rules());
    let mut undated = 0;
    let summary = analyze(analyzer, logs, trouble, &mut |verdict| match verdict
        .started
        .or(verdict.decided)
    {
        Some(began) if began.micros < at.micros => before.add(verdict),
        Some(_) => after.add(verdict),
        None => undated += 1,
    })?;
    let before = Side::of(&before.finish(summary.clone()), "before that time".to_owned());
    let after = Side::of(&after.finish(summary), "since".to_owned());
    Ok((before, after, undated))
}

fn analyze(
    analyzer: &Analyzer,
    logs: &[OsString],
    trouble: &mut bool,
    sink: &mut (dyn FnMut(&siotrace::verdict::Verdict) + Send),
) -> anyhow::Result<Summary> {
    let (inputs, missing) = Logs::find(logs).open();
    if inputs.is_empty() {
        bail!("nothing to compare");
    }
    let progress = Progress::start(false);
    let summary = analyzer.run(inputs, &mut |verdict| {
        progress.attempt();
        sink(&verdict);
    });
    drop(progress);
    *trouble |= missing | tell_problems(&summary);
    Ok(summary)
}
