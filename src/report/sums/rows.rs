//! The first failed attempts, a line each, for lists that can be searched.

use crate::{event::At, rules::cause::Cause, time::Stamp, verdict::Verdict};

/// Attempts listed. More are counted: whoever wants all of them takes NDJSON or CSV.
const ROOM: usize = 1000;

/// One attempt in brief.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When it began.
    pub at: Option<Stamp>,
    /// Why it failed.
    pub cause: Option<Cause>,
    /// Its address.
    pub client: Option<Box<str>>,
    /// Who it is.
    pub user: Option<Box<str>>,
    /// What it asked for.
    pub namespace: Option<Box<str>>,
    /// The line that decided.
    pub place: At,
}

/// The attempts that failed, as far as there is room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    rows: Vec<Row>,
    left_out: u64,
}

impl Rows {
    /// Lists one attempt if it failed.
    pub fn add(&mut self, verdict: &Verdict) {
        if !verdict.failed() {
            return;
        }
        if self.rows.len() >= ROOM {
            self.left_out += 1;
            return;
        }
        self.rows.push(Row {
            at: verdict.started.or(verdict.decided),
            cause: verdict.cause,
            client: verdict.client.as_ref().map(|client| client.as_str().into()),
            user: verdict.user.as_ref().map(|user| user.as_str().into()),
            namespace: verdict.namespace.as_ref().map(|namespace| namespace.as_str().into()),
            place: verdict.evidence.decisive().at,
        });
    }

    /// Those that are listed, in the order in which they began; at the end those of which that is not known.
    pub fn in_time(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        // They close in another order: who was refused before who was let go, and one source after the other where they show no time.
        rows.sort_by_key(|row| (row.at.is_none(), row.at.map(|at| at.micros), row.place));
        rows
    }

    /// How many are not.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{expired, nameless};

    #[test]
    fn failed_attempts_are_listed_and_the_rest_is_counted() {
        let mut rows = Rows::default();
        rows.add(&nameless());
        let verdict = expired(0);
        (0..ROOM + 3).for_each(|_| rows.add(&verdict));
        assert_eq!((rows.in_time().len(), rows.left_out()), (ROOM, 3));
    }

    #[test]
    fn attempts_are_listed_as_they_began() {
        let mut rows = Rows::default();
        rows.add(&Verdict { started: None, decided: None, ..expired(0) });
        for seconds in [7, 2, 9] {
            rows.add(&expired(seconds));
        }
        let began: Vec<_> = rows.in_time().iter().map(|row| row.at.map(|at| at.micros)).collect();
        let mut sorted = began.clone();
        sorted.sort_unstable_by_key(|at| (at.is_none(), *at));
        assert_eq!(began, sorted);
        assert!(rows.rows.len() == 4 && began[3].is_none() && began[0] < began[2], "{began:?}");
    }
}
