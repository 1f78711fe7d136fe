//! `siotrace token`: looks at a token by itself.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, BufWriter, Read, Write as _},
    path::Path,
};

use anyhow::Context as _;
use siotrace::{
    report,
    token::{self, Examined},
};

use super::{
    Verdict,
    args::{Look, TextOrJson, TokenArgs},
    complain, stdin_is_a_person, terminal,
};

/// Most that is read; one byte more than what is looked at, so that longer texts are told of.
const LONGEST: u64 = (8 << 20) + 1;

const HINT: &str = "no token given: name a file that holds it, or pipe it in, as in `pbpaste | siotrace token` or `xclip -o | siotrace token`";

const ON_THE_COMMAND_LINE: &str = "there is no such file; if this is the token itself: on the command line it stays in the shell's history, and others see it in \
    the list of processes; write it to standard input or to a file instead";

pub(super) fn run(args: &TokenArgs, look: Look) -> anyhow::Result<Verdict> {
    let keys = args.keys.fetch()?;
    let now = args.at.map_or_else(
        || chrono::Utc::now().timestamp(),
        |at| at.settled(0).micros.div_euclid(siotrace::time::SECOND),
    );
    let text = match args.files.as_slice() {
        [] if stdin_is_a_person() => {
            complain(HINT);
            return Ok(Verdict::Trouble);
        }
        [] => read(io::stdin().lock()).context("cannot read standard input")?,
        [file] if file == "-" => read(io::stdin().lock()).context("cannot read standard input")?,
        // What does not name a file may be the token: it is not repeated.
        [file] => {
            let Some(file) = open(file) else {
                complain(ON_THE_COMMAND_LINE);
                return Ok(Verdict::Trouble);
            };
            read(file).context("cannot read the file")?
        }
        _ => {
            complain(
                "one file is looked at; several tokens may stand in it, each in a line of its own",
            );
            return Ok(Verdict::Trouble);
        }
    };
    let all: Vec<Examined> =
        token::read(&text)?.iter().map(|subject| token::examine(subject, &keys, now)).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    match args.format {
        TextOrJson::Text => report::token::text(&all, &terminal::stdout(look), &mut out)?,
        TextOrJson::Json => report::token::json(&all, now, &mut out)?,
    }
    out.flush()?;
    Ok(if all.iter().any(Examined::is_bad) { Verdict::Failures } else { Verdict::Fine })
}

fn open(name: &OsStr) -> Option<File> {
    File::open(Path::new(name)).ok()
}

fn read(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
