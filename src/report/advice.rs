//! What a report says about a cause or finding beyond numbers: title, why, and which fixes to show.
//!
//! The texts are those of the rule files. Chosen here is only the order: the software that the log shows comes first.

use crate::{
    event::{Speaker, Stack},
    rules::{
        RuleSet,
        cause::{Cause, Finding},
        file::{FindingFile, Fix, RuleFile, Severity, Side},
        next_log::NextLog,
    },
};

/// As many fixes as are shown even if none is for the software of the log.
const FEW: usize = 4;
/// As many fixes as are shown at most.
const MOST: usize = 7;

/// Where the texts come from.
pub trait Rulebook {
    /// The file of a cause.
    fn cause(&self, cause: Cause) -> Option<&RuleFile>;
    /// The file of a finding.
    fn finding(&self, finding: Finding) -> Option<&FindingFile>;
    /// What to tell where the logs leave open why.
    fn next_log(&self) -> &NextLog;
}

impl Rulebook for RuleSet {
    fn cause(&self, cause: Cause) -> Option<&RuleFile> {
        self.rule(cause)
    }

    fn finding(&self, finding: Finding) -> Option<&FindingFile> {
        RuleSet::finding(self, finding)
    }

    fn next_log(&self) -> &NextLog {
        RuleSet::next_log(self)
    }
}

/// The text that goes with a cause or a finding.
#[derive(Clone, Debug)]
pub struct Advice {
    /// One line that names it.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// What happened and why, or why it matters.
    pub why: String,
    /// How to make sure.
    pub check: Vec<String>,
    /// What to change: those for the software of the log first.
    pub fixes: Vec<Fix>,
    /// How many more `siotrace explain` has.
    pub fixes_left: usize,
}

impl Advice {
    /// The advice of `rule` for attempts that show these stacks, and others only by the `libraries` whose words they hold, in a run that
    /// shows `all`. Where the rule leaves open why, the log to fetch and what to switch on come first.
    pub fn of_cause(
        rule: &RuleFile,
        seen: &[Stack],
        libraries: &[Stack],
        all: &[Stack],
        next: &NextLog,
    ) -> Self {
        let fixes = choose(&rule.fix, &[seen, libraries].concat());
        let steps = if rule.open { next.steps(seen, all) } else { Vec::new() };
        Self {
            title: rule.title.clone(),
            severity: rule.severity,
            why: rule.why.clone(),
            check: steps.into_iter().chain(rule.check.iter().cloned()).collect(),
            fixes_left: rule.fix.len() - fixes.len(),
            fixes,
        }
    }

    /// The advice of `rule` for a log that shows these stacks.
    pub fn of_finding(rule: &FindingFile, seen: &[Stack]) -> Self {
        let fixes = choose(&rule.fix, seen);
        Self {
            title: rule.title.clone(),
            severity: rule.severity,
            why: rule.why.clone(),
            check: Vec::new(),
            fixes_left: rule.fix.len() - fixes.len(),
            fixes,
        }
    }

    /// What is left to say when no file tells it.
    pub(super) fn bare(name: &str) -> Self {
        Self {
            title: name.replace('-', " "),
            severity: Severity::Medium,
            why: String::new(),
            check: Vec::new(),
            fixes: Vec::new(),
            fixes_left: 0,
        }
    }
}

/// How well a fix fits a log; the order is the order of showing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// For software that the log shows.
    Shown,
    /// For what software that the log shows is built on.
    Beneath,
    /// For any software.
    General,
    /// For software that may be what runs there: the log shows nothing of that side, or only what it would be built on.
    Possible,
    /// For other software than what the log shows on that side.
    Other,
}

fn choose(fixes: &[Fix], seen: &[Stack]) -> Vec<Fix> {
    let mut ranked: Vec<(Fit, &Fix)> =
        fixes.iter().map(|fix| (fit(fix, fixes, seen), fix)).collect();
    // The same thing said for the library is no news to who has it said for the framework.
    let said: Vec<Stack> = ranked
        .iter()
        .filter(|(fit, _)| *fit == Fit::Shown)
        .filter_map(|(_, fix)| fix.stack?.base())
        .collect();
    for (fit, fix) in &mut ranked {
        if *fit == Fit::Beneath && fix.stack.is_some_and(|stack| said.contains(&stack)) {
            *fit = Fit::Other;
        }
    }
    // Stable: among equals the file's own order, the likeliest first, stays.
    ranked.sort_by_key(|(fit, _)| *fit);
    let fitting = ranked.iter().filter(|(fit, _)| *fit <= Fit::General).count();
    let possible = ranked.iter().filter(|(fit, _)| *fit == Fit::Possible).count();
    let room = FEW.saturating_sub(fitting).min(possible);
    // Advice for software that does not run there is better than none, and worse than any other.
    let show = if fitting + room == 0 { FEW } else { (fitting + room).min(MOST) };
    let shown = |(fit, fix): (Fit, &Fix)| {
        // For what runs there it is no longer the advice for others.
        let others = fix.others && fit != Fit::General;
        Fix { others, ..fix.clone() }
    };
    ranked.into_iter().take(show).map(shown).collect()
}

fn fit(fix: &Fix, fixes: &[Fix], seen: &[Stack]) -> Fit {
    let Some(stack) = fix.stack else {
        return if fix.others { fit_of_others(fix, fixes, seen) } else { Fit::General };
    };
    if seen.iter().any(|s| s.base() == Some(stack)) {
        // Also when the library's own lines are there: the application is written for the framework.
        Fit::Beneath
    } else if seen.contains(&stack) {
        Fit::Shown
    } else if stack.base().is_some_and(|base| seen.contains(&base))
        && !seen.iter().any(|s| s.base() == stack.base())
    {
        Fit::Possible
    } else if seen.iter().any(|s| side(*s) == fix.side && !s.may_serve(stack)) {
        Fit::Other
    } else {
        Fit::Possible
    }
}

/// How well advice for software that has none of its own fits.
fn fit_of_others(fix: &Fix, fixes: &[Fix], seen: &[Stack]) -> Fit {
    let mut there = seen.iter().filter(|stack| side(**stack) == fix.side);
    let served = |stack: &Stack| {
        fixes.iter().any(|own| {
            own.side == fix.side
                && own.stack.is_some_and(|s| s == *stack || stack.base() == Some(s))
        })
    };
    if there.clone().next().is_none() {
        // Of who runs there nothing is known: what is said for one software tells more.
        let told = fixes.iter().any(|own| own.side == fix.side && own.stack.is_some());
        if told { Fit::Other } else { Fit::Possible }
    } else if there.all(served) {
        Fit::Other
    } else {
        Fit::General
    }
}

fn side(stack: Stack) -> Side {
    match stack.speaker() {
        Speaker::Server => Side::Server,
        Speaker::Client => Side::Client,
        Speaker::Proxy => Side::Proxy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(side: Side, stack: Option<Stack>) -> Fix {
        Fix { side, stack, others: false, text: String::new(), code: None }
    }

    fn order(seen: &[Stack]) -> Vec<&'static str> {
        let fixes = [
            fix(Side::Client, Some(Stack::SocketioClient)),
            fix(Side::Server, Some(Stack::SocketioJs)),
            fix(Side::Server, None),
            fix(Side::Server, Some(Stack::PythonSocketio)),
            fix(Side::Client, Some(Stack::PythonClient)),
        ];
        choose(&fixes, seen).iter().map(|f| f.stack.map_or("any", Into::into)).collect()
    }

    #[test]
    fn fixes_for_the_software_of_the_log_come_first_and_those_for_other_software_are_left_out() {
        for (seen, want) in [
            (
                &[Stack::FlaskSocketio][..],
                &["python-socketio", "any", "socketio-client", "python-client"][..],
            ),
            (&[Stack::SocketioJs, Stack::PythonClient], &["socketio-js", "python-client", "any"]),
            (&[], &["any", "socketio-client", "socketio-js", "python-socketio"]),
        ] {
            assert_eq!(order(seen), want, "{seen:?}");
        }
    }

    #[test]
    fn a_framework_that_the_log_does_not_show_comes_behind_what_it_shows_and_what_fits_all() {
        let fixes = [
            fix(Side::Server, Some(Stack::FlaskSocketio)),
            fix(Side::Server, Some(Stack::SocketioJs)),
            fix(Side::Server, None),
            fix(Side::Server, Some(Stack::PythonSocketio)),
        ];
        let order = |seen: &[Stack]| -> Vec<&str> {
            choose(&fixes, seen).iter().map(|f| f.stack.map_or("any", Into::into)).collect()
        };
        assert_eq!(order(&[Stack::PythonSocketio]), ["python-socketio", "any", "flask-socketio"]);
        assert_eq!(order(&[Stack::FlaskSocketio]), ["flask-socketio", "any"]);
        assert_eq!(
            order(&[Stack::FlaskSocketio, Stack::PythonSocketio]),
            ["flask-socketio", "any"]
        );
        // FastAPI runs there: Flask does not.
        assert_eq!(order(&[Stack::Fastapi, Stack::PythonSocketio]), ["python-socketio", "any"]);
    }

    #[test]
    fn advice_for_others_is_for_software_that_has_none_of_its_own() {
        let fixes = [
            fix(Side::Client, Some(Stack::SocketioClient)),
            Fix { others: true, ..fix(Side::Client, None) },
            fix(Side::Server, Some(Stack::PythonSocketio)),
            Fix { others: true, ..fix(Side::Server, None) },
        ];
        let shown = |seen: &[Stack]| -> Vec<(&str, bool)> {
            choose(&fixes, seen)
                .iter()
                .map(|f| (f.stack.map_or(f.side.into(), Into::into), f.others))
                .collect()
        };
        assert_eq!(
            shown(&[Stack::SocketioClient, Stack::FlaskSocketio]),
            [("socketio-client", false), ("python-socketio", false)]
        );
        assert_eq!(shown(&[Stack::SwiftClient, Stack::Go]), [("client", false), ("server", false)]);
        assert_eq!(
            shown(&[Stack::Nginx]),
            [("socketio-client", false), ("python-socketio", false)]
        );
        let others = &fixes[3..];
        assert!(choose(others, &[Stack::Nginx])[0].others);
    }

    #[test]
    fn advice_for_other_software_is_better_than_none() {
        let only = [fix(Side::Server, Some(Stack::SocketioJs))];
        assert_eq!(choose(&only, &[Stack::FlaskSocketio]).len(), 1);
    }
}
