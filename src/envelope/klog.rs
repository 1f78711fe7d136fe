//! glog and klog, as Go's servers in Kubernetes print: `W1122 14:45:34.123456       1 auth.go:41] M`.

use std::borrow::Cow;

use super::{
    Level,
    layer::{Kind, Layer, Writer},
    stamp,
};

/// Reads a line of glog. It prints no year and no zone.
pub(super) fn read(text: &str, year: i32) -> Option<Layer<'_>> {
    let level = match text.as_bytes().first()? {
        b'I' => Level::Info,
        b'W' => Level::Warning,
        b'E' => Level::Error,
        b'F' => Level::Critical,
        _ => return None,
    };
    let (head, rest) = text.split_once("] ")?;
    let mut words = head.get(1..)?.split_ascii_whitespace();
    let (day, time, thread, place) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let place_is_sure = place.rsplit_once(':').is_some_and(|(file, line)| {
        !file.is_empty() && !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())
    });
    if words.next().is_some() || !place_is_sure || !thread.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (month, day) = day.split_at_checked(2).filter(|(_, day)| day.len() == 2)?;
    let written = format!("{year:04}-{month}-{day} {time}");
    let (stamp, _) = stamp::read(&written, year)?;
    Some(Layer {
        kind: Kind::Timed,
        layout: 131,
        stamp: Some(stamp),
        level: Some(level),
        writer: Writer::of(thread),
        rest: Cow::Borrowed(rest),
        ..Layer::default()
    })
}
