//! `siotrace show`: one attempt for a person, line by line, with the rules that judged it.

use std::io::{self, Write};

use super::{Options, Rulebook, Unread, page::Page, story, style::Tone, words};
use crate::{
    account::{Account, Told},
    ids::{EngineSid, SocketSid},
    rules::engine::{Fired, Near, Part},
    verdict::Verdict,
};

/// Lines of others that are listed because they stand between those of the attempt.
const MOST_BETWEEN: usize = 5;

/// Values of a slot that a rule would take, named one by one.
const MOST_WANTED: usize = 3;

/// One attempt, with what is needed to show it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The attempt.
    pub verdict: &'a Verdict,
    /// The names of the sources.
    pub names: &'a [String],
    /// Lines of the run that were not understood.
    pub unread: &'a [Unread],
}

impl<'a> Subject<'a> {
    /// What it is called.
    pub fn name(&self) -> String {
        let Verdict { engine_sid, socket_sid, client, .. } = self.verdict;
        let sid = engine_sid.as_ref().map(EngineSid::as_str);
        let sid = sid.or(socket_sid.as_ref().map(SocketSid::as_str));
        match (sid, client) {
            (Some(sid), _) => format!("attempt {sid}"),
            (None, Some(client)) => format!("attempt of {}", words::name(client.as_str())),
            (None, None) => "attempt without an id".to_owned(),
        }
    }

    /// Lines that were not understood and show one of its ids.
    pub(super) fn own_unread(&self) -> impl Iterator<Item = &'a Unread> {
        let Verdict { engine_sid, socket_sid, .. } = self.verdict;
        self.unread.iter().filter(move |line| {
            engine_sid.as_ref().is_some_and(|sid| line.text.contains(sid.as_str()))
                || socket_sid.as_ref().is_some_and(|sid| line.text.contains(sid.as_str()))
        })
    }

    /// Lines that were not understood, show none of its ids and stand between its lines.
    pub(super) fn unread_between(&self) -> Vec<&'a Unread> {
        let own: Vec<&Unread> = self.own_unread().collect();
        let told = self.verdict.account.iter().flat_map(|account| &account.told);
        let between = |line: &&Unread| {
            let same = told.clone().filter(|told| told.at.source == line.at.source);
            let lines = same.map(|told| told.at.line);
            lines.clone().min() < Some(line.at.line) && Some(line.at.line) < lines.max()
        };
        self.unread.iter().filter(between).filter(|line| !own.contains(line)).collect()
    }

    fn place(&self, at: crate::event::At) -> String {
        let name = super::record::name(at, |n| self.names.get(n).map(String::as_str));
        format!("{name}:{}", at.line)
    }
}

/// Writes it.
pub fn write(
    subject: &Subject<'_>,
    rules: &impl Rulebook,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(options, out);
    let verdict = subject.verdict;
    let outcome: &str = verdict.outcome.into();
    let title = match verdict.cause {
        Some(cause) => {
            let title = rules.cause(cause).map_or("", |rule| rule.title.as_str());
            format!("{}: {outcome}, {cause}: {title}", words::capital(&subject.name()))
        }
        None => format!("{}: {outcome}", words::capital(&subject.name())),
    };
    let tone = if verdict.failed() { Tone::Bad } else { Tone::Good };
    page.title(tone, &title)?;

    page.heading("what happened")?;
    page.sentence(4, &story::told(verdict))?;
    if let Some(ids) = story::ids(verdict) {
        page.sentence(4, &ids)?;
    }
    for remark in story::remarks(verdict) {
        page.sentence(4, &remark)?;
    }
    if verdict.cause.is_some() {
        page.sentence(4, &format!("How sure: {}.", words::surety(verdict.confidence)))?;
    }
    let Some(account) = &verdict.account else { return Ok(()) };
    lines(&mut page, subject, account)?;
    if !account.facts.is_empty() {
        page.heading("what is known")?;
    }
    for (slot, value) in &account.facts {
        page.entry(slot, value)?;
    }
    why(&mut page, verdict, account)?;
    unread(&mut page, subject)?;
    if let Some(cause) = verdict.cause {
        page.blank()?;
        page.sentence(2, &format!("What to change: siotrace explain {cause}"))?;
    }
    Ok(())
}

fn lines(page: &mut Page<'_>, subject: &Subject<'_>, account: &Account) -> io::Result<()> {
    page.heading("line by line")?;
    for told in &account.told {
        page.sentence(4, &head(told))?;
        page.quote(told.decisive, &subject.place(told.at), &told.text)?;
    }
    let dropped = subject.verdict.detail.events_dropped;
    if dropped > 0 {
        page.sentence(4, &format!("{} more were dropped", words::several(dropped.into(), "line")))?;
    }
    Ok(())
}

/// `14:52:22.274 +86 ms: refused, state rejected`
fn head(told: &Told) -> String {
    let when = told.stamp.map(|at| words::clock(at, false, true));
    let gap = told.gap.filter(|gap| *gap != 0).map(words::gap);
    let times: Vec<String> = [when, gap].into_iter().flatten().collect();
    let times = if times.is_empty() { String::new() } else { format!("{}: ", times.join(" ")) };
    format!("{times}{} ({})", told.event, <&str>::from(told.state))
}

fn why(page: &mut Page<'_>, verdict: &Verdict, account: &Account) -> io::Result<()> {
    let Some(cause) = verdict.cause else { return Ok(()) };
    page.heading("why this cause")?;
    let ruling = &account.ruling;
    if ruling.fired.is_empty() {
        page.sentence(4, &format!("No rule fits, so it is {cause}."))?;
    }
    for fired in &ruling.fired {
        page.sentence(4, &ruled(fired))?;
    }
    let told: Vec<&str> = verdict
        .also
        .iter()
        .filter(|also| !ruling.fired.iter().any(|fired| fired.cause == **also))
        .map(|also| also.as_str())
        .collect();
    if !told.is_empty() {
        page.sentence(4, &format!("Earlier attempts of the same client add {}.", told.join(", ")))?;
    }
    if !ruling.near.is_empty() {
        page.heading("what would have been another")?;
    }
    for near in &ruling.near {
        page.sentence(4, &missed(near))?;
    }
    Ok(())
}

fn ruled(fired: &Fired) -> String {
    let facts: Vec<String> =
        fired.because.iter().map(|(slot, value)| format!("{slot} is {value}")).collect();
    let facts = facts.join(", ");
    let cause = fired.cause;
    match &fired.part {
        Part::Root => format!("{cause} fits: {facts}."),
        Part::Yields(to) => {
            let to: Vec<&str> = to.iter().map(|cause| cause.as_str()).collect();
            format!("{cause} fits as well ({facts}) and gives way to {}.", to.join(", "))
        }
        Part::Behind => {
            format!("{cause} fits as well ({facts}); the list of causes puts it behind.")
        }
    }
}

fn missed(near: &Near) -> String {
    let Near { cause, slot, is, wants } = near;
    let named = wants.iter().take(MOST_WANTED).copied().collect::<Vec<_>>().join(" or ");
    let more = if wants.len() > MOST_WANTED { " or the like" } else { "" };
    format!("{cause}, if {slot} were {named}{more} (it is “{is}”).")
}

fn unread(page: &mut Page<'_>, subject: &Subject<'_>) -> io::Result<()> {
    let own: Vec<&Unread> = subject.own_unread().collect();
    let between = subject.unread_between();
    if !own.is_empty() {
        page.heading("lines with its id that were not understood")?;
    }
    for line in own {
        page.quote(false, &subject.place(line.at), &line.text)?;
    }
    if !between.is_empty() {
        page.heading("lines between its own that were not understood")?;
    }
    for line in between.iter().take(MOST_BETWEEN) {
        page.quote(false, &subject.place(line.at), &line.text)?;
    }
    let more = between.len().saturating_sub(MOST_BETWEEN) as u64;
    if more > 0 {
        page.sentence(4, &format!("and {more} more"))?;
    }
    Ok(())
}
