//! Every form is read as it says, and every reader has a form.

use std::collections::BTreeSet;

use strum::IntoEnumIterator;

use super::*;

#[test]
fn every_form_is_peeled_as_it_says() {
    for form in forms::all() {
        let line = form.wrap(HANDLE);
        let peeled = peeler().peel(&line);
        assert_eq!(peeled.message, HANDLE, "{line}\n{peeled:?}");
        let clock = peeled.stamp.map_or(Clock::Silent, |stamp| match stamp.zone {
            Zone::Known => Clock::Utc,
            Zone::Unknown if stamp.is_time_of_day() => Clock::Day,
            Zone::Unknown => Clock::Local,
        });
        assert_eq!(clock, form.clock, "{line}");
        assert!(!peeled.shape.is_bare() && !peeled.partial, "{line}");
        if !matches!(form.role, Role::Logger | Role::Client) {
            continue;
        }
        assert_eq!(peeled.level, form.level, "{line}");
        assert_eq!(peeled.logger.as_deref(), form.logger, "{line}");
        let second = peeled.stamp.map(|stamp| stamp.micros.div_euclid(SECOND));
        let want = match clock {
            Clock::Silent => None,
            Clock::Day => Some(AT % 86_400),
            Clock::Local | Clock::Utc => Some(AT),
        };
        assert_eq!(second, want, "{line}");
    }
}

#[test]
fn what_only_clients_write_says_so() {
    for form in forms::all() {
        let client = peeler().peel(&form.wrap(HANDLE)).client;
        assert_eq!(client, form.role == Role::Client, "{}", form.example);
    }
}

#[test]
fn every_reader_has_a_form() {
    // Access lines and error logs are messages with a time, not wrappers of something else.
    let mut seen: BTreeSet<u8> =
        [layer::Kind::Access, layer::Kind::ErrorLog].map(|kind| kind as u8).into();
    for form in forms::all() {
        let line = form.wrap(HANDLE);
        let line = strip_ansi(&line);
        let mut text = line.as_ref().to_owned();
        while let Some(layer) = peeler().layer(&text, true) {
            seen.insert(layer.kind as u8);
            let rest = layer.rest.into_owned();
            text = rest;
        }
    }
    for kind in layer::Kind::iter() {
        assert!(seen.contains(&(kind as u8)), "no form in `forms` is a {kind:?}");
    }
}

#[test]
fn titles_are_of_one_role() {
    for form in forms::all() {
        let other = forms::all().find(|other| other.title == form.title && other.role != form.role);
        assert_eq!(other, None, "{}", form.title);
    }
}

#[test]
fn any_carrier_around_any_logger_gives_the_same_inside() {
    for form in forms_of(Role::Logger).chain(forms_of(Role::Client)) {
        let line = form.wrap(HANDLE);
        let inside = peeler().peel(&line);
        for carrier in carriers() {
            let outside = carrier.wrap(&line);
            let peeled = peeler().peel(&outside);
            assert_eq!(peeled.message, inside.message, "{outside}\n{peeled:?}");
            assert_eq!(peeled.logger, inside.logger, "{outside}");
            assert!(!peeled.shape.is_bare() && peeled.shape != inside.shape, "{outside}");
            if inside.level.is_some() {
                assert_eq!(peeled.level, inside.level, "{outside}");
            }
            if inside.stamp.is_some_and(|at| !at.is_time_of_day()) {
                assert_eq!(rough(peeled.stamp), rough(inside.stamp), "{outside}");
            }
        }
    }
}
