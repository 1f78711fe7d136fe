//! Parts of made-up logs.

/// A session id of the usual shape.
pub(crate) fn sid(seed: &str, n: usize) -> String {
    format!("{seed}{n:012}AAAA")
}
