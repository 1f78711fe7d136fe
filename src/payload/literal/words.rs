//! The words of a literal: numbers, names, what separates a key from its value.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take, take_till, take_while, take_while1},
    character::complete::multispace0,
    combinator::{opt, recognize},
    sequence::pair,
};

fn in_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+')
}

pub(super) fn signed_run(input: &str) -> IResult<&str, &str> {
    let (_, run) =
        recognize(pair(opt(alt((tag("-"), tag("+")))), take_while1(in_number))).parse(input)?;
    take(run.trim_end_matches('.').len()).parse(input)
}

pub(super) fn date(input: &str) -> IResult<&str, &str> {
    take_while(|c: char| in_number(c) || c == ':').parse(input)
}

pub(super) fn name(input: &str) -> IResult<&str, &str> {
    let (_, run) =
        take_while1(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.')).parse(input)?;
    // `received: None. SID: …`: the full stop belongs to the line.
    take(run.trim_end_matches('.').chars().count()).parse(input)
}

/// `name=` of a keyword argument.
pub(super) fn keyword(input: &str) -> IResult<&str, &str> {
    let (rest, name) = take_while1(|c: char| c.is_ascii_alphanumeric() || c == '_').parse(input)?;
    let (rest, _) = tag("=").parse(rest)?;
    Ok((rest, name))
}

pub(super) fn separator(input: &str) -> IResult<&str, &str> {
    let (rest, sep) = alt((tag("=>"), tag(":"), tag("="))).parse(input)?;
    let (rest, _) = multispace0(rest)?;
    Ok((rest, sep))
}

pub(super) fn bare_text(input: &str) -> IResult<&str, &str> {
    take_till(|c: char| matches!(c, ',' | '}' | ']' | ')')).parse(input)
}
