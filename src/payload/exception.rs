//! Python tracebacks of many lines.
//!
//! A traceback is a chain: what was raised first, and what was raised while that was being handled. The end of the chain is what
//! the caller saw, and often not what went wrong: Flask-SocketIO calls a connect handler with the auth payload, and on *any* `TypeError`
//! calls it again without (5.x), so that a `TypeError` from the calling itself stands in the chain as a step and not as the fault.
//!
//! Not the job of this file: what an exception means for the connection.

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_till1, take_until, take_while1},
    combinator::opt,
    sequence::{delimited, preceded},
};

use crate::{event::Where, ids::looks_like_sid};

/// Frames that are kept. Endless recursion prints a thousand.
const MAX_FRAMES: usize = 128;

/// Links of a chain that are kept.
const MAX_LINKS: usize = 16;

/// Longest text of an exception that is kept, in bytes.
const MAX_TEXT: usize = 4096;

/// One frame of a traceback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The file, as printed.
    pub file: &'a str,
    /// The function.
    pub function: &'a str,
}

/// An exception as the last line of a traceback prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised<'a> {
    /// The class, with its module.
    pub class: &'a str,
    /// What it says; several lines are joined by a space.
    pub text: String,
}

/// One link of the chain: a `Traceback (most recent call last):` with what follows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link<'a> {
    /// The frames, the outermost first.
    pub frames: Vec<Frame<'a>>,
    /// What was raised; `None` when the text was cut before its last line.
    pub raised: Option<Raised<'a>>,
}

/// A traceback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traceback<'a> {
    /// The chain, in the order printed: what was raised first is first.
    pub chain: Vec<Link<'a>>,
    /// In which code it was raised, by the frames.
    pub place: Where,
}

impl<'a> Traceback<'a> {
    /// What was raised first.
    pub fn root(&self) -> Option<&Raised<'a>> {
        self.chain.iter().find_map(|link| link.raised.as_ref())
    }

    /// What was raised last.
    pub fn last(&self) -> Option<&Raised<'a>> {
        self.chain.iter().rev().find_map(|link| link.raised.as_ref())
    }

    /// What went wrong: the last of the chain that is not a step of the library's way to call a handler.
    pub fn fault(&self) -> Option<&Raised<'a>> {
        self.chain
            .iter()
            .rev()
            .filter(|link| !is_calling_step(link))
            .find_map(|link| link.raised.as_ref())
            .or_else(|| self.last())
    }
}

/// `TypeError: f() takes 0 positional arguments but 1 was given` from a frame of the library: the handler's body never ran.
fn is_calling_step(link: &Link<'_>) -> bool {
    let in_library = link.frames.last().is_none_or(|frame| {
        matches!(
            frame.function,
            "_handle_event"
                | "_handle_event_internal"
                | "_trigger_event"
                | "_handler"
                | "run_handler"
        ) || frame.file.contains("socketio")
    });
    in_library
        && link.raised.as_ref().is_some_and(|raised| {
            raised.class == "TypeError"
                && (raised.text.contains("positional argument") && raised.text.contains(" takes ")
                    || raised.text.contains("missing ")
                        && raised.text.contains(" required positional argument"))
        })
}

/// How a traceback begins.
pub const TITLE: &str = "Traceback (most recent call last)";

/// Whether a line looks like the last of a traceback.
pub fn is_raised(line: &str) -> bool {
    let class = line.split(':').next().unwrap_or_default();
    class.ends_with("Error") && line.contains(": ") && is_class(class)
}

/// Reads the first traceback in `text`, with its whole chain.
pub fn traceback(text: &str) -> Option<Traceback<'_>> {
    let start = text.find(TITLE)?;
    let head = text.get(..start)?;
    let prefix = head.rsplit('\n').next().unwrap_or_default();
    let ipython = !prefix.trim().is_empty() && is_class(prefix.trim());
    // Only what can stand before every line of a block is a prefix; `KeyError   Traceback …` is IPython's title.
    let prefix = if ipython { "" } else { prefix };
    let mut chain = vec![Link::default()];
    let mut inside = false;
    for line in text.get(start..)?.lines() {
        let line = line.strip_prefix(prefix).unwrap_or(line).trim_end();
        let line = line.trim_start_matches(['|', '+']);
        if line.contains(TITLE) {
            let fresh =
                chain.last().is_some_and(|link| link.raised.is_some() || !link.frames.is_empty());
            if fresh {
                if chain.len() == MAX_LINKS {
                    break;
                }
                chain.push(Link::default());
            }
            inside = false;
            continue;
        }
        if line.starts_with("During handling of the above exception")
            || line.starts_with("The above exception was the direct cause")
        {
            inside = false;
            continue;
        }
        let Some(current) = chain.last_mut() else { break };
        if let Ok((_, frame)) = frame(line) {
            if current.frames.len() < MAX_FRAMES {
                current.frames.push(frame);
            }
            continue;
        }
        match &mut current.raised {
            Some(_) if inside && begins_a_record(line) => inside = false,
            Some(raised) if inside => append(&mut raised.text, line),
            None if !line.starts_with([' ', '\t', '-', '=']) => {
                current.raised = raised(line);
                inside = current.raised.is_some();
            }
            _ => {}
        }
    }
    for raised in chain.iter_mut().filter_map(|link| link.raised.as_mut()) {
        raised.text.truncate(raised.text.trim_end().len());
    }
    let place = place(&chain);
    Some(Traceback { chain, place })
}

/// `  File "app.py", line 3, in f`, or `IPython`'s `File ~/app.py:3, in f(x)`.
fn frame(input: &str) -> IResult<&str, Frame<'_>> {
    let (rest, _) = tag("File ").parse(input.trim_start())?;
    let quoted = delimited(tag("\""), take_till1(|c| c == '"'), tag("\""));
    let (rest, file) =
        nom::branch::alt((quoted, take_till1(|c| c == ',' || c == ':'))).parse(rest)?;
    let (rest, _) = (take_until(", in "), tag(", in ")).parse(rest)?;
    let (rest, function) = take_till1(|c: char| c == '(' || c.is_whitespace()).parse(rest)?;
    Ok((rest, Frame { file, function }))
}

/// `jwt.exceptions.DecodeError: Not enough segments`, `KeyError: 'x'`, `AssertionError`.
fn raised(line: &str) -> Option<Raised<'_>> {
    let (rest, class) = class(line).ok()?;
    let (rest, colon) = opt(tag::<_, _, nom::error::Error<&str>>(":")).parse(rest).ok()?;
    if !is_class(class) || colon.is_none() && !rest.trim().is_empty() {
        return None;
    }
    let mut text = String::new();
    append(&mut text, rest);
    Some(Raised { class, text })
}

fn class(input: &str) -> IResult<&str, &str> {
    preceded(
        opt(tag("Exception Group ")),
        take_while1(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>')),
    )
    .parse(input)
}

fn is_class(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '<' | '>'))
}

/// Whether a line behind an exception is the next line of the log and no part of its text: where some writers stamp their lines and
/// others do not, both come in one piece.
fn begins_a_record(line: &str) -> bool {
    let first = line.split([' ', '\t']).next().unwrap_or_default();
    let numbers = first.trim_start_matches('[');
    let stamped = numbers.starts_with(|c: char| c.is_ascii_digit())
        && numbers.bytes().filter(|b| matches!(b, b'.' | b'-' | b':' | b'/')).count() >= 2;
    let levelled =
        ["INFO", "DEBUG", "WARNING", "ERROR", "CRITICAL"].contains(&first.trim_end_matches(':'));
    let packet = first.strip_suffix(':').is_some_and(|sid| sid.len() >= 20 && looks_like_sid(sid));
    stamped || levelled || packet
}

fn append(text: &mut String, line: &str) {
    let line = line.trim();
    if line.is_empty() || text.len() >= MAX_TEXT {
        return;
    }
    if !text.is_empty() {
        text.push(' ');
    }
    let mut end = line.len().min(MAX_TEXT);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    text.push_str(line.get(..end).unwrap_or_default());
}

/// The files of the client libraries for Python: `asyncio_client.py` until python-socketio 5.10, `async_client.py` since.
const CLIENT_FILES: [&str; 5] = [
    "/client.py",
    "/async_client.py",
    "/asyncio_client.py",
    "/base_client.py",
    "/simple_client.py",
];

const CLIENT_ERRORS: [&str; 2] =
    ["socketio.exceptions.ConnectionError", "engineio.exceptions.ConnectionError"];

/// In which code a chain was raised. The handler's frames come before the packet's: handlers may decode packets of their own.
fn place(chain: &[Link<'_>]) -> Where {
    let frames = || chain.iter().flat_map(|link| &link.frames);
    let calls = |names: &[&str]| frames().any(|frame| names.contains(&frame.function));
    let file = |frame: &Frame<'_>, end: &str| frame.file.replace('\\', "/").ends_with(end);
    let library_event = |f: &Frame<'_>| {
        f.function == "_handle_event"
            && !f.file.contains("flask_socketio")
            && f.file.contains("socketio")
    };
    if frames().any(|f| f.file.contains("io") && CLIENT_FILES.iter().any(|end| file(f, end))) {
        return Where::ClientCode;
    }
    if calls(&["_handle_connect", "_handle_eio_connect"]) {
        return Where::Connect;
    }
    if calls(&["_handle_event_internal"]) || frames().any(library_event) {
        return Where::Event;
    }
    if frames().any(|f| file(f, "/packet.py") || file(f, "/payload.py"))
        || calls(&["handle_post_request", "_handle_eio_message"])
    {
        return Where::Payload;
    }
    // Servers raise `ConnectionRefusedError`; this one says by itself whose it is where the library's own frames were cut off.
    if chain
        .iter()
        .any(|link| link.raised.as_ref().is_some_and(|r| CLIENT_ERRORS.contains(&r.class)))
    {
        return Where::ClientCode;
    }
    if calls(&["handle_connect", "on_connect", "connect", "handle_connection"]) {
        return Where::Connect;
    }
    Where::Unknown
}

#[cfg(test)]
mod tests;
