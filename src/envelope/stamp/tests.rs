use proptest::prelude::*;

use super::*;
use crate::time::Zone;

/// 2026-11-22T14:45:00Z.
const NOON: i64 = 1_795_358_700;

#[test]
fn every_way_to_write_a_time_is_read() {
    let table: &[(&str, i64, Zone, bool, &str)] = &[
        ("2026-11-22 14:45:00,231 - x", NOON * SECOND + 231_000, Zone::Unknown, true, " - x"),
        ("2026-11-22 14:45:00.231|", NOON * SECOND + 231_000, Zone::Unknown, true, "|"),
        ("2026-11-22T14:45:00.123456789Z M", NOON * SECOND + 123_456, Zone::Known, true, " M"),
        ("2026-11-22T14:45:00.1234567Z M", NOON * SECOND + 123_456, Zone::Known, true, " M"),
        ("2026-11-22T14:45:00+0000 M", NOON * SECOND, Zone::Known, false, " M"),
        ("2026-11-22T16:45:00+02:00 M", NOON * SECOND, Zone::Known, false, " M"),
        ("2026-11-22 09:15:00 -0530] M", NOON * SECOND, Zone::Known, false, "] M"),
        ("2026-11-22 14:45:00 - 1234 M", NOON * SECOND, Zone::Unknown, false, " - 1234 M"),
        ("2026-11-22T14:45:00: M", NOON * SECOND, Zone::Unknown, false, ": M"),
        ("2026-11-22 14:45:00 UTC M", NOON * SECOND, Zone::Known, false, " M"),
        ("2026/11/22 14:45:00 [error]", NOON * SECOND, Zone::Unknown, false, " [error]"),
        ("22/Nov/2026:14:45:00 +0000] \"", NOON * SECOND, Zone::Known, false, "] \""),
        ("22/Nov/2026 14:45:00] \"", NOON * SECOND, Zone::Unknown, false, "] \""),
        ("22/Nov/2026:14:45:00.123] f", NOON * SECOND + 123_000, Zone::Unknown, true, "] f"),
        ("Nov 22 14:45:00 host", NOON * SECOND, Zone::Unknown, false, " host"),
        ("Nov 22 14:45:00.123456 host", NOON * SECOND + 123_456, Zone::Unknown, true, " host"),
        ("Nov 22, 2026 2:45:00 PM c", NOON * SECOND, Zone::Unknown, false, " c"),
        ("Sun, 22 Nov 2026 14:45:00 GMT c", NOON * SECOND, Zone::Known, false, " c"),
        ("Sun Nov 22 14:45:00.123456 2026] c", NOON * SECOND + 123_456, Zone::Unknown, true, "] c"),
        ("11/22/2026, 2:45:00 PM  W", NOON * SECOND, Zone::Unknown, false, "  W"),
        ("11/22/2026, 2:45:00\u{202f}PM  W", NOON * SECOND, Zone::Unknown, false, "  W"),
        ("11/22/2026 02:45:00 PM W", NOON * SECOND, Zone::Unknown, false, " W"),
        ("22-11-2026 14:45:00 W", NOON * SECOND, Zone::Unknown, false, " W"),
        ("22/11/2026 14:45:00 W", NOON * SECOND, Zone::Unknown, false, " W"),
        ("14:45:33.860] INFO", 53_133_860_000, Zone::Unknown, true, "] INFO"),
    ];
    for (text, micros, zone, fraction, rest) in table {
        let want = Stamp { micros: *micros, zone: *zone, fraction: *fraction };
        assert_eq!(read(text, 2026), Some((want, *rest)), "{text}");
    }
}

#[test]
fn what_is_no_time_is_declined() {
    for text in [
        "",
        "2",
        "2026-11-22",
        "2026-13-22 14:45:00",
        "2026-02-29 14:45:00",
        "2026-11-22 25:45:00",
        "127.0.0.1 - -",
        "85rwddXf5qzlW0vzAAAA: x",
        "12:34:56:78:9a:bc x",
        "May I ask",
        "Sun is up",
        "2026-11-22 14:45:0000",
        "13/13/2026 10:00:00",
    ] {
        assert_eq!(read(text, 2026), None, "{text}");
    }
}

#[test]
fn the_unit_of_an_epoch_follows_from_its_size() {
    for (text, micros) in [
        ("1795358700", NOON * SECOND),
        ("1795358700.25", NOON * SECOND + 250_000),
        ("1795358700123", NOON * SECOND + 123_000),
        ("1795358700123.5", NOON * SECOND + 123_500),
        ("1795358700123456", NOON * SECOND + 123_456),
        ("1795358700123456789", NOON * SECOND + 123_456),
        ("1.7953587e9", NOON * SECOND),
    ] {
        assert_eq!(epoch(text).map(|s| s.micros), Some(micros), "{text}");
    }
    for text in ["", "42", "-1795358700", "1795358700x", "99999999999999999999999", "1e400"] {
        assert_eq!(epoch(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn the_hand_written_reader_agrees_with_chrono(
        text in "(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-5][0-9]([,.][0-9]{1,9})?(Z|[+-][01][0-9]:?[0-5][0-9])?"
    ) {
        let plain = text.replace(',', ".").replace('T', " ");
        let zoned = chrono::DateTime::parse_from_str(&plain, "%Y-%m-%d %H:%M:%S%.f%#z")
            .or_else(|_| chrono::DateTime::parse_from_str(&plain.replace('Z', "+0000"), "%Y-%m-%d %H:%M:%S%.f%z"))
            .map(|at| (at.timestamp_micros(), Zone::Known));
        let local = chrono::NaiveDateTime::parse_from_str(&plain, "%Y-%m-%d %H:%M:%S%.f")
            .map(|at| (at.and_utc().timestamp_micros(), Zone::Unknown));
        let want = zoned.or(local).ok();
        prop_assert_eq!(read(&text, 2026).map(|(s, _)| (s.micros, s.zone)), want);
    }

    #[test]
    fn days_agree_with_chrono(year in 1600_i32..2400, month in 0_u32..14, day in 0_u32..33) {
        let want = chrono::NaiveDate::from_ymd_opt(year, month, day)
            .map(|d| d.signed_duration_since(chrono::NaiveDate::default()).num_days());
        prop_assert_eq!(days(i64::from(year), month, day), want);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,60}", digits in "[0-9:/, TZ.+-]{0,40}") {
        let _ = (read(&text, 2026), read(&digits, 2026), epoch(&digits), clf(&digits));
    }
}
