//! Civil dates and accounting periods, small and exact, without a clock or a time zone.

use std::fmt;
use std::str::FromStr;

use bincode::{Decode, Encode};
use thiserror::Error;

/// A day of the proleptic Gregorian calendar, as days since 1970-01-01. Years 0001 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
pub struct Date(i32);

/// An accounting month, as months since January of year 0. Years 0001 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode)]
pub struct Period(u32);

/// Text or numbers that are no date, or no month.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not {1}")]
pub struct DateError(String, &'static str);

const A_DATE: &str = "a date like 2026-03-31";
const A_PERIOD: &str = "a month like 2026-03";

impl Date {
    /// The first day there is, 0001-01-01.
    pub const MIN: Date = Date(-719_162);
    /// The last day there is, 9999-12-31.
    pub const MAX: Date = Date(2_932_896);

    /// A day by year, month and day of month; `None` if there is no such day.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        let exists =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=month_days(year, month)).contains(&day);
        exists.then(|| Date(days_from_civil(year, month as i32, day as i32)))
    }

    /// A day by its count since 1970-01-01; `None` outside years 1 to 9999.
    pub fn from_days(days: i32) -> Option<Date> {
        (Self::MIN.0..=Self::MAX.0).contains(&days).then_some(Date(days))
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.0
    }

    /// Year, month and day of month.
    pub fn civil(self) -> (i32, u32, u32) {
        civil_from_days(self.0)
    }

    /// The month this day is in.
    pub fn period(self) -> Period {
        let (year, month, _) = self.civil();
        Period(year as u32 * 12 + month - 1)
    }

    /// The UTC day of a moment given in Unix milliseconds; a moment past year 9999 counts as the last day.
    pub fn of_unix_ms(ms: u64) -> Date {
        i32::try_from(ms / 86_400_000).ok().and_then(Date::from_days).unwrap_or(Self::MAX)
    }
}

impl Period {
    /// A month by year and number; `None` if there is none.
    pub fn new(year: u32, month: u32) -> Option<Period> {
        ((1..=9999).contains(&year) && (1..=12).contains(&month)).then(|| Period(year * 12 + month - 1))
    }

    /// Year and month, 1 to 12.
    pub fn year_month(self) -> (u32, u32) {
        (self.0 / 12, self.0 % 12 + 1)
    }

    /// The first day of the month.
    pub fn first_day(self) -> Date {
        let (year, month) = self.year_month();
        Date(days_from_civil(year as i32, month as i32, 1))
    }

    /// The last day of the month.
    pub fn last_day(self) -> Date {
        let (year, month) = self.year_month();
        Date(days_from_civil(year as i32, month as i32, month_days(year as i32, month) as i32))
    }

    /// The month after; the last month there is stays itself.
    pub fn next(self) -> Period {
        Period((self.0 + 1).min(9999 * 12 + 11))
    }

    /// Months since January of year 0, the number that is encoded.
    pub fn number(self) -> u32 {
        self.0
    }

    /// A month by the number that is encoded.
    pub fn from_number(number: u32) -> Option<Period> {
        (12..=9999 * 12 + 11).contains(&number).then_some(Period(number))
    }
}

fn month_days(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01, counting years from March so that the leap day comes last.
fn days_from_civil(year: i32, month: i32, day: i32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i32) -> (i32, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = (shifted + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i32::from(month <= 2);
    (year, month as u32, day as u32)
}

/// Reads `width` digits and nothing else.
fn number(text: &str, width: usize) -> Option<u32> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Date, DateError> {
        let mut parts = text.splitn(3, '-');
        let mut part = |width| parts.next().and_then(|part| number(part, width));
        (|| Date::new(part(4)? as i32, part(2)?, part(2)?))().ok_or_else(|| DateError(text.to_owned(), A_DATE))
    }
}

impl FromStr for Period {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Period, DateError> {
        let mut parts = text.splitn(2, '-');
        let mut part = |width| parts.next().and_then(|part| number(part, width));
        (|| Period::new(part(4)?, part(2)?))().ok_or_else(|| DateError(text.to_owned(), A_PERIOD))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.year_month();
        write!(f, "{year:04}-{month:02}")
    }
}

macro_rules! as_text {
    ($type:ident, $wrong:literal, $from:path) => {
        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl<Context> Decode<Context> for $type {
            fn decode<D: bincode::de::Decoder<Context = Context>>(
                decoder: &mut D,
            ) -> Result<Self, bincode::error::DecodeError> {
                $from(Decode::decode(decoder)?).ok_or(bincode::error::DecodeError::Other($wrong))
            }
        }

        bincode::impl_borrow_decode!($type);

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

as_text!(Date, "a date outside years 1 to 9999", Date::from_days);
as_text!(Period, "a month outside years 1 to 9999", Period::from_number);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        let mut day = Date::new(1899, 12, 31).unwrap().days();
        for year in 1900..2301 {
            for month in 1..=12 {
                for of_month in 1..=31 {
                    let Some(date) = Date::new(year, month, of_month) else { continue };
                    day += 1;
                    assert_eq!(date.days(), day);
                    assert_eq!(date.civil(), (year, month, of_month));
                    assert_eq!(date.to_string().parse(), Ok(date));
                }
            }
        }
    }

    #[test]
    fn the_bounds_are_the_first_and_the_last_day() {
        assert_eq!(Date::new(1, 1, 1), Some(Date::MIN));
        assert_eq!(Date::new(9999, 12, 31), Some(Date::MAX));
        assert_eq!(Date::new(1970, 1, 1).map(Date::days), Some(0));
        assert!(
            Date::new(2025, 2, 29).is_none() && Date::new(2100, 2, 29).is_none() && Date::new(2000, 2, 29).is_some()
        );
        for wrong in ["2026-3-1", "2026-03-32", "+026-03-01", "2026-03-01 ", "", "2026-00-01"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert_eq!("2026-12".parse::<Period>().map(|period| period.next().to_string()), Ok("2027-01".into()));
    }
}
