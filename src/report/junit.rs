//! For build servers: one failed test case a cause that was found, and one that passes for the attempts that were let in. What the log never decides is a skipped one.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::{CauseReport, Report, words};

/// Writes the test suite.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let tests = report.causes.len() + 1;
    let failures = report.causes.iter().filter(|cause| cause.failed > 0).count();
    let skipped = report.causes.len() - failures;
    let counts = [("tests", tests), ("failures", failures), ("errors", 0), ("skipped", skipped)]
        .map(|(name, count)| (name, count.to_string()));
    let counts = || counts.iter().map(|(name, count)| (*name, count.as_str()));
    xml.create_element("testsuites").with_attributes(counts()).write_inner_content(|xml| {
        let suite = [("name", "siotrace"), ("time", "0")];
        xml.create_element("testsuite")
            .with_attributes(suite.into_iter().chain(counts()))
            .write_inner_content(|xml| {
                let name = format!("{} let in", words::several(report.totals.accepted, "attempt"));
                case(xml, &name).write_empty()?;
                report.causes.iter().try_for_each(|cause| failure(xml, report, cause))
            })?;
        Ok(())
    })?;
    writeln!(xml.get_mut())
}

fn failure<W: Write>(xml: &mut Writer<W>, report: &Report, cause: &CauseReport) -> io::Result<()> {
    let message = format!("{}: {}", words::several(cause.count, "attempt"), cause.advice.title);
    let mut text = String::new();
    for verdict in &cause.samples {
        let quote = verdict.evidence.decisive();
        // To a string, writing cannot fail.
        let _ = writeln!(text, "{}:{}  {}", report.source(quote.at), quote.at.line, quote.text());
    }
    for fix in &cause.advice.fixes {
        let _ = writeln!(text, "fix ({}): {}", <&str>::from(fix.side), fix.text);
    }
    if cause.failed == 0 {
        let attribute = [("message", message.as_str())];
        case(xml, cause.cause.as_str()).write_inner_content(|xml| {
            xml.create_element("skipped").with_attributes(attribute).write_empty()?;
            Ok(())
        })?;
        return Ok(());
    }
    case(xml, cause.cause.as_str()).write_inner_content(|xml| {
        let severity: &str = cause.advice.severity.into();
        let attributes = [("message", super::shown(&message)), ("type", severity.to_owned())];
        xml.create_element("failure")
            .with_attributes(attributes.iter().map(|(name, value)| (*name, value.as_str())))
            .write_text_content(BytesText::new(&lines_shown(&text)))?;
        Ok(())
    })?;
    Ok(())
}

fn case<'w, W: Write>(
    xml: &'w mut Writer<W>,
    name: &str,
) -> quick_xml::writer::ElementWriter<'w, W> {
    xml.create_element("testcase")
        .with_attribute(("classname", "siotrace"))
        .with_attribute(("name", name))
        .with_attribute(("time", "0"))
}

/// `text` without what XML cannot hold: control characters are shown, and lines stay lines.
fn lines_shown(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(super::shown).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{empty, outage};

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_cause_is_a_failed_case() {
        insta::assert_snapshot!("junit", written(&outage()));
    }

    #[test]
    fn a_log_of_nothing_passes() {
        assert!(written(&empty()).contains("failures=\"0\""));
    }
}
