//! Which wrappers stood around a line, by the names that reports have for them.
//!
//! Not the job of this file: how they are taken off, and what they tell.

use strum::IntoEnumIterator;

use super::layer::Kind;

/// A set of kinds of wrappers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wrappers(u32);

impl Wrappers {
    pub(super) fn of(kind: Kind) -> Self {
        Self(1 << kind as u32)
    }

    pub(super) fn and(self, more: Self) -> Self {
        Self(self.0 | more.0)
    }

    /// Their names.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Kind::iter().filter(move |kind| self.0 & Self::of(*kind).0 != 0).map(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use crate::envelope::Peeler;

    #[test]
    fn every_wrapper_of_a_line_is_named() {
        let of =
            |line: &str| Peeler::default().peel(line).shape.wrappers().names().collect::<Vec<_>>();
        assert_eq!(of("client gone"), Vec::<&str>::new());
        assert_eq!(of("2026-11-22 14:45:34,231 - app - INFO - client gone"), ["logger"]);
        assert_eq!(
            of(
                r#"{"log":"2026-11-22 14:45:34,231 - app - INFO - client gone\n","stream":"stderr","time":"2026-11-22T14:45:34.231Z"}"#
            ),
            ["logger", "docker"]
        );
        assert_eq!(of("web-1  | INFO:app:client gone"), ["level", "compose"]);
    }
}
