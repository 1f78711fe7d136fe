use proptest::prelude::*;

use super::{PacketKind as K, *};

#[test]
fn a_packet_may_be_printed_as_an_object() {
    let packet =
        object(r#"{"type":4,"data":{"message":"no, {not} \"you\""},"nsp":"/chat","id":3}"#)
            .unwrap();
    assert_eq!(packet.kind, PacketKind::ConnectError);
    assert_eq!(packet.namespace, Some("/chat"));
    assert_eq!(packet.message().as_deref(), Some("no, {not} \"you\""));
    assert_eq!(packet.id, Some(3));
    let packet = object(r#"{"type":0,"nsp":"/"}"#).unwrap();
    assert_eq!((packet.kind, packet.namespace, packet.data), (PacketKind::Connect, None, ""));
    assert_eq!(object(r#"{"type":"x"}"#), None);
}

#[test]
fn a_stripped_packet_is_taken_apart() {
    let packet = |kind, namespace, id, data| Packet { kind, namespace, query: None, id, data };
    for (text, want) in [
        ("0", packet(K::Connect, None, None, "")),
        ("0{}", packet(K::Connect, None, None, "{}")),
        (r#"0{"token":"x"}"#, packet(K::Connect, None, None, r#"{"token":"x"}"#)),
        ("0{token:abc", packet(K::Connect, None, None, "{token:abc")),
        ("0\"eyJ\"", packet(K::Connect, None, None, "\"eyJ\"")),
        ("0/chat,{}", packet(K::Connect, Some("/chat"), None, "{}")),
        ("0/chat", packet(K::Connect, Some("/chat"), None, "")),
        (
            "0/chat?token=x",
            Packet { query: Some("token=x"), ..packet(K::Connect, Some("/chat"), None, "") },
        ),
        ("0/?token=x,", Packet { query: Some("token=x"), ..packet(K::Connect, None, None, "") }),
        ("1", packet(K::Disconnect, None, None, "")),
        ("1/admin,", packet(K::Disconnect, Some("/admin"), None, "")),
        (r#"2["a",{"n":1}]"#, packet(K::Event, None, None, r#"["a",{"n":1}]"#)),
        (r#"21["a"]"#, packet(K::Event, None, Some(1), r#"["a"]"#)),
        (r#"2/chat,13["ping"]"#, packet(K::Event, Some("/chat"), Some(13), r#"["ping"]"#)),
        ("31[{}]", packet(K::Ack, None, Some(1), "[{}]")),
        (r#"4{"message":"no"}"#, packet(K::ConnectError, None, None, r#"{"message":"no"}"#)),
        (
            r#"4/ns,"Unable to connect""#,
            packet(K::ConnectError, Some("/ns"), None, "\"Unable to connect\""),
        ),
        ("51-[]", packet(K::BinaryEvent, None, None, "[]")),
        ("61-/a,7[]", packet(K::BinaryAck, Some("/a"), Some(7), "[]")),
    ] {
        assert_eq!(socketio(text), Some(want), "{text}");
    }
}

#[test]
fn look_alikes_are_no_stripped_packets() {
    for text in [
        "",
        "40",
        "40{}",
        "42[\"a\"]",
        "44{}",
        "41",
        "2probe",
        "3",
        "2",
        "0 packets",
        "4 clients",
        "7{}",
        "<binary>",
        "5[]",
        "299999999999999999999[]",
        "0123",
        "None",
    ] {
        assert_eq!(socketio(text), None, "{text}");
    }
}

#[test]
fn a_packet_on_the_wire_keeps_its_digit() {
    for (text, want) in [
        (r#"0{"sid":"a"}"#, EnginePacket::Open(r#"{"sid":"a"}"#)),
        ("1", EnginePacket::Close),
        ("2", EnginePacket::Ping("")),
        ("2probe", EnginePacket::Ping("probe")),
        ("3probe", EnginePacket::Pong("probe")),
        ("40", EnginePacket::Message(socketio("0").unwrap())),
        ("42[\"a\"]", EnginePacket::Message(socketio("2[\"a\"]").unwrap())),
        (
            "44{\"message\":\"no\"}",
            EnginePacket::Message(socketio("4{\"message\":\"no\"}").unwrap()),
        ),
        ("5", EnginePacket::Upgrade),
        ("6", EnginePacket::Noop),
    ] {
        assert_eq!(engineio(text), Some(want), "{text}");
    }
    for text in ["", "0", "2x", "4", "4{\"message\":1", "ok", "b4AAA", "7"] {
        assert!(
            !matches!(engineio(text), Some(EnginePacket::Open(_) | EnginePacket::Ping(_))),
            "{text}"
        );
    }
}

#[test]
fn a_body_holds_several_packets() {
    for text in [
        "40{}\x1e42[\"a\"]\x1e6",
        "40{}\\x1e42[\"a\"]\\x1e6",
        "40{}\\u001e42[\"a\"]\\u001e6",
        "40{}␞42[\"a\"]␞bAAA␞6",
        "4:40{}7:42[\"a\"]1:6",
    ] {
        let have: Vec<_> = payload(text).collect();
        assert_eq!(
            have,
            [engineio("40{}").unwrap(), engineio("42[\"a\"]").unwrap(), EnginePacket::Noop],
            "{text}"
        );
    }
    let old = "12:0{\"sid\":\"é\"}2:40";
    assert_eq!(payload(old).count(), 2);
    assert_eq!(payload(old).next().and_then(|p| p.sid()), Some("é"));
}

#[test]
fn the_sentence_for_people_is_found() {
    for (text, want) in [
        (r#"4{"message":"jwt \"x\" expired"}"#, Some("jwt \"x\" expired")),
        (r#"4"authentication error""#, Some("authentication error")),
        (r#"4{"error":"no"}"#, Some("no")),
        (r#"4{"data":{"message":"deep"}}"#, Some("deep")),
        (r#"4{"message":"top","data":{"message":"deep"}}"#, Some("top")),
        (r#"4{"message":""}"#, None),
        (r#"4{"code":1}"#, None),
        (r#"2["auth_error",{"message":"Token has expired."}]"#, Some("Token has expired.")),
        (r#"2["error","no"]"#, Some("no")),
        (r#"2["ready"]"#, None),
        (r#"1{"message":"bye"}"#, Some("bye")),
    ] {
        assert_eq!(socketio(text).unwrap().message().as_deref(), want, "{text}");
    }
}

#[test]
fn names_and_ids_are_found() {
    assert_eq!(
        socketio(r#"2["auth_error",{}]"#).unwrap().event_name().as_deref(),
        Some("auth_error")
    );
    assert_eq!(socketio(r#"4["x"]"#).unwrap().event_name(), None);
    assert_eq!(
        socketio(r#"0/a,{"sid":"J7UGiJt4z1ZA7DLpAAAA"}"#).unwrap().sid(),
        Some("J7UGiJt4z1ZA7DLpAAAA")
    );
    assert_eq!(socketio(r#"0{"token":"x"}"#).unwrap().sid(), None);
}

#[test]
fn long_bodies_are_read_in_linear_time() {
    for part in ["\\", "40\\", "1:", "99999999:", "9:", "40\x1e", "\u{2400}", "0/", "2[\"a"] {
        let start = std::time::Instant::now();
        payload(&part.repeat(200_000)).for_each(drop);
        assert!(start.elapsed().as_secs() < 3, "{part}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in r#"[0-9/,?:{}\[\]"a-c\\\x1eé😀-]{0,60}"#) {
        for packet in payload(&text) {
            if let EnginePacket::Message(packet) = packet {
                let _ = (packet.message(), packet.sid(), packet.event_name());
            }
        }
    }
}
