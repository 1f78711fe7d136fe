//! The keys that a user names, fetched from files and from the environment. A key never stands on the command line, and never in a message.

use std::{fs::File, io::Read as _, path::PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args as ArgGroup, ValueHint};
use siotrace::keys::{BadKey, Keys};

/// Most that is read of a key file: what is longer is none.
const LONGEST: u64 = 2 << 20;

/// Keys, and what a good token says.
#[derive(Clone, Debug, Default, ArgGroup)]
#[command(next_help_heading = "Keys (checked here, sent nowhere)")]
pub(super) struct KeyArgs {
    /// Check the signatures of JWTs with the key in FILE: a secret, a public key or certificate (PEM), a JWK or a set of them;
    /// `env:NAME` takes it from the environment; may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    jwt_key: Vec<PathBuf>,

    /// The algorithms that the server accepts, such as HS256
    #[arg(long, value_name = "ALG", value_delimiter = ',')]
    jwt_alg: Vec<String>,

    /// The audience (`aud`) that tokens must be for; may be given several times
    #[arg(long, value_name = "AUD")]
    jwt_aud: Vec<String>,

    /// The issuer (`iss`) that tokens must be from; may be given several times
    #[arg(long, value_name = "ISS")]
    jwt_iss: Vec<String>,

    /// Check Flask's session cookies with the `SECRET_KEY` in FILE, or `env:NAME`; older keys may follow
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    flask_key: Vec<PathBuf>,

    /// Check Express's session cookies with the secret in FILE, or `env:NAME`; older ones may follow
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    express_key: Vec<PathBuf>,

    /// Check Django's session cookies (`signed_cookies`) with the `SECRET_KEY` in FILE, or `env:NAME`; older keys may follow
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    django_key: Vec<PathBuf>,

    /// How long sessions are good, such as 12h or 31d [default: 31d as in Flask, 14d as in Django]
    #[arg(long, value_name = "TIME", value_parser = lifetime)]
    session_lifetime: Option<i64>,
}

impl KeyArgs {
    /// Fetches the keys.
    pub(super) fn fetch(&self) -> anyhow::Result<Keys> {
        let mut keys = Keys::default();
        let boxed = |list: &[String]| list.iter().map(|text| text.as_str().into()).collect();
        keys.expected.algorithms = boxed(&self.jwt_alg);
        keys.expected.audiences = boxed(&self.jwt_aud);
        keys.expected.issuers = boxed(&self.jwt_iss);
        keys.set_session_lifetime(self.session_lifetime);
        for path in &self.jwt_key {
            let (name, bytes) = fetch("--jwt-key", path)?;
            usable("--jwt-key", &name, keys.add_jwt(&name, &bytes))?;
        }
        for path in &self.flask_key {
            let (name, bytes) = fetch("--flask-key", path)?;
            usable("--flask-key", &name, keys.add_flask(&bytes))?;
        }
        for path in &self.express_key {
            let (name, bytes) = fetch("--express-key", path)?;
            usable("--express-key", &name, keys.add_express(&bytes))?;
        }
        for path in &self.django_key {
            let (name, bytes) = fetch("--django-key", path)?;
            usable("--django-key", &name, keys.add_django(&bytes))?;
        }
        Ok(keys)
    }
}

/// A key's name and bytes. What was given may be the key itself, by mistake: a name that leads nowhere is never shown.
fn fetch(option: &str, path: &PathBuf) -> anyhow::Result<(String, Vec<u8>)> {
    if let Some(name) = path.to_str().and_then(|path| path.strip_prefix("env:")) {
        let Some(value) = std::env::var_os(name) else {
            bail!("{option}: there is no such variable in the environment");
        };
        return Ok((format!("env:{}", siotrace::report::shown(name)), value.into_encoded_bytes()));
    }
    let wanted = || {
        format!(
            "{option}: cannot read the file that was named; a key is given by the name of its file or as env:NAME, never itself"
        )
    };
    let file = File::open(path).with_context(wanted)?;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).with_context(wanted)?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    Ok((siotrace::report::shown(&name), bytes))
}

fn usable(option: &str, name: &str, read: Result<(), BadKey>) -> anyhow::Result<()> {
    read.with_context(|| format!("{option} {name}"))
}

/// Seconds of `90s`, `30m`, `12h`, `31d`, `4w`.
fn lifetime(text: &str) -> Result<i64, String> {
    let unit = match text.as_bytes().last() {
        Some(b's') => 1,
        Some(b'm') => 60,
        Some(b'h') => 3600,
        Some(b'd') => 86_400,
        Some(b'w') => 7 * 86_400,
        _ => 0,
    };
    let number = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    number
        .parse::<i64>()
        .ok()
        .filter(|_| plain && unit > 0)
        .and_then(|number| number.checked_mul(unit))
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| "write it as 90s, 30m, 12h, 31d or 4w".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_have_a_unit() {
        for (text, want) in [
            ("31d", Some(2_678_400)),
            ("12h", Some(43_200)),
            ("90s", Some(90)),
            ("0d", None),
            ("31", None),
            ("d", None),
            ("-1d", None),
            ("1é", None),
            ("99999999999999999d", None),
        ] {
            assert_eq!(lifetime(text).ok(), want, "{text}");
        }
    }
}
