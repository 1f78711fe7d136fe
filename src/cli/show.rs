//! `siotrace show`: one attempt, line by line.

use std::io::{self, BufWriter, Write};

use siotrace::{
    payload::redact::quote,
    report::{
        ReportBuilder, account,
        chosen::{Chooser, Chosen},
        mermaid,
        show::{self, Subject},
    },
};

use super::{
    Verdict,
    args::{Look, Show, TextOrJson},
    complain,
    progress::Progress,
    reading::{HINT, Logs, tell_problems},
    stdin_is_a_person, terminal,
};

pub(super) fn run(what: &Show, look: Look) -> anyhow::Result<Verdict> {
    if what.logs.is_empty() && stdin_is_a_person() {
        complain(HINT);
        return Ok(Verdict::Trouble);
    }
    let analyzer = what.reading.analyzer()?.account(true).build()?;
    let (inputs, mut trouble) = Logs::find(&what.logs).open();
    if inputs.is_empty() {
        return Ok(Verdict::Trouble);
    }
    let names: Vec<String> = inputs.iter().map(|(name, _)| name.clone()).collect();
    let number: Option<usize> = what.id.parse().ok();
    let mut chooser = Chooser::new(&what.id);
    let mut report = number.map(|_| ReportBuilder::new(analyzer.rules()));
    let progress = Progress::start(false);
    let mut summary = analyzer.run(inputs, &mut |verdict| {
        progress.attempt();
        chooser.add(&verdict);
        if let Some(report) = &mut report {
            report.add(&verdict);
        }
    });
    drop(progress);
    trouble |= tell_problems(&summary);

    let unread = std::mem::take(&mut summary.unread);
    // A number is one of the report's causes, unless the logs have it as an id.
    let by_number = |number: usize| {
        let causes = report.map(|report| report.finish(summary).causes).unwrap_or_default();
        let count = causes.len();
        let cause = number.checked_sub(1).and_then(|place| causes.into_iter().nth(place));
        cause.and_then(|cause| cause.samples.into_iter().next()).ok_or(count)
    };
    let (verdicts, left_out) = match (chooser.finish(), number) {
        (Chosen::Attempts(verdicts, left_out), _) => (verdicts, left_out),
        (Chosen::Several(ids), _) => {
            complain(&format!("`{}` begins several ids: {}", quote(&what.id), ids.join(", ")));
            return Ok(Verdict::Trouble);
        }
        (Chosen::Nothing(near), number) => match number.map(by_number) {
            Some(Ok(verdict)) => (vec![verdict], 0),
            Some(Err(causes)) if near.is_empty() => {
                complain(&no_such_number(&what.id, causes));
                return Ok(Verdict::Trouble);
            }
            _ => {
                complain(&unknown(&what.id, &near));
                return Ok(Verdict::Trouble);
            }
        },
    };
    let subject = |verdict| Subject { verdict, names: &names, unread: &unread };
    let subjects: Vec<Subject<'_>> = verdicts.iter().map(subject).collect();
    write(what, look, &subjects, left_out, analyzer.rules())?;
    if left_out > 0 {
        complain(&format!("{left_out} more attempts of `{}` are not shown", quote(&what.id)));
    }
    Ok(if trouble { Verdict::Trouble } else { Verdict::Fine })
}

fn no_such_number(number: &str, causes: usize) -> String {
    let has = match causes {
        0 => "no cause".to_owned(),
        1 => "1 cause".to_owned(),
        more => format!("{more} causes"),
    };
    format!("no attempt is known by `{number}`, and the report has {has} to number")
}

fn unknown(id: &str, near: &[String]) -> String {
    let id = quote(id);
    if near.is_empty() {
        return format!(
            "no attempt is known by `{id}`; `siotrace --format ndjson LOG…` lists all with their ids"
        );
    }
    let near: Vec<String> = near.iter().map(|near| format!("`{}`", quote(near))).collect();
    format!("no attempt is known by `{id}`; did you mean {}?", near.join(" or "))
}

fn write(
    what: &Show,
    look: Look,
    subjects: &[Subject<'_>],
    left_out: u64,
    rules: &siotrace::rules::RuleSet,
) -> io::Result<()> {
    let options = terminal::stdout(look);
    let mut out = BufWriter::new(io::stdout().lock());
    if what.format == TextOrJson::Json {
        account::write(subjects, left_out, &mut out)?;
        return out.flush();
    }
    for (n, subject) in subjects.iter().enumerate() {
        if n > 0 {
            writeln!(out)?;
        }
        if what.mermaid {
            mermaid::write(subject, &mut out)?;
        } else {
            show::write(subject, rules, &options, &mut out)?;
        }
    }
    out.flush()
}
