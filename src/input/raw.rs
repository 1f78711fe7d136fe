//! One input as unpacked bytes, nothing left out.

use std::{
    fs::File,
    io::{self, Cursor, Read},
};

use super::{Encoding, Location, decompress, fill, sniff, utf16::Utf16};
use crate::error::Error;

/// Opens an input for reading as it is: unpacked, and UTF-16 as UTF-8. The first bytes are read at once, to see what it is.
pub fn open_raw(location: &Location) -> Result<Box<dyn Read + Send>, Error> {
    let name = location.name();
    let mut reader: Box<dyn Read + Send> = match location {
        Location::Stdin => Box::new(io::stdin()),
        Location::File(path) => match File::open(path) {
            Ok(file) => Box::new(file),
            Err(source) => return Err(Error::Open { name, source }),
        },
    };
    let mut head =
        first(&mut *reader).map_err(|source| Error::Read { name: name.clone(), at: 0, source })?;
    if let Some(compression) = sniff::compression(&head) {
        reader = decompress::reader(compression, Cursor::new(head).chain(reader));
        let (unpacked, fault) = fill::read_head(&mut *reader);
        head = unpacked;
        if let Some(source) = fault.filter(|_| head.is_empty()) {
            return Err(Error::Corrupt { name, compression, at: 0, lines: 0, source });
        }
    }
    let (encoding, mark) = sniff::encoding(&head);
    if encoding != Encoding::Utf8 {
        head.drain(..mark);
        return Ok(Box::new(Utf16::new(Cursor::new(head).chain(reader), encoding)));
    }
    if let Some(sniff::Foreign { what, hint }) = sniff::foreign(&head) {
        return Err(Error::Binary { name, what, hint });
    }
    Ok(Box::new(Cursor::new(head).chain(reader)))
}

/// What the first read gives: a pipe may have no more for a long time, and its first lines are waited for.
fn first(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = vec![0; sniff::HEAD];
    loop {
        match reader.read(&mut head) {
            Ok(read) => {
                head.truncate(read);
                return Ok(head);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
