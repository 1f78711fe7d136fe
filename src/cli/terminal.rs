//! What the terminal can show: its width, and whether colours are wanted.

use std::io::{self, IsTerminal};

use clap::ColorChoice;
use siotrace::report::{Links, Opener, Options};

use super::args::Look;

/// How text looks on standard output.
pub(super) fn stdout(look: Look) -> Options {
    let terminal = io::stdout().is_terminal();
    Options {
        width: look.width.or_else(|| if terminal { columns() } else { None }),
        color: wanted(look.color, terminal, &set),
        ascii: look.ascii,
        links: links(terminal && look.color != ColorChoice::Never),
        ..Options::default()
    }
}

/// Whether messages may have colours; nothing is known yet of what the arguments want.
pub(super) fn stderr_has_colors() -> bool {
    wanted(ColorChoice::Auto, io::stderr().is_terminal(), &set)
}

/// Whether the environment says yes.
fn set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

/// How text looks in a file: never coloured, except on demand.
pub(super) fn file(look: Look) -> Options {
    Options {
        width: look.width,
        color: look.color == ColorChoice::Always,
        ascii: look.ascii,
        ..Options::default()
    }
}

/// How places are linked, where the terminal can follow links and the files are on its machine. Whoever wants no escapes wants none of these.
fn links(wanted: bool) -> Option<Links> {
    let forced = set("FORCE_HYPERLINK");
    if !forced && (!wanted || set("NO_COLOR") || set("SSH_CONNECTION") || set("SSH_TTY")) {
        return None;
    }
    if !supports_hyperlinks::supports_hyperlinks() {
        return None;
    }
    let is = |name: &str, value: &str| std::env::var_os(name).is_some_and(|is| is == value);
    let opener = if is("TERM_PROGRAM", "vscode") {
        Opener::Vscode
    } else if is("TERM", "xterm-kitty") {
        Opener::Kitty
    } else {
        Opener::Files
    };
    // Once a run: it stays as long as the run.
    let here = std::env::current_dir().ok()?.to_str()?.to_owned().leak();
    Some(Links { here, opener })
}

fn columns() -> Option<u16> {
    terminal_size::terminal_size().map(|(width, _)| width.0)
}

/// An explicit choice wins, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether somebody looks at a terminal that can show them.
fn wanted(choice: ColorChoice, terminal: bool, set: &dyn Fn(&str) -> bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto => set("CLICOLOR_FORCE") || terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_used_where_they_are_wanted() {
        use ColorChoice::{Always, Auto, Never};
        let table: &[(ColorChoice, bool, &[&str], bool)] = &[
            (Auto, true, &[], true),
            (Auto, false, &[], false),
            (Auto, true, &["NO_COLOR"], false),
            (Auto, false, &["CLICOLOR_FORCE"], true),
            (Auto, true, &["NO_COLOR", "CLICOLOR_FORCE"], false),
            (Always, false, &["NO_COLOR"], true),
            (Never, true, &["CLICOLOR_FORCE"], false),
        ];
        for (choice, terminal, environment, want) in table {
            let got = wanted(*choice, *terminal, &|name| environment.contains(&name));
            assert_eq!(got, *want, "{choice:?} {terminal} {environment:?}");
        }
    }
}
