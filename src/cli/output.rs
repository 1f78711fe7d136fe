//! Where results go: standard output and files, each in its format.
//!
//! All are opened before the work begins, so that a directory that cannot be written to is known at once and not after ten
//! minutes.

use std::{
    collections::HashSet,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use siotrace::{
    report::{
        AttemptRecord, Options, Report, csv, github, html, json, junit, markdown, ndjson,
        prometheus, sarif,
        shard::{self, Carrier},
        text,
    },
    verdict::Verdict,
};

use super::{
    args::{Format, Look, Writing},
    draft::{self, Draft},
    scribe::Scribe,
    terminal,
};

/// Bytes that are written to a file at once: a record of an attempt has some thousands.
const ROOM: usize = 1 << 16;

/// All places that a run writes to.
pub(super) struct Outputs {
    /// Those that are written to at the end, and all as long as the work has not begun.
    outputs: Vec<Output>,
    /// Writes to those that get each attempt as it closes.
    scribe: Option<Scribe>,
}

/// One of them.
pub(super) struct Output {
    /// Its number among all, as the arguments name them.
    place: usize,
    format: Format,
    options: Options,
    /// Where a report is to carry its attempts.
    carrier: Option<Carrier>,
    name: String,
    out: Box<dyn Write + Send>,
    /// Where what was written is moved to when it is whole.
    draft: Option<Draft>,
    /// What went wrong; nothing more is written then. A reader who hung up is no fault.
    stopped: Option<io::Error>,
}

impl Outputs {
    /// Opens what the arguments name. `logs` are the files that will be read: none of them may be written to.
    pub(super) fn open(args: &Writing, look: Look, logs: &[PathBuf]) -> anyhow::Result<Self> {
        let plain = [PathBuf::from("-")];
        let paths = if args.output.is_empty() { &plain[..] } else { &args.output };
        let logs: HashSet<PathBuf> =
            logs.iter().filter_map(|log| log.canonicalize().ok()).collect();
        let mut seen = HashSet::new();
        let mut outputs = Vec::new();
        for path in paths {
            let name = siotrace::report::shown(&path.to_string_lossy());
            if path.canonicalize().is_ok_and(|path| logs.contains(&path)) {
                bail!(
                    "{name} is one of the logs to read, and would be overwritten; give --output another name"
                );
            }
            let output = Output::open(args, look, path, name, outputs.len())?;
            if !seen.insert(identity(path)) {
                bail!("--output {} is given twice", output.name);
            }
            outputs.push(output);
        }
        // A shard can be merged as it is.
        let carries = |output: &Output| matches!(output.format, Format::Json | Format::Shard);
        if args.mergeable && !outputs.iter().any(carries) {
            bail!("--mergeable is for reports in JSON: add `-o NAME.json` or `--format json`");
        }
        Ok(Self { outputs, scribe: None })
    }

    /// The work begins; `names` are the names of the sources, in their order.
    pub(super) fn begin(&mut self, names: Vec<String>) {
        let each =
            self.outputs.extract_if(.., |output| output.writes_attempts()).collect::<Vec<_>>();
        self.scribe = (!each.is_empty()).then(|| Scribe::start(each, names));
    }

    /// One attempt closed.
    pub(super) fn attempt(&mut self, verdict: Verdict) {
        if let Some(scribe) = &mut self.scribe {
            scribe.attempt(verdict);
        }
    }

    /// Whether one of them shows the whole report.
    pub(super) fn want_report(&self) -> bool {
        self.outputs.iter().any(|output| !matches!(output.format, Format::Ndjson | Format::Csv))
    }

    /// The run is over: writes the `report`, where one is wanted. Gives back what could not be written.
    pub(super) fn finish(self, report: Option<&Report>) -> Vec<anyhow::Error> {
        let Self { mut outputs, scribe } = self;
        // While the last attempts are still being written.
        for output in &mut outputs {
            output.finish(report);
        }
        let mut others = scribe.map_or_else(Vec::new, Scribe::finish);
        for output in &mut others {
            output.finish(report);
        }
        outputs.append(&mut others);
        outputs.sort_by_key(|output| output.place);
        outputs.into_iter().filter_map(Output::fault).collect()
    }
}

/// The same for two ways to name one file, though it need not be there yet.
fn identity(path: &Path) -> PathBuf {
    let of_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(of_folder).unwrap_or_else(|| path.to_path_buf())
}

impl Output {
    fn open(
        args: &Writing,
        look: Look,
        path: &Path,
        name: String,
        place: usize,
    ) -> anyhow::Result<Self> {
        let of_ending = path.extension().and_then(|ending| match ending.to_str()? {
            "json" => Some(Format::Json),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            "txt" => Some(Format::Text),
            "html" | "htm" => Some(Format::Html),
            "csv" => Some(Format::Csv),
            "md" | "markdown" => Some(Format::Markdown),
            "prom" => Some(Format::Prometheus),
            "sarif" => Some(Format::Sarif),
            "xml" => Some(Format::Junit),
            "shard" => Some(Format::Shard),
            _ => None,
        });
        let mut draft = None;
        let (look, out): (_, Box<dyn Write + Send>) = if path == Path::new("-") {
            // A write a line would cost more than the analysis.
            let out: Box<dyn Write + Send> = if args.quiet {
                Box::new(io::sink())
            } else {
                Box::new(BufWriter::with_capacity(ROOM, io::stdout()))
            };
            (terminal::stdout(look), out)
        } else {
            let (file, kept) =
                draft::open(path).with_context(|| format!("cannot write to {name}"))?;
            draft = kept;
            (terminal::file(look), Box::new(BufWriter::with_capacity(ROOM, file)))
        };
        let options = Options { top: args.top.map(Into::into), unmatched: args.unmatched, ..look };
        let format = of_ending.unwrap_or(args.format);
        let carrier = (args.mergeable && format == Format::Json).then(Carrier::default);
        let mut output = Self { place, format, options, carrier, name, out, draft, stopped: None };
        match format {
            Format::Json if args.mergeable => {
                if !args.cause.is_empty() {
                    bail!(
                        "a report that can be merged holds all attempts: leave out --cause, and give it to `siotrace merge`"
                    );
                }
                output.write(|out, _| Carrier::default().write_head(out));
            }
            Format::Csv => output.write(|out, _| csv::write_head(out)),
            Format::Shard if !args.cause.is_empty() => {
                bail!(
                    "a shard holds all attempts: leave out --cause, and give it to `siotrace merge`"
                );
            }
            Format::Shard => output.write(|out, _| shard::write_head(out)),
            _ => {}
        }
        Ok(output)
    }

    /// Whether it shows attempts one by one.
    fn writes_attempts(&self) -> bool {
        self.writes_records() || self.format == Format::Shard || self.carrier.is_some()
    }

    /// Whether it shows them as records.
    pub(super) fn writes_records(&self) -> bool {
        matches!(self.format, Format::Ndjson | Format::Csv)
    }

    /// One attempt closed; its `record` is there where [`Self::writes_records`].
    pub(super) fn attempt(&mut self, verdict: &Verdict, record: Option<&AttemptRecord<'_>>) {
        match (self.format, record) {
            (Format::Ndjson, Some(record)) => self.write(|out, _| ndjson::write(record, out)),
            (Format::Csv, Some(record)) => self.write(|out, _| csv::write(record, out)),
            (Format::Shard, _) => self.write(|out, _| shard::write(verdict, out)),
            (Format::Json, _) => {
                if let Some(mut carrier) = self.carrier.take() {
                    self.write(|out, _| carrier.write(verdict, out));
                    self.carrier = Some(carrier);
                }
            }
            _ => {}
        }
    }

    /// All attempts closed, and were summed up where a report is wanted.
    fn finish(&mut self, report: Option<&Report>) {
        if let Some(report) = report {
            self.report(report);
        }
        self.write(|out, _| out.flush());
    }

    fn report(&mut self, report: &Report) {
        match self.format {
            Format::Text => self.write(|out, options| text::write(report, options, out)),
            Format::Json => match self.carrier.take() {
                Some(carrier) => {
                    self.write(|out, options| carrier.write_report(report, options, out));
                }
                None => self.write(|out, options| json::write(report, options, out)),
            },
            Format::Html => self.write(|out, options| html::write(report, options, out)),
            Format::Markdown => self.write(|out, options| markdown::write(report, options, out)),
            Format::Prometheus => self.write(|out, _| prometheus::write(report, out)),
            Format::Sarif => self.write(|out, _| sarif::write(report, out)),
            Format::Github => self.write(|out, _| github::write(report, out)),
            Format::Junit => self.write(|out, _| junit::write(report, out)),
            Format::Shard => self.write(|out, _| shard::write_summary(&report.summary, out)),
            Format::Ndjson | Format::Csv => {}
        }
    }

    fn write(&mut self, write: impl FnOnce(&mut dyn Write, &Options) -> io::Result<()>) {
        if self.stopped.is_none() {
            self.stopped = write(&mut self.out, &self.options).err();
        }
    }

    /// Keeps what was written, or says why it is not there. A reader who hung up has got what he wanted.
    fn fault(self) -> Option<anyhow::Error> {
        let Self { name, draft, stopped, out, .. } = self;
        // Closed before it is moved.
        drop(out);
        let moved = match (&stopped, draft) {
            (None, Some(draft)) => draft.keep().err(),
            _ => None,
        };
        let error = stopped.or(moved).filter(|error| error.kind() != io::ErrorKind::BrokenPipe)?;
        let name = if name == "-" { "standard output" } else { &name };
        Some(anyhow::Error::new(error).context(format!("cannot write to {name}")))
    }
}

/// Whether what went wrong is only that nobody reads any more.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}
