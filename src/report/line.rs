//! JSON on one line, fit for a terminal: as `serde_json` writes it, with the marks escaped that a terminal acts on.
//!
//! One line is written for each attempt, most of it quoted log lines. Looking at every byte of them through a table took a tenth of a run; here
//! they are passed over in wide steps as long as nothing has to be escaped.

use std::fmt::Write as _;

use serde::ser::{self, Error as _, Impossible, Serialize};
use serde_json::Error;

/// Bytes that are looked at in one step.
const STEP: usize = 32;

/// Adds `value` to `out`.
///
/// # Errors
/// When `value` holds something that no record has: a map, a tuple, a number with a fraction.
pub(super) fn write(value: &impl Serialize, out: &mut String) -> Result<(), Error> {
    value.serialize(Line { out })
}

/// Whether a terminal acts on `c`: DEL, the C1 controls, and marks that turn the direction of text.
pub(super) fn acts(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character that begins with this byte may have to be escaped.
const fn is_special(byte: u8) -> bool {
    // The last three begin what a terminal acts on.
    matches!(byte, 0..0x20 | b'"' | b'\\' | 0x7f | 0xc2 | 0xe2 | 0xef)
}

/// The same for every byte: where bytes are looked at one by one, a table takes a third of the time of comparing.
static SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < special.len() {
        #[expect(clippy::cast_possible_truncation, reason = "the table has a place for each byte")]
        let value = byte as u8;
        special[byte] = is_special(value);
        byte += 1;
    }
    special
};

/// Adds `text` with its quotes.
fn string(text: &str, out: &mut String) {
    out.push('"');
    let bytes = text.as_bytes();
    // What lies before `kept` is in `out`; no special byte lies between `kept` and `at`.
    let (mut kept, mut at) = (0, 0);
    while at < bytes.len() {
        let piece = &bytes[at..bytes.len().min(at + STEP)];
        if !piece.iter().fold(false, |any, &b| any | is_special(b)) {
            at += piece.len();
            continue;
        }
        let end = at + piece.len();
        while at < end {
            if !SPECIAL[usize::from(bytes[at])] {
                at += 1;
                continue;
            }
            let Some(c) = text[at..].chars().next() else { break };
            if let Some(escape) = escape(c) {
                out.push_str(&text[kept..at]);
                escape.write(c, out);
                kept = at + c.len_utf8();
            }
            at += c.len_utf8();
        }
    }
    out.push_str(&text[kept..]);
    out.push('"');
}

/// How a character is escaped.
enum Escape {
    Short(&'static str),
    Number,
}

fn escape(c: char) -> Option<Escape> {
    Some(match c {
        '"' => Escape::Short("\\\""),
        '\\' => Escape::Short("\\\\"),
        '\n' => Escape::Short("\\n"),
        '\r' => Escape::Short("\\r"),
        '\t' => Escape::Short("\\t"),
        '\u{8}' => Escape::Short("\\b"),
        '\u{c}' => Escape::Short("\\f"),
        c if c < ' ' || acts(c) => Escape::Number,
        _ => return None,
    })
}

impl Escape {
    fn write(&self, c: char, out: &mut String) {
        match self {
            Self::Short(text) => out.push_str(text),
            // To a string, writing cannot fail.
            Self::Number => drop(write!(out, "\\u{:04x}", u32::from(c))),
        }
    }
}

/// Writes one value.
struct Line<'o> {
    out: &'o mut String,
}

/// Writes what is inside brackets.
struct Inside<'o> {
    out: &'o mut String,
    begun: bool,
    close: char,
}

impl<'o> Line<'o> {
    fn number(self, value: impl std::fmt::Display) -> Result<(), Error> {
        write!(self.out, "{value}").map_err(Error::custom)
    }

    fn open(self, open: char, close: char) -> Inside<'o> {
        self.out.push(open);
        Inside { out: self.out, begun: false, close }
    }
}

fn no_record<T>() -> Result<T, Error> {
    Err(Error::custom("no record holds such a value"))
}

macro_rules! numbers {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, value: $type) -> Result<(), Error> {
            self.number(value)
        })*
    };
}

impl<'o> ser::Serializer for Line<'o> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Inside<'o>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Impossible<(), Error>;
    type SerializeStruct = Inside<'o>;
    type SerializeStructVariant = Impossible<(), Error>;

    numbers!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_f32(self, _: f32) -> Result<(), Error> {
        no_record()
    }

    fn serialize_f64(self, _: f64) -> Result<(), Error> {
        no_record()
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        string(value, self.out);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Error> {
        no_record()
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<(), Error> {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        no_record()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Inside<'o>, Error> {
        Ok(self.open('[', ']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        no_record()
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Error> {
        no_record()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        no_record()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Error> {
        no_record()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Inside<'o>, Error> {
        Ok(self.open('{', '}'))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        no_record()
    }
}

impl Inside<'_> {
    fn comma(&mut self) {
        if self.begun {
            self.out.push(',');
        }
        self.begun = true;
    }

    fn close(self) {
        self.out.push(self.close);
    }
}

impl ser::SerializeSeq for Inside<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.comma();
        value.serialize(Line { out: self.out })
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStruct for Inside<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.comma();
        // Names of fields hold nothing to escape.
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
        value.serialize(Line { out: self.out })
    }

    fn end(self) -> Result<(), Error> {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(serde::Serialize)]
    struct Sample<'a> {
        text: &'a str,
        none: Option<u8>,
        some: Option<i64>,
        list: Vec<Option<&'a str>>,
        empty: Vec<u64>,
        unit: Unit,
    }

    #[derive(serde::Serialize)]
    #[serde(rename_all = "kebab-case")]
    enum Unit {
        OfTwoWords,
    }

    fn both(text: &str) -> [String; 2] {
        let sample = Sample {
            text,
            none: None,
            some: Some(-7),
            list: vec![Some(text), None, Some("")],
            empty: Vec::new(),
            unit: Unit::OfTwoWords,
        };
        let mut line = String::new();
        write(&Outer { sample: &sample }, &mut line).unwrap();
        let plain = serde_json::to_string(&Outer { sample: &sample }).unwrap();
        let shown = plain
            .chars()
            .map(|c| if acts(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() })
            .collect();
        [line, shown]
    }

    #[derive(serde::Serialize)]
    struct Outer<'a> {
        sample: &'a Sample<'a>,
    }

    proptest! {
        #[test]
        fn a_line_is_what_serde_writes_with_marks_escaped(
            text in "[a-z\"\\\\\u{0}-\u{1f}\u{7f}-\u{9f}é‹›\u{200e}\u{2028}\u{feff}😀 ]{0,80}",
        ) {
            let [line, shown] = both(&text);
            prop_assert_eq!(line, shown);
        }
    }
}
