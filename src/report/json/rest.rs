//! The members of a document behind those that somebody else has written.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{
    Serializer,
    ser::{Formatter, PrettyFormatter},
};

use super::showable;

/// Writes the members of `value`, an object, as those that go on behind others: from the comma to the brace that closes the document.
pub(super) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, Rest::default()))?;
    let text = String::from_utf8(text).map_err(io::Error::other)?;
    writeln!(out, "{}", showable(text))
}

/// As [`PrettyFormatter`], but for the outermost brace and for the first member behind it.
#[derive(Default)]
struct Rest {
    pretty: PrettyFormatter<'static>,
    depth: usize,
}

impl Formatter for Rest {
    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        if self.depth == 1 {
            return self.pretty.begin_object(&mut io::sink());
        }
        self.pretty.begin_object(out)
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        self.pretty.end_object(out)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_object_key(out, first && self.depth > 1)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(out)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(out)
    }

    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.pretty.begin_array(out)
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.pretty.end_array(out)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_array_value(out, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.pretty.end_array_value(out)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_goes_on_behind_a_first_member_is_the_document() {
        let rest = json!({ "a": [1, { "b": {} }, []], "c": { "d": null, "e": "x" } });
        let mut text = b"{\n  \"first\": 0".to_vec();
        write(&rest, &mut text).unwrap();
        let whole = json!({ "a": rest["a"], "c": rest["c"], "first": 0 });
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), whole);
        let pretty = serde_json::to_string_pretty(&rest).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.replacen("  \"first\": 0,\n", "", 1), format!("{pretty}\n"));
    }
}
