//! How soon a server that leaves the ids out decides on those who ask.
//!
//! A middleware that waits for nothing refuses in the line behind the question; one that asks a database refuses some lines later, and what stands behind a
//! question then is the answer to somebody who had asked before. Which of the two a server is shows where only one client waits.

/// What refusals tell that followed a question.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answers {
    /// How many stood right behind a question, and how many did not.
    at_once: u32,
    later: u32,
    /// The same of those for which only one client waited, so that they were its own for sure.
    own_at_once: bool,
    own_later: bool,
}

/// Refusals that stand behind somebody else's question by chance are fewer than one in so many, but for the first.
const BY_CHANCE: u32 = 4;

impl Answers {
    /// A refusal has come: right behind a question or not, and for the only one who waited or for one of several.
    pub(super) fn note(&mut self, at_once: bool, alone: bool) {
        if at_once {
            self.at_once += 1;
            self.own_at_once |= alone;
        } else {
            self.later += 1;
            self.own_later |= alone;
        }
    }

    /// Whether nobody was ever seen to be refused at once.
    pub(super) fn come_later(self) -> bool {
        let by_chance = self.at_once * BY_CHANCE <= self.later + BY_CHANCE;
        self.own_later && !self.own_at_once && by_chance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_refusal_at_once_of_the_only_one_who_waits_shows_that_the_server_may_answer_so() {
        let mut answers = Answers::default();
        assert!(!answers.come_later(), "nothing is known yet");
        answers.note(false, true);
        assert!(answers.come_later());
        answers.note(true, true);
        assert!(!answers.come_later());
    }

    #[test]
    fn refusals_behind_questions_are_chance_as_long_as_they_are_few() {
        let mut answers = Answers::default();
        (0..4).for_each(|_| answers.note(false, true));
        answers.note(true, false);
        answers.note(true, false);
        assert!(answers.come_later());
        answers.note(true, false);
        assert!(!answers.come_later());
    }
}
