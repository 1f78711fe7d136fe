use super::*;
use crate::grammar::Grammar;

const ID: &str = "Xk2mQ9pLr7TzWb5cAAAB";

#[test]
fn a_sentence_about_a_connection_has_a_gist() {
    let gists = &Grammar::load(&[]).unwrap().gists;
    for (sentence, gist) in [
        ("client {} wants to connect", Some(Gist::Asks)),
        ("incoming {}", Some(Gist::Asks)),
        ("ws_handshake {}", Some(Gist::Asks)),
        ("{} accepted", Some(Gist::Admitted)),
        ("sock.auth.pass {}", Some(Gist::Admitted)),
        ("we let {} in as sam", Some(Gist::Admitted)),
        ("{} not accepted", Some(Gist::Refused)),
        ("we did not let {} in because the moon is full", Some(Gist::Refused)),
        ("turning {} away", Some(Gist::Refused)),
        ("sio.connect; deny {}", Some(Gist::Refused)),
        ("{} disconnected: transport close", Some(Gist::Ended)),
        ("{} tried to join room 'admins': refused", Some(Gist::Within)),
        ("{} has five messages", Some(Gist::Within)),
        ("{} asked to renew its token", Some(Gist::Within)),
        ("{} feels well", None),
        ("auth result for {}: ok=false", Some(Gist::Refused)),
        ("auth result for {}: ok=true", Some(Gist::Admitted)),
        ("[sock] + {} (bob)", Some(Gist::Admitted)),
        ("- {} (bob)", Some(Gist::Ended)),
        ("bob - {}", None),
        ("[sock] + {}", None),
        ("[on_connect] {} cookies=[] user=None -> False", Some(Gist::Refused)),
        ("[on_connect] {} user=bob -> True", Some(Gist::Admitted)),
        ("auth middleware: socket {} => next()", Some(Gist::Admitted)),
        ("{} is_admin -> False", None),
        ("connection {}", Some(Gist::Admitted)),
        ("new connection {}", Some(Gist::Asks)),
        ("token of {} expires in 60s", Some(Gist::Within)),
        ("alice may not use the trading channel, kicking {}", Some(Gist::Refused)),
        (">> hello {} user=bob", Some(Gist::Admitted)),
        ("{} belongs to user #17, joining room user_17", Some(Gist::Admitted)),
        ("token of {} fine, hello bob", Some(Gist::Asks)),
        ("lobby: socket {} up for user 3", Some(Gist::Admitted)),
        ("join denied for {} (not a member), disconnecting", Some(Gist::Refused)),
        ("Verbindung {} wird abgelehnt", Some(Gist::Refused)),
        ("nouvelle connexion de 192.0.2.1 ({})", Some(Gist::Asks)),
        ("{} aceptada: usuario ana", Some(Gist::Admitted)),
        ("用户认证失败 {}", Some(Gist::Refused)),
        ("新连接{}", Some(Gist::Asks)),
    ] {
        assert_eq!(gists.of(&sentence.replace("{}", ID), ID), gist, "{sentence}");
    }
}

#[test]
fn it_is_the_client_that_is_refused_where_the_verb_stands_beside_its_id() {
    let gists = &Grammar::load(&[]).unwrap().gists;
    for (sentence, whom) in [
        ("socket {} refused: scope too small", true),
        ("refusing client {}", true),
        ("{} was refused, seat taken", true),
        ("[gate] {} -> DENY (QUOTA)", true),
        ("{} asked for the list of prices and was denied", false),
        ("client {} dropped", false),
        ("{} move rejected: not your turn", false),
    ] {
        assert_eq!(gists.refuses_whom(&sentence.replace("{}", ID), ID), whom, "{sentence}");
    }
}

#[test]
fn a_line_may_begin_by_saying_that_it_gives_a_reason() {
    let gists = &Grammar::load(&[]).unwrap().gists;
    for (line, reason) in [
        ("  reason: jwt expired", Some(" jwt expired")),
        ("- cause=no token", Some("no token")),
        ("reasonable: yes", None),
        ("no reason: none", None),
    ] {
        assert_eq!(gists.because(line), reason, "{line}");
    }
}

#[test]
fn some_words_of_admission_need_no_id() {
    let gists = &Grammar::load(&[]).unwrap().gists;
    for (sentence, vouches) in [
        ("socket authenticated for bob", true),
        ("alice signed in over socket", true),
        ("handshake from 198.51.100.4 succeeded user=sam", true),
        ("ws session established", true),
        ("socket is not yet authenticated", false),
        ("waiting for the socket to be authenticated", false),
        ("socket authenticated, then closed", false),
        ("message of an authenticated socket", false),
        ("redis socket authenticated", false),
        ("socket authentication failed", false),
        ("a user connected", false),
    ] {
        assert_eq!(gists.vouches(sentence), vouches, "{sentence}");
    }
}

#[test]
fn what_is_said_of_all_or_of_other_services_is_nobodys_refusal() {
    let gists = &Grammar::load(&[]).unwrap().gists;
    for general in [
        "socket gateway ready, unauthorized peers will be dropped",
        "refused 3 sockets per minute",
        "postgres: password authentication failed on the unix socket",
        "socket came without a token, falling back to the session",
    ] {
        assert!(gists.is_general(general), "{general}");
    }
    for one in [
        "sockets: handshake refused, no token",
        "socket auth failed: jwt expired",
        "socket denied, too many connections from 203.0.113.77",
    ] {
        assert!(!gists.is_general(one), "{one}");
    }
}
