//! The cells of one line, and the values in them.

use ledger_spec::date::Date;
use ledger_spec::limits;
use ledger_spec::money::{Currency, SourceAmount};
use memchr::memchr_iter;

use super::dates;
use super::defect::{Fault, Reason};
use super::row::UsageDays;

/// The most cells of a line that are read; the widest statement known has 48.
const CELLS: usize = 64;
/// 10^15 units of currency, the most an account holds, in 10^-scale of a unit.
const LARGEST: [u128; 22] = {
    let mut largest = [10u128.pow(15); 22];
    let mut scale = 1;
    while scale < largest.len() {
        largest[scale] = largest[scale - 1] * 10;
        scale += 1;
    }
    largest
};

/// The cells of a line, in order.
#[derive(Clone, Copy)]
pub(super) struct Cells<'a> {
    text: &'a str,
    /// Where each cell ends in the text; lines are at most 1 MiB long.
    ends: [u32; CELLS],
    len: usize,
    /// Bytes between one cell and the next.
    gap: usize,
    /// Numbers may have commas between groups of three digits.
    grouped: bool,
}

impl<'a> Cells<'a> {
    /// Splits at every tab. Quotes are literal.
    pub(super) fn split(line: &'a str) -> Cells<'a> {
        let mut cells = Cells { text: line, ends: [0; CELLS], len: 0, gap: 1, grouped: false };
        for tab in memchr_iter(b'\t', line.as_bytes()) {
            cells.push(tab);
        }
        cells.push(line.len());
        cells
    }

    /// Cells that lie one after the other in `text`, each up to one of `ends`. Numbers may be grouped.
    pub(super) fn between(text: &'a str, ends: &[usize]) -> Cells<'a> {
        let mut cells = Cells { text, ends: [0; CELLS], len: 0, gap: 0, grouped: true };
        for &end in ends {
            cells.push(end);
        }
        cells
    }

    fn push(&mut self, end: usize) {
        if let Some(slot) = self.ends.get_mut(self.len) {
            // What is longer lies beyond any cell that is read.
            *slot = u32::try_from(end).unwrap_or(u32::MAX);
        }
        self.len += 1;
    }

    /// How many cells the line has, read or not.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The cell, empty if it is not there.
    pub(super) fn get(&self, cell: usize) -> &'a str {
        if cell >= self.len {
            return "";
        }
        let start = match cell.checked_sub(1).map(|before| self.ends.get(before)) {
            None => 0,
            Some(Some(end)) => *end as usize + self.gap,
            Some(None) => return "",
        };
        self.ends.get(cell).and_then(|end| self.text.get(start..*end as usize)).unwrap_or_default()
    }

    /// An identifier or code as given, short enough for an event.
    pub(super) fn id(&self, cell: usize) -> Result<&'a str, Fault<'a>> {
        self.at_most(cell, limits::IDENTIFIER)
    }

    /// A name as given, short enough for an event.
    pub(super) fn name(&self, cell: usize) -> Result<&'a str, Fault<'a>> {
        self.at_most(cell, limits::TEXT)
    }

    fn at_most(&self, cell: usize, limit: usize) -> Result<&'a str, Fault<'a>> {
        let text = self.get(cell);
        if text.len() <= limit { Ok(text) } else { Err(self.fault(cell, Reason::TooLong { limit })) }
    }

    /// An amount or another exact number; `None` if the cell is empty.
    pub(super) fn decimal(&self, cell: usize) -> Result<Option<SourceAmount>, Fault<'a>> {
        match self.get(cell).trim_ascii() {
            "" => Ok(None),
            text => decimal(text, self.grouped).map(Some).map_err(|reason| self.fault(cell, reason)),
        }
    }

    /// A whole number; `None` if the cell is empty. Decimals that are zeros do no harm, unless they look like a group
    /// of three digits.
    pub(super) fn integer(&self, cell: usize) -> Result<Option<i64>, Fault<'a>> {
        let text = self.get(cell).trim_ascii();
        match text.parse() {
            _ if text.is_empty() => Ok(None),
            Ok(number) if (-INTEGER..=INTEGER).contains(&number) => Ok(Some(number)),
            _ => whole(text, self.grouped).map(Some).ok_or_else(|| self.fault(cell, Reason::NotAnInteger)),
        }
    }

    /// A day; `None` if the cell is empty.
    pub(super) fn day(&self, cell: usize) -> Result<Option<Date>, Fault<'a>> {
        self.parsed(cell, dates::day, Reason::NotADate)
    }

    /// The days of a day, month or quarter; `None` if the cell is empty.
    pub(super) fn days(&self, cell: usize) -> Result<Option<UsageDays>, Fault<'a>> {
        self.parsed(cell, dates::days, Reason::NotADate)
    }

    /// An ISO 4217 code; `None` if the cell is empty.
    pub(super) fn currency(&self, cell: usize) -> Result<Option<Currency>, Fault<'a>> {
        let wanted = "a currency code of three capital letters, such as EUR";
        self.parsed(cell, |text| text.trim_ascii().parse().ok(), Reason::NotACode(wanted))
    }

    /// `true` or `false`, in any case, or `1` or `0`; `None` if the cell is empty.
    pub(super) fn boolean(&self, cell: usize) -> Result<Option<bool>, Fault<'a>> {
        self.parsed(cell, boolean, Reason::NotACode("true or false"))
    }

    /// The value, or that it is missing.
    pub(super) fn needed<T>(&self, cell: usize, value: Option<T>) -> Result<T, Fault<'a>> {
        value.ok_or_else(|| self.fault(cell, Reason::MissingCell))
    }

    /// What is wrong with a cell.
    pub(super) fn fault(&self, cell: usize, reason: Reason) -> Fault<'a> {
        Fault { cell: Some(cell), value: self.get(cell).as_bytes(), reason }
    }

    fn parsed<T>(&self, cell: usize, read: fn(&str) -> Option<T>, reason: Reason) -> Result<Option<T>, Fault<'a>> {
        match self.get(cell) {
            "" => Ok(None),
            text => read(text).map(Some).ok_or_else(|| self.fault(cell, reason)),
        }
    }
}

/// The most units in one line: sums of 2^53 lines of them fit `i128` with room to spare.
const INTEGER: i64 = 10i64.pow(18) - 1;

fn decimal(text: &str, grouped: bool) -> Result<SourceAmount, Reason> {
    let amount: SourceAmount = match grouped.then(|| ungrouped(text)).flatten() {
        Some(digits) => digits.parse()?,
        None => text.parse()?,
    };
    match LARGEST.get(usize::from(amount.scale())) {
        Some(largest) if amount.mantissa().unsigned_abs() > *largest => Err(Reason::OutOfRange),
        // With more decimals than the table has, all that can be written is in range.
        _ => Ok(amount),
    }
}

fn whole(text: &str, grouped: bool) -> Option<i64> {
    let number = decimal(text, grouped).ok()?;
    // "1.000" is one to some and a thousand to others, and mechanicals are paid by the unit.
    if number.scale() == 3 {
        return None;
    }
    let unit = 10i128.pow(u32::from(number.scale()));
    let whole = (number.mantissa() % unit == 0).then_some(number.mantissa() / unit)?;
    i64::try_from(whole).ok()
}

/// The digits without the commas, if there are commas and all stand where they belong.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let mut groups = whole.split(',').enumerate().skip(1).peekable();
    groups.peek()?;
    if !groups.all(|(_, group)| group.len() == 3) {
        return None;
    }
    let point = if decimals.is_some() { "." } else { "" };
    Some(format!("{}{point}{}", whole.replace(',', ""), decimals.unwrap_or_default()))
}

fn boolean(text: &str) -> Option<bool> {
    match text.trim_ascii() {
        "1" => Some(true),
        "0" => Some(false),
        text if text.eq_ignore_ascii_case("true") => Some(true),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_read_only_between_groups_of_three() {
        let read = |text| decimal(text, true).map(|amount| amount.to_string()).ok();
        assert_eq!(read("1,234,567.50").as_deref(), Some("1234567.50"));
        assert_eq!(read("-1,234").as_deref(), Some("-1234"));
        for text in ["1,23", "1,2345", ",", "1,234,", "1.234,5"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(decimal("1,234", false).is_err());
    }

    #[test]
    fn amounts_end_where_accounts_end() {
        for (text, held) in [
            ("1000000000000000", true),
            ("1000000000000000.1", false),
            ("-1000000000000000.000000", true),
            ("1000000000000001", false),
            ("999999.123456789012345678901234567890", true),
        ] {
            assert_eq!(decimal(text, false).is_ok(), held, "{text}");
        }
    }
}
