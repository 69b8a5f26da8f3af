//! Values on the command line that several commands take.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use ledger_spec::Hash;
use ledger_spec::code::{AccountClass, ReasonCode, SuspenseReason};
use ledger_spec::date::{Date, Period};
use ledger_spec::role::Roles;

use crate::ledger::{Clock, SystemClock};
use crate::projection::Until;

/// One of these by its name, which a shell completes.
pub fn one_of<T: Copy + Send + Sync + 'static>(named: Vec<(T, &'static str)>) -> impl TypedValueParser<Value = T> {
    let names = PossibleValuesParser::new(named.iter().map(|(_, name)| *name));
    names.try_map(move |given| {
        let found = named.iter().find(|(_, name)| *name == given).map(|(one, _)| *one);
        found.ok_or("is none of these")
    })
}

/// A role by its name.
pub fn role() -> impl TypedValueParser<Value = Roles> {
    one_of(Roles::KNOWN.to_vec())
}

/// A reason by its name, of those that a command takes.
pub fn reason(taken: &'static [ReasonCode]) -> impl TypedValueParser<Value = ReasonCode> {
    one_of(ReasonCode::KNOWN.iter().copied().filter(|(reason, _)| taken.contains(reason)).collect())
}

/// A class of accounts by its name.
pub fn class(name: &str) -> Result<AccountClass, String> {
    let known = || AccountClass::KNOWN.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    AccountClass::from_name(name).ok_or_else(|| format!("known are {}", known()))
}

/// Why money waits, by its name.
pub fn suspense(name: &str) -> Result<SuspenseReason, String> {
    let known = || SuspenseReason::KNOWN.iter().skip(1).map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    SuspenseReason::from_name(name).ok_or_else(|| format!("known are {}", known()))
}

/// A point of the log: after an event, at the end of a day, or at a moment; days and moments are UTC.
pub fn until(text: &str) -> Result<Until, String> {
    const DAY_MS: u64 = 86_400_000;
    if let Ok(index) = text.parse::<u64>() {
        return Ok(Until::Size(index.saturating_add(1)));
    }
    if let Ok(date) = text.parse::<Date>() {
        let days = u64::try_from(date.days()).map_err(|_| "there was no ledger before 1970".to_owned())?;
        return Ok(Until::Moment((days + 1) * DAY_MS - 1));
    }
    let moment = text.parse::<jiff::Timestamp>().ok().and_then(|moment| u64::try_from(moment.as_millisecond()).ok());
    moment.map(Until::Moment).ok_or_else(|| {
        "expected the index of an event, a day such as 2026-03-31, or a moment such as 2026-03-31T12:00:00Z".to_owned()
    })
}

/// What was known when.
#[derive(Debug, Clone, Copy)]
pub enum Moment {
    /// At a point of the log.
    At(Until),
    /// With the close of a period.
    Closed(Period),
}

impl Default for Moment {
    fn default() -> Moment {
        Moment::At(Until::End)
    }
}

/// A point of the log, or a period by its close.
pub fn moment(text: &str) -> Result<Moment, String> {
    match text.parse() {
        Ok(period) => Ok(Moment::Closed(period)),
        Err(_) => until(text).map(Moment::At).map_err(|error| format!("{error}, or a closed period such as 2026-03")),
    }
}

/// So many of something, in words.
pub fn many(number: impl Into<u64>, what: &str) -> String {
    count(number, what, &format!("{what}s"))
}

/// The same for what has a plural of its own.
pub fn count(number: impl Into<u64>, one: &str, more: &str) -> String {
    let number = number.into();
    format!("{number} {}", if number == 1 { one } else { more })
}

/// Today, UTC.
pub fn today() -> Date {
    Date::of_unix_ms(SystemClock.wall())
}

/// The id of a ledger.
pub fn ledger_id(text: &str) -> Result<Hash, String> {
    Hash::from_hex(text).ok_or_else(|| "a ledger's id is 64 hex digits".to_owned())
}
