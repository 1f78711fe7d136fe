//! A second look at lines that no pattern knew as they stand: typographic signs, an object behind the message, a request glued to the line before it, a function's name in front.
//!
//! Asked only of lines that were hit and not understood, so that it may cost a little.

use std::borrow::Cow;

use crate::{
    envelope::{Peeled, Peeler, indented, paste},
    grammar::{Grammar, Understood},
};

/// Other ways to read a line, the likelier first; the one that a pattern knows, or that anything is said in when the first reading said nothing.
pub(super) fn read(
    grammar: &Grammar,
    by: &Peeler,
    line: &str,
    first: &Peeled<'_>,
    understood: &Understood,
) -> Option<(Peeled<'static>, Understood)> {
    let said_nothing = match understood {
        Understood::Event(_, None) => false,
        Understood::Unknown | Understood::Foreign => true,
        Understood::Event(_, Some(_)) | Understood::Known | Understood::Probe => return None,
    };
    let ways: [&dyn Fn() -> Option<Peeled<'static>>; 3] = [
        &|| paste::plain(line).map(|line| by.peel(&line).into_owned()),
        &|| with_fields(first),
        &|| glued(by, &first.message),
    ];
    let found = ways.into_iter().find_map(|way| {
        let peeled = way()?;
        let understood = grammar.read(&peeled);
        let better = match understood {
            Understood::Event(_, Some(_)) => true,
            Understood::Event(_, None) => said_nothing,
            _ => false,
        };
        better.then_some((peeled, understood))
    });
    found.or_else(|| {
        let peeled = behind_a_function(first)?;
        let understood = grammar.read(&peeled);
        // A sentence without its first word says something else; a library's line is known to its end.
        matches!(understood, Understood::Event(_, Some(_))).then_some((peeled, understood))
    })
}

/// What stands behind the name of the function that logs it, where a format puts that in front of the message without a sign between them: `send Xk2m…: Sending packet OPEN`.
fn behind_a_function(first: &Peeled<'_>) -> Option<Peeled<'static>> {
    first.level?;
    let (name, rest) = first.message.split_once(' ')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !is_name || rest.is_empty() {
        return None;
    }
    let rest = rest.trim_start().to_owned();
    let mut peeled = first.clone().into_owned();
    peeled.message = Cow::Owned(rest);
    Some(peeled)
}

/// winston's simple format, and many a format function, print the structured values behind the message: `socket auth failed {"reason":"jwt expired"}`.
fn with_fields(first: &Peeled<'_>) -> Option<Peeled<'static>> {
    let message = first.message.trim_end();
    if !message.ends_with('}') {
        return None;
    }
    let (text, object) = message.split_once(" {")?;
    let object = message.get(text.len() + 1..).filter(|rest| rest.len() == object.len() + 1)?;
    let fields = indented::object_fields(object)?;
    let mut peeled = first.clone().into_owned();
    peeled.message = Cow::Owned(text.trim_end().to_owned());
    peeled.fields.extend(fields);
    Some(peeled)
}

/// A request whose line begins in the middle of another, since what was printed before it had no line end.
fn glued(by: &Peeler, message: &str) -> Option<Peeled<'static>> {
    let dashes = message.find(" - - [")?;
    let start = message.get(..dashes)?.rfind(' ')? + 1;
    let peeled = by.peel(message.get(start..)?).into_owned();
    peeled.stamp.is_some().then_some(peeled)
}
