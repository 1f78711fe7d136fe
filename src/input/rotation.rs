//! The order of rotated files: oldest first, so that time runs forward through a family.
//!
//! ```text
//! app.log-20260101.gz   app.log.2.gz   app.log.1   app.log
//! ^oldest                                          ^live
//! ```
//!
//! Names decide, as logrotate, Python's logging handlers and log4j give them; times of files do not survive a copy.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::Location;

/// How old a member of a family is. The variants stand in the order of reading.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Age {
    /// Rotated away on a date; text that sorts as time does.
    Dated(String),
    /// Rotated away so many times: the higher, the older.
    Counted(std::cmp::Reverse<u32>),
    /// Being written.
    Live,
}

/// Puts each family's members together, where its first member stood, and the oldest first. Other inputs keep their order.
pub(super) fn order(locations: &mut Vec<Location>) {
    let mut families: HashMap<PathBuf, usize> = HashMap::new();
    let mut keyed: Vec<_> = std::mem::take(locations)
        .into_iter()
        .enumerate()
        .map(|(place, location)| {
            let (family, age) = match &location {
                Location::Stdin => (None, Age::Live),
                Location::File(path) => {
                    let (base, age) = split(path);
                    (Some(base), age)
                }
            };
            let family = family.map_or(place, |base| *families.entry(base).or_insert(place));
            (family, age, place, location)
        })
        .collect();
    keyed.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    locations.extend(keyed.into_iter().map(|(.., location)| location));
}

/// For each name, the place of the first of its family of rotated files.
pub fn families<'n>(names: impl Iterator<Item = &'n str>) -> Vec<usize> {
    let mut families: HashMap<PathBuf, usize> = HashMap::new();
    names
        .enumerate()
        .map(|(place, name)| *families.entry(split(Path::new(name)).0).or_insert(place))
        .collect()
}

/// A path without what rotation added to it, and what that says.
fn split(path: &Path) -> (PathBuf, Age) {
    // A name that is no Unicode is taken as it stands.
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return (path.to_owned(), Age::Live);
    };
    let plain = [".gz", ".zst", ".bz2", ".xz"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    let (base, age) = counted(plain).or_else(|| dated(plain)).unwrap_or((plain, Age::Live));
    (path.with_file_name(base), age)
}

/// `app.log.3`
fn counted(name: &str) -> Option<(&str, Age)> {
    let (base, count) = name.rsplit_once('.')?;
    let fits = !base.is_empty()
        && (1..=5).contains(&count.len())
        && count.bytes().all(|b| b.is_ascii_digit());
    let count = count.parse().ok().filter(|_| fits)?;
    Some((base, Age::Counted(std::cmp::Reverse(count))))
}

/// `app.log-20260101`, `app.log-20260101-1767225600`, `app.log.2026-01-01_12`
fn dated(name: &str) -> Option<(&str, Age)> {
    let digits_and_dashes = |b: &u8| b.is_ascii_digit() || matches!(b, b'-' | b'_');
    let length = name.bytes().rev().take_while(digits_and_dashes).count();
    let (base, date) = name.split_at(name.len() - length);
    // Of `app.log-20260101` the dash went to the date.
    let base = base.strip_suffix('.').unwrap_or(base);
    let date: String = date.bytes().filter(u8::is_ascii_digit).map(char::from).collect();
    let year = date.get(..4)?.parse::<u16>().ok()?;
    let fits = !base.is_empty() && (8..=20).contains(&date.len()) && (1990..2200).contains(&year);
    fits.then_some((base, Age::Dated(date)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_read_oldest_first_and_stay_together() {
        let table: [(&[&str], &[&str]); 6] = [
            (
                &["app.log", "app.log.1", "app.log.10.gz", "app.log.2.gz"],
                &["app.log.10.gz", "app.log.2.gz", "app.log.1", "app.log"],
            ),
            (
                &["a/app.log", "b/app.log.1", "a/app.log.1"],
                &["a/app.log.1", "a/app.log", "b/app.log.1"],
            ),
            (
                &["app.log", "app.log-20260102", "app.log-20260101.gz"],
                &["app.log-20260101.gz", "app.log-20260102", "app.log"],
            ),
            (
                &["app.log", "app.log.2026-01-02_10", "app.log.2026-01-02_09"],
                &["app.log.2026-01-02_09", "app.log.2026-01-02_10", "app.log"],
            ),
            (&["b.log", "a.log", "b.log.1"], &["b.log.1", "b.log", "a.log"]),
            (&["z", "y", "x.123456", "x"], &["z", "y", "x.123456", "x"]),
        ];
        for (given, want) in table {
            let locate =
                |names: &[&str]| names.iter().map(|n| Location::File(n.into())).collect::<Vec<_>>();
            let mut got = locate(given);
            order(&mut got);
            assert_eq!(got, locate(want));
        }
    }
}
