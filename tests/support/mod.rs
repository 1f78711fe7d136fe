//! What the tests of the whole pipeline share: reading logs from memory, and the samples with what is true of them.

// Each test file is a crate of its own and uses only some of these. Clippy knows tests by their attribute, not what they call.
#![allow(dead_code, clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use serde::Deserialize;
use siotrace::{
    Analyzer,
    input::Blocks,
    report::{
        AttemptRecord, Options, Report, ReportBuilder, Summary, account, json, mermaid, ndjson,
        shard::{self, Carrier},
        show::{self, Subject},
        text,
    },
    verdict::Verdict,
};

/// A named stream of bytes.
pub(crate) type Input = (String, Vec<u8>);

/// What one run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) report: Report,
    pub(crate) names: Vec<String>,
}

/// The analyzer that all tests share. Stamps without a year are of 2026, whenever the tests run.
pub(crate) fn analyzer() -> &'static Analyzer {
    static ONE: OnceLock<Analyzer> = OnceLock::new();
    ONE.get_or_init(|| with_jobs(2))
}

/// One with so many threads.
pub(crate) fn with_jobs(jobs: usize) -> Analyzer {
    Analyzer::builder().jobs(Some(jobs)).assume_year(Some(2026)).build().unwrap()
}

/// Reads one log, with an account of each attempt.
pub(crate) fn read_closely(log: impl AsRef<[u8]>) -> Run {
    static ONE: OnceLock<Analyzer> = OnceLock::new();
    let analyzer = ONE.get_or_init(|| {
        Analyzer::builder().jobs(Some(2)).assume_year(Some(2026)).account(true).build().unwrap()
    });
    run_with(analyzer, &[("app.log".to_owned(), log.as_ref().to_vec())])
}

/// Reads all of `inputs` as the sources of one incident.
pub(crate) fn run(inputs: &[Input]) -> Run {
    run_with(analyzer(), inputs)
}

/// The same with another analyzer.
pub(crate) fn run_with(analyzer: &Analyzer, inputs: &[Input]) -> Run {
    let blocks = inputs
        .iter()
        .map(|(name, bytes)| {
            (name.clone(), Blocks::from_reader(name.clone(), Cursor::new(bytes.clone())))
        })
        .collect();
    run_blocks(analyzer, blocks)
}

/// The same with inputs that were opened elsewhere.
pub(crate) fn run_blocks(analyzer: &Analyzer, inputs: Vec<(String, Blocks)>) -> Run {
    let names = inputs.iter().map(|(name, _)| name.clone()).collect();
    let mut verdicts = Vec::new();
    let mut builder = ReportBuilder::new(analyzer.rules());
    let summary: Summary = analyzer.run(inputs, &mut |verdict| {
        builder.add(&verdict);
        verdicts.push(verdict);
    });
    Run { verdicts, report: builder.finish(summary), names }
}

/// Reads one log.
pub(crate) fn read(log: impl AsRef<[u8]>) -> Run {
    run(&[("app.log".to_owned(), log.as_ref().to_vec())])
}

impl Run {
    /// The report for a person.
    pub(crate) fn text(&self, options: Options) -> String {
        let mut out = Vec::new();
        text::write(&self.report, &options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The report for a dashboard.
    pub(crate) fn json(&self) -> String {
        let mut out = Vec::new();
        json::write(&self.report, &Options { unmatched: true, ..Options::default() }, &mut out)
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The same with what a merge needs.
    pub(crate) fn mergeable(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut carrier = Carrier::default();
        carrier.write_head(&mut out).unwrap();
        self.verdicts.iter().for_each(|verdict| carrier.write(verdict, &mut out).unwrap());
        let options = Options { unmatched: true, ..Options::default() };
        carrier.write_report(&self.report, &options, &mut out).unwrap();
        out
    }

    /// The attempt records.
    pub(crate) fn ndjson(&self) -> String {
        let mut out = Vec::new();
        for verdict in &self.verdicts {
            let name = |n: usize| self.names.get(n).map(String::as_str);
            ndjson::write(&AttemptRecord::new(verdict, name), &mut out).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    /// The attempts and the run, to be merged.
    pub(crate) fn shard(&self) -> String {
        let mut out = Vec::new();
        shard::write_head(&mut out).unwrap();
        self.verdicts.iter().for_each(|verdict| shard::write(verdict, &mut out).unwrap());
        shard::write_summary(&self.report.summary, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Each attempt by itself, for a program.
    pub(crate) fn accounts(&self) -> String {
        let mut out = Vec::new();
        let unread = &self.report.summary.unread;
        let subject = |verdict| Subject { verdict, names: &self.names, unread };
        let subjects: Vec<Subject<'_>> = self.verdicts.iter().map(subject).collect();
        account::write(&subjects, 0, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Each attempt by itself, for a person, for a program and as a diagram.
    pub(crate) fn shown(&self) -> String {
        let mut out = self.accounts().into_bytes();
        for verdict in &self.verdicts {
            let unread = &self.report.summary.unread;
            let subject = Subject { verdict, names: &self.names, unread };
            show::write(&subject, analyzer().rules(), &Options::default(), &mut out).unwrap();
            mermaid::write(&subject, &mut out).unwrap();
        }
        String::from_utf8(out).unwrap()
    }

    /// Everything that can leave the program, with `Debug`.
    pub(crate) fn everything(&self) -> String {
        let options = Options { unmatched: true, ..Options::default() };
        let narrow = Options { width: Some(40), color: true, ..options };
        [
            self.text(options),
            self.text(narrow),
            self.json(),
            self.ndjson(),
            self.shown(),
            format!("{:?}", self.verdicts),
            format!("{:#?}", self.report),
        ]
        .join("\n")
    }

    /// What was concluded of each attempt, in an order that does not depend on when attempts closed.
    pub(crate) fn essence(&self) -> Vec<String> {
        let mut all: Vec<String> = self.verdicts.iter().map(essence).collect();
        all.sort();
        all
    }
}

/// What was concluded of an attempt: everything but the quoted lines and the times, which change with the wrapping.
pub(crate) fn essence(v: &Verdict) -> String {
    format!(
        "{:?} {:?} also {:?} layer {:?} engine {:?} socket {:?} namespace {:?} client {:?} user {:?} findings {:?}",
        v.outcome,
        v.cause,
        v.also,
        v.layer,
        v.engine_sid,
        v.socket_sid,
        v.namespace,
        v.client,
        v.user,
        v.findings
    )
}

/// A log, or the logs of one incident, that come with what is true of them.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Its place under `samples/`, without ending.
    pub(crate) name: String,
    pub(crate) inputs: Vec<Input>,
    pub(crate) truth: Truth,
    /// Where its report stands, and under which name.
    pub(crate) snapshot: (PathBuf, String),
}

impl Sample {
    pub(crate) fn is_quiet(&self) -> bool {
        self.name.rsplit('/').next().is_some_and(|name| name.starts_with("quiet-"))
    }

    /// The text of a sample of one log.
    pub(crate) fn only_log(&self) -> Option<&str> {
        match &self.inputs[..] {
            [(_, bytes)] => Some(std::str::from_utf8(bytes).unwrap()),
            _ => None,
        }
    }
}

/// What a person who knows the incident says of a sample.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Truth {
    /// Where the lines come from, in words.
    pub(crate) about: String,
    /// What siotrace does not see yet: how the difference begins, and why it is there. The test fails as soon as it is gone, so that the
    /// entry goes, too.
    #[serde(default)]
    pub(crate) known_wrong: BTreeMap<String, String>,
    /// All findings of the run.
    pub(crate) findings: Option<Vec<String>>,
    /// The patterns that its attempts make together, by name, in any order.
    pub(crate) patterns: Option<Vec<String>>,
    /// Whose clocks differ: who is ahead, of whom, by how many seconds.
    pub(crate) clocks: Option<Vec<(String, String, i64)>>,
    /// Requests that are no attempts.
    pub(crate) foreign_requests: Option<u64>,
    /// All attempts, by their first line.
    pub(crate) attempt: Vec<Attempt>,
}

/// What is true of an attempt; what is left out is not judged.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Attempt {
    pub(crate) outcome: Wanted,
    pub(crate) cause: Option<Wanted>,
    pub(crate) also: Option<Vec<String>>,
    pub(crate) also_includes: Option<Vec<String>>,
    pub(crate) confidence: Option<String>,
    pub(crate) engine_sid: Option<String>,
    pub(crate) socket_sid: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) client: Option<String>,
    /// The client's address without its port.
    pub(crate) client_host: Option<String>,
    pub(crate) user: Option<String>,
    /// Why the server did not know the session's id, as far as the log shows it.
    pub(crate) lost_sid: Option<String>,
    pub(crate) findings: Option<Vec<String>>,
    /// The lines that are quoted: these and no others.
    pub(crate) evidence: Option<Vec<u64>>,
    /// Some of the lines that are quoted.
    pub(crate) evidence_includes: Option<Vec<u64>>,
    /// The sources that are quoted: these and no others.
    pub(crate) sources: Option<Vec<String>>,
}

/// One value, or several of which each is right.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Wanted {
    One(String),
    Any(Vec<String>),
}

impl Wanted {
    pub(crate) fn allows(&self, got: &str) -> bool {
        match self {
            Self::One(want) => want == got,
            Self::Any(wants) => wants.iter().any(|want| want == got),
        }
    }
}

/// The folder of the samples.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// All files under `folder`, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Every sample, in the order of names.
pub(crate) fn samples() -> Vec<Sample> {
    let folder = folder();
    files(&folder)
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with("truth.toml"))
        .map(|path| sample(&folder, &path))
        .collect()
}

fn sample(folder: &Path, truth: &Path) -> Sample {
    let beside = truth.parent().unwrap();
    let file = truth.file_name().unwrap().to_str().unwrap();
    let (logs, stem) = match file.strip_suffix(".truth.toml") {
        Some(stem) => (vec![beside.join(format!("{stem}.log"))], stem),
        None => (
            files(beside)
                .into_iter()
                .filter(|path| path.extension().is_some_and(|e| e == "log"))
                .collect(),
            "report",
        ),
    };
    let place = if stem == "report" { beside.to_owned() } else { beside.join(stem) };
    let name = place.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
    let inputs = logs
        .iter()
        .map(|log| {
            let bytes = fs::read(log).unwrap_or_else(|e| panic!("{}: {e}", log.display()));
            (log.file_name().unwrap().to_str().unwrap().to_owned(), bytes)
        })
        .collect();
    let text = fs::read_to_string(truth).unwrap();
    let truth = toml::from_str(&text).unwrap_or_else(|e| panic!("{}:\n{e}", truth.display()));
    Sample { name, inputs, truth, snapshot: (beside.to_owned(), stem.to_owned()) }
}
