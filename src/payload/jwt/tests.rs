use base64::{
    Engine as _,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};

use super::*;

fn token(header: &str, claims: &str, signature: &str) -> String {
    format!("{}.{}.{signature}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

#[test]
fn a_token_says_who_and_when() {
    let token = token(
        r#"{"alg":"HS256","typ":"JWT","kid":"k1"}"#,
        r#"{"iss":"https://id.example.test","aud":["web","app"],"sub":7,"jti":"j","type":"access","iat":1795360625,"nbf":1795360625.5,"exp":"1795361530"}"#,
        "c2ln",
    );
    let want = Jwt {
        alg: Some("HS256".into()),
        kid: Some("k1".into()),
        typ: Some("JWT".into()),
        iss: Some("https://id.example.test".into()),
        aud: Some("web,app".into()),
        sub: Some("7".into()),
        sub_is_text: false,
        jti: Some("j".into()),
        kind: Some("access".into()),
        iat: Some(1_795_360_625),
        nbf: Some(1_795_360_625),
        exp: Some(1_795_361_530),
        signed: true,
    };
    assert_eq!(decode(&token), Ok(want));
}

#[test]
fn a_token_without_algorithm_or_signature_is_not_signed() {
    for (header, signature, signed) in [
        (r#"{"alg":"none"}"#, "", false),
        (r#"{"alg":"None"}"#, "c2ln", false),
        (r#"{"alg":"HS256"}"#, "", false),
        ("{}", "c2ln", true),
    ] {
        assert_eq!(
            decode(&token(header, "{}", signature)).map(|jwt| jwt.signed),
            Ok(signed),
            "{header}"
        );
    }
}

#[test]
fn padding_is_read() {
    let token = format!(
        "{}.{}.sig",
        URL_SAFE.encode(r#"{"alg":"HS256"}"#),
        URL_SAFE.encode(r#"{"sub":"alice"}"#)
    );
    assert_eq!(decode(&token).map(|jwt| jwt.sub), Ok(Some("alice".into())), "{token}");
    assert!(looks_like(&token));
}

#[test]
fn malformed_tokens_say_in_which_way() {
    let long = "a".repeat(MAX_LEN + 1);
    for (token, want) in [
        ("", Malformed::Segments(1)),
        ("undefined", Malformed::Segments(1)),
        ("a.b", Malformed::Segments(2)),
        ("a.b.c.d.e", Malformed::Segments(5)),
        ("!!.e30.sig", Malformed::Base64(Part::Header)),
        ("Bearer e30.e30.sig", Malformed::Base64(Part::Header)),
        ("bm90anNvbg.e30.sig", Malformed::Json(Part::Header)),
        ("W10.e30.sig", Malformed::Json(Part::Header)),
        ("e30.%.sig", Malformed::Base64(Part::Payload)),
        ("e30.W10.sig", Malformed::Json(Part::Payload)),
        (long.as_str(), Malformed::TooLong),
    ] {
        assert_eq!(decode(token), Err(want), "{}", token.get(..20).unwrap_or(token));
    }
}

#[test]
fn a_token_is_found_in_a_line() {
    let jwt = token(r#"{"alg":"HS256"}"#, r#"{"sub":"7"}"#, "c2lnbmF0dXJl");
    for line in [
        format!("0{{\"token\":\"{jwt}\"}}"),
        format!("Bearer {jwt}, x"),
        format!("?t=eyJ&token={jwt}&x=1"),
        format!("eyJabc eyJhbGciOi.x {jwt}"),
    ] {
        assert_eq!(find(&line), Some(jwt.as_str()), "{line}");
    }
}

#[test]
fn look_alikes_are_no_tokens() {
    for text in [
        "",
        "eyJ",
        "eyJhbGciOiJIUzI1NiIs...",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi",
        // A Flask session: the second part is a time stamp.
        "eyJ0aGVtZSI6ImRhcmsifQ.awMHiA.qO175I-XfxJGDR_JDngghbcOE0s",
        "85rwddXf5qzlW0vzAAAA",
        "eyJhbGciOiJIUzI1NiJ9 . e30 . x",
    ] {
        assert_eq!(find(text), None, "{text}");
    }
}

#[test]
fn a_line_of_false_starts_is_read_in_linear_time() {
    for text in
        ["eyJ".repeat(300_000), "eyJabcdefgh.".repeat(80_000), "eyJabcdefgh.eyJ".repeat(60_000)]
    {
        let start = std::time::Instant::now();
        let _ = find(&text);
        assert!(start.elapsed().as_secs() < 2);
    }
}
