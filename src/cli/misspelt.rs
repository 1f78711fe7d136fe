//! A value on the command line that is none of those allowed: the place with a caret, the nearest right spelling, and the allowed values,
//! folded so that they can be read. Everything else that is wrong with arguments is clap's to tell.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use siotrace::{
    diag::{Complaint, nearest},
    report::shown,
};

/// Columns of the list of allowed values.
const WIDE: usize = 76;
/// So many are read at a glance, in the order in which the help has them.
const FEW: usize = 12;

/// The message, if `error` is about such a value.
pub(super) fn explain(error: &clap::Error, color: bool) -> Option<String> {
    if error.kind() != ErrorKind::InvalidValue {
        return None;
    }
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let (arg, value) = (text(ContextKind::InvalidArg)?, text(ContextKind::InvalidValue)?);
    let Some(ContextValue::Strings(allowed)) = error.get(ContextKind::ValidValue) else {
        return None;
    };
    // `--cause <CAUSE>` or `<SHELL>`.
    let name = arg.split(' ').next()?.trim_matches(['-', '<', '>']).to_ascii_lowercase();
    let value = shown(value);
    // Only this argument: others may hold what nobody should read over a shoulder.
    let line = if arg.starts_with('-') {
        format!("{} {value}", arg.split(' ').next()?)
    } else {
        value.clone()
    };
    let start = line.len() - value.len();
    let mut names: Vec<&str> = allowed.iter().map(String::as_str).collect();
    if names.len() > FEW {
        // What is named alike stands together.
        names.sort_unstable();
    }
    let span = start..start + value.len();
    let mut complaint = Complaint::unknown(&name, &value, names.iter().copied(), span);
    // Where the right one is known, a long list hides it.
    let is_named = nearest(&value, names.iter().copied()).is_some();
    complaint.help =
        (!is_named || names.len() <= FEW).then(|| format!("{name} is one of\n{}", folded(&names)));
    Some(complaint.show("arguments", &line, color))
}

/// The values with commas, in lines.
fn folded(values: &[&str]) -> String {
    let mut out = String::new();
    let mut column = 0;
    for (n, value) in values.iter().enumerate() {
        let last = n + 1 == values.len();
        if n > 0 {
            let fits = column + 1 + value.len() + usize::from(!last) <= WIDE;
            out.push(if fits { ' ' } else { '\n' });
            column = if fits { column + 1 } else { 0 };
        }
        out.push_str(value);
        column += value.len();
        if !last {
            out.push(',');
            column += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::Args;

    fn told(args: &[&str]) -> Option<String> {
        let error = Args::try_parse_from(args).unwrap_err();
        explain(&error, false)
    }

    #[test]
    fn a_misspelt_value_is_pointed_at_and_the_right_one_named() {
        for (args, value, near) in [
            (&["siotrace", "--cause", "jwt-expird", "a.log"][..], "jwt-expird", "jwt-expired"),
            (&["siotrace", "--cause=jwt_expired"], "jwt_expired", "jwt-expired"),
            (&["siotrace", "jsn", "--format", "jsn"], "jsn", "json"),
            (&["siotrace", "completions", "bsh"], "bsh", "bash"),
            (&["siotrace", "schema", "reprot"], "reprot", "report"),
        ] {
            let told = told(args).unwrap_or_else(|| panic!("{args:?}"));
            assert!(told.contains(&format!("is called `{value}`")), "{told}");
            assert!(!told.contains("no of "), "{told}");
            assert!(told.contains(&format!("did you mean `{near}`?")), "{told}");
            assert!(told.lines().all(|line| line.chars().count() <= 90), "{told}");
        }
    }

    #[test]
    fn no_other_argument_is_repeated() {
        let told = told(&["siotrace", "secret.log", "--format", "jsn"]).unwrap();
        assert!(!told.contains("secret"), "{told}");
    }

    #[test]
    fn what_is_wrong_in_another_way_is_left_to_clap() {
        for args in [&["siotrace", "--since", "yesterday"][..], &["siotrace", "--wrong"]] {
            assert_eq!(told(args), None, "{args:?}");
        }
    }
}
