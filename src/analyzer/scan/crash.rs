//! Errors that are found by a line in their middle: Node's, whose frames name Socket.IO, and Python tracebacks that lost their beginning.

use super::{
    cursor::{Cursor, decode},
    traceback,
};
use crate::{
    envelope::Peeler,
    event::{Event, Exception, Ids, Kind, Reason, Said, Speaker, Where},
    grammar::Grammar,
    payload::{exception, stack},
};

/// How far an error's first line stands from the line that was found.
const BACK: usize = 24;

/// Most lines of one stack.
const LINES: usize = 64;

/// An error: what it says, its first line, and the number of that.
pub(super) struct Crash {
    /// Nothing else announces it, so the first of these does.
    pub(super) events: Vec<Event>,
    pub(super) head: String,
    pub(super) number: u64,
}

/// The error of Node's in whose stack the line at `start` stands; the cursor moves behind it.
pub(super) fn of_node<'b>(
    grammar: &Grammar,
    by: &Peeler,
    start: Cursor<'b>,
    cursor: &mut Cursor<'b>,
) -> Option<Crash> {
    let message = |line: &[u8]| by.peel(&decode(line)).message.into_owned();
    let mut above = start;
    let mut frames = vec![message(start.peek())];
    let mut head = None;
    for _ in 0..BACK {
        let line = message(above.back()?);
        if stack::is_frame(&line) {
            frames.push(line);
        } else {
            head = Some(line);
            break;
        }
    }
    frames.reverse();
    while frames.len() < LINES && !cursor.is_at_end() {
        let line = message(cursor.peek());
        if !stack::is_frame(&line) {
            break;
        }
        frames.push(line);
        cursor.take();
    }
    let head = head?;
    let stack = stack::stack(&head, &frames)?;
    let events = events(grammar, raised(grammar, &stack));
    Some(Crash { events, head, number: above.number() })
}

fn raised(grammar: &Grammar, stack: &stack::Stack<'_>) -> Exception {
    let sentence = format!("{}: {} {}", stack.class, stack.text, stack.origin);
    let said = Said { reason: reason(grammar, &sentence), text: stack.text.into() };
    Exception { class: stack.class.into(), said, place: stack.place }
}

/// What a stack of Node's in the string of a structured logger tells, where nothing else in its line says anything: that a middleware made a mistake. An
/// error that was thrown on purpose may have been dealt with.
pub(super) fn in_string(grammar: &Grammar, text: &str) -> Vec<Event> {
    let mut lines = text.lines();
    let Some(head) = lines.next() else { return Vec::new() };
    let frames: Vec<String> =
        lines.take(LINES).filter(|l| stack::is_frame(l)).map(str::to_owned).collect();
    let Some(stack) = stack::stack(head, &frames).filter(|s| s.place == Where::Connect) else {
        return Vec::new();
    };
    let events = events(grammar, raised(grammar, &stack));
    if events.iter().any(|e| matches!(e.kind, Kind::Refused(_))) { Vec::new() } else { events }
}

/// The traceback without a title that ends in the line at `start`, which names an exception; only where its frames name a socket.
pub(super) fn of_python(grammar: &Grammar, by: &Peeler, start: Cursor<'_>) -> Option<Crash> {
    // A frame may have been looked at by itself, and given nothing.
    let mut above = start.unbounded();
    let mut frames = Vec::new();
    while frames.len() < LINES {
        let Some(line) = above.back() else { break };
        let line = by.peel(&decode(line)).message.into_owned();
        if !line.starts_with("  ") {
            break;
        }
        frames.push(line);
    }
    frames.reverse();
    let named =
        frames.iter().any(|f| f.trim_start().starts_with("File \"") && grammar.is_socket_frame(f));
    if !named {
        return None;
    }
    let head = by.peel(&decode(start.peek())).message.into_owned();
    let text = format!("{}\n{}\n{head}", exception::TITLE, frames.join("\n"));
    let mut event = traceback::event(grammar, &text)?;
    if let Kind::Raised(exception) = &mut event.kind
        && exception.place == Where::Unknown
    {
        exception.place = Where::Connect;
    }
    let Kind::Raised(exception) = event.kind else { return None };
    Some(Crash { events: events(grammar, *exception), head, number: start.number() })
}

/// What a crash with this sentence was for: more than that something was refused, or no more than a crash.
fn reason(grammar: &Grammar, sentence: &str) -> Reason {
    grammar.meaning(sentence).filter(|r| !r.is_vague()).unwrap_or(Reason::Crashed)
}

fn events(grammar: &Grammar, raised: Exception) -> Vec<Event> {
    let connects = raised.place == Where::Connect;
    // What is thrown on purpose is how an application says no.
    if matches!(raised.place, Where::Unknown | Where::Connect)
        && raised.said.reason != Reason::Crashed
        && !grammar.is_slip(&raised.class)
    {
        return vec![event(Kind::Refused(raised.said))];
    }
    let announced = connects.then_some(Kind::HandlerRaised(Where::Connect));
    announced.into_iter().chain([Kind::Raised(Box::new(raised))]).map(event).collect()
}

fn event(kind: Kind) -> Event {
    Event { kind, speaker: Speaker::Server, stack: None, ids: Ids::default(), namespace: None }
}
