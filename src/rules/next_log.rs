//! What to switch on, and which log to fetch, when the logs leave open why: data, read when a report needs it.

use serde::Deserialize;

use crate::event::Stack;

/// All of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextLog {
    /// Which log is missing.
    pub missing: Vec<Missing>,
    /// What each software can be made to tell.
    pub switch: Vec<Switch>,
}

/// What to fetch when only these kinds of logs are there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// The kinds that are there.
    pub seen: Vec<Kind>,
    /// What to fetch.
    pub text: String,
}

/// How to make a software tell more.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Which software.
    pub stack: Stack,
    /// What its lines can show.
    pub kind: Kind,
    /// What to switch on.
    pub text: String,
}

/// What the lines of a software can show of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Why.
    Server,
    /// Statuses.
    Access,
    /// What the client was told.
    Client,
}

impl NextLog {
    /// The log to fetch when what is known was only inferred from the other side of the server; `None` when its own log is there, or when
    /// nothing tells whose lines these are.
    pub fn missing_server(&self, all: &[Stack]) -> Option<&str> {
        let seen = self.kinds(all);
        let blind = !seen.is_empty() && !seen.contains(&Kind::Server);
        blind.then(|| self.missing(&seen)).flatten()
    }

    /// The steps for attempts that show the software `theirs`, in a run that shows `all`: the log to fetch, then what to switch on.
    pub fn steps(&self, theirs: &[Stack], all: &[Stack]) -> Vec<String> {
        let missing = self.missing(&self.kinds(all));
        // Attempts in whose lines the server does not show are still that server's.
        let shown = self.kinds(theirs).contains(&Kind::Server);
        let servers = all.iter().filter(|stack| {
            !shown && self.of(**stack).is_some_and(|switch| switch.kind == Kind::Server)
        });
        let mut told: Vec<&Switch> =
            theirs.iter().chain(servers).filter_map(|stack| self.of(*stack)).collect();
        told.sort_by_key(|switch| switch.kind);
        missing
            .into_iter()
            .chain(told.into_iter().map(|switch| switch.text.as_str()))
            .map(str::to_owned)
            .collect()
    }

    fn missing(&self, seen: &[Kind]) -> Option<&str> {
        let fits = |missing: &&Missing| {
            missing.seen.len() == seen.len() && missing.seen.iter().all(|kind| seen.contains(kind))
        };
        self.missing.iter().find(fits).map(|missing| missing.text.as_str())
    }

    fn kinds(&self, stacks: &[Stack]) -> Vec<Kind> {
        let mut kinds: Vec<Kind> =
            stacks.iter().filter_map(|stack| Some(self.of(*stack)?.kind)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn of(&self, stack: Stack) -> Option<&Switch> {
        self.switch.iter().find(|switch| switch.stack == stack)
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;
    use crate::rules::RuleSet;

    #[test]
    fn each_software_has_what_to_switch_on_and_each_set_of_logs_what_to_fetch() {
        let rules = RuleSet::builtin().unwrap();
        let next = rules.next_log();
        for stack in Stack::iter() {
            let steps = next.steps(&[stack], &[stack]);
            let told = next.switch.iter().filter(|switch| switch.stack == stack).count();
            assert_eq!((told, steps.len()), (1, 2), "{stack:?}");
        }
        for one in Stack::iter() {
            for other in Stack::iter() {
                for third in [Stack::Nginx, Stack::PythonClient, Stack::SocketioJs] {
                    let all = [one, other, third];
                    let fits =
                        |missing: &&Missing| next.steps(&[], &all).first() == Some(&missing.text);
                    assert_eq!(next.missing.iter().filter(fits).count(), 1, "{all:?}");
                }
            }
        }
        assert!(next.steps(&[], &[])[0].contains("of the Socket.IO server"));
    }

    #[test]
    fn with_the_servers_log_there_the_server_is_what_to_switch_on() {
        let rules = RuleSet::builtin().unwrap();
        let steps = rules.next_log().steps(&[Stack::Nginx], &[Stack::SocketioJs, Stack::Nginx]);
        assert!(steps[0].contains("The client's log is missing"), "{steps:?}");
        assert!(steps[1].starts_with("Node: "), "{steps:?}");
        assert!(steps[2].starts_with("nginx: "), "{steps:?}");
        let steps = rules.next_log().steps(&[Stack::Nginx], &[Stack::Nginx]);
        assert!(steps[0].contains("Fetch the Socket.IO server's own log"), "{steps:?}");
    }
}
