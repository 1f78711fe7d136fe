use proptest::prelude::*;

use super::*;
use crate::payload::literal;

/// `{"alg":"HS256"}`, `{"sub":"7"}`.
const JWT: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl";

fn shape(offer: &Offer) -> (Form, Option<&str>, bool) {
    (offer.form, offer.key.as_deref(), offer.secret.is_some())
}

#[test]
fn a_clients_options_show_what_it_offers_outside_the_payload() {
    let of = |text: &str| from_options(&literal::value(text).unwrap().0);
    let offer = of(r#"{"path":"/socket.io/","query":{"EIO":4,"token":"k3-Vt8Zq1LmXw"}}"#).unwrap();
    assert_eq!((offer.place, offer.form), (Place::Query, Form::Opaque));
    let offer = of(r#"{"extraHeaders":{"Authorization":"Bearer undefined"}}"#).unwrap();
    assert_eq!((offer.place, offer.form), (Place::Header, Form::Empty));
    assert_eq!(of(r#"{"path":"/socket.io/"}"#), None);
}

#[test]
fn an_auth_payload_is_judged_by_its_form() {
    for (text, want) in [
        ("None", (Form::Absent, None, false)),
        ("{}", (Form::Absent, None, false)),
        ("{'token': None}", (Form::Empty, Some("token"), false)),
        ("{'token': ''}", (Form::Empty, Some("token"), false)),
        ("{'token': '  '}", (Form::Empty, Some("token"), false)),
        ("{'token': 'undefined'}", (Form::Empty, Some("token"), false)),
        ("{'token': 'null'}", (Form::Empty, Some("token"), false)),
        ("{ token: undefined }", (Form::Empty, Some("token"), false)),
        ("{'token': 'Bearer undefined'}", (Form::Empty, Some("token"), false)),
        ("{'token': 'Bearer '}", (Form::Empty, Some("token"), false)),
        ("{'token': '$'}", (Form::Jwt, Some("token"), true)),
        ("{'token': 'Bearer $'}", (Form::SchemeLeft, Some("token"), true)),
        ("{'token': '\"$\"'}", (Form::SchemeLeft, Some("token"), true)),
        ("{'whatever': '$'}", (Form::Jwt, Some("whatever"), true)),
        ("{'auth': {'token': '$'}}", (Form::Jwt, Some("token"), true)),
        ("{'headers': {'Authorization': 'Bearer $'}}", (Form::Jwt, Some("Authorization"), true)),
        ("{'token': None, 'accessToken': '$'}", (Form::Jwt, Some("accessToken"), true)),
        ("'$'", (Form::BareString, None, true)),
        ("'abc'", (Form::BareString, None, true)),
        ("''", (Form::Empty, None, false)),
        ("{'apiKey': 'k-1'}", (Form::Opaque, Some("apiKey"), true)),
        ("{'username': 'alice', 'password': 'hunter2'}", (Form::Opaque, Some("password"), true)),
        ("{'token': 12}", (Form::Unknown, Some("token"), false)),
        ("{'pid': 'Xk2mQ9pLr7TzWb5cAAAB', 'offset': 'abc'}", (Form::Absent, None, false)),
        ("{'room': 'lobby'}", (Form::Absent, None, false)),
        ("{'credz': '0123456789abcdef0'}", (Form::Unknown, Some("credz"), true)),
        ("{'csrf_token': 'abc'}", (Form::Absent, None, false)),
        ("{'token': 'eyJhbGciOiJIUzI1NiIs...'}", (Form::Jwt, Some("token"), false)),
        ("{'token': 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi'}", (Form::Jwt, Some("token"), true)),
        ("True", (Form::Unknown, None, false)),
    ] {
        let text = text.replace('$', JWT);
        let (value, _) = literal::value(&text).unwrap();
        let offer = from_auth(&value);
        assert_eq!((shape(&offer), offer.place), (want, Place::Auth), "{text}");
    }
}

#[test]
fn a_whole_token_is_decoded() {
    let (value, _) =
        literal::value("{'token': 'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl'}")
            .unwrap();
    let offer = from_auth(&value);
    assert_eq!(offer.jwt.unwrap().sub.as_deref(), Some("7"));
    assert_eq!(offer.secret.unwrap().expose(), JWT);
}

#[test]
fn an_authorization_header_is_judged_by_its_form() {
    for (text, form) in [
        ("Bearer $", Form::Jwt),
        ("bearer $", Form::Jwt),
        ("$", Form::SchemeMissing),
        ("Bearer Bearer $", Form::SchemeDoubled),
        ("Bearer undefined", Form::Empty),
        ("Bearer null", Form::Empty),
        ("Bearer", Form::Empty),
        ("Bearer ", Form::Empty),
        ("", Form::Empty),
        ("Basic YWxpY2U6eA==", Form::Opaque),
        ("Bearer abc", Form::Opaque),
        ("Bearer eyJhbGciOiJIU...", Form::Jwt),
    ] {
        let text = text.replace('$', JWT);
        let offer = from_authorization(&text);
        assert_eq!(
            (offer.form, offer.place, offer.key.as_deref()),
            (form, Place::Header, Some("Authorization")),
            "{text}"
        );
    }
}

#[test]
fn headers_show_where_credentials_are() {
    let text = format!(
        "{{'Host': 'app.example.test', 'User-Agent': 'ua', 'Origin': 'https://app.example.test', 'Authorization': 'Bearer {JWT}', \
         'X-Auth-Token': 'abc', 'Sec-WebSocket-Protocol': 'auth, {JWT}', 'Sec-WebSocket-Key': 'abc', 'Cookie': 'session=x; a=b'}}"
    );
    let shown = from_headers(&literal::value(&text).unwrap().0);
    assert!(shown.headers_shown && shown.cookies_shown);
    assert_eq!(
        shown.offers.iter().map(|o| (o.form, o.key.as_deref().unwrap())).collect::<Vec<_>>(),
        [
            (Form::Jwt, "Authorization"),
            (Form::Opaque, "X-Auth-Token"),
            (Form::Jwt, "Sec-WebSocket-Protocol"),
        ]
    );
    assert_eq!(shown.cookies.pairs.len(), 2);
    assert_eq!(
        (shown.origin.as_deref(), shown.user_agent.as_deref()),
        (Some("https://app.example.test"), Some("ua"))
    );
    let none = from_headers(&literal::value("None").unwrap().0);
    assert_eq!(none, Handshake::default());
}

#[test]
fn asgi_and_wsgi_headers_are_headers() {
    for text in
        ["[(b'authorization', b'Bearer undefined')]", "{'HTTP_AUTHORIZATION': 'Bearer undefined'}"]
    {
        let shown = from_headers(&literal::value(text).unwrap().0);
        assert_eq!(shown.offers.first().map(|o| o.form), Some(Form::Empty), "{text}");
    }
}

#[test]
fn a_cut_token_still_shows_its_form() {
    for (text, form) in [
        ("eyJhbGciOiJIUzI1NiIs...", Form::Jwt),
        ("eyJhbGciOiJIUzI1NiIs…", Form::Jwt),
        ("Bearer eyJhbGciOiJIU...", Form::SchemeLeft),
        ("undefined...", Form::Empty),
        ("null...", Form::Empty),
        ("None...", Form::Empty),
        ("...", Form::Empty),
        ("", Form::Empty),
        ("Bearer undefined...", Form::Empty),
        ("abc123...", Form::Opaque),
    ] {
        let offer = cut(text);
        assert_eq!((offer.form, offer.secret.is_some()), (form, false), "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in ".{0,60}") {
        let _ = (cut(&text), from_authorization(&text), classify(Place::Auth, None, &text), in_query(&text, &text));
    }
}
