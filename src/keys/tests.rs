use serde::Deserialize;

use super::*;
use crate::{
    event::SessionContents,
    payload::{django_session, flask_session},
};

#[derive(Deserialize)]
struct Vector {
    of: String,
    token: String,
    key: Option<String>,
    says: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Tokens {
    vector: Vec<Vector>,
    set: Option<KeySet>,
    encrypted: Option<Encrypted>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: String,
    known: String,
    unknown: String,
    swapped: String,
}

#[derive(Deserialize)]
struct Encrypted {
    token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Cookies {
    flask_keys: Vec<String>,
    express_key: String,
    flask: Vec<SignedCookie>,
    express: Vec<ExpressCookie>,
    django_keys: Vec<String>,
    django: Vec<SignedCookie>,
}

#[derive(Deserialize)]
struct SignedCookie {
    of: String,
    cookie: String,
    holds: String,
    key: usize,
}

#[derive(Deserialize)]
struct ExpressCookie {
    cookie: String,
}

fn rfc() -> Tokens {
    toml::from_str(include_str!("../../tests/fixtures/tokens/rfc.toml")).unwrap()
}

fn made() -> Tokens {
    toml::from_str(include_str!("../../tests/fixtures/tokens/made.toml")).unwrap()
}

fn cookies() -> Cookies {
    toml::from_str(include_str!("../../tests/fixtures/tokens/cookies.toml")).unwrap()
}

fn keys(file: &str) -> Keys {
    let mut keys = Keys::default();
    keys.add_jwt("key", file.as_bytes()).unwrap();
    keys
}

/// The token with another letter in the middle of part `part`.
fn changed(token: &str, part: usize) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let middle = parts[part].len() / 2;
    let letter = if parts[part].as_bytes()[middle] == b'A' { "B" } else { "A" };
    parts[part].replace_range(middle..=middle, letter);
    parts.join(".")
}

fn form_of(signature: &Signature) -> String {
    match signature {
        Signature::Good(fit) => {
            let form: &'static str = fit.form.into();
            form.to_owned()
        }
        Signature::Wrong => "wrong".to_owned(),
        Signature::NoSuchKey => "no-such-key".to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn the_tokens_of_the_standards_verify_and_fail_as_they_must() {
    for vector in rfc().vector {
        let Some(key) = &vector.key else {
            assert_eq!(Keys::default().of_jwt(&vector.token), Signature::Unsigned, "{}", vector.of);
            continue;
        };
        let keys = keys(key);
        assert_eq!(form_of(&keys.of_jwt(&vector.token)), "plain", "{}", vector.of);
        for part in [1, 2] {
            let changed = changed(&vector.token, part);
            assert_eq!(keys.of_jwt(&changed), Signature::Wrong, "{} {part}", vector.of);
        }
        let short = &vector.token[..vector.token.len() - 8];
        let short = keys.of_jwt(short);
        assert!(matches!(short, Signature::Cut(_) | Signature::Wrong), "{} {short:?}", vector.of);
    }
}

#[test]
fn keys_fit_in_the_form_in_which_they_were_used() {
    for vector in made().vector {
        let keys = keys(vector.key.as_deref().unwrap());
        assert_eq!(Some(form_of(&keys.of_jwt(&vector.token))), vector.says, "{}", vector.of);
    }
}

#[test]
fn of_several_keys_the_one_that_fits_is_named() {
    let KeySet { keys: set, known, unknown, swapped } = made().set.unwrap();
    let mut keys = Keys::default();
    keys.add_jwt("staging", b"the secret of another environment").unwrap();
    assert_eq!(keys.of_jwt(&known), Signature::Wrong);
    keys.add_jwt("jwks.json", set.as_bytes()).unwrap();
    let fit = |other_kid| {
        Signature::Good(Fit { key: "jwks.json (2026-11)".into(), form: Form::Plain, other_kid })
    };
    assert_eq!(keys.of_jwt(&known), fit(false));
    assert_eq!(keys.of_jwt(&swapped), fit(true));

    let mut only_set = Keys::default();
    only_set.add_jwt("jwks.json", set.as_bytes()).unwrap();
    assert_eq!(only_set.of_jwt(&unknown), Signature::UnknownKid);
}

#[test]
fn without_a_key_the_length_of_a_signature_is_still_known() {
    let token = &made().vector[0].token;
    assert_eq!(Keys::default().of_jwt(token), Signature::Unchecked);
    let cut = token.len() - 12;
    assert_eq!(Keys::default().of_jwt(&token[..cut]), Signature::Cut(Cut { has: 23, wants: 32 }));
    assert_eq!(
        Keys::default().of_jwt(&rfc().encrypted.unwrap().token),
        Signature::UnknownAlgorithm
    );
}

#[test]
fn a_file_that_is_no_key_is_answered_with_a_word() {
    let pem =
        |kind: &str, body: &str| format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n");
    let long = "x".repeat(2 << 20);
    for (file, want) in [
        ("", BadKey::Empty),
        ("\n", BadKey::Empty),
        (long.as_str(), BadKey::TooLong),
        (pem("PRIVATE KEY", "AAAA").as_str(), BadKey::Private),
        (pem("EC PRIVATE KEY", "AAAA").as_str(), BadKey::Private),
        (pem("PUBLIC KEY", "AAAA").as_str(), BadKey::Kind),
        (pem("CERTIFICATE", "MIIB").as_str(), BadKey::Pem),
        (pem("RSA PUBLIC KEY", "?").as_str(), BadKey::Pem),
        (pem("PGP MESSAGE", "AAAA").as_str(), BadKey::UnknownPem),
        ("-----BEGIN PUBLIC KEY", BadKey::Pem),
        ("{}", BadKey::Jwk),
        (r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#, BadKey::Kind),
        (r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#, BadKey::Kind),
        (r#"{"keys":[]}"#, BadKey::Kind),
    ] {
        let got = Keys::default().add_jwt("key", file.as_bytes());
        assert_eq!(got, Err(want), "{}", file.get(..40).unwrap_or(file));
    }
}

#[test]
fn no_key_is_ever_printed() {
    let mut keys = keys("sample-secret-never-to-be-seen");
    keys.add_jwt("set", made().set.unwrap().keys.as_bytes()).unwrap();
    keys.add_flask(b"flask-secret-never-to-be-seen").unwrap();
    keys.add_express(b"express-secret-never-to-be-seen").unwrap();
    let shown = format!("{keys:?} {keys:#?}");
    assert!(!shown.contains("never") && !shown.contains("110, 101, 118"), "{shown}");
    assert!(shown.contains("secret"), "{shown}");
}

#[test]
fn session_cookies_verify_with_the_key_that_signed_them() {
    let cookies = cookies();
    let mut keys = Keys::default();
    assert_eq!(keys.of_flask("e30.a.b"), None);
    for key in &cookies.flask_keys {
        keys.add_flask(format!("{key}\n").as_bytes()).unwrap();
    }
    keys.add_express(cookies.express_key.as_bytes()).unwrap();
    for SignedCookie { of, cookie, holds, key } in &cookies.flask {
        assert_eq!(keys.of_flask(cookie), Some(Ok(*key)), "{of}");
        let read = flask_session::read(cookie).unwrap();
        assert_eq!(read.contents, holds.parse::<SessionContents>().unwrap(), "{of}");
        assert_eq!(read.stamped, Some(1_795_356_000), "{of}");
        let mut other = cookie.clone();
        other.replace_range(1..2, if &cookie[1..2] == "e" { "f" } else { "e" });
        assert_eq!(keys.of_flask(&other), Some(Err(Unsigned)), "{of}");
    }
    for ExpressCookie { cookie } in &cookies.express {
        assert_eq!(keys.of_express(cookie), Some(Ok(0)), "{cookie}");
        let escaped = cookie.replacen(':', "%3A", 1).replace('/', "%2F").replace('+', "%2B");
        assert_eq!(keys.of_express(&escaped), Some(Ok(0)), "{escaped}");
        let other = cookie.replacen("s:", "s:x", 1);
        assert_eq!(keys.of_express(&other), Some(Err(Unsigned)), "{other}");
    }
    assert_eq!(keys.of_express("Xk2mQ9pLr7TzWb5cAAAB"), Some(Err(Unsigned)));
    assert_eq!(keys.of_django("e30:1xV86q:c2ln"), None);
    for key in &cookies.django_keys {
        keys.add_django(format!("{key}\n").as_bytes()).unwrap();
    }
    for SignedCookie { of, cookie, holds, key } in &cookies.django {
        assert_eq!(keys.of_django(cookie), Some(Ok(*key)), "{of}");
        let read = django_session::read(cookie).unwrap();
        assert_eq!(read.contents, holds.parse::<SessionContents>().unwrap(), "{of}");
        assert_eq!(read.stamped, Some(1_795_356_000), "{of}");
        let other = cookie.replacen(":1xV86q:", ":1xV86r:", 1);
        assert_eq!(keys.of_django(&other), Some(Err(Unsigned)), "{of}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_a_key_or_none(file in proptest::collection::vec(proptest::num::u8::ANY, 0..200), text in ".{0,200}") {
        for file in [file.as_slice(), text.as_bytes()] {
            let mut keys = Keys::default();
            let _ = keys.add_jwt("key", file);
            let _ = keys.add_flask(file);
            let _ = keys.add_express(file);
            let _ = keys.add_django(file);
            for token in [text.as_str(), "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"] {
                let _ = (keys.of_jwt(token), keys.of_flask(token), keys.of_express(token));
                let _ = keys.of_django(token);
            }
        }
    }
}
