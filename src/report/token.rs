//! What `siotrace token` shows: a page for a person, or one JSON document.

use std::io::{self, Write};

use serde::Serialize;

use super::{Options, page::Page, style::Tone, words};
use crate::{
    event::SessionContents,
    keys::{Form, Signature},
    time::{SECOND, Stamp},
    token::{Examined, LeadsTo, Moment, Signed, What},
};

/// The document's version; a change of meaning raises it, a new key does not.
const SCHEMA: &str = "siotrace.token/1";

/// Columns of a member's name.
const NAME: usize = 14;

/// Writes a page a credential.
pub fn text(all: &[Examined], options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(options, out);
    for (n, one) in all.iter().enumerate() {
        if n > 0 {
            page.blank()?;
        }
        of_one(&mut page, one, all.len() > 1)?;
    }
    Ok(())
}

fn of_one(page: &mut Page<'_>, one: &Examined, of_several: bool) -> io::Result<()> {
    let tone = if one.is_bad() { Tone::Bad } else { Tone::Strong };
    page.title(tone, &title(one, of_several))?;
    members(page, "header", &one.header)?;
    let claims = if matches!(one.what, What::FlaskSession | What::DjangoSigned) {
        "session"
    } else {
        "claims"
    };
    members(page, claims, &one.claims)?;
    if let Some(holds) = one.holds {
        page.heading("who")?;
        page.sentence(4, held(holds))?;
    }
    if !one.moments.is_empty() {
        page.heading("times")?;
        for moment in &one.moments {
            member(page, moment.name, &when(moment))?;
        }
        if let Some(lifetime) = one.lifetime.filter(|seconds| *seconds > 0) {
            member(page, "good for", &words::duration(lifetime))?;
        }
    }
    if let Some(signature) = &one.signature {
        page.heading("signature")?;
        page.sentence(4, &signed(signature, one.what))?;
    }
    let (wrong, risky): (Vec<_>, Vec<_>) =
        one.faults.iter().partition(|fault| matches!(fault.leads_to, LeadsTo::Cause(_)));
    for (heading, faults) in [("wrong with it", wrong), ("risky", risky)] {
        if !faults.is_empty() {
            page.heading(heading)?;
        }
        for fault in faults {
            page.sentence(4, &format!("{}: {}", fault.leads_to.as_str(), fault.text))?;
        }
    }
    if !one.remarks.is_empty() {
        page.heading("worth knowing")?;
        one.remarks.iter().try_for_each(|remark| page.sentence(4, remark))?;
    }
    if !one.is_bad()
        && matches!(
            one.what,
            What::Jwt | What::FlaskSession | What::DjangoSigned | What::ExpressSession
        )
    {
        page.blank()?;
        let checked = matches!(
            one.signature,
            Some(Signed::Jwt(Signature::Good(_)) | Signed::Cookie(Some(Ok(_))))
        );
        page.sentence(
            2,
            if checked {
                "Nothing is wrong with it that shows."
            } else {
                "Nothing is wrong with it that shows without its key."
            },
        )?;
    }
    Ok(())
}

fn title(one: &Examined, of_several: bool) -> String {
    use std::fmt::Write as _;

    let mut title = String::new();
    if of_several {
        title = format!("line {}, ", one.line);
    }
    if let Some(place) = &one.place {
        title.push_str(place);
        title.push_str(": ");
    }
    title.push_str(match one.what {
        What::Jwt => "a JWT",
        What::EncryptedJwt => "an encrypted JWT (JWE)",
        What::BrokenJwt => "a JWT that cannot be read",
        What::FlaskSession => "a session cookie of Flask",
        What::ExpressSession => "a session cookie of Express",
        What::DjangoSession => "a session cookie of Django",
        What::DjangoSigned => "a value signed by Django",
        What::Opaque => "an opaque value",
        What::Empty => "nothing",
        What::Beginning => "the beginning of a token",
    });
    if one.bytes > 0 {
        let _ = write!(title, ", {}", words::several(one.bytes as u64, "byte"));
    }
    if let Some(print) = one.fingerprint {
        let _ = write!(title, ", in reports #{print}");
    }
    title
}

fn members(page: &mut Page<'_>, heading: &str, members: &[(String, String)]) -> io::Result<()> {
    if !members.is_empty() {
        page.heading(heading)?;
    }
    members.iter().try_for_each(|(name, value)| member(page, name, value))
}

fn member(page: &mut Page<'_>, name: &str, value: &str) -> io::Result<()> {
    // Names are of the token's making: one that is harmless in width is all that the columns need.
    let line = format!("{:NAME$} {value}", super::shown(name));
    page.sentence(4, line.trim_end())
}

fn when(moment: &Moment) -> String {
    let stamp = moment.at.checked_mul(SECOND).map(|micros| Stamp::exact(micros, false));
    let clock = stamp.map_or_else(|| "?".to_owned(), |stamp| words::clock(stamp, true, false));
    let words = words::duration(moment.from_now);
    match moment.from_now {
        0 => format!("{clock} UTC, now"),
        1.. => format!("{clock} UTC, in {words}"),
        _ => format!("{clock} UTC, {words} ago"),
    }
}

fn held(holds: SessionContents) -> &'static str {
    match holds {
        SessionContents::Empty => "nobody: it is empty",
        SessionContents::Anonymous => "nobody: it has content, but no user",
        SessionContents::User => "somebody is logged in",
    }
}

fn signed(signature: &Signed, what: What) -> String {
    match signature {
        Signed::Jwt(signature) => match signature {
            Signature::Unchecked => "not checked: give a key with --jwt-key FILE".into(),
            Signature::Good(fit) => match fit.form {
                Form::Plain => format!("good: the key of {} fits", fit.key),
                Form::Decoded => format!("made with the key of {}, decoded from Base64", fit.key),
                Form::Encoded => format!("made with the key of {}, as Base64 text", fit.key),
                Form::LineEnd => {
                    format!("made with the key of {} and the end of its line", fit.key)
                }
                Form::Quoted => format!("made with the key of {} with other quotes", fit.key),
                Form::PublicKeyAsSecret => {
                    format!("made with the text of the public key in {} as a secret", fit.key)
                }
            },
            Signature::Wrong => "wrong: none of the keys fits".into(),
            Signature::Unsigned => "none".into(),
            Signature::Cut(cut) => format!("{} bytes instead of {}", cut.has, cut.wants),
            Signature::UnknownKid => "not checked: the key that it names is not here".into(),
            Signature::NoSuchKey => "not checked: no key of its kind is here".into(),
            Signature::UnknownAlgorithm => "not checked: its algorithm is not known".into(),
            Signature::Unreadable => "cannot be read".into(),
        },
        Signed::Cookie(None) => {
            let option = match what {
                What::FlaskSession => "--flask-key",
                What::DjangoSigned => "--django-key",
                _ => "--express-key",
            };
            format!("not checked: give the key with {option} FILE")
        }
        Signed::Cookie(Some(Ok(0))) => "good".into(),
        Signed::Cookie(Some(Ok(n))) => format!("good: key number {} of those given fits", n + 1),
        Signed::Cookie(Some(Err(_))) => "wrong: none of the keys fits".into(),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    at: String,
    tokens: Vec<Record<'a>>,
}

#[derive(Serialize)]
struct Record<'a> {
    line: usize,
    place: Option<&'a str>,
    kind: &'static str,
    fingerprint: Option<String>,
    bytes: usize,
    header: Vec<Member<'a>>,
    claims: Vec<Member<'a>>,
    times: Vec<TimeRecord>,
    lifetime_s: Option<i64>,
    holds: Option<&'static str>,
    signature: Option<&'static str>,
    key: Option<&'a str>,
    key_form: Option<&'static str>,
    causes: Vec<FaultRecord<'a>>,
    findings: Vec<FaultRecord<'a>>,
    remarks: &'a [String],
}

#[derive(Serialize)]
struct Member<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct TimeRecord {
    name: &'static str,
    at: Option<String>,
    seconds: i64,
    from_now_s: i64,
}

#[derive(Serialize)]
struct FaultRecord<'a> {
    name: &'static str,
    text: &'a str,
}

/// Writes one document; `now` is the time, in seconds since 1970, as of which it was looked at.
pub fn json(all: &[Examined], now: i64, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        at: moment(now).unwrap_or_default(),
        tokens: all.iter().map(record).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn moment(seconds: i64) -> Option<String> {
    let stamp = Stamp::exact(seconds.checked_mul(SECOND)?, false);
    Some(stamp.to_rfc3339()).filter(|text| !text.is_empty())
}

fn record(one: &Examined) -> Record<'_> {
    let faults = |cause: bool| {
        one.faults
            .iter()
            .filter(|fault| matches!(fault.leads_to, LeadsTo::Cause(_)) == cause)
            .map(|fault| FaultRecord { name: fault.leads_to.as_str(), text: &fault.text })
            .collect()
    };
    let fit = match &one.signature {
        Some(Signed::Jwt(Signature::Good(fit))) => Some(fit),
        _ => None,
    };
    Record {
        line: one.line,
        place: one.place.as_deref(),
        kind: one.what.into(),
        fingerprint: one.fingerprint.map(|print| print.to_string()),
        bytes: one.bytes,
        header: named(&one.header),
        claims: named(&one.claims),
        times: one
            .moments
            .iter()
            .map(|time| TimeRecord {
                name: time.name,
                at: moment(time.at),
                seconds: time.at,
                from_now_s: time.from_now,
            })
            .collect(),
        lifetime_s: one.lifetime,
        holds: one.holds.map(Into::into),
        signature: one.signature.as_ref().map(state),
        key: fit.map(|fit| &*fit.key),
        key_form: fit.map(|fit| fit.form.into()),
        causes: faults(true),
        findings: faults(false),
        remarks: &one.remarks,
    }
}

fn named(members: &[(String, String)]) -> Vec<Member<'_>> {
    members.iter().map(|(name, value)| Member { name, value }).collect()
}

fn state(signature: &Signed) -> &'static str {
    match signature {
        Signed::Jwt(signature) => signature.as_str(),
        Signed::Cookie(None) => "unchecked",
        Signed::Cookie(Some(Ok(_))) => "good",
        Signed::Cookie(Some(Err(_))) => "wrong",
    }
}
