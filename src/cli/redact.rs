//! `siotrace redact LOG…`: writes logs without what must not leave the house.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Write},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, bail};
use siotrace::{
    input::{self, Location},
    redact::{Fault, Redactor},
};

use super::{Verdict, args::Redact, complain, output::is_broken_pipe, stdin_is_a_person};

const HINT: &str = "no log given: name one, as in `siotrace redact app.log`, or pipe one in; `siotrace redact --help` tells more";

/// Endings that say how a file is packed. What is written is not packed.
const PACKED: [&str; 6] = ["gz", "zst", "bz2", "xz", "zstd", "gzip"];

pub(super) fn run(args: &Redact) -> anyhow::Result<Verdict> {
    if args.logs.is_empty() && stdin_is_a_person() {
        complain(HINT);
        return Ok(Verdict::Trouble);
    }
    let mut redactor = redactor(args)?;
    let (locations, errors) = input::expand(&args.logs);
    let mut trouble = !errors.is_empty();
    for error in errors {
        complain(&format!("{:#}", anyhow::Error::new(error)));
    }
    let targets = targets(args, &locations)?;

    let mut stdout = Joined { out: io::stdout(), at_line_start: true };
    for (location, target) in locations.iter().zip(targets) {
        match one(&mut redactor, location, target.as_deref(), &mut stdout) {
            Ok(()) => {}
            // Nobody reads any more: there is nothing left to do.
            Err(error) if target.is_none() && is_broken_pipe(&error) => break,
            Err(error) => {
                trouble = true;
                complain(&format!("{error:#}"));
            }
        }
    }
    Ok(if trouble { Verdict::Trouble } else { Verdict::Fine })
}

fn redactor(args: &Redact) -> anyhow::Result<Redactor> {
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok());
    let mut redactor = Redactor::new()
        .emails(args.emails)
        .addresses(args.ips)
        .jobs(jobs.unwrap_or(NonZeroUsize::MIN));
    if let Some(path) = &args.salt {
        let name = siotrace::report::shown(&path.to_string_lossy());
        // What was given may be the salt itself, by mistake: a name that leads nowhere is never shown.
        let salt = fs::read(path).context("--salt: cannot read the file that was named; a salt is given by the name of its file, never itself")?;
        if salt.trim_ascii().is_empty() {
            bail!(
                "the salt {name} is empty; put some random text into it, as from `openssl rand -hex 16`"
            );
        }
        redactor = redactor.salt(salt.trim_ascii());
    }
    Ok(redactor)
}

/// Where each log goes; `None` is standard output.
fn targets(args: &Redact, locations: &[Location]) -> anyhow::Result<Vec<Option<PathBuf>>> {
    let Some(output) = args.output.as_deref().filter(|path| *path != Path::new("-")) else {
        return Ok(locations.iter().map(|_| None).collect());
    };
    let slash = output.as_os_str().as_encoded_bytes().ends_with(b"/");
    let name = siotrace::report::shown(&output.to_string_lossy());
    let folder = output.is_dir() || slash || locations.len() > 1;
    if folder {
        fs::create_dir_all(output).with_context(|| format!("cannot make the directory {name}"))?;
    }
    let logs: HashSet<PathBuf> = locations.iter().filter_map(canonical).collect();
    let mut seen = HashSet::new();
    let mut targets = Vec::new();
    for location in locations {
        let target = if folder { output.join(name_of(location)) } else { output.to_owned() };
        let name = siotrace::report::shown(&target.to_string_lossy());
        if target.canonicalize().is_ok_and(|path| logs.contains(&path)) {
            bail!(
                "{name} is one of the logs to read, and would be overwritten; give --output another name"
            );
        }
        if !seen.insert(target.clone()) {
            bail!("two logs would be written to {name}; redact them one after the other");
        }
        targets.push(Some(target));
    }
    Ok(targets)
}

fn canonical(location: &Location) -> Option<PathBuf> {
    match location {
        Location::File(path) => path.canonicalize().ok(),
        Location::Stdin => None,
    }
}

/// The name of a log in a directory of redacted logs.
fn name_of(location: &Location) -> PathBuf {
    let Location::File(path) = location else { return "stdin.log".into() };
    let name = PathBuf::from(path.file_name().unwrap_or_else(|| OsStr::new("log")));
    let packed =
        name.extension().and_then(OsStr::to_str).is_some_and(|ending| PACKED.contains(&ending));
    if packed { name.with_extension("") } else { name }
}

fn one(
    redactor: &mut Redactor,
    location: &Location,
    target: Option<&Path>,
    stdout: &mut Joined,
) -> anyhow::Result<()> {
    let log = input::open_raw(location)?;
    let written = match target {
        None => {
            stdout.begin_log().context("cannot write to standard output")?;
            redactor.run(log, stdout)
        }
        Some(path) => {
            let file =
                File::create(path).with_context(|| format!("cannot write to {}", shown(path)))?;
            redactor.run(log, file)
        }
    };
    written.map_err(|fault| match fault {
        Fault::Read(error) => {
            anyhow::Error::new(error).context(format!("cannot read {} to its end", location.name()))
        }
        Fault::Write(error) => {
            let name = target.map_or_else(|| "standard output".to_owned(), shown);
            anyhow::Error::new(error).context(format!("cannot write to {name}"))
        }
    })
}

fn shown(path: &Path) -> String {
    siotrace::report::shown(&path.to_string_lossy())
}

/// Standard output with one log behind the other: the first line of a log does not go on in the last of another.
struct Joined {
    out: io::Stdout,
    at_line_start: bool,
}

impl Joined {
    fn begin_log(&mut self) -> io::Result<()> {
        if self.at_line_start { Ok(()) } else { self.write_all(b"\n") }
    }
}

impl Write for Joined {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        if let Some(last) = bytes[..written].last() {
            self.at_line_start = *last == b'\n';
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
