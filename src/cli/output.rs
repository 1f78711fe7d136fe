//! Where results go: standard output and files, each in its format.
//!
//! All are opened before the work begins, so that a directory that cannot be written to is known at once and not after ten
//! minutes.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use siotrace::{
    report::{Options, Report, json, ndjson, text},
    verdict::Verdict,
};

use super::{
    args::{Args, Format},
    terminal,
};

/// All places that a run writes to.
pub(super) struct Outputs(Vec<Output>);

struct Output {
    format: Format,
    options: Options,
    name: String,
    out: Box<dyn Write + Send>,
    /// What went wrong; nothing more is written then. A reader who hung up is no fault.
    stopped: Option<io::Error>,
}

impl Outputs {
    /// Opens what the arguments name. `logs` are the files that will be read: none of them may be written to.
    pub(super) fn open(args: &Args, logs: &[PathBuf]) -> anyhow::Result<Self> {
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
            let output = Output::open(args, path, name)?;
            // Only a file that is there has a canonical path; standard output is known by its name.
            if !seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
                bail!("--output {} is given twice", output.name);
            }
            outputs.push(output);
        }
        Ok(Self(outputs))
    }

    /// One attempt closed.
    pub(super) fn attempt(&mut self, verdict: &Verdict, names: &[String]) {
        for output in self.0.iter_mut().filter(|output| output.format == Format::Ndjson) {
            output.write(|out, _| ndjson::write(verdict, names, out));
        }
    }

    /// Whether one of them shows the whole report.
    pub(super) fn want_report(&self) -> bool {
        self.0.iter().any(|output| output.format != Format::Ndjson)
    }

    /// The run is over: writes the `report`, where one is wanted. Gives back what could not be written.
    pub(super) fn finish(mut self, report: Option<&Report>) -> Vec<anyhow::Error> {
        for output in &mut self.0 {
            if let Some(report) = report {
                match output.format {
                    Format::Text => output.write(|out, options| text::write(report, options, out)),
                    Format::Json => output.write(|out, options| json::write(report, options, out)),
                    Format::Ndjson => {}
                }
            }
            output.write(|out, _| out.flush());
        }
        self.0.into_iter().filter_map(Output::fault).collect()
    }
}

impl Output {
    fn open(args: &Args, path: &Path, name: String) -> anyhow::Result<Self> {
        let of_ending = path.extension().and_then(|ending| match ending.to_str()? {
            "json" => Some(Format::Json),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            "txt" => Some(Format::Text),
            _ => None,
        });
        let (look, out): (_, Box<dyn Write + Send>) = if path == Path::new("-") {
            // A write a line would cost more than the analysis.
            let out: Box<dyn Write + Send> = if args.quiet {
                Box::new(io::sink())
            } else {
                Box::new(BufWriter::with_capacity(1 << 16, io::stdout()))
            };
            (terminal::stdout(args.look), out)
        } else {
            let file = File::create(path).with_context(|| format!("cannot write to {name}"))?;
            (terminal::file(args.look), Box::new(BufWriter::new(file)))
        };
        let options = Options { top: args.top.map(Into::into), unmatched: args.unmatched, ..look };
        Ok(Self { format: of_ending.unwrap_or(args.format), options, name, out, stopped: None })
    }

    fn write(&mut self, write: impl FnOnce(&mut dyn Write, &Options) -> io::Result<()>) {
        if self.stopped.is_none() {
            self.stopped = write(&mut self.out, &self.options).err();
        }
    }

    fn fault(self) -> Option<anyhow::Error> {
        let error = self.stopped.filter(|error| error.kind() != io::ErrorKind::BrokenPipe)?;
        let name = if self.name == "-" { "standard output" } else { &self.name };
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
