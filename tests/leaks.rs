//! A log with every place where a secret can stand: nothing that the program writes, to whichever stream and in whichever form, holds one of them.

// Clippy knows tests by their attribute, not the functions that they call.
// Log lines are quoted alike, whether they hold quotes or not.
#![allow(clippy::unwrap_used, clippy::needless_raw_string_hashes)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

/// What stands in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Jwt,
    Opaque,
    Password,
    /// `user:password` in base64.
    Basic,
    Flask,
    Express,
    Django,
}

use Sort::{Basic, Django, Express, Flask, Jwt, Opaque, Password};

/// Places in logs, and what may stand there. `{}` is where.
const PLACES: &[(&str, &[Sort])] = &[
    // Packets.
    (
        r#"2026-03-14 09:30:00,402 - engineio.server - INFO - Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0{"token":"{}"}"#,
        &[Jwt, Opaque],
    ),
    (
        r#"Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0/admin,{"auth":{"access_token":"{}"}}"#,
        &[Jwt, Opaque],
    ),
    (
        r#"Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 2["login",{"user":"alice","password":"{}"}]"#,
        &[Password],
    ),
    (
        r#"Xk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{"message":"invalid token {}"}"#,
        &[Jwt],
    ),
    (
        r#"  socket.io-parser encoding packet {"type":0,"data":{"token":"{}"},"nsp":"/"} +0ms"#,
        &[Jwt, Opaque],
    ),
    (r#"  engine:ws received "40{\"token\":\"{}\"}" +1ms"#, &[Jwt, Opaque]),
    // Query strings.
    (
        r#"203.0.113.5 - - [14/Mar/2026:18:00:02 +0000] "GET /socket.io/?token={}&EIO=4&transport=polling HTTP/1.1" 401 33 "-" "curl/8""#,
        &[Jwt, Opaque],
    ),
    (
        r#"203.0.113.5 - - [14/Mar/2026:18:00:02 +0000] "GET /socket.io/?EIO=4 HTTP/1.1" 401 33 "https://app.example.com/?access_token={}" "curl/8""#,
        &[Jwt, Opaque],
    ),
    (r#"GET /socket.io/?EIO=4&auth%5Btoken%5D={}&x=1"#, &[Jwt, Opaque]),
    (r#"GET /socket.io/?auth[password]={}"#, &[Opaque]),
    (r#"socket.io redirect to /login?next=%2Fchat%3Ftoken%3D{}%26x%3D1"#, &[Jwt, Opaque]),
    (r#"socket.io handshake query auth=%7B%22token%22%3A%22{}%22%7D"#, &[Jwt, Opaque]),
    (
        r#"socket.io handshake query auth=%7B%22password%22%3A%22{}%22%2C%22user%22%3A%22alice%22%7D"#,
        &[Opaque],
    ),
    (r#"socket.io body {\x22token\x22:\x22{}\x22}"#, &[Jwt, Opaque]),
    (r#"socket.io body {\x22user\x22:\x22alice\x22,\x22password\x22:\x22{}\x22}"#, &[Password]),
    (r#"socket.io body user=alice&password={}&x=1"#, &[Opaque]),
    // Headers.
    (r#"socket.io Authorization: Bearer {}"#, &[Jwt, Opaque]),
    (r#"socket.io authorization: {}"#, &[Jwt, Opaque]),
    (r#"socket.io Proxy-Authorization: Basic {}"#, &[Basic]),
    (r#"socket.io headers {'Authorization': 'Basic {}'}"#, &[Basic]),
    (
        r#"SocketIO: Entering 'handle_connect'. SID: Xk2mQ9pLr7TzWb5cAAAB, EIO_SID: N/A, Namespace: /, Headers: {'Host': 'a.example.com', 'Authorization': 'Bearer {}', 'Cookie': 'theme=dark'}, Cookies: ImmutableMultiDict([])"#,
        &[Jwt, Opaque],
    ),
    (
        r#"socketio scope headers [(b'host', b'a.example.com'), (b'authorization', b'Bearer {}'), (b'x-api-key', b'k')]"#,
        &[Jwt, Opaque],
    ),
    (r#"socketio scope headers [(b'x-api-key', b'{}')]"#, &[Opaque]),
    (
        r#"socket.io rawHeaders: [ 'Host', 'a.example.com', 'Authorization', 'Bearer {}', 'Cookie', 'a=b' ]"#,
        &[Jwt, Opaque],
    ),
    (r#"socket.io rawHeaders: [ 'X-Api-Key', '{}' ]"#, &[Opaque]),
    (r#"socket.io X-Auth-Token: {}"#, &[Jwt, Opaque]),
    (r#"socket.io x-access-token={}"#, &[Jwt, Opaque]),
    (r#"socket.io header map[Authorization:[Bearer {}] Cookie:[theme=dark]]"#, &[Jwt, Opaque]),
    (r#"socket.io header map[Cookie:[session={}; theme=dark] X-Api-Key:[k]]"#, &[Flask, Opaque]),
    (
        r#"Handshake authorized, headers: {Authorization=[Bearer {}], Host=[a.example.com]}"#,
        &[Jwt, Opaque],
    ),
    (r#"socket.io sec-websocket-protocol: bearer, {}"#, &[Jwt]),
    (
        r#"socket.io Authorization: Digest username="alice", realm="chat", nonce="abc", response="{}""#,
        &[Opaque],
    ),
    (
        r#"socketio environ {'HTTP_AUTHORIZATION': 'Bearer {}', 'HTTP_COOKIE': 'a=b', 'wsgi.version': (1, 0)}"#,
        &[Jwt, Opaque],
    ),
    (r#"socketio environ {'HTTP_COOKIE': 'theme=dark; session={}'}"#, &[Flask, Opaque]),
    (r#"socketio environ {'HTTP_COOKIE': 'csrftoken=x; sessionid={}'}"#, &[Django, Opaque]),
    (r#"socket.io Cookie: theme=dark; sessionid={}; x=y"#, &[Django]),
    (r#"socket.io Set-Cookie: sessionid={}; HttpOnly; Path=/; SameSite=Lax"#, &[Django]),
    (
        r#"203.0.113.5 - - [14/Mar/2026:18:00:02 +0000] "GET /socket.io/?EIO=4 HTTP/1.1" 403 33 "-" "-" "sessionid={}""#,
        &[Django],
    ),
    // Client options.
    (
        r#"socket.io-client opts { auth: { token: '{}' }, transports: [ 'websocket' ] }"#,
        &[Jwt, Opaque],
    ),
    (
        r#"socket.io-client opts { extraHeaders: { Authorization: 'Bearer {}' }, query: null }"#,
        &[Jwt, Opaque],
    ),
    (r#"socket.io-client opts { query: { token: "{}", room: "7" } }"#, &[Jwt, Opaque]),
    (r#"socketio client connect(headers={'X-Api-Key': '{}'}, auth=None)"#, &[Opaque]),
    // Cookies.
    (r#"socket.io Cookie: theme=dark; session={}; x=y"#, &[Flask, Opaque]),
    (r#"socket.io Cookie: connect.sid={}; x=y"#, &[Express]),
    (r#"socket.io cookies { 'connect.sid': '{}' }"#, &[Express]),
    (r#"socket.io Set-Cookie: session={}; HttpOnly; Path=/; SameSite=Lax"#, &[Flask, Opaque]),
    (r#"socket.io set-cookie: [ 'sessionid={}; Path=/; HttpOnly', 'a=b' ]"#, &[Opaque]),
    (
        r#"SocketIO: Connect attempt. SID: Xk2mQ9pLr7TzWb5cAAAB. Cookies: {'session': '{}', 'theme': 'dark'}"#,
        &[Flask, Opaque],
    ),
    (
        r#"SocketIO: Connect attempt. SID: Xk2mQ9pLr7TzWb5cAAAB. Cookies: ImmutableMultiDict([('session', '{}')])"#,
        &[Flask, Opaque],
    ),
    (r#"socketio csrftoken={} remember_token={}"#, &[Opaque]),
    (r#"express-session fetching {}"#, &[Express]),
    // JSON, logfmt, JSON in JSON.
    (
        r#"{"level":"warn","msg":"socket auth failed","token":"{}","sid":"Xk2mQ9pLr7TzWb5cAAAA"}"#,
        &[Jwt, Opaque],
    ),
    (r#"{"level":"warn","msg":"socket auth failed","ctx":{"password":"{}"}}"#, &[Password]),
    (r#"{"level":"warn","msg":"socket.io connect {\"auth\":{\"token\":\"{}\"}}"}"#, &[Jwt, Opaque]),
    (
        r#"{"log":"{\"msg\":\"socket.io {\\\"token\\\":\\\"{}\\\"}\"}\n","stream":"stdout"}"#,
        &[Jwt, Opaque],
    ),
    (
        r#"{"log":"{\"msg\":\"socket.io {\\\"password\\\":\\\"{}\\\"}\"}\n","stream":"stdout"}"#,
        &[Opaque],
    ),
    (
        r#"time=2026-03-14T09:30:00Z level=warn msg="socket auth failed" token={} sid=Xk2mQ9pLr7TzWb5cAAAA"#,
        &[Jwt, Opaque],
    ),
    (r#"time=2026-03-14T09:30:00Z level=warn msg="socket auth failed" password="{}""#, &[Password]),
    (r#"socket.io {"headers":{"authorization":["Bearer {}"],"cookie":["a=b"]}}"#, &[Jwt, Opaque]),
    (r#"socket.io <login><user>alice</user><password>{}</password></login>"#, &[Opaque]),
    // URLs with somebody in them.
    (r#"socketio redis://cache:{}@redis.example.com:6379/0 is not reachable"#, &[Password, Opaque]),
    (r#"socketio amqp manager at amqp://:{}@mq.example.com// lost"#, &[Opaque]),
    (r#"socketio postgresql+psycopg2://app:{}@db.example.com/app"#, &[Opaque]),
    // Literals of other languages.
    (r#"socket.io { token: `{}` }"#, &[Jwt, Opaque]),
    (r#"socket.io Map(1) { 'token' => '{}' }"#, &[Jwt, Opaque]),
    (r#"socket.io Credentials { user: "alice", password: "{}" }"#, &[Password]),
    (r#"socketioxide auth=Auth { token: Some("{}") }"#, &[Jwt, Opaque]),
    (r#"socket.io &{User:alice Password:{} Remember:true}"#, &[Opaque]),
    (r#"socket.io LoginRequest(user=alice, password={})"#, &[Opaque]),
    (r#"socketio LoginForm(user='alice', password=SecretStr('{}'))"#, &[Opaque]),
    (r#"socketio [('password', '{}'), ('user', 'alice')]"#, &[Password]),
    (r#"socketio Token: {}. SID: Xk2mQ9pLr7TzWb5cAAAB"#, &[Jwt, Opaque]),
    // Configuration, environments, command lines.
    (r#"socketio os.environ: {'SECRET_KEY': '{}', 'PATH': '/bin'}"#, &[Password, Opaque]),
    ("socketio started with\nJWT_SECRET={}\nPATH=/bin", &[Opaque]),
    ("socketio env\nAWS_SECRET_ACCESS_KEY={}\nDB_PASSWORD={}", &[Opaque]),
    (
        r#"socketio app.config <Config {'JWT_SECRET_KEY': '{}', 'DEBUG': True}>"#,
        &[Password, Opaque],
    ),
    (r#"socketio run: server --redis-password {} --port 5000"#, &[Opaque]),
    (r#"socketio run: curl -u alice:{} https://a.example.com/socket.io/"#, &[Opaque]),
    (r#"socketio API key: {}"#, &[Opaque]),
    (r#"socketio client_secret: {}, grant: refresh"#, &[Opaque]),
    (r#"socketio refresh_token={} expires=3600"#, &[Opaque]),
    // Tracebacks and dumps of several lines.
    (
        "message handler error\nTraceback (most recent call last):\n  File \"/srv/app/events.py\", line 3, in connect\n    check('{}')\njwt.exceptions.DecodeError: cannot read {}",
        &[Jwt],
    ),
    (
        "socketio handler error\nTraceback (most recent call last):\n  File \"/srv/app/events.py\", line 3, in connect\n    login(user, password='{}')\nKeyError: 'password={}'",
        &[Opaque],
    ),
    (
        "socket.io connected {\n  auth: {\n    token: '{}',\n  },\n  headers: {\n    authorization: 'Bearer {}'\n  }\n}",
        &[Jwt, Opaque],
    ),
    ("socket.io config {\n    \"user\": \"alice\",\n    \"password\": \"{}\"\n}", &[Password]),
    (
        "socket.io request\nGET /socket.io/ HTTP/1.1\r\nAuthorization: Bearer {}\r\nCookie: session={}\r\n",
        &[Jwt, Opaque],
    ),
    ("socket.io request\n  authorization:\n    Bearer {}", &[Jwt, Opaque]),
    ("socket.io config\npassword:\n  {}", &[Opaque]),
    ("socketio key -----BEGIN PRIVATE KEY-----\n{}{}{}\n{}\n-----END PRIVATE KEY-----", &[Opaque]),
    // Only sentences.
    (r#"socket.io: cannot verify Bearer {}: invalid signature"#, &[Jwt, Opaque]),
    (r#"socket.io something that no grammar knows, token: {} and so on"#, &[Jwt, Opaque]),
    (r#"https://{} is not an accepted origin."#, &[Jwt]),
];

/// Text that nobody else has, from the number of its place.
fn noise(place: usize, length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789";
    let mut state = 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(place as u64 + 1) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(LETTERS[(state >> 20) as usize % LETTERS.len()])
    };
    // A digit, a small letter and a capital, as random tokens have.
    let body: String = (0..length - 3).map(|_| next()).collect();
    format!("{body}7qZ")
}

/// A secret, and the pieces of it that must not be seen.
fn secret(sort: Sort, place: usize) -> (String, Vec<String>) {
    let noise = noise(place, 32);
    match sort {
        Opaque => (noise.clone(), vec![noise]),
        Password => {
            let text = format!("{}!{}-{}", &noise[..10], &noise[10..20], &noise[20..]);
            (text.clone(), vec![text])
        }
        Basic => {
            let text = STANDARD.encode(format!("alice:{noise}"));
            (text.clone(), vec![text, noise])
        }
        Jwt => {
            let claims = URL_SAFE_NO_PAD
                .encode(format!(r#"{{"sub":"{noise}","iat":1772000000,"exp":1772000900}}"#));
            let signature = noise.chars().rev().collect::<String>() + &noise[..11];
            let text = format!(
                "{}.{claims}.{signature}",
                URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#)
            );
            (text, vec![noise, signature, claims[8..40].to_owned()])
        }
        Flask => {
            let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"_user_id":"{noise}"}}"#));
            let signature = &noise[..27];
            (
                format!("{payload}.aQ9XyA.{signature}"),
                vec![payload[16..].to_owned(), signature.to_owned()],
            )
        }
        Express => {
            let signature: String = noise.chars().rev().collect();
            (format!("s%3A{noise}.{signature}"), vec![noise, signature])
        }
        Django => {
            let payload = URL_SAFE_NO_PAD.encode(format!(r#"{{"_auth_user_id":"{noise}"}}"#));
            let signature: String = noise.chars().rev().chain(noise.chars().take(11)).collect();
            let text = format!("{payload}:1xV86q:{signature}");
            (text, vec![payload[22..].to_owned(), signature])
        }
    }
}

/// One line of the list with a secret in it.
struct Case {
    log: String,
    place: &'static str,
    sort: Sort,
    number: usize,
    pieces: Vec<String>,
}

fn cases() -> Vec<Case> {
    let places =
        PLACES.iter().flat_map(|(place, sorts)| sorts.iter().map(move |sort| (*place, *sort)));
    places
        .enumerate()
        .map(|(number, (place, sort))| {
            let (text, pieces) = secret(sort, number);
            Case { log: place.replace("{}", &text), place, sort, number, pieces }
        })
        .collect()
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}

/// What of the secrets is in `output`.
fn leaks(cases: &[Case], output: &[u8], what: &str) -> Vec<String> {
    /// So much of a secret gives it away.
    const PIECE: usize = 10;
    let mut leaks = Vec::new();
    for case in cases {
        let seen = case.pieces.iter().any(|piece| {
            piece.as_bytes().windows(PIECE).any(|part| memchr::memmem::find(output, part).is_some())
        });
        if seen {
            leaks.push(format!("{what}: {:?} in {}", case.sort, case.place));
        }
    }
    leaks
}

fn siotrace(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_siotrace"));
    command.current_dir(folder).env_remove("RUST_BACKTRACE").args(args);
    command.output().unwrap()
}

#[test]
fn no_stream_of_any_command_shows_a_secret() {
    let cases = cases();
    let folder = tempfile::tempdir().unwrap();
    let log: String = lines(cases.iter().map(|case| case.log.clone()));
    fs::write(folder.path().join("app.log"), &log).unwrap();
    fs::write(folder.path().join("crlf.log"), log.replace('\n', "\r\n")).unwrap();
    let docker = lines(log.lines().map(|line| {
        let time = "2026-03-14T09:30:00.4Z";
        serde_json::json!({"log": format!("{line}\n"), "stream": "stdout", "time": time})
            .to_string()
    }));
    fs::write(folder.path().join("docker.log"), docker).unwrap();
    fs::write(folder.path().join("salt"), "some salt").unwrap();
    fs::write(folder.path().join("key"), cases[0].pieces[0].as_bytes()).unwrap();

    let mut found = Vec::new();
    let mut check = |args: &[&str], writes: bool| {
        let done = siotrace(folder.path(), args);
        assert!(!writes || done.stdout.len() > 1000, "{args:?} writes nothing");
        // A container wraps each line by itself: there a value alone in a line has lost its key.
        let torn = |leak: &String| args.contains(&"docker.log") && leak.contains("password:\n");
        for stream in [&done.stdout, &done.stderr] {
            found.extend(leaks(&cases, stream, &args.join(" ")).into_iter().filter(|l| !torn(l)));
        }
    };
    for file in ["app.log", "crlf.log", "docker.log"] {
        check(&["--unmatched", file], true);
        check(&["--unmatched", "--width", "60", "--color", "always", file], true);
        check(&["--format", "json", "--unmatched", file], true);
        for format in ["ndjson", "html", "csv", "markdown", "prometheus", "sarif", "junit", "shard"]
        {
            check(&["--format", format, file], true);
        }
        check(&["--format", "github", file], false);
        check(&["show", "Xk2mQ9pLr7TzWb5cAAAA", file], true);
        check(&["show", "--format", "json", "Xk2mQ9pLr7TzWb5cAAAA", file], true);
        check(&["show", "--mermaid", "Xk2mQ9pLr7TzWb5cAAAA", file], false);
        check(&["show", "1", file], false);
        let keys = ["--jwt-key", "--flask-key", "--express-key", "--django-key"];
        let keys = keys.into_iter().flat_map(|option| [option, "key"]);
        check(&keys.chain([file]).collect::<Vec<_>>(), true);
        let shard = format!("{file}.shard");
        check(&["--output", shard.as_str(), file], false);
        for format in ["text", "json", "html", "markdown"] {
            check(&["merge", "--format", format, shard.as_str()], true);
        }
        check(&["diff", file, "app.log"], false);
        check(&["diff", "--format", "json", "--split", "2026-03-14T12:00:00Z", file], false);
        check(&["redact", file], true);
        check(&["redact", "--salt", "salt", "--emails", "--ips", file], true);
    }
    // Looked at one by one. The claims of a token are what is asked for; its signature and what signs it are not.
    for case in
        cases.iter().filter(|case| matches!(case.sort, Jwt | Flask | Express | Django)).step_by(4)
    {
        let (token, pieces) = secret(case.sort, case.number);
        fs::write(folder.path().join("token"), &token).unwrap();
        for format in ["text", "json"] {
            let done =
                siotrace(folder.path(), &["token", "--jwt-key", "key", "-f", format, "token"]);
            assert!(!done.stdout.is_empty());
            // Of a cookie of Flask's or Django's the signature is made of the same noise as the name in it.
            let signature = (!matches!(case.sort, Flask | Django)).then(|| pieces[1].as_str());
            for hidden in signature.into_iter().chain([token.as_str()]) {
                for stream in [&done.stdout, &done.stderr] {
                    let seen = memchr::memmem::find(stream, hidden.as_bytes()).is_some();
                    assert!(!seen, "{}", String::from_utf8_lossy(stream));
                }
            }
        }
    }
    // Taken for what they are not, and asked about.
    check(&["--grammar", "app.log", "app.log"], false);
    check(&["redact", "--salt", "app.log", "app.log"], true);
    for case in cases.iter().step_by(8) {
        let text = case.log.replace('\0', "");
        check(&["explain", text.as_str()], false);
        check(&["show", text.as_str(), "app.log"], false);
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
}

#[test]
fn what_can_be_printed_of_a_run_shows_no_secret() {
    use siotrace::{Analyzer, input::Blocks, report::ReportBuilder};

    let cases = cases();
    let log: String = lines(cases.iter().map(|case| case.log.clone()));
    let open = || Blocks::from_reader("app.log", std::io::Cursor::new(log.clone()));
    let analyzer = Analyzer::builder().build().unwrap();
    let mut verdicts = Vec::new();
    let mut report = ReportBuilder::new(analyzer.rules());
    let summary = analyzer.run(vec![("app.log".into(), open())], &mut |verdict| {
        report.add(&verdict);
        verdicts.push(verdict);
    });
    let blocks: Vec<_> = open().collect();
    let printed = format!(
        "{verdicts:?} {summary:?} {:?} {blocks:?} {:?}",
        report.finish(summary.clone()),
        open()
    );
    let found = leaks(&cases, printed.as_bytes(), "Debug");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_stream_of_any_command_shows_a_key() {
    #[derive(serde::Deserialize)]
    struct Tokens {
        vector: Vec<Vector>,
    }
    #[derive(serde::Deserialize)]
    struct Vector {
        token: String,
        key: Option<String>,
    }
    let files =
        [include_str!("fixtures/tokens/rfc.toml"), include_str!("fixtures/tokens/made.toml")];
    let vectors: Vec<Vector> =
        files.into_iter().flat_map(|file| toml::from_str::<Tokens>(file).unwrap().vector).collect();
    let folder = tempfile::tempdir().unwrap();
    // Secrets, PEM and JWKs that are right; such as are refused, with words of their own; and cookies' keys.
    let private = noise(1, 64);
    let mut keys: Vec<(&str, String)> = vec![
        ("--jwt-key", format!("-----BEGIN PRIVATE KEY-----\n{private}\n-----END PRIVATE KEY-----")),
        (
            "--jwt-key",
            format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", noise(2, 64)),
        ),
        ("--jwt-key", format!(r#"{{"kty":"oct","k":"{}"}}"#, noise(3, 43))),
        ("--jwt-key", format!(r#"{{"kty":"of no kind","k":"{}"}}"#, noise(4, 43))),
        ("--jwt-key", format!(r#"{{"keys":[{{"kty":"oct","k":"{}"#, noise(5, 43))),
        ("--flask-key", noise(6, 40)),
        ("--express-key", noise(7, 40)),
        ("--django-key", noise(8, 40)),
    ];
    keys.extend(vectors.iter().filter_map(|v| Some(("--jwt-key", v.key.clone()?))));
    let mut log = String::new();
    for (i, vector) in vectors.iter().enumerate() {
        let sid = format!("Xk2mQ9pLr7TzWb5c{i:04}");
        let _ = std::fmt::Write::write_fmt(
            &mut log,
            format_args!(
                "2026-11-22T14:10:00.{i:03}Z INFO engineio.server {sid}: Received packet MESSAGE data 0{{\"token\":\"{}\"}}\n\
                 2026-11-22T14:10:01.{i:03}Z INFO engineio.server {sid}: Sending packet MESSAGE data 4{{\"message\":\"Invalid token\"}}\n",
                vector.token
            ),
        );
    }
    fs::write(folder.path().join("app.log"), log).unwrap();
    fs::write(folder.path().join("token"), &vectors[0].token).unwrap();
    let formats =
        ["text", "json", "ndjson", "html", "csv", "markdown", "prometheus", "sarif", "junit"];
    for (i, (option, key)) in keys.iter().enumerate() {
        fs::write(folder.path().join("key"), key).unwrap();
        // What stands in a file of its kind always is no secret, and nor is the name by which tokens name a key.
        let lines = key.lines().filter(|line| !line.starts_with("-----"));
        let words: Vec<&str> = lines
            .flat_map(|line| line.split(['"', ':', ',', '{', '}', '[', ']', ' ']))
            .filter(|word| !word.is_empty())
            .collect();
        let is_name = |at: usize| at > 0 && words[at - 1] == "kid";
        let pieces: Vec<&str> = (0..words.len())
            .filter(|&at| words[at].len() >= 12 && !is_name(at))
            .map(|at| words[at])
            .collect();
        let check = |args: &[&str]| {
            let done = siotrace(folder.path(), args);
            for stream in [&done.stdout, &done.stderr] {
                for piece in &pieces {
                    let seen = memchr::memmem::find(stream, piece.as_bytes()).is_some();
                    assert!(!seen, "{args:?}: {}", String::from_utf8_lossy(stream));
                }
            }
        };
        // Each format with some of the keys, and each key in some formats.
        for format in formats.iter().skip(i % 4).step_by(4) {
            check(&[option, "key", "--format", format, "app.log"]);
        }
        check(&[option, "key", "--unmatched", "app.log"]);
        check(&["token", option, "key", "token"]);
        check(&["token", "key"]);
        check(&["redact", "--salt", "key", "app.log"]);
        // The key itself where its file's name belongs.
        check(&[option, key, "app.log"]);
        check(&["redact", "--salt", key, "app.log"]);
        let mut read = siotrace::keys::Keys::default();
        let bytes = key.as_bytes();
        let done = [
            read.add_jwt("key", bytes),
            read.add_flask(bytes),
            read.add_express(bytes),
            read.add_django(bytes),
        ];
        let printed = format!("{read:?} {read:#?} {done:?}");
        assert!(!pieces.iter().any(|piece| printed.contains(piece)), "{printed}");
    }
}
