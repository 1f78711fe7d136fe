//! What siotrace reads, as tables in Markdown: readable in a terminal, and what the README shows.

use std::io::{self, Write};

/// Where lines come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Whose lines they are.
    pub title: String,
    /// In which versions the wording was observed.
    pub seen_in: Vec<String>,
    /// The grammar file, without folder and ending.
    pub name: String,
}

/// Wrappers of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrappers {
    /// Of what kind.
    pub kind: &'static str,
    /// What they are called.
    pub titles: Vec<&'static str>,
}

/// Writes both tables.
pub fn write(sources: &[Source], wrappers: &[Wrappers], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| whose lines | observed in | file |")?;
    writeln!(out, "| --- | --- | --- |")?;
    for Source { title, seen_in, name } in sources {
        row(out, &[title, &seen_in.join(", "), &format!("`{name}`")])?;
    }
    writeln!(out)?;
    writeln!(out, "| wrapped by | as |")?;
    writeln!(out, "| --- | --- |")?;
    for Wrappers { kind, titles } in wrappers {
        row(out, &[kind, &titles.join(" · ")])?;
    }
    Ok(())
}

/// A row; a bar would end its cell.
fn row(out: &mut dyn Write, cells: &[&str]) -> io::Result<()> {
    for cell in cells {
        write!(out, "|{}{}", if cell.is_empty() { "" } else { " " }, cell.replace('|', "\\|"))?;
        write!(out, " ")?;
    }
    writeln!(out, "|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_places() {
        let source = Source {
            title: "a|b".into(),
            seen_in: vec!["1".into(), "2".into()],
            name: "ab".into(),
        };
        let bare = Source { title: "c".into(), seen_in: Vec::new(), name: "c".into() };
        let wrappers = [Wrappers { kind: "loggers", titles: vec!["x", "y"] }];
        let mut out = Vec::new();
        write(&[source, bare], &wrappers, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "| whose lines | observed in | file |\n| --- | --- | --- |\n| a\\|b | 1, 2 | `ab` |\n| c | | `c` |\n\n\
             | wrapped by | as |\n| --- | --- |\n| loggers | x · y |\n"
        );
    }
}
