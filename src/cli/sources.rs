//! `siotrace sources`: what is read.

use std::io::{self, BufWriter, Write};

use siotrace::{
    envelope::forms,
    grammar,
    report::sources::{self, Source, Wrappers},
};

use super::Verdict;

pub(super) fn run() -> anyhow::Result<Verdict> {
    let files: Vec<Source> = grammar::sources()
        .into_iter()
        .map(|file| Source { title: file.title, seen_in: file.seen_in, name: file.name })
        .collect();
    let wrappers = forms::groups().map(|(kind, forms)| {
        let mut titles: Vec<&str> = Vec::new();
        for form in forms {
            if !titles.contains(&form.title) {
                titles.push(form.title);
            }
        }
        Wrappers { kind, titles }
    });
    let mut out = BufWriter::new(io::stdout().lock());
    sources::write(&files, &wrappers, &mut out)?;
    out.flush()?;
    Ok(Verdict::Fine)
}
