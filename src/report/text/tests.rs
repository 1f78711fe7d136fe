use super::*;
use crate::{
    report::{
        Links, Opener,
        testing::{empty, healthy, outage, outage_of},
    },
    rules::cause::Cause,
};
use unicode_width::UnicodeWidthStr;

fn written(report: &Report, options: &Options) -> String {
    let mut out = Vec::new();
    write(report, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn wide(width: u16) -> Options {
    Options { width: Some(width), ..Options::default() }
}

#[test]
fn an_outage_reads_from_what_happened_to_what_to_change() {
    insta::assert_snapshot!("text_file", written(&outage(), &Options::default()));
    insta::assert_snapshot!("text_80", written(&outage(), &wide(80)));
}

#[test]
fn a_narrow_terminal_stays_readable() {
    let text = written(&outage(), &wide(40));
    insta::assert_snapshot!("text_40", text);
    // Code is there to be copied and keeps its lines.
    let prose = text.lines().filter(|line| !line.starts_with("         "));
    let over: Vec<&str> = prose.filter(|line| line.width() > 40).collect();
    assert!(over.is_empty(), "{over:#?}");
}

#[test]
fn no_terminal_is_too_narrow_to_write_to() {
    for width in 0..30 {
        written(&outage(), &wide(width));
        written(&empty(), &wide(width));
    }
}

#[test]
fn a_secret_in_the_place_of_a_name_is_masked() {
    let mut report = outage();
    for cause in &mut report.causes {
        for verdict in &mut cause.samples {
            let secret = "password=hunter2";
            verdict.user = Some(crate::ids::UserName::new(secret));
            verdict.namespace = Some(crate::ids::Namespace::new(secret));
            verdict.client = Some(crate::ids::ClientAddr::new(secret));
            verdict.detail.said = Some(secret.to_owned());
            verdict.detail.exception = Some(secret.to_owned());
            verdict.detail.origin = Some(secret.to_owned());
        }
    }
    assert!(!written(&report, &Options::default()).contains("hunter2"));
}

#[test]
fn all_seven_lines_of_evidence_are_shown() {
    let text = written(&outage(), &Options::default());
    for place in [
        "server.log:4",
        "server.log:5",
        "server.log:6",
        "> server.log:7",
        "server.log:8",
        "server.log:9",
        ".log:3",
    ] {
        assert!(text.contains(place), "{place}");
    }
}

#[test]
fn a_log_without_socketio_and_a_healthy_one_get_a_plain_answer() {
    insta::assert_snapshot!("text_empty", written(&empty(), &wide(80)));
    insta::assert_snapshot!("text_healthy", written(&healthy(), &wide(80)));
}

#[test]
fn what_was_not_understood_is_listed_when_asked_for() {
    let options = Options { unmatched: true, top: Some(1), ..wide(80) };
    insta::assert_snapshot!("text_unmatched", written(&outage_of(&[Cause::ClientLeft]), &options));
}

#[test]
fn without_colour_no_escape_is_written_and_with_it_only_ours_are() {
    let plain = written(&outage(), &Options::default());
    assert!(!plain.contains(|c: char| c.is_control() && c != '\n'), "{plain}");
    let colored = written(&outage(), &Options { color: true, ..Options::default() });
    assert_ne!(plain, colored);
    let mut bare = String::new();
    for (n, part) in colored.split("\u{1b}[").enumerate() {
        bare += if n == 0 { part } else { part.split_once('m').unwrap().1 };
    }
    assert_eq!(bare, plain);
}

#[test]
fn in_ascii_nothing_else_is_written() {
    let options = Options { ascii: true, unmatched: true, ..wide(80) };
    let text = written(&outage(), &options);
    assert!(text.is_ascii(), "{text}");
    assert!(written(&empty(), &options).is_ascii());
    insta::assert_snapshot!("text_ascii", text);
}

#[test]
fn places_are_links_where_they_can_be_followed_and_look_the_same() {
    let links = Some(Links { here: "/srv", opener: Opener::Files });
    let linked = written(&outage(), &Options { links, ..wide(80) });
    assert!(
        linked.contains("\u{1b}]8;;file:///srv/server.log\u{1b}\\server.log:7\u{1b}]8;;\u{1b}\\  "),
        "{linked}"
    );
    let mut shown = String::new();
    for (n, part) in linked.split("\u{1b}]8;;").enumerate() {
        shown += if n == 0 { part } else { part.split_once("\u{1b}\\").unwrap().1 };
    }
    assert_eq!(shown, written(&outage(), &wide(80)));
}
