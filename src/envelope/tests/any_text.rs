//! What holds of any text whatever.

use proptest::prelude::*;

use super::*;

fn any_form() -> impl Strategy<Value = &'static Form> {
    proptest::sample::select(forms::all().collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn any_text_is_peeled_without_panic_and_never_grows(line in "\\PC{0,120}") {
        let peeled = peeler().peel(&line);
        let shorter = peeled.message.len() <= line.len();
        prop_assert!(shorter);
    }

    #[test]
    fn any_pile_of_wrappers_is_peeled_without_panic(
        parts in proptest::collection::vec(
            prop_oneof![
                any_form().prop_map(|form| form.example.to_owned()),
                "[\\[\\]{}()<>:|\"' =\\-0-9a-zA-Z.\u{e9}]{0,12}",
            ],
            0..8,
        ),
        cut in any::<proptest::sample::Index>(),
    ) {
        let mut line = String::from("{}");
        for part in &parts {
            line = if part.contains("{}") { part.replacen("{}", &line, 1) } else { format!("{part}{line}") };
        }
        let line = line.get(..line.floor_char_boundary(cut.index(line.len() + 1))).unwrap_or_default();
        let peeled = peeler().peel(line);
        prop_assert!(peeled.message.len() <= line.len());
        let _ = (starts_record(line), strip_ansi(line));
    }

    #[test]
    fn any_message_survives_any_carrier(
        message in "[A-Z][a-z]{1,8} [a-z0-9 .,:'/_-]{0,40}[a-z]",
        carrier in proptest::sample::select(carriers().collect::<Vec<_>>()),
    ) {
        let inside = peeler().peel(&message).message.into_owned();
        let line = carrier.wrap(&message);
        prop_assert_eq!(peeler().peel(&line).message.into_owned(), inside);
    }
}
