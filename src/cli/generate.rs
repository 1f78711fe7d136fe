//! `siotrace schema`, `siotrace completions` and `siotrace man`: files for programs and packagers.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::Shell;

use siotrace::report::schema;

use super::{
    Verdict,
    args::{Args, SchemaOf},
};

pub(super) fn schema(of: SchemaOf) -> anyhow::Result<Verdict> {
    let text = match of {
        SchemaOf::Report => schema::REPORT,
        SchemaOf::Attempt => schema::ATTEMPT,
        SchemaOf::Diff => schema::DIFF,
        SchemaOf::Show => schema::ACCOUNT,
        SchemaOf::Shard => schema::SHARD,
    };
    write(text.as_bytes())
}

pub(super) fn completions(shell: Shell) -> anyhow::Result<Verdict> {
    // Into memory first: the generator panics when its writer fails.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "siotrace", &mut script);
    write(&script)
}

pub(super) fn man() -> anyhow::Result<Verdict> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut page)?;
    write(&page)
}

fn write(bytes: &[u8]) -> anyhow::Result<Verdict> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(Verdict::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_gets_a_script() {
        use clap::ValueEnum;
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Args::command(), "siotrace", &mut script);
            assert!(String::from_utf8_lossy(&script).contains("explain"), "{shell}");
        }
    }
}
