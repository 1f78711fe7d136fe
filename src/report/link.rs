//! Links to places in logs, for terminals that can follow them (OSC 8).

use std::fmt::{self, Display, Write as _};

/// How a place is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Links {
    /// The directory to which names of files are relative.
    pub here: &'static str,
    /// What follows them.
    pub opener: Opener,
}

/// What opens a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opener {
    /// Whatever opens files: it knows no lines.
    Files,
    /// kitty, which hands on the line behind `#`.
    Kitty,
    /// The editor around the terminal: VS Code.
    Vscode,
}

/// Text that is a link.
pub(super) struct Linked<'t> {
    pub(super) links: Links,
    /// `file:line`, as it is shown.
    pub(super) place: &'t str,
}

impl Display for Linked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.links.target(self.place) {
            Some(target) => write!(f, "\u{1b}]8;;{target}\u{1b}\\{}\u{1b}]8;;\u{1b}\\", self.place),
            None => f.write_str(self.place),
        }
    }
}

impl Links {
    /// The address of `file:line`.
    fn target(self, place: &str) -> Option<String> {
        let (file, line) = place.rsplit_once(':')?;
        let line: u64 = line.parse().ok()?;
        // What came through a pipe stands nowhere.
        if file == "stdin" {
            return None;
        }
        let mut path = String::new();
        if !file.starts_with('/') {
            path.push_str(self.here);
            path.push('/');
        }
        path.push_str(file);
        let path = encoded(&path);
        let root = if path.starts_with('/') { "" } else { "/" };
        Some(match self.opener {
            Opener::Files => format!("file://{root}{path}"),
            Opener::Kitty => format!("file://{root}{path}#{line}"),
            Opener::Vscode => format!("vscode://file{root}{path}:{line}"),
        })
    }
}

/// A path in an address: what is not plain is written as hex digits, so that nothing in a name ends the address.
fn encoded(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            b'\\' if cfg!(windows) => text.push('/'),
            b':' if cfg!(windows) => text.push(':'),
            // To a string, writing cannot fail.
            byte => drop(write!(text, "%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(opener: Opener, place: &str) -> Option<String> {
        Links { here: "/srv/my logs", opener }.target(place)
    }

    #[test]
    fn a_place_becomes_an_address_that_its_opener_knows() {
        let want = "file:///srv/my%20logs/app.log";
        assert_eq!(target(Opener::Files, "app.log:7").as_deref(), Some(want));
        assert_eq!(target(Opener::Kitty, "app.log:7"), Some(format!("{want}#7")));
        let want = "vscode://file/var/log/app.log:7";
        assert_eq!(target(Opener::Vscode, "/var/log/app.log:7").as_deref(), Some(want));
        assert_eq!(target(Opener::Files, "stdin:3"), None);
    }

    #[test]
    fn nothing_in_a_name_ends_the_address() {
        let target = target(Opener::Files, "a\u{1b}\\b;c#\u{7}é:1").unwrap();
        assert!(target.bytes().all(|b| b.is_ascii_graphic() && b != b';' && b != b'#'), "{target}");
    }
}
