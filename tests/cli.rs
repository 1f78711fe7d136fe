//! Every behaviour of the command line is one file under `tests/cmd`; what such a file cannot say stands here.

// Clippy knows tests by their attribute, not the functions that they call.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Command, Output, Stdio},
};

const ARTICLE: &str = "samples/flask-socketio/article.log";

fn siotrace(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_siotrace"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args);
    for name in
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "FORCE_HYPERLINK", "COLUMNS"]
    {
        command.env_remove(name);
    }
    command
}

fn output(args: &[&str]) -> Output {
    siotrace(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn commands_behave_as_written() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("README.md");
}

#[test]
fn a_reader_who_hangs_up_is_no_error() {
    // More records than a pipe holds, so that the program still writes when the reader is gone.
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("app.log");
    let article = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(ARTICLE)).unwrap();
    fs::write(&log, article.repeat(500)).unwrap();
    let mut child = siotrace(&["--format", "ndjson", log.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    {
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        // The pipe closes here.
    }
    assert!(first.starts_with("{\"schema\":\"siotrace.attempt/1\""), "{first}");
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert_eq!(complaints, "");
    assert_eq!(child.wait().unwrap().code(), Some(1), "the failures that were found");
}

#[test]
fn all_outputs_of_one_run_are_those_of_a_run_for_each() {
    // More attempts than wait to be written, so that those that close late are behind those that closed early.
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let article = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(ARTICLE)).unwrap();
    let log = path("app.log");
    fs::write(&log, article.repeat(600)).unwrap();
    let endings = ["html", "json", "ndjson", "csv", "md", "prom", "sarif", "xml", "shard", "txt"];
    let mut all = siotrace(&["--exit-zero", &log]);
    for ending in endings {
        all.args(["-o", &path(&format!("all.{ending}"))]);
    }
    assert!(all.status().unwrap().success());
    for ending in endings {
        let one = path(&format!("one.{ending}"));
        assert!(siotrace(&["--exit-zero", &log, "-o", &one]).status().unwrap().success());
        let (one, all) =
            (fs::read(one).unwrap(), fs::read(path(&format!("all.{ending}"))).unwrap());
        assert!(!one.is_empty() && one == all, "{ending} alone and with the others");
    }
    let attempts = fs::read_to_string(path("all.ndjson")).unwrap().lines().count();
    assert!(attempts > 512, "{attempts}");
    let verdicts = fs::read_to_string(path("all.shard")).unwrap().lines().count();
    assert_eq!(verdicts, attempts + 2, "a shard has a head and a summary");
}

#[test]
fn an_output_that_cannot_be_written_is_told_of_and_none_is_left_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // The paths are opened before anything is read: one that cannot be opened leaves nothing of the others.
    let nowhere = path("no/such/folder/report.json");
    let done = output(&["-q", ARTICLE, "-o", &path("report.html"), "-o", &nowhere]);
    assert_eq!(done.status.code(), Some(2));
    assert!(
        text(&done.stderr).starts_with(&format!("siotrace: cannot write to {nowhere}: ")),
        "{}",
        text(&done.stderr)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no file, whole or half");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_of() {
    for format in ["text", "json", "ndjson", "html", "csv", "prometheus", "sarif", "junit"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let done = siotrace(&["--exit-zero", "--format", format, ARTICLE])
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        let said = text(&done.stderr);
        assert_eq!(done.status.code(), Some(2), "{format}: {said}");
        assert!(
            said.starts_with("siotrace: cannot write to standard output: "),
            "{format}: {said}"
        );
    }
}

#[test]
fn a_page_whose_reader_hangs_up_is_no_error() {
    for args in [&["explain"][..], &["man"], &["completions", "zsh"]] {
        let mut child =
            siotrace(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let done = child.wait_with_output().unwrap();
        assert_eq!((text(&done.stderr).as_str(), done.status.code()), ("", Some(0)), "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told_of_and_the_others_are_read() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed.log");
    fs::write(&closed, "secret\n").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&closed).is_ok() {
        // The superuser may read everything.
        return;
    }
    let done = output(&["--format", "ndjson", closed.to_str().unwrap(), ARTICLE]);
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(
        text(&done.stderr),
        format!("siotrace: cannot open {}: Permission denied (os error 13)\n", closed.display())
    );
    assert_eq!(text(&done.stdout).lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn more_files_than_may_be_open_at_once_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(ARTICLE)).unwrap();
    for i in 0..300 {
        let text: &[u8] = if i == 150 { &log } else { b"nothing of interest\n" };
        fs::write(folder.path().join(format!("{i:03}.txt")), text).unwrap();
    }
    let program = env!("CARGO_BIN_EXE_siotrace");
    // Two groups of 64, and what else a process has open.
    let limited = Command::new("sh")
        .args(["-c", "ulimit -n 200 && exec \"$0\" --format ndjson --exit-zero \"$1\"", program])
        .arg(folder.path())
        .output()
        .unwrap();
    assert_eq!(text(&limited.stderr), "");
    let alone = output(&["--format", "ndjson", "--exit-zero", ARTICLE]);
    let lines = text(&limited.stdout).lines().count();
    assert_eq!(lines, text(&alone.stdout).lines().count());
    assert!(lines > 0);
}

#[test]
fn colours_come_when_they_are_asked_for_and_not_by_themselves() {
    let colored = |args: &[&str], vars: &[(&str, &str)]| {
        let done = siotrace(args).envs(vars.iter().copied()).output().unwrap();
        text(&done.stdout).contains('\u{1b}')
    };
    assert!(!colored(&[ARTICLE], &[]), "standard output is no terminal");
    assert!(colored(&[ARTICLE, "--color", "always"], &[]));
    assert!(colored(&[ARTICLE], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[ARTICLE, "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[ARTICLE], &[("NO_COLOR", "1")]));
    assert!(!colored(&["--format", "json", ARTICLE, "--color", "always"], &[]), "JSON has none");
}

#[test]
fn in_ascii_no_page_holds_anything_else() {
    let all = ["samples/patterns/storm-of-one.log", "samples/incident-expired-token/server.log"];
    for args in
        [&[][..], &["--unmatched", "--width", "60"], &["show", "1"], &["explain", "jwt-expired"]]
    {
        let logs = if args.first() == Some(&"explain") { &[][..] } else { &all[..] };
        let done = output(&[args, &["--ascii"], logs].concat());
        assert!(
            done.stdout.is_ascii() && done.stdout.len() > 100,
            "{args:?}: {}",
            text(&done.stdout)
        );
    }
}

#[test]
fn places_are_links_when_that_is_asked_for_and_not_by_themselves() {
    let linked = |vars: &[(&str, &str)]| {
        let done = siotrace(&[ARTICLE]).envs(vars.iter().copied()).output().unwrap();
        text(&done.stdout).contains("\u{1b}]8;;file://")
    };
    assert!(!linked(&[("TERM_PROGRAM", "ghostty")]), "standard output is no terminal");
    assert!(linked(&[("FORCE_HYPERLINK", "1"), ("TERM_PROGRAM", "ghostty")]));
    assert!(!linked(&[("FORCE_HYPERLINK", "0"), ("TERM_PROGRAM", "ghostty")]));
}

#[test]
fn control_characters_of_a_log_do_not_reach_the_terminal() {
    let mut child = siotrace(&["--unmatched", "--width", "80", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let log = "Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0\n\
               Xk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{\"message\":\"\u{1b}]0;owned\u{7}\u{9b}31m go away\"}\n\
               socketio \u{1b}[2J\u{8}something unheard-of\n";
    child.stdin.take().unwrap().write_all(log.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let sent: Vec<char> =
        text(&done.stdout).chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert!(sent.is_empty(), "{sent:?}");
    assert!(text(&done.stdout).contains("go away"), "the sentence itself is shown");
}

#[test]
fn prose_fits_into_the_width_that_was_asked_for() {
    for width in [40, 60, 100] {
        let done = output(&["--width", &width.to_string(), ARTICLE]);
        let report = text(&done.stdout);
        // Code of a fix keeps its lines: it is there to be copied.
        let advice = report.find("what to change").unwrap();
        let wide: Vec<&str> =
            report[..advice].lines().filter(|line| line.chars().count() > width).collect();
        assert!(wide.is_empty(), "{width}: {wide:#?}");
    }
}

#[test]
fn a_report_is_compared_as_the_log_it_was_made_of() {
    const LOG: &str = "samples/patterns/key-rotation.log";
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("before.json");
    let report = report.to_str().unwrap();
    assert_eq!(output(&["--exit-zero", "-o", report, LOG]).status.code(), Some(0));
    let compared = |before: &str| {
        let done = output(&["diff", "--format", "json", before, ARTICLE]);
        assert_eq!(done.status.code(), Some(1), "{}", text(&done.stderr));
        text(&done.stdout).replace(before, "BEFORE")
    };
    assert_eq!(compared(report), compared(LOG));
    // As `jq -S` leaves it.
    let sorted: serde_json::Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    fs::write(report, serde_json::to_string_pretty(&sorted).unwrap()).unwrap();
    assert_eq!(compared(report), compared(LOG));
}

#[test]
fn shards_become_one_report_in_any_format() {
    const OTHER: &str = "samples/patterns/key-rotation.log";
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (web1, web2, page) = (path("web1.shard"), path("web2.json"), path("report.html"));
    for (shard, log) in [(&web1, ARTICLE), (&web2, OTHER)] {
        assert_eq!(output(&["--mergeable", "-o", shard, log]).status.code(), Some(1));
    }
    let done = output(&["merge", &web1, &web2, "-o", &page, "-o", "-", "--fail-on", "jwt-expired"]);
    assert_eq!((text(&done.stderr).as_str(), done.status.code()), ("", Some(0)));
    let whole = output(&[ARTICLE, OTHER]);
    let headline = |done: &Output| text(&done.stdout).lines().next().unwrap().to_owned();
    assert_eq!(headline(&done), headline(&whole));
    assert!(fs::read_to_string(&page).unwrap().contains("jwt-signature-invalid"));
    let compared = output(&["diff", &web2, OTHER]);
    assert_eq!(compared.status.code(), Some(0), "a report that carries its run is a report");
    let over = output(&["merge", &web1, "-o", &web1]);
    assert_eq!(over.status.code(), Some(2), "what is read is not overwritten");
}

#[test]
fn the_same_log_gives_the_same_bytes_whatever_the_number_of_threads() {
    for format in ["text", "json", "ndjson"] {
        let one = output(&["--format", format, "-j", "1", "samples"]);
        let many = output(&["--format", format, "-j", "8", "samples"]);
        assert!(one.stdout.len() > 1_000, "{format}");
        assert_eq!(text(&one.stdout), text(&many.stdout), "{format}");
    }
}
