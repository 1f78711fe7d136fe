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
        Options, Report, csv, github, html, json, junit, markdown, ndjson, prometheus, sarif,
        shard::{self, Carrier},
        text,
    },
    verdict::Verdict,
};

use super::{
    args::{Format, Look, Writing},
    draft::{self, Draft},
    terminal,
};

/// All places that a run writes to.
pub(super) struct Outputs(Vec<Output>);

struct Output {
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
            let output = Output::open(args, look, path, name)?;
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
        Ok(Self(outputs))
    }

    /// One attempt closed.
    pub(super) fn attempt(&mut self, verdict: &Verdict, names: &[String]) {
        for output in &mut self.0 {
            match output.format {
                Format::Ndjson => output.write(|out, _| ndjson::write(verdict, names, out)),
                Format::Csv => output.write(|out, _| csv::write(verdict, names, out)),
                Format::Shard => output.write(|out, _| shard::write(verdict, out)),
                Format::Json => {
                    if let Some(mut carrier) = output.carrier.take() {
                        output.write(|out, _| carrier.write(verdict, out));
                        output.carrier = Some(carrier);
                    }
                }
                Format::Text
                | Format::Html
                | Format::Markdown
                | Format::Prometheus
                | Format::Sarif
                | Format::Junit
                | Format::Github => {}
            }
        }
    }

    /// Whether one of them shows the whole report.
    pub(super) fn want_report(&self) -> bool {
        self.0.iter().any(|output| !matches!(output.format, Format::Ndjson | Format::Csv))
    }

    /// The run is over: writes the `report`, where one is wanted. Gives back what could not be written.
    pub(super) fn finish(mut self, report: Option<&Report>) -> Vec<anyhow::Error> {
        for output in &mut self.0 {
            if let Some(report) = report {
                match output.format {
                    Format::Text => output.write(|out, options| text::write(report, options, out)),
                    Format::Json => match output.carrier.take() {
                        Some(carrier) => {
                            output.write(|out, options| carrier.write_report(report, options, out));
                        }
                        None => output.write(|out, options| json::write(report, options, out)),
                    },
                    Format::Html => output.write(|out, options| html::write(report, options, out)),
                    Format::Markdown => {
                        output.write(|out, options| markdown::write(report, options, out));
                    }
                    Format::Prometheus => output.write(|out, _| prometheus::write(report, out)),
                    Format::Sarif => output.write(|out, _| sarif::write(report, out)),
                    Format::Github => output.write(|out, _| github::write(report, out)),
                    Format::Junit => output.write(|out, _| junit::write(report, out)),
                    Format::Shard => {
                        output.write(|out, _| shard::write_summary(&report.summary, out));
                    }
                    Format::Ndjson | Format::Csv => {}
                }
            }
            output.write(|out, _| out.flush());
        }
        self.0.into_iter().filter_map(Output::fault).collect()
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
    fn open(args: &Writing, look: Look, path: &Path, name: String) -> anyhow::Result<Self> {
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
                Box::new(BufWriter::with_capacity(1 << 16, io::stdout()))
            };
            (terminal::stdout(look), out)
        } else {
            let (file, kept) =
                draft::open(path).with_context(|| format!("cannot write to {name}"))?;
            draft = kept;
            (terminal::file(look), Box::new(BufWriter::new(file)))
        };
        let options = Options { top: args.top.map(Into::into), unmatched: args.unmatched, ..look };
        let format = of_ending.unwrap_or(args.format);
        let carrier = (args.mergeable && format == Format::Json).then(Carrier::default);
        let mut output = Self { format, options, carrier, name, out, draft, stopped: None };
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
