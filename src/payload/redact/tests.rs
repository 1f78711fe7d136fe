use proptest::prelude::*;

use super::*;

const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwibiI6ImFsaWNlIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const COOKIE: &str = ".eJw9zjsOwjAMANC7ZGawHcdOepkqH1sw.awMHQA.tlDrkuSq9c6GYzrvLQNCf5hHpp0";

fn print(text: &str) -> String {
    Fingerprint::of(text).unwrap().to_string()
}

#[test]
fn credentials_are_masked_and_the_rest_stays() {
    for (line, want) in [
        ("0{\"token\":\"$J\"}", "0{\"token\":\"‹jwt#@J›\"}"),
        (
            "'Authorization': 'Bearer $J'}, Cookies: {}",
            "'Authorization': 'Bearer ‹jwt#@J›'}, Cookies: {}",
        ),
        ("'Authorization': 'Bearer Bearer $J'", "'Authorization': 'Bearer Bearer ‹jwt#@J›'"),
        ("'Authorization': 'Bearer undefined'", "'Authorization': 'Bearer undefined'"),
        ("'Authorization': 'Bearer'", "'Authorization': 'Bearer'"),
        ("Authorization: Basic YWxpY2U6aHVudGVyMg==", "Authorization: Basic ‹token#@B›"),
        ("Authorization: Bearer $J\r\n", "Authorization: Bearer ‹jwt#@J›\r\n"),
        ("'Cookie': 'session=$C; theme=dark'}", "'Cookie': 'session=‹cookie#@C›; theme=‹cookie›'}"),
        (
            "Cookies: {'session': '$C', 'theme': 'dark'}. SID: x",
            "Cookies: {'session': '‹cookie#@C›', 'theme': '‹cookie›'}. SID: x",
        ),
        (
            "ImmutableMultiDict([('session', '$C')])",
            "ImmutableMultiDict([('session', '‹cookie#@C›')])",
        ),
        (
            "Cookie: session=$C; remember_token=7|ab\" 200",
            "Cookie: session=‹cookie#@C›; remember_token=‹cookie›\" 200",
        ),
        (
            "Set-Cookie: session=$C; Path=/; HttpOnly",
            "Set-Cookie: session=‹cookie#@C›; Path=/; HttpOnly",
        ),
        ("Cookies: $C. SID: x", "Cookies: ‹cookie#@C›. SID: x"),
        ("Cookies: None. SID: x", "Cookies: None. SID: x"),
        (
            "GET /socket.io/?EIO=4&token=$J&sid=G50WHFrdgSQTPiVDAAAA HTTP/1.1",
            "GET /socket.io/?EIO=4&token=‹jwt#@J›&sid=G50WHFrdgSQTPiVDAAAA HTTP/1.1",
        ),
        ("?access_token=abc&password=hunter2&x=1", "?access_token=‹secret›&password=‹secret›&x=1"),
        (
            "{\"user\":\"alice\",\"password\":\"hun\\\"ter2\"}",
            "{\"user\":\"alice\",\"password\":\"‹secret›\"}",
        ),
        (
            "\"{\\\"user\\\":\\\"alice\\\",\\\"password\\\":\\\"hunter2\\\"}\"",
            "\"{\\\"user\\\":\\\"alice\\\",\\\"password\\\":\\\"‹secret›\\\"}\"",
        ),
        (
            "{token=[$J], apikey=[k1], Authorization=[Bearer $J], Cookie=[session=$C], Host=[a.example.com]}",
            "{token=[‹jwt#@J›], apikey=[‹secret›], Authorization=[Bearer ‹jwt#@J›], Cookie=[session=‹cookie#@C›], Host=[a.example.com]}",
        ),
        ("api_key: k1, port: 80", "api_key: ‹secret›, port: 80"),
        ("X-Api-Key: k1", "X-Api-Key: ‹secret›"),
        (
            "redis://user:hunter2@db.example.test:6379/0",
            "redis://user:‹secret›@db.example.test:6379/0",
        ),
        ("k=-----BEGIN PRIVATE KEY-----\\nMIIabc\\n-----END PRIVATE KEY----- x", "k=‹secret› x"),
        ("(b'cookie', b'session=$C')", "(b'cookie', b'session=‹cookie#@C›')"),
        (
            r#""event": "refused: no session cookie", "level": "warning""#,
            r#""event": "refused: no session cookie", "level": "warning""#,
        ),
        ("connect.sid=s%3Aabc.def; x", "connect.sid=‹cookie›; x"),
        ("cut eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3... here", "cut ‹jwt#@X›... here"),
        ("{'token': 'abc', 'user': 'bob'}", "{'token': '‹secret›', 'user': 'bob'}"),
    ] {
        let fill = |text: &str| {
            text.replace("$J", JWT)
                .replace("$C", COOKIE)
                .replace("@J", &print(JWT))
                .replace("@C", &print(COOKIE))
                .replace("@B", &print("YWxpY2U6aHVudGVyMg=="))
                .replace("@X", &print("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3"))
        };
        assert_eq!(redact(&fill(line)), fill(want), "{line}");
    }
}

#[test]
fn what_is_no_credential_stays_readable() {
    for line in [
        "",
        "SocketIO: Session Auth - Session contents: {}. SID: XxeNz0bm62PpButeAAAJ, EIO_SID: N/A",
        "SocketIO: handle_connect - Auth kwarg received: None",
        "SocketIO: JWT connection failed: Invalid token: Not enough segments. SID: XxeNz0bm62PpButeAAAJ",
        "SocketIO: JWT Auth - Token expired. Error: ExpiredSignatureError - Signature has expired",
        "Token: eyJhbGciOiJIUzI1NiIs...",
        "Token: Bearer eyJhbGciOiJIU...",
        "Token: undefined...",
        "{'token': 'undefined'} {'token': ''} {\"token\":null} { token: undefined }",
        "Missing 'Bearer' type in 'Authorization' header. Expected 'Authorization: Bearer <JWT>'",
        "Invalid session 85rwddXf5qzlW0vzAAAA",
        "Session: 85rwddXf5qzlW0vzAAAA opened",
        "Auth Header provided: True, CurrentUserAuthed: False, SessionUserID: None",
        "JsonWebTokenError: jwt malformed",
        "Bearer token required; Basic authentication is off; Token is missing the 'sub' (subject) claim",
        "SocketIO: Authorization - User bob (ID: 2) lacks role 'admin' required for namespace '/admin'",
        "GET https://app.example.test:8443/socket.io/?EIO=4&t=1795360464.120196 HTTP/1.1",
        "sessionId: 3f2b8c1e-0d4a-4f6e-9b7a-1c2d3e4f5a6b",
        "rejected sessionId=3f2b8c1e-0d4a-4f6e-9b7a-1c2d3e4f5a6b: user is disabled",
        "auth=None token=undefined session=None",
        "the secret is out: no, the password is wrong",
    ] {
        assert!(matches!(redact(line), Cow::Borrowed(_)), "{line} -> {}", redact(line));
    }
}

#[test]
fn control_characters_are_shown() {
    assert_eq!(
        quote("a\x1b[31mb\x07\r\n\tc\u{202e}d\u{9b}é"),
        "a\\x1b[31mb\\x07\\r\\n\\tc\\u{202e}d\\u{9b}é"
    );
}

#[test]
fn long_hostile_lines_are_read_in_linear_time() {
    let parts = [
        "eyJ",
        "eyJabcdefgh.",
        ".eJ",
        "token",
        "token=",
        "token:'",
        "token: \"",
        "auth:'auth:\"",
        "password=",
        "password='",
        "password=\\'",
        "cookie: ",
        "cookie: a=b; ",
        "cookies={",
        "cookies=[(",
        "'cookie', ",
        "://",
        "://a:b@",
        "-----BEGIN",
        "bearer ",
        "Bearer a",
        "authorization: ",
        "authorization: bearer ",
        "s%3A",
        "\\\\\\'token\\\\\\'",
        "auth:/",
        "session: 'a ",
        "session: \"a '",
        "basic basic",
        "key_key-",
        "token('",
        "secret((",
        "pass={'",
    ];
    for part in parts {
        let text = part.repeat(400_000 / part.len());
        let start = std::time::Instant::now();
        let _ = quote(&text);
        assert!(start.elapsed().as_millis() < 3000, "{part}: {:?}", start.elapsed());
    }
}

/// Where credentials stand in real lines; `$` is the credential.
const TOKEN_PLACES: [&str; 22] = [
    "$",
    "token $ expired",
    "0{\"token\":\"$\"}",
    "{'token': '$'}",
    "{ token: '$' }",
    "{\\\"token\\\":\\\"$\\\"}",
    "Auth kwarg received: {'token': 'Bearer $'}",
    "Authorization: Bearer $",
    "authorization: $",
    "'Authorization': '$'",
    "GET /socket.io/?EIO=4&token=$ HTTP/1.1",
    "?token=Bearer%20$&x=1",
    "?x=1&jwt=$",
    "Set-Cookie: access_token_cookie=$; Path=/",
    "Token: $. SID: abc",
    "x$",
    "(b'authorization', b'Bearer $')",
    "key$",
    "[31m$[0m",
    "a=b;$;c",
    "“$”",
    "{\"auth\":{\"data\":[\"$\"]}}",
];

const COOKIE_PLACES: [&str; 12] = [
    "Cookie: session=$",
    "Cookie: theme=dark; session=$; x=y",
    "'Cookie': 'session=$'",
    "\"cookie\":\"a=b; connect.sid=$\"",
    "Cookies: {'session': '$'}",
    "Cookies: ImmutableMultiDict([('session', '$'), ('a', 'b')])",
    "Set-Cookie: session=$; HttpOnly; Path=/",
    "session=$",
    "remember_token=$",
    "{'session': '$'}",
    "'csrf_token': '$'",
    "sessionid=$; x",
];

const PASSWORD_PLACES: [&str; 16] = [
    "password=$",
    "?user=alice&password=$&x=1",
    "{\"password\":\"$\"}",
    "{'password': '$'}",
    "{\\\"password\\\": \\\"$\\\"}",
    "{ password: '$' }",
    "passwd: $",
    "client_secret=$",
    "\"api_key\": \"$\"",
    "X-Api-Key: $",
    "DB_PASSWORD=$ next",
    "postgres://alice:$@db.example.test/app",
    "user[password]=$",
    "[('password', '$')]",
    "'refresh_token': '$'",
    "SecretStr: password=SecretStr('$')",
];

#[test]
fn a_key_that_was_pasted_into_a_sentence_is_not_repeated() {
    for (pasted, shown) in [
        ("bad key sk_live_51HxAbCdEfGh for alice", "bad key ‹secret› for alice"),
        (
            "Signature verification failed: 9f86d081884c7d659a2feaa0",
            "Signature verification failed: ‹secret›",
        ),
        ("ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"),
        ("JsonWebTokenError: jwt malformed", "JsonWebTokenError: jwt malformed"),
        (
            "GET http://127.0.0.1:3000/socket.io/?EIO=4 400",
            "GET http://127.0.0.1:3000/socket.io/?EIO=4 400",
        ),
    ] {
        assert_eq!(quote_pasted(pasted), shown);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_jwt_gets_through(head in 0usize..3, payload in "[A-Za-z0-9_-]{12,80}", signature in "[A-Za-z0-9_-]{16,60}", place in 0usize..22) {
        let head = ["eyJhbGciOiJIUzI1NiJ9", "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9", "eyJraWQiOiJrMSJ9"][head];
        let token = format!("{head}.eyJ{payload}.{signature}");
        let out = quote(&TOKEN_PLACES[place].replace('$', &token));
        for secret in [payload.as_str(), signature.as_str()] {
            for at in 0..=secret.len() - 12 {
                prop_assert!(!out.contains(&secret[at..at + 12]), "{}", out);
            }
        }
    }

    #[test]
    fn no_cookie_gets_through(cookie in r"(\.eJ|eyJ|)[A-Za-z0-9_-]{20,80}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}", place in 0usize..12) {
        let out = quote(&COOKIE_PLACES[place].replace('$', &cookie));
        for at in 0..=cookie.len() - 12 {
            prop_assert!(!out.contains(&cookie[at..at + 12]), "{}", out);
        }
    }

    #[test]
    fn no_password_gets_through(password in "[A-Za-z0-9!%+._~*-][A-Za-z0-9!%+._~-]{7,30}", place in 0usize..16) {
        prop_assume!(!password.starts_with(['*', '.']));
        let out = quote(&PASSWORD_PLACES[place].replace('$', &password));
        prop_assert!(!out.contains(&password), "{}", out);
    }

    #[test]
    fn any_text_is_quoted_without_panic(text in r#"(.|token|auth|cookie|pass|'|"|\\|=|:|\{|\[|\(|\)|eyJ|\.eJ|Bearer |://|@|;){0,60}"#) {
        let _ = quote(&text);
    }

    #[test]
    fn triggers_are_found_as_an_automaton_finds_them(text in r"(.|eyJ|\.eJ|S%3a|-----BEGIN|://|Token|keyJ|xsrf|Cookie|session){0,30}") {
        let automaton = aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(TRIGGERS).unwrap();
        let mut plain: Vec<_> = automaton.find_overlapping_iter(&text).map(|m| (m.start(), m.end(), m.pattern().as_usize())).collect();
        plain.sort_unstable();
        let mut found = Vec::new();
        triggers(&text, |start, end, number| found.push((start, end, number)));
        prop_assert_eq!(found, plain);
    }
}
