//! How grave a line is, in every spelling that loggers have.

/// How grave the writer thought a line was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Finer than debug.
    Trace,
    /// For developers.
    Debug,
    /// Normal news, and syslog's notice.
    Info,
    /// Something looks wrong.
    Warning,
    /// Something went wrong.
    Error,
    /// Critical, fatal, alert, emergency, panic.
    Critical,
}

impl Level {
    /// Reads a name in any letter case.
    pub(super) fn named(word: &str) -> Option<Self> {
        let mut lower = [0_u8; 9];
        // Nothing is shorter than `err`, and most words are turned away by their length.
        let lower = lower.get_mut(..word.len()).filter(|lower| lower.len() >= 3)?;
        for (to, from) in lower.iter_mut().zip(word.bytes()) {
            *to = from.to_ascii_lowercase();
        }
        Some(match &*lower {
            b"trace" | b"silly" | b"finest" | b"finer" => Self::Trace,
            b"debug" | b"verbose" | b"fine" => Self::Debug,
            b"info" | b"notice" | b"success" | b"log" | b"http" => Self::Info,
            b"warn" | b"warning" => Self::Warning,
            b"error" | b"err" | b"severe" => Self::Error,
            b"critical" | b"crit" | b"fatal" | b"alert" | b"emerg" | b"emergency" | b"panic" => {
                Self::Critical
            }
            _ => return None,
        })
    }

    /// Reads a name that loggers print bare in front of a message.
    ///
    /// Words that open ordinary sentences as often (`log`, `http`, `fine`, `success`) are not taken here.
    pub(super) fn printed(word: &str) -> Option<Self> {
        // Nearly every word of a message is turned away by its first letter.
        if !matches!(
            word.as_bytes().first()? | 0x20,
            b't' | b'd' | b'i' | b'w' | b'e' | b'c' | b'f' | b'n' | b'a' | b'p' | b's' | b'v'
        ) {
            return None;
        }
        // `err` and `log` are no exceptions worth a table of their own: no printed name has three letters.
        if word.len() == 3 || word.len() > 9 {
            return None;
        }
        let common = ["http", "fine", "finer", "finest", "silly"];
        Self::named(word).filter(|_| !common.iter().any(|w| w.eq_ignore_ascii_case(word)))
    }

    /// Reads [`printed`](Self::printed) names in capitals only.
    pub(super) fn shouted(word: &str) -> Option<Self> {
        if !word.as_bytes().first()?.is_ascii_uppercase() || word.len() > 9 {
            return None;
        }
        word.bytes().all(|b| b.is_ascii_uppercase()).then(|| Self::printed(word))?
    }

    /// Syslog's severity, 0 (emergency) to 7 (debug).
    pub(super) fn syslog(severity: u64) -> Option<Self> {
        Some(match severity {
            0..=2 => Self::Critical,
            3 => Self::Error,
            4 => Self::Warning,
            5 | 6 => Self::Info,
            7 => Self::Debug,
            _ => return None,
        })
    }

    /// The number in a JSON log's `level`: below 10 it is syslog's (GELF), from 10 on it is pino's and bunyan's.
    pub(super) fn node(number: u64) -> Option<Self> {
        Some(match number {
            0..=9 => return Self::syslog(number),
            10..=19 => Self::Trace,
            20..=29 => Self::Debug,
            30..=39 => Self::Info,
            40..=49 => Self::Warning,
            50..=59 => Self::Error,
            60..=69 => Self::Critical,
            _ => return None,
        })
    }

    /// Python's `levelno`, ten lower than Node's scale: 30 is a warning.
    pub(super) fn python(number: u64) -> Option<Self> {
        if number < 10 { Some(Self::Trace) } else { Self::node(number.saturating_add(10)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_and_python_count_levels_differently() {
        assert_eq!(Level::node(30), Some(Level::Info));
        assert_eq!(Level::python(30), Some(Level::Warning));
        assert_eq!(Level::node(3), Some(Level::Error));
        assert_eq!(Level::node(7000), None);
    }

    #[test]
    fn words_that_open_sentences_are_no_printed_level() {
        assert_eq!(Level::named("log"), Some(Level::Info));
        assert_eq!(Level::printed("log"), None);
        assert_eq!(Level::shouted("Error"), None);
        assert_eq!(Level::shouted("WARNING"), Some(Level::Warning));
        assert_eq!(Level::named("SocketIO"), None);
        assert_eq!(Level::named("a-very-long-word"), None);
    }
}
