use std::io::{self, Read};

use super::*;

const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwibmFtZSI6ImhpZGRlbiIsImlhdCI6MTc3MjAwMDAwMCwiZXhwIjoxNzcyMDAwOTAwfQ.r9y8cnltyglRM5x3kBnMoCiXy7ACOTG3UIDyXxolc2E";

fn redacted(redactor: Redactor, log: impl AsRef<[u8]>) -> Vec<u8> {
    let mut redactor = redactor;
    let mut out = Vec::new();
    redactor.run(log.as_ref(), &mut out).unwrap();
    out
}

/// Gives a few bytes a read.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = self.1.min(buf.len());
        self.0.read(&mut buf[..most])
    }
}

fn pem() -> String {
    let key: String =
        ["MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"; 9].join("\n");
    format!(
        "key is -----BEGIN PRIVATE KEY-----\n{key}\nMzEfYyjiWA4R4=\n-----END PRIVATE KEY-----\nplain line\n"
    )
}

#[test]
fn what_is_no_credential_stays_byte_for_byte() {
    let log = b"plain\r\n\xff\xfe not UTF-8 \x00 token \xc3\r\n\r\n  key of a word\nsid=Xk2mQ9pLr7TzWb5cAAAA no end";
    assert_eq!(redacted(Redactor::new(), log), log);
    assert_eq!(redacted(Redactor::new().emails(true).addresses(true), log), log);
    assert_eq!(redacted(Redactor::new(), b""), b"");
}

#[test]
fn a_credential_beside_broken_bytes_goes() {
    let mut log = b"\xff token=".to_vec();
    log.extend_from_slice(JWT.as_bytes());
    log.extend_from_slice(b" \xfe\r\npassword=\xffhunter\xfe2\r\n");
    let out = redacted(Redactor::new(), &log);
    assert_eq!(out.len(), log.len());
    assert!(out.starts_with(b"\xff token=eyJ") && out.ends_with(b"\r\n"));
    let text = String::from_utf8_lossy(&out);
    assert!(!text.contains("hunter") && !text.contains("r9y8cnlty"), "{text}");
}

#[test]
fn a_key_over_several_lines_goes_and_the_lines_around_it_stay() {
    let log = pem();
    let out = String::from_utf8(redacted(Redactor::new(), &log)).unwrap();
    assert!(out.starts_with("key is -----BEGIN PRIVATE KEY-----\n"), "{out}");
    assert!(out.ends_with("\n-----END PRIVATE KEY-----\nplain line\n"), "{out}");
    assert!(!out.contains("MIIE") && !out.contains("MzEfYyj"), "{out}");
    // One that never ends takes nothing with it but its own lines.
    let cut = log.replace("-----END PRIVATE KEY-----\n", "");
    let out = String::from_utf8(redacted(Redactor::new(), &cut)).unwrap();
    assert!(!out.contains("MIIE"), "{out}");
}

#[test]
fn portions_and_threads_change_nothing() {
    let line = format!("0{{\"token\":\"{JWT}\"}} from 93.184.216.34, alice@example.com\n");
    let log = format!(
        "{}{}{}last line without end, password=hunter2",
        line.repeat(40),
        pem(),
        line.repeat(40)
    );
    let redactor = || Redactor::new().emails(true).addresses(true);
    let whole = redacted(redactor(), &log);
    for portion in [1, 7, 100, 4096] {
        for jobs in [1, 3] {
            let mut out = Vec::new();
            redactor()
                .jobs(NonZeroUsize::new(jobs).unwrap())
                .run(Drops(log.as_bytes(), portion), &mut out)
                .unwrap();
            assert!(out == whole, "portions of {portion}, {jobs} threads");
        }
    }
}

#[test]
fn a_salt_gives_other_pseudonyms_and_shows_who_comes_again() {
    let log = format!("token={JWT}\npassword=hunter2\npassword=drowsy7\n");
    let (plain, salted) =
        (redacted(Redactor::new(), &log), redacted(Redactor::new().salt(b"s"), &log));
    assert_ne!(plain, salted);
    assert_eq!(salted, redacted(Redactor::new().salt(b"s"), &log));
    assert_ne!(salted, redacted(Redactor::new().salt(b"t"), &log));
    let passwords = |out: Vec<u8>| -> Vec<String> {
        String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect()
    };
    let plain = passwords(plain);
    assert_eq!(plain[0], plain[1], "a password must not be found by trying");
    let salted = passwords(salted);
    assert_ne!(salted[0], salted[1]);
}

#[test]
fn people_and_addresses_are_numbered_when_asked_for() {
    let log = "user alice@corp.test from 93.184.216.34:50110\nuser bob@corp.test from 8.8.8.8, alice@corp.test\n";
    assert_eq!(redacted(Redactor::new(), log), log.as_bytes());
    let out = redacted(Redactor::new().emails(true).addresses(true), log);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "user user1@mail1.example from 203.0.113.1:50110\nuser user2@mail1.example from 203.0.113.2, user1@mail1.example\n"
    );
}

#[test]
fn a_reader_who_hangs_up_stops_the_work() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for jobs in [1, 3] {
        let endless = io::repeat(b'\n');
        let done = Redactor::new().jobs(NonZeroUsize::new(jobs).unwrap()).run(endless, Closed);
        assert!(matches!(done, Err(Fault::Write(_))), "{done:?}");
    }
}

#[test]
fn what_was_read_before_a_fault_is_written() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let mut out = Vec::new();
    let done = Redactor::new().run(b"a line\nhalf a".chain(Broken), &mut out);
    assert!(matches!(done, Err(Fault::Read(_))), "{done:?}");
    assert_eq!(out, b"a line\nhalf a");
}
