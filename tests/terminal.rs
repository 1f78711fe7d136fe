//! What is shown while one waits: a sign of life on standard error, when it is a terminal, and only there.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::{
    fs::File,
    io::{Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::Duration,
};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Long enough for the sign, which comes after a second.
const LONG: Duration = Duration::from_millis(1_600);

const LOG: &str = include_str!("../samples/flask-socketio/article.log");

/// The program, waiting for the rest of a log that does not come as long as one waits.
fn waiting(args: &[&str], stderr: Stdio) -> (Child, ChildStdin) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_siotrace"))
        .args(args)
        .env("TERM", "xterm")
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(LOG.as_bytes()).unwrap();
    (child, stdin)
}

/// What a terminal at standard error shows, and what goes to standard output.
fn on_a_terminal(args: &[&str]) -> (String, String) {
    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&terminal).unwrap();
    unlockpt(&terminal).unwrap();
    let name = ptsname(&terminal, Vec::new()).unwrap();
    let end = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let (child, stdin) = waiting(args, end.into());
    let mut screen = File::from(terminal);
    let reader = thread::spawn(move || {
        let mut shown = Vec::new();
        let mut piece = [0; 4096];
        // The last end closed is an error here, not an end of file.
        while let Ok(n @ 1..) = screen.read(&mut piece) {
            shown.extend_from_slice(&piece[..n]);
        }
        String::from_utf8_lossy(&shown).into_owned()
    });
    thread::sleep(LONG);
    drop(stdin);
    let done = child.wait_with_output().unwrap();
    (reader.join().unwrap(), String::from_utf8(done.stdout).unwrap())
}

#[test]
fn somebody_who_waits_at_a_terminal_sees_that_it_works_and_the_report_is_the_same() {
    let quick = {
        let (child, stdin) = waiting(&[], Stdio::null());
        drop(stdin);
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    let (shown, report) = on_a_terminal(&["-"]);
    assert!(shown.contains("reading; 0 attempts so far"), "{shown:?}");
    // Gone when the report comes: the line is cleared last.
    assert!(shown.trim_end().ends_with("\u{1b}[2K"), "{shown:?}");
    assert_eq!(report, quick);
}

#[test]
fn nothing_moves_where_nobody_looks_or_nobody_wants_it() {
    let (child, stdin) = waiting(&[], Stdio::piped());
    thread::sleep(LONG);
    drop(stdin);
    let done = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(done.stderr).unwrap(), "", "standard error is a pipe");
    let (shown, _) = on_a_terminal(&["--quiet", "-"]);
    assert_eq!(shown, "", "--quiet");
}
