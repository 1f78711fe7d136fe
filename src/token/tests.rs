use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::*;
use crate::keys::Keys;

/// 2026-11-22T14:30:00Z.
const NOW: i64 = 1_795_357_800;

fn token(header: &str, claims: &str, signature: &str) -> String {
    format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

fn hs256(claims: &str) -> String {
    token(r#"{"alg":"HS256"}"#, claims, &"A".repeat(43))
}

fn look(text: &str) -> Vec<Examined> {
    look_with(text, &Keys::default())
}

fn look_with(text: &str, keys: &Keys) -> Vec<Examined> {
    read(text.as_bytes()).unwrap().iter().map(|s| examine(s, keys, NOW)).collect()
}

fn causes(one: &Examined) -> Vec<&'static str> {
    one.faults.iter().map(|fault| fault.leads_to.as_str()).collect()
}

#[test]
fn tokens_are_found_however_they_come() {
    let token = hs256(r#"{"sub":"alice","exp":1795361400}"#);
    let half = token.len() / 2;
    for (text, place) in [
        (token.clone(), None),
        (format!("\n\n  {token}  \n"), None),
        (format!("\u{feff}{token}\r\n"), None),
        (format!("Bearer {token}"), None),
        (format!("Authorization: Bearer {token}"), Some("Authorization")),
        (format!("Cookie: theme=dark; access_token_cookie={token}"), Some("access_token_cookie")),
        (
            format!(r#"{{"token_type":"Bearer","data":{{"accessToken":"{token}"}}}}"#),
            Some("accessToken"),
        ),
        (format!(r#"["x",{{"jwt":"{token}"}}]"#), Some("jwt")),
        (format!("auth failed for token {token} (expired)"), None),
        (format!("{}\n{}\n", &token[..half], &token[half..]), None),
    ] {
        let all = look(&text);
        let found: Vec<_> = all.iter().map(|one| (one.what, one.place.as_deref())).collect();
        assert!(found.contains(&(What::Jwt, place)), "{found:?} in {text}");
        let jwt = all.iter().find(|one| one.what == What::Jwt).unwrap();
        assert!(!jwt.is_bad(), "{text} {:?}", jwt.faults);
    }
    let both = look(&format!("{token}\n\nBearer undefined\n"));
    assert_eq!(both.iter().map(|one| one.line).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn what_is_wrong_is_called_by_the_cause_that_it_leads_to() {
    let long = "x".repeat(1 << 20);
    let deep = format!("{}1{}", r#"{"a":"#.repeat(5000), "}".repeat(5000));
    for (text, want) in [
        (hs256(r#"{"sub":"a","exp":1795357799}"#), vec!["jwt-expired"]),
        (hs256(r#"{"sub":"a","nbf":1795357840,"exp":1795361400}"#), vec!["jwt-not-yet-valid"]),
        (hs256(r#"{"sub":7,"exp":1795361400}"#), vec!["jwt-subject-invalid"]),
        (hs256(r#"{"sub":"a"}"#), vec!["token-without-expiry"]),
        (hs256(r#"{"sub":"a","exp":1795361400,"type":"refresh"}"#), vec!["jwt-wrong-type"]),
        (
            token(r#"{"alg":"none"}"#, r#"{"sub":"a","exp":1795361400}"#, ""),
            vec!["jwt-algorithm-rejected", "unsigned-token"],
        ),
        (
            token(r#"{"alg":"HS256"}"#, r#"{"sub":"a","exp":1795361400}"#, "c2ln"),
            vec!["jwt-signature-invalid"],
        ),
        (
            token(r#"{"alg":"XX1"}"#, r#"{"sub":"a","exp":1795361400}"#, "c2ln"),
            vec!["jwt-algorithm-rejected"],
        ),
        ("undefined".into(), vec!["credentials-empty"]),
        ("Bearer null".into(), vec!["credentials-empty"]),
        ("not.a.jwt".into(), vec!["jwt-malformed"]),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi".into(), vec!["jwt-malformed"]),
        (hs256(&format!(r#"{{"sub":"{long}"}}"#)), vec!["jwt-malformed"]),
        (hs256(&deep), vec!["jwt-malformed"]),
        (hs256("\u{0}\u{1}"), vec!["jwt-malformed"]),
        (
            format!("Bearer Bearer {}", hs256(r#"{"sub":"a","exp":1795361400}"#)),
            vec!["credentials-scheme"],
        ),
    ] {
        let all = look(&text);
        assert_eq!(causes(&all[0]), want, "{}", text.get(..80).unwrap_or(&text));
    }
}

#[test]
fn a_claim_that_stands_twice_is_told_of_and_the_last_counts() {
    let all = look(&hs256(r#"{"exp":1,"sub":"a","exp":1795361400}"#));
    assert_eq!(causes(&all[0]), [""; 0]);
    assert!(all[0].remarks.iter().any(|r| r.contains("`exp` stands in it more than once")));
}

#[test]
fn milliseconds_are_told_from_seconds() {
    let all = look(&hs256(r#"{"sub":"a","exp":1795361400000}"#));
    assert!(all[0].remarks.iter().any(|r| r.contains("milliseconds")), "{:?}", all[0].remarks);
}

#[test]
fn what_the_user_expects_is_held_against_the_token() {
    let token =
        hs256(r#"{"sub":"a","aud":"web","iss":"https://id.example.test","exp":1795361400}"#);
    for (alg, aud, iss, want) in [
        ("HS256", "web", "https://id.example.test", vec![]),
        ("RS256", "web", "https://id.example.test", vec!["jwt-algorithm-rejected"]),
        ("HS256", "chat", "https://id.example.test", vec!["jwt-audience-mismatch"]),
        ("HS256", "web", "https://id.example.test/", vec!["jwt-issuer-mismatch"]),
    ] {
        let mut keys = Keys::default();
        keys.expected.algorithms = vec![alg.into()];
        keys.expected.audiences = vec![aud.into()];
        keys.expected.issuers = vec![iss.into()];
        assert_eq!(causes(&look_with(&token, &keys)[0]), want, "{alg} {aud} {iss}");
    }
}

#[test]
fn cookies_say_what_they_are() {
    #[derive(Deserialize)]
    #[serde(rename_all = "kebab-case")]
    struct Cookies {
        flask_keys: Vec<String>,
        express_key: String,
        flask: Vec<Cookie>,
        express: Vec<Cookie>,
        django_keys: Vec<String>,
        django: Vec<Cookie>,
    }
    #[derive(Deserialize)]
    struct Cookie {
        cookie: String,
        holds: Option<String>,
    }
    let file = include_str!("../../tests/fixtures/tokens/cookies.toml");
    let cookies: Cookies = toml::from_str(file).unwrap();
    let mut right = Keys::default();
    for key in &cookies.flask_keys {
        right.add_flask(key.as_bytes()).unwrap();
    }
    right.add_express(cookies.express_key.as_bytes()).unwrap();
    for key in &cookies.django_keys {
        right.add_django(key.as_bytes()).unwrap();
    }
    let mut wrong = Keys::default();
    wrong.add_django(b"another").unwrap();
    wrong.add_flask(b"another").unwrap();
    wrong.add_express(b"another").unwrap();
    wrong.set_session_lifetime(Some(60));
    let flask = cookies.flask.iter().map(|cookie| ("session", What::FlaskSession, cookie));
    let django = cookies.django.iter().map(|cookie| ("sessionid", What::DjangoSigned, cookie));
    for (name, what, Cookie { cookie, holds }) in flask.chain(django) {
        let held = match holds.as_deref() {
            Some("empty") => vec!["session-empty"],
            Some("anonymous") => vec!["session-anonymous"],
            _ => vec![],
        };
        let line = format!("Cookie: {name}={cookie}; theme=dark");
        let one = &look_with(&line, &right)[0];
        assert_eq!((one.what, causes(one)), (what, held.clone()), "{cookie}");
        let one = &look_with(&line, &wrong)[0];
        let want = [vec!["session-cookie-rejected", "session-expired"], held].concat();
        assert_eq!(causes(one), want, "{cookie}");
    }
    for Cookie { cookie, .. } in &cookies.express {
        let escaped = cookie.replace(':', "%3A").replace('+', "%2B").replace('/', "%2F");
        for cookie in [cookie, &escaped] {
            let one = &look_with(&format!("connect.sid={cookie}"), &right)[0];
            assert_eq!((one.what, causes(one)), (What::ExpressSession, vec![]), "{cookie}");
            let one = &look_with(cookie, &wrong)[0];
            assert_eq!(causes(one), ["session-cookie-rejected"], "{cookie}");
        }
    }
    let one = &look("csrftoken=x; sessionid=k3v9x2m5p8q1w4e7r6t0y3u2i5o8a1s4")[0];
    assert_eq!((one.what, one.place.as_deref()), (What::DjangoSession, Some("sessionid")));
    let one =
        &look("sessionid=.eJxVjMEOwiAQRP:1tZk3c:Xk2mQ9pLr7TzWb5cXk2mQ9pLr7TzWb5cXk2mQ9pLr7T")[0];
    assert_eq!((one.what, one.holds), (What::DjangoSigned, None));
}

#[test]
fn neither_a_signature_nor_a_whole_token_is_in_what_comes_out() {
    let inner = hs256(r#"{"sub":"inner"}"#);
    let claims = format!(
        r#"{{"sub":"alice","exp":1795361400,"id_token":"{inner}","password":"hunter2-hunter2"}}"#
    );
    let signature = "qZ7".repeat(14) + "q";
    let secret = token(r#"{"alg":"HS256"}"#, &claims, &signature);
    let cookie = "eyJfdXNlcl9pZCI6IjciLCJsYW5nIjoiZW4ifQ.awL1YA.wEVUeT26QwlYJ6nPcqvPH5VJVMc";
    let express = "s:0123456789abcdefghijklmnopqrstuv.TTYKStRCUDeCmPS6/yrGUQ+5Ii8Ok58eCvEU9CK00Nc";
    let django = "eyJfYXV0aF91c2VyX2lkIjoiOCIsImxhbmciOiJlbiJ9:1xV86q:4PBMCrOQdRrKpKNvdFzec6pdk7qxuwrDxDDfy-IF5og";
    let hidden = [
        &signature,
        &inner,
        "hunter2-hunter2",
        "wEVUeT26",
        "TTYKStRC",
        "0123456789abcdef",
        "4PBMCrOQ",
        "eyJfYXV0aF91",
    ];
    let quoted = format!(r#"{{"token":"{secret}"}}"#);
    for text in [secret.as_str(), &quoted, cookie, express, django] {
        let all = look(text);
        let mut page = Vec::new();
        crate::report::token::text(&all, &crate::report::Options::default(), &mut page).unwrap();
        crate::report::token::json(&all, NOW, &mut page).unwrap();
        let page =
            String::from_utf8(page).unwrap() + &format!("{all:?} {:?}", read(text.as_bytes()));
        for hidden in hidden {
            assert!(!page.contains(hidden), "{hidden} in {page}");
        }
    }
}

#[test]
fn what_is_no_token_is_answered_with_a_word() {
    let long = vec![b'x'; 9 << 20];
    for (bytes, want) in [
        (&b""[..], Unreadable::Empty),
        (b" \n\n", Unreadable::Empty),
        (b"\xff\x00\xfe\x80", Unreadable::NoText),
        (b"{\"a\":1}", Unreadable::NoToken),
        (b"[]", Unreadable::NoToken),
        (long.as_slice(), Unreadable::TooLong),
    ] {
        assert_eq!(read(bytes), Err(want));
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_looked_at_without_a_fall(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300),
        header in ".{0,40}",
        claims in r#"\{("(exp|sub|aud|nbf|[a-z]{1,3})":([0-9]{1,20}|"[^"\\]{0,9}"|null|\[1,"b"\]),?){0,6}\}?"#,
        now in proptest::num::i64::ANY,
    ) {
        let mut keys = Keys::default();
        keys.add_jwt("key", b"sample").unwrap();
        keys.add_flask(b"sample").unwrap();
        let made = token(&header, &claims, "c2ln");
        let plain = hs256(&claims);
        for text in [bytes.as_slice(), header.as_bytes(), claims.as_bytes(), made.as_bytes(), plain.as_bytes()] {
            let Ok(subjects) = read(text) else { continue };
            let all: Vec<Examined> = subjects.iter().map(|s| examine(s, &keys, now)).collect();
            let mut out = Vec::new();
            crate::report::token::text(&all, &crate::report::Options::default(), &mut out).unwrap();
            crate::report::token::json(&all, now, &mut out).unwrap();
        }
    }
}
