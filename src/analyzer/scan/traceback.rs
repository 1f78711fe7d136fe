//! Tracebacks: gathered from their lines or found in the string of a structured logger, and read as what was raised.

use super::cursor::{Cursor, decode};
use crate::{
    envelope::{Peeled, Peeler},
    event::{Event, Exception, Ids, Kind, Reason, Said, Speaker, Where},
    grammar::{Grammar, Understood},
    payload::exception,
};

/// Most lines of one traceback; endless recursion prints a thousand frames.
const LONGEST: usize = 1500;

/// How one begins.
const START: &str = "Traceback (most";

/// The traceback whose first line has just been taken; its lines may be wrapped as the first one was.
pub(super) fn gather(by: &Peeler, first: &Peeled<'_>, cursor: &mut Cursor<'_>) -> String {
    let mut text = first.message.clone().into_owned();
    let mut in_frames = true;
    for _ in 0..LONGEST {
        if cursor.is_at_end() {
            break;
        }
        let line = decode(cursor.peek()).into_owned();
        let next = by.peel(&line);
        let message = next.message.trim_end();
        let continues = message.starts_with([' ', '\t'])
            || message.starts_with(START)
            || message.starts_with("During handling of the above")
            || message.starts_with("The above exception was")
            || message.is_empty();
        // A level is a new record's, unless it is the carrier's and stands before every line.
        let ends = in_frames && !continues && (next.level.is_none() || next.shape == first.shape);
        if !(continues || ends) {
            break;
        }
        // A blank line inside a chain only; one behind the last exception ends the record.
        if message.is_empty() && !in_frames && !chain_goes_on(by, cursor) {
            break;
        }
        text.push('\n');
        text.push_str(message);
        in_frames = if continues && !message.is_empty() { true } else { in_frames && !ends };
        cursor.take();
    }
    text
}

/// A traceback in the string of a structured logger.
pub(super) enum Embedded {
    /// Python's.
    Python(String),
    /// A stack of Node's, with the error's own line.
    Node(String),
}

/// What Python raises in whatever is told to end.
const ENDS: [&str; 5] = [
    "CancelledError",
    "asyncio.exceptions.CancelledError",
    "KeyboardInterrupt",
    "SystemExit",
    "GeneratorExit",
];

/// Takes a traceback out of a message, or out of the field that holds it, and gives it.
pub(super) fn split(peeled: &mut Peeled<'_>) -> Option<Embedded> {
    if let Some(at) = memchr::memchr(b'\n', peeled.message.as_bytes()) {
        let (first, rest) = peeled.message.split_at(at);
        let rest = rest.trim_start();
        if rest.starts_with("at ") {
            let whole = peeled.message.clone().into_owned();
            peeled.message = first.trim_end().to_owned().into();
            return Some(Embedded::Node(whole));
        } else if let Some(start) = rest.find(START) {
            let (text, traceback) = rest.split_at(start);
            let message = [first.trim_end(), text.trim()].join(" ");
            let traceback = traceback.to_owned();
            peeled.message = message.trim_end().to_owned().into();
            return Some(Embedded::Python(traceback));
        }
    }
    let python = |value: &str| value.trim_start().starts_with(START);
    if let Some(field) = peeled.fields.iter().position(|(_, value)| python(value)) {
        return Some(Embedded::Python(peeled.fields.remove(field).1.trim_start().to_owned()));
    }
    peeled.stack.take().map(|stack| Embedded::Node(stack.into_owned()))
}

/// What a traceback says.
pub(super) fn event(grammar: &Grammar, text: &str) -> Option<Event> {
    let traceback = exception::traceback(text)?;
    let fault = traceback.fault()?;
    // How tasks and processes end that are told to is no fault of anybody's.
    if ENDS.contains(&fault.class) {
        return None;
    }
    let sentence = format!("{}: {}", fault.class, fault.text);
    // What the client's library raises is its word to the program, whether the program logs it or dies of it.
    if traceback.place == Where::ClientCode
        && let Understood::Event(event, Some(_)) = grammar.read(&Peeled::bare(&sentence))
        && event.speaker == Speaker::Client
    {
        return Some(event);
    }
    let reason = grammar.meaning(&sentence).unwrap_or(Reason::Crashed);
    let reason = match traceback.place {
        // What could not be read was the packet, whatever the parser complains of.
        Where::Payload => Reason::BadRequest,
        // What a crashed handler said is a reason only when it says more than that something was refused.
        _ if reason.is_vague() => Reason::Crashed,
        _ => reason,
    };
    let said = Said { reason, text: fault.text.as_str().into() };
    let raised = Exception { class: fault.class.into(), said, place: traceback.place };
    Some(Event {
        kind: Kind::Raised(Box::new(raised)),
        speaker: Speaker::Server,
        stack: None,
        ids: Ids::default(),
        namespace: None,
    })
}

/// What to quote of a traceback: its first line, and what was raised, which is what tells.
pub(super) fn quoted(head: &str, text: &str) -> String {
    let traceback = exception::traceback(text);
    let fault = traceback.as_ref().and_then(|traceback| traceback.fault());
    fault.map_or_else(
        || head.to_owned(),
        |fault| format!("{} … {}: {}", head.trim_end(), fault.class, fault.text),
    )
}

fn chain_goes_on(by: &Peeler, cursor: &Cursor<'_>) -> bool {
    let mut ahead = *cursor;
    ahead.take();
    let text = decode(ahead.peek()).into_owned();
    let message = by.peel(&text).message.into_owned();
    message.starts_with("During handling of the above")
        || message.starts_with("The above exception was")
}
