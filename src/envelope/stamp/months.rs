//! Months as other languages abbreviate them: `journalctl` and syslog print the names of the machine's locale.

/// Names in lower case and without a point, by month. German, French, Spanish, Portuguese, Italian, Dutch, Polish, Czech, Russian, Turkish and the
/// Scandinavian languages; what they share with English is English's.
const NAMES: [&[&str]; 12] = [
    &["janv", "ene", "gen", "sty", "янв", "led", "oca", "oca", "jan"],
    &["fev", "fév", "févr", "lut", "фев", "úno", "şub", "feb"],
    &["mars", "mär", "märz", "mrz", "mrt", "мар", "bře", "mar"],
    &["avr", "avril", "abr", "kwi", "апр", "dub", "nis", "apr"],
    &["mai", "mag", "mei", "maj", "мая", "май", "kvě", "may"],
    &["juin", "juni", "giu", "cze", "июн", "čen", "haz", "jun"],
    &["juil", "juli", "lug", "lip", "июл", "čec", "tem", "jul"],
    &["août", "ago", "sie", "авг", "srp", "ağu", "aug"],
    &["sept", "set", "wrz", "сен", "zář", "eyl", "sep"],
    &["okt", "out", "ott", "paź", "окт", "říj", "eki", "oct"],
    &["lis", "ноя", "kas", "nov"],
    &["déc", "dez", "dic", "gru", "дек", "pro", "ara", "des", "dec"],
];

/// The month that `text` begins with, 1 to 12, and what follows its blank: `nov. 22 …`, `Thg 11 22 …`, `11月 22 …`.
pub(super) fn read(text: &str) -> Option<(u32, &str)> {
    let (word, rest) = text.split_once(' ')?;
    // An address, or a number: only behind an ideogram's month a digit is one.
    if word.is_ascii() && word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // Vietnamese counts its months, and so do the languages that write with ideograms.
    if matches!(word, "Thg" | "thg" | "Th" | "th") {
        let (number, rest) = rest.split_once(' ')?;
        return numbered(number).map(|month| (month, rest));
    }
    let counted = word
        .strip_prefix("Thg")
        .or_else(|| word.strip_prefix("thg"))
        .or_else(|| word.strip_suffix('月'))
        .or_else(|| word.strip_suffix('월'));
    if let Some(number) = counted {
        return numbered(number).map(|month| (month, rest));
    }
    let name = word.strip_suffix('.').unwrap_or(word);
    if name.len() > 10 {
        return None;
    }
    let name = name.to_lowercase();
    let month = (1..).zip(NAMES).find(|(_, names)| names.contains(&name.as_str()))?.0;
    Some((month, rest))
}

fn numbered(text: &str) -> Option<u32> {
    text.parse().ok().filter(|month| (1..=12).contains(month) && text.len() <= 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_in_other_languages() {
        for (text, want) in [
            ("Thg 1 13 12:50:40 x", Some((1, "13 12:50:40 x"))),
            ("Thg11 13 12:50:40 x", Some((11, "13 12:50:40 x"))),
            ("janv. 13 x", Some((1, "13 x"))),
            ("Okt 13 x", Some((10, "13 x"))),
            ("дек. 13 x", Some((12, "13 x"))),
            ("11月 13 x", Some((11, "13 x"))),
            ("13月 13 x", None),
            ("Server initialized", None),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn no_name_stands_for_two_months() {
        for (i, names) in NAMES.iter().enumerate() {
            for name in *names {
                let others =
                    NAMES.iter().enumerate().filter(|(j, other)| *j != i && other.contains(name));
                assert_eq!(others.count(), 0, "{name}");
            }
        }
    }
}
