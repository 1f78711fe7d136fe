//! One attempt as a sequence diagram in Mermaid's language, which code hosts and wikis draw.
//!
//! What a log gave is escaped with the language's own entities, so that it stays text.

use std::io::{self, Write};

use super::{show::Subject, words};
use crate::{
    account::Told,
    event::{Passage, Speaker},
};

/// Longest sentence beside an arrow.
const LONGEST: usize = 80;

/// Writes the diagram.
pub fn write(subject: &Subject<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "sequenceDiagram")?;
    let verdict = subject.verdict;
    let told = verdict.account.as_ref().map_or(&[][..], |account| &account.told);
    let client = verdict.client.as_ref().map_or_else(
        || "client".to_owned(),
        |client| format!("client {}", words::name(client.as_str())),
    );
    let shows = |speaker| told.iter().any(|told| ends(told).contains(&speaker));
    for (speaker, name) in
        [(Speaker::Client, client.as_str()), (Speaker::Proxy, "proxy"), (Speaker::Server, "server")]
    {
        if shows(speaker) {
            writeln!(out, "    participant {} as {}", letter(speaker), escaped(name))?;
        }
    }
    for told in told {
        let [from, to] = ends(told);
        let text = escaped(&text(told));
        match told.passage {
            Passage::Within(_) => writeln!(out, "    Note over {}: {text}", letter(from))?,
            Passage::Up => writeln!(out, "    {}->>{}: {text}", letter(from), letter(to))?,
            Passage::Down => writeln!(out, "    {}-->>{}: {text}", letter(from), letter(to))?,
            Passage::Stopped => writeln!(out, "    {}--x{}: {text}", letter(from), letter(to))?,
        }
    }
    let outcome: &str = verdict.outcome.into();
    let end =
        verdict.cause.map_or_else(|| outcome.to_owned(), |cause| format!("{outcome}: {cause}"));
    let over = told.last().map_or(Speaker::Server, |told| ends(told)[0]);
    if told.is_empty() {
        return Ok(());
    }
    writeln!(out, "    Note over {}: {}", letter(over), escaped(&end))
}

/// Between whom it is drawn.
fn ends(told: &Told) -> [Speaker; 2] {
    match told.passage {
        Passage::Up => [Speaker::Client, Speaker::Server],
        Passage::Down => [Speaker::Server, Speaker::Client],
        Passage::Stopped => [Speaker::Proxy, Speaker::Client],
        Passage::Within(speaker) => [speaker, speaker],
    }
}

fn letter(speaker: Speaker) -> char {
    match speaker {
        Speaker::Client => 'C',
        Speaker::Proxy => 'P',
        Speaker::Server => 'S',
    }
}

/// `14:52:22.274 (+86 ms) refused: jwt expired`
fn text(told: &Told) -> String {
    let mut text = String::new();
    if let Some(at) = told.stamp {
        text.push_str(&words::clock(at, false, true));
        text.push(' ');
    }
    if let Some(gap) = told.gap.filter(|gap| *gap != 0) {
        text.extend(["(", &words::gap(gap), ") "]);
    }
    text.push_str(told.event);
    if let Some(said) = &told.said {
        text.push_str(": ");
        text.extend(said.chars().take(LONGEST));
        if said.chars().nth(LONGEST).is_some() {
            text.push('…');
        }
    }
    text
}

/// Text that ends no statement and begins no tag.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => safe.push_str("#35;"),
            ';' => safe.push_str("#59;"),
            '<' => safe.push_str("#lt;"),
            '>' => safe.push_str("#gt;"),
            '%' => safe.push_str("#37;"),
            '\n' | '\r' | '\t' => safe.push(' '),
            c if super::line::acts(c) || c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_log_gave_stays_text() {
        assert_eq!(
            escaped("a;b\nS->>C: #1 <b>\u{1b}%%"),
            "a#59;b S-#gt;#gt;C: #35;1 #lt;b#gt;\u{fffd}#37;#37;"
        );
    }
}
