//! Dates, months and quarters as statements write them.
//!
//! Slashes mean the American order, month first: every store seen that uses them does.

use ledger_spec::date::{Date, Period};

use super::row::UsageDays;

/// A day: `2026-07-31`, `20260731`, `7/31/2026` or `07/31/26`, each with or without a time of day after it.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim_ascii();
    let end = text.bytes().position(|byte| matches!(byte, b' ' | b'T')).unwrap_or(text.len());
    // Both sides of an ASCII byte are character boundaries.
    let date = text.get(..end).unwrap_or(text);
    match date.as_bytes() {
        [year @ .., b'-', m1, m2, b'-', d1, d2] => civil(number(year, 4)?, pair(m1, m2)?, pair(d1, d2)?),
        [year @ .., m1, m2, d1, d2] if date.len() == 8 && year.iter().all(u8::is_ascii_digit) => {
            civil(number(year, 4)?, pair(m1, m2)?, pair(d1, d2)?)
        }
        _ => american(date),
    }
}

/// Days of use: a day as in [`day`], a month (`2026-07`, `202607`) or a quarter (`2Q2026`, `2026-Q2`).
pub fn days(text: &str) -> Option<UsageDays> {
    let text = text.trim_ascii();
    let (first, last) = match text.as_bytes() {
        [year @ .., b'-', b'Q', quarter] => quarter_months(year, *quarter)?,
        [quarter, b'Q', year @ ..] => quarter_months(year, *quarter)?,
        [year @ .., b'-', m1, m2] if year.len() == 4 => month(year, pair(m1, m2)?)?,
        [year @ .., m1, m2] if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            month(year, pair(m1, m2)?)?
        }
        _ => {
            let date = day(text)?;
            return UsageDays::new(date, date);
        }
    };
    UsageDays::new(first.first_day(), last.last_day())
}

fn quarter_months(year: &[u8], quarter: u8) -> Option<(Period, Period)> {
    let last = u32::from(quarter.wrapping_sub(b'0')) * 3;
    let year = number(year, 4)?;
    Some((Period::new(year, last.checked_sub(2)?)?, Period::new(year, last)?))
}

fn month(year: &[u8], month: u32) -> Option<(Period, Period)> {
    let month = Period::new(number(year, 4)?, month)?;
    Some((month, month))
}

fn american(date: &str) -> Option<Date> {
    let mut parts = date.splitn(3, '/').map(str::as_bytes);
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    let year = match year.len() {
        // No statement is older than this century.
        2 => 2000 + number(year, 2)?,
        _ => number(year, 4)?,
    };
    let one_or_two = |part: &[u8]| number(part, part.len().clamp(1, 2));
    civil(year, one_or_two(month)?, one_or_two(day)?)
}

fn civil(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(i32::try_from(year).ok()?, month, day)
}

fn pair(tens: &u8, ones: &u8) -> Option<u32> {
    number(&[*tens, *ones], 2)
}

/// Reads exactly `width` digits.
fn number(digits: &[u8], width: usize) -> Option<u32> {
    let value = |sum, digit: &u8| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'));
    if digits.len() == width { digits.iter().try_fold(0, value) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_seen_in_statements_is_read() {
        for text in [
            "2026-07-31",
            "20260731",
            "7/31/2026",
            "07/31/26",
            "07/31/2026 12:00:00 AM",
            "7/31/26 5:45pm",
            "2026-07-31T09:00:00",
            " 2026-07-31 ",
        ] {
            assert_eq!(day(text).map(|date| date.to_string()).as_deref(), Some("2026-07-31"), "{text}");
        }
        let shown = |text| days(text).map(|days| format!("{} {}", days.start, days.end));
        for text in ["2026-06", "202606"] {
            assert_eq!(shown(text).as_deref(), Some("2026-06-01 2026-06-30"), "{text}");
        }
        for text in ["2Q2026", "2026-Q2"] {
            assert_eq!(shown(text).as_deref(), Some("2026-04-01 2026-06-30"), "{text}");
        }
        assert_eq!(shown("20261001").as_deref(), Some("2026-10-01 2026-10-01"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in
            ["", "2026", "2026-13", "2026-00", "5Q2026", "0Q2026", "31/12/2026", "2026-02-30", "202613", "1/2", "Q"]
        {
            assert_eq!((day(text), days(text)), (None, None), "{text}");
        }
    }
}
