//! What the README shows of the program is what it prints: the first answer, and the table of what is read. Its other examples are run by `tests/cli.rs`.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

use std::{env, fs, path::Path, process::Command};

const START: &str = "<!-- what `siotrace sources` prints -->\n";
const END: &str = "<!-- until here -->\n";

#[test]
fn the_table_of_what_is_read_is_what_the_program_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_siotrace")).arg("sources").output().unwrap();
    let printed = format!("\n{}\n", String::from_utf8(done.stdout).unwrap());
    let (before, rest) = readme.split_once(START).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if shown == printed {
        return;
    }
    if env::var_os("UPDATE_README").is_some() {
        fs::write(&path, [before, START, &printed, END, after].concat()).unwrap();
        return;
    }
    let missing: Vec<&str> = printed.lines().filter(|line| !shown.contains(line)).collect();
    let gone: Vec<&str> = shown.lines().filter(|line| !printed.contains(line)).collect();
    panic!(
        "README.md falls behind; regenerate it with\n  UPDATE_README=1 cargo test --test readme\n\
         missing:\n{}\nno longer so:\n{}",
        missing.join("\n"),
        gone.join("\n")
    );
}

#[test]
fn the_first_answer_is_what_the_program_prints() {
    const LEFT_OUT: &str = "  ⋮";
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (before, rest) = readme.split_once("```text\n").unwrap();
    let (shown, _) = rest.split_once("\n```").unwrap();
    let (_, command) = before.rsplit_once("```sh\nsiotrace ").unwrap();
    let (arguments, _) = command.split_once("\n```").unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_siotrace"))
        .args(arguments.split(' '))
        .current_dir(root)
        .output()
        .unwrap();
    let printed = String::from_utf8(done.stdout).unwrap();
    let mut rest = printed.as_str();
    for part in shown.split(LEFT_OUT).map(str::trim_end).filter(|part| !part.is_empty()) {
        let at = rest.find(part);
        let at = at.unwrap_or_else(|| panic!("README.md shows\n{part}\nwhich is not in\n{rest}"));
        rest = &rest[at + part.len()..];
    }
    assert!(printed.starts_with(shown.lines().next().unwrap()));
}
