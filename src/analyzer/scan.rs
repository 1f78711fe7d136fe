//! One block of lines to records: the part of the work that runs in parallel.
//!
//! The scanner finds the places where a line that can matter may stand; only that line is decoded, peeled and matched. A line that no anchor hits costs the search and nothing
//! else. What a block gives depends on the block alone, never on other blocks or threads.

mod again;
mod answer;
mod aside;
mod because;
mod crash;
mod cursor;
mod details;
mod drafts;
mod exchange;
mod first_lines;
mod forms;
mod lookout;
mod record;
mod side;
mod traceback;

use std::{borrow::Cow, cell::RefCell, collections::BTreeMap};

use aside::Why;
use crash::Crash;
use cursor::{Cursor, decode};
use drafts::Drafts;
use traceback::Embedded;

use rayon::prelude::*;

use crate::{
    envelope::{Peeled, Peeler, Wrappers, jul, paste},
    event::{At, Event, Kind, Lane, RawLine, Record, SourceId},
    grammar::{Grammar, Understood, template},
    input::Block,
    payload::{exception, stack},
    report::Unread,
    time::Stamp,
};

/// What one block gave.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// Records, in the order of their lines.
    pub(super) records: Vec<Record>,
    /// Lines in the block.
    pub(super) lines: u64,
    /// Lines that a grammar knew.
    pub(super) matched: u64,
    /// Lines that speak of Socket.IO and that no grammar knew, by template, with the first place of each.
    pub(super) unknown: Vec<(String, At)>,
    /// The same lines as they stand, masked, where that was asked for.
    pub(super) unread: Vec<Unread>,
    /// Requests of health checks.
    pub(super) foreign: u64,
    /// Lines of each grammar.
    pub(super) formats: BTreeMap<u16, u64>,
    /// Lines that tell something, by how they are wrapped.
    pub(super) wrapped: BTreeMap<Wrappers, u64>,
    /// Second copies of a line that were left out.
    pub(super) copies: Vec<At>,
    /// The first and the last stamp of the block.
    pub(super) span: Option<(Stamp, Stamp)>,
}

/// Scans blocks of one source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan<'g> {
    pub(super) grammar: &'g Grammar,
    /// The year of stamps that show none.
    pub(super) year: i32,
    pub(super) source: SourceId,
    /// The first source of its family of rotated files.
    pub(super) stream: SourceId,
    /// Added to stamps without a zone to settle them: seconds east of UTC.
    pub(super) offset: Option<i64>,
    /// Whether lines that were not understood are kept.
    pub(super) account: bool,
    /// Whether lines are searched for that show a connection by its id or a short name alone.
    pub(super) wide: bool,
    /// Whether clients alone write it, as their own words for an end tell.
    pub(super) client: bool,
}

/// The scan of one block: what it knows of the source, and a peeler that learns how the lines are wrapped.
struct InBlock<'g> {
    scan: Scan<'g>,
    peeler: Peeler,
}

thread_local! {
    /// The drafts of the block that a thread reads. Their room is kept from one block to the next: to let it grow anew in each was a tenth of the work.
    static DRAFTS: RefCell<Drafts> = RefCell::default();
}

impl Scan<'_> {
    /// The scan for the log that begins with `first`.
    pub(super) fn of_log(self, first: &Block) -> Self {
        let bytes = first.bytes.as_slice();
        let client = side::is_clients(&self, bytes);
        Self { wide: lookout::needs_wide_search(&self, bytes), client, ..self }
    }

    /// Scans blocks, each by whoever has time.
    pub(super) fn blocks(&self, blocks: Vec<Block>) -> Vec<Scanned> {
        blocks.into_par_iter().map(|block| self.block(&block)).collect()
    }

    pub(super) fn block(&self, block: &Block) -> Scanned {
        let in_block =
            InBlock { scan: *self, peeler: Peeler::with_year(self.year).of_client(self.client) };
        let bytes = block.bytes.as_slice();
        // A later block is the end of something longer than a screen.
        let joined = (block.first_line == 1).then(|| paste::unwrapped(&in_block.peeler, bytes));
        if let Some(joined) = joined.flatten() {
            let mut out = in_block.read(&joined.text, 1);
            out.lines = block.lines;
            out.renumber(|line| {
                let before = usize::try_from(line - 1).ok().and_then(|n| joined.before.get(n));
                block.first_line + before.copied().unwrap_or(line - 1)
            });
            return out;
        }
        let mut out = in_block.read(bytes, block.first_line);
        out.lines = block.lines;
        out
    }
}

impl Scanned {
    /// Counts a line that tells something, by its grammar and its wrappers.
    fn count(&mut self, grammar: Option<u16>, peeled: &Peeled<'_>) {
        *self.wrapped.entry(peeled.shape.wrappers()).or_default() += 1;
        if let Some(grammar) = grammar {
            *self.formats.entry(grammar).or_default() += 1;
        }
    }

    /// Gives the places the numbers of the lines in which they really stand.
    fn renumber(&mut self, number: impl Fn(u64) -> u64) {
        let records = self.records.iter_mut().map(|record| &mut record.at);
        let unknown = self.unknown.iter_mut().map(|(_, at)| at);
        let unread = self.unread.iter_mut().map(|line| &mut line.at);
        for at in records.chain(unknown).chain(unread).chain(&mut self.copies) {
            at.line = number(at.line);
        }
    }
}

impl InBlock<'_> {
    /// Reads lines of which the first has the number `first_line`.
    fn read(&self, bytes: &[u8], first_line: u64) -> Scanned {
        let mut out = Scanned { span: self.span(bytes), ..Scanned::default() };
        DRAFTS.with_borrow_mut(|drafts| {
            drafts.forms.belong_to(self.scan.grammar, self.scan.year);
            let mut cursor = Cursor::new(bytes, first_line);
            let grammar = self.scan.grammar;
            let mut hits = if self.scan.wide {
                grammar.all_hits(bytes)
            } else {
                grammar.scanner().hits(bytes)
            };
            while let Some(hit) = hits.next(cursor.at()) {
                cursor.seek(hit);
                self.line(&mut cursor, drafts, &mut out);
            }
            out.records = drafts.take_records(&mut out.copies);
        });
        out
    }

    /// Reads the line under the cursor, and moves the cursor behind it and what continues it.
    fn line(&self, cursor: &mut Cursor<'_>, drafts: &mut Drafts, out: &mut Scanned) {
        let start = *cursor;
        let mut number = start.number();
        let line = decode(cursor.take());
        if self.recalled(&line, start, cursor, drafts, out) {
            return;
        }
        let mut text = Cow::Borrowed(line.as_ref());
        let mut peeled = self.peeler.peel(&line);
        // Below a record that is an object stands the next.
        let mut in_one_line = true;
        if let Some(whole) = record::whole(&self.peeler, &peeled, start, cursor) {
            in_one_line = false;
            peeled = whole.peeled;
            text = whole.text.into();
            number = whole.number;
        }
        if jul::class(&peeled).is_some() {
            // Its message stands in the line below, which need not hold an anchor of its own.
            if jul::may_be_lower(&self.peeler.peel(&decode(cursor.peek()))) {
                self.line(cursor, drafts, out);
            }
            return;
        }
        let upper = if jul::may_be_lower(&peeled) { start.above().map(decode) } else { None };
        let upper = upper.as_deref().map(|line| self.peeler.peel(line));
        if let Some((upper, class)) = upper.as_ref().and_then(|u| Some((u, jul::class(u)?))) {
            peeled.stamp = upper.stamp;
            peeled.logger.get_or_insert_with(|| class.to_owned().into());
        }
        let at = At { source: self.scan.source, line: number };
        if peeled.message.trim_start().starts_with("Traceback (most") {
            let whole = traceback::gather(&self.peeler, &peeled, cursor);
            if let Some(event) = traceback::event(self.scan.grammar, &whole) {
                out.matched += 1;
                self.draft(event, at, &peeled, &traceback::quoted(&text, &whole), drafts);
            }
            return;
        }
        if stack::is_frame(&peeled.message) {
            let crash = crash::of_node(self.scan.grammar, &self.peeler, start, cursor);
            self.crash(crash, &peeled, drafts, out);
            return;
        }
        let embedded = traceback::split(&mut peeled);
        let (mut understood, pattern) = self.scan.grammar.read_and_tell(&peeled);
        let by_itself = in_one_line && embedded.is_none() && !exception::is_raised(&peeled.message);
        if let Some(pattern) = pattern.filter(|_| by_itself) {
            drafts.forms.remember(&self.peeler, &line, &peeled, pattern);
        }
        let again = again::read(self.scan.grammar, &self.peeler, &text, &peeled, &understood);
        if let Some(again) = again {
            (peeled, understood) = again;
        }
        let before = out.matched;
        let told = matches!(understood, Understood::Event(..));
        let answer = in_one_line
            .then(|| answer::below(self.scan.grammar, &self.peeler, &peeled, &understood, *cursor))
            .flatten();
        match understood {
            Understood::Event(event, None) if self.is_of_another_trade(&event, &peeled) => {}
            Understood::Event(event, from) => {
                out.matched += 1;
                out.count(from, &peeled);
                self.event(event, at, (&peeled, &text), (start, *cursor), drafts);
            }
            Understood::Known if !exception::is_raised(&peeled.message) => out.matched += 1,
            Understood::Probe => {
                out.matched += 1;
                out.foreign += 1;
            }
            Understood::Unknown => {
                if let Some((event, answer)) =
                    exchange::refused(&self.peeler, &peeled.message, *cursor)
                {
                    out.matched += 1;
                    let quote = format!("{text} … {answer}");
                    return self.draft(event, at, &peeled, &quote, drafts);
                }
                out.unknown.push((template(&peeled.message), at));
                if self.scan.account {
                    out.unread.push(Unread { at, text: RawLine::new(&text).quote() });
                }
            }
            Understood::Known | Understood::Foreign if exception::is_raised(&peeled.message) => {
                let crash = crash::of_python(self.scan.grammar, &self.peeler, start);
                self.crash(crash, &peeled, drafts, out);
            }
            Understood::Known | Understood::Foreign => {}
        }
        let events = match embedded {
            Some(Embedded::Python(text)) => {
                traceback::event(self.scan.grammar, &text).into_iter().collect()
            }
            Some(Embedded::Node(text)) if !told => crash::in_string(self.scan.grammar, &text),
            _ => Vec::new(),
        };
        if !events.is_empty() {
            out.matched = before + 1;
        }
        for event in events {
            // It is no copy of the message above it.
            peeled.message = format!("{:?}", event.kind).into();
            self.draft(event, at, &peeled, &text, drafts);
        }
        if let Some(answer) = answer {
            self.answered(answer, at, &peeled, drafts, out);
        }
    }

    /// Reads a line of a form that was read before, at `start`; says whether it was one. The cursor stands behind it.
    fn recalled(
        &self,
        line: &str,
        start: Cursor<'_>,
        cursor: &Cursor<'_>,
        drafts: &mut Drafts,
        out: &mut Scanned,
    ) -> bool {
        // Fields may stand below.
        if record::may_go_on(*cursor) {
            return false;
        }
        let grammar = self.scan.grammar;
        let Some(recalled) = drafts.forms.recall(&self.peeler, grammar, line) else { return false };
        let known = recalled.standing();
        let Some(understood) = grammar.read_as(&recalled.peeled, recalled.pattern, known) else {
            return false;
        };
        let peeled = recalled.peeled;
        let at = At { source: self.scan.source, line: start.number() };
        let answer = answer::below(grammar, &self.peeler, &peeled, &understood, *cursor);
        out.matched += 1;
        match understood {
            Understood::Event(event, None) if self.is_of_another_trade(&event, &peeled) => {}
            Understood::Event(event, from) => {
                out.count(from, &peeled);
                self.event(event, at, (&peeled, line), (start, *cursor), drafts);
            }
            Understood::Probe => out.foreign += 1,
            Understood::Known | Understood::Unknown | Understood::Foreign => {}
        }
        if let Some(answer) = answer {
            self.answered(answer, at, &peeled, drafts, out);
        }
        true
    }

    /// Whether a sentence about a client may be of a service that has nothing to do with sockets: the log has not shown that it tells of any.
    fn is_of_another_trade(&self, event: &Event, peeled: &Peeled<'_>) -> bool {
        !self.scan.wide && self.scan.grammar.is_of_any_trade(event, peeled)
    }

    /// Drafts the record of an event that the line from `start` to `cursor` tells.
    fn event(
        &self,
        mut event: Event,
        mut at: At,
        (peeled, text): (&Peeled<'_>, &str),
        (start, cursor): (Cursor<'_>, Cursor<'_>),
        drafts: &mut Drafts,
    ) {
        let read = drafts.last_line();
        let aside = aside::above(self.scan.grammar, &self.peeler, (&event, peeled), start, read);
        let mut text = Cow::Borrowed(text);
        match aside {
            Some(Why::Before(aside)) => {
                let mut above = peeled.clone();
                above.message = format!("{:?}", aside.event.kind).into();
                self.draft(aside.event, At { line: aside.line, ..at }, &above, &aside.text, drafts);
            }
            Some(Why::Whole(aside)) => {
                at.line = aside.line;
                text = format!("{} … {text}", aside.text.trim_end()).into();
                event = aside.event;
            }
            None => {
                let told = (&event, peeled);
                let because = because::below(self.scan.grammar, &self.peeler, told, cursor);
                if let Some((said, below)) = because {
                    text = format!("{text} … {}", below.trim_start()).into();
                    event.kind = Kind::Refused(said);
                }
            }
        }
        if let Kind::ClientFailed(failure) = &mut event.kind {
            details::add(self.scan.grammar, &self.peeler, &mut failure.said, cursor);
        }
        self.draft(event, at, peeled, &text, drafts);
    }

    /// Drafts the record of what a service answered below the line at `at`.
    fn answered(
        &self,
        (event, quote): (Event, String),
        at: At,
        peeled: &Peeled<'_>,
        drafts: &mut Drafts,
        out: &mut Scanned,
    ) {
        out.matched += 1;
        let mut below = peeled.clone();
        below.message = format!("{:?}", event.kind).into();
        self.draft(event, At { line: at.line + 1, ..at }, &below, &quote, drafts);
    }

    fn crash(
        &self,
        crash: Option<Crash>,
        peeled: &Peeled<'_>,
        drafts: &mut Drafts,
        out: &mut Scanned,
    ) {
        let Some(Crash { events, head, number }) = crash else { return };
        out.matched += 1;
        for event in events {
            let at = At { source: self.scan.source, line: number };
            self.draft(event, at, peeled, &head, drafts);
        }
    }
    #[inline]
    fn draft(&self, event: Event, at: At, peeled: &Peeled<'_>, text: &str, drafts: &mut Drafts) {
        let stamp = peeled.stamp.map(|s| self.scan.offset.map_or(s, |offset| s.settled(offset)));
        let lane = Lane(digest(&(self.scan.stream, peeled.writer, &peeled.actor)));
        let verbatim = self.scan.grammar.is_verbatim(&event);
        let record = Record {
            event,
            verbatim,
            at,
            stream: self.scan.stream,
            stamp,
            when: 0,
            lane,
            // Given when the block is read.
            line: RawLine::default(),
        };
        drafts.push(record, peeled, text);
    }

    /// The first and last stamp, from the first and last lines that have one.
    fn span(&self, bytes: &[u8]) -> Option<(Stamp, Stamp)> {
        const LOOK: usize = 20;
        let stamp = |line: &[u8]| self.peeler.peel(&decode(line)).stamp;
        let first = bytes.split(|&b| b == b'\n').take(LOOK).find_map(stamp)?;
        let last = bytes.rsplit(|&b| b == b'\n').take(LOOK).find_map(stamp).unwrap_or(first);
        let settle = |s: Stamp| self.scan.offset.map_or(s, |offset| s.settled(offset));
        Some((settle(first), settle(last)))
    }
}

fn digest<T: std::hash::Hash>(value: &T) -> u64 {
    use std::hash::BuildHasher;
    rustc_hash::FxBuildHasher.hash_one(value)
}
