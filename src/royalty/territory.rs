//! Places and the groups they belong to, on a day: the CISAC Territory Information System.
//!
//! The table is data (`territory.txt` beside this file, with its origin). It is read once; groups are flattened
//! then, so that one lookup answers whether a place is part of a group however many groups lie between.

use std::str::FromStr;
use std::sync::LazyLock;

use ledger_spec::date::Date;
use ledger_spec::reference::Territory;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    Table::read(include_str!("territory.txt")).expect("the table is a part of the program, read whole by a test")
});

/// The days on which a place is part of a group, first and last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Days {
    first: Date,
    last: Date,
}

impl Days {
    const ALWAYS: Days = Days { first: Date::MIN, last: Date::MAX };

    fn both(self, other: Days) -> Option<Days> {
        let both = Days { first: self.first.max(other.first), last: self.last.min(other.last) };
        (both.first <= both.last).then_some(both)
    }
}

#[derive(Default)]
struct Table {
    /// Alphabetic codes in use today, by their [`key`], sorted.
    numbers: Vec<(u32, Territory)>,
    /// The code of each number, sorted; a code of today stands before a former one.
    codes: Vec<(Territory, bool, &'static str)>,
    /// Everything that is part of a group, directly or not, sorted.
    members: Vec<(Territory, Territory, Days)>,
}

impl Table {
    fn read(text: &'static str) -> Option<Table> {
        let mut table = Table::default();
        let mut groups = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            let (kind, number, code) = (words.next()?, Territory(words.next()?.parse().ok()?), words.next()?);
            let former = kind == "former";
            if !former {
                table.numbers.push((key(code)?, number));
            }
            table.codes.push((number, former, code));
            if kind == "group" {
                groups.push((number, words.map(member).collect::<Option<Vec<_>>>()?));
            }
        }
        for (group, _) in &groups {
            table.flatten(*group, *group, Days::ALWAYS, &groups);
        }
        table.numbers.sort_unstable();
        table.codes.sort_unstable();
        table.members.sort_unstable();
        table.members.dedup();
        Some(table)
    }

    /// Adds what is below `group` to the members of `top`, for the days that both relations hold.
    fn flatten(
        &mut self,
        top: Territory,
        group: Territory,
        days: Days,
        groups: &[(Territory, Vec<(Territory, Days)>)],
    ) {
        let below = groups.iter().find(|(number, _)| *number == group).map_or(&[][..], |(_, members)| members);
        for (member, their_days) in below {
            if let Some(days) = days.both(*their_days) {
                self.members.push((top, *member, days));
                self.flatten(top, *member, days, groups);
            }
        }
    }
}

/// A code of at most four letters as a number: one comparison instead of many, because every line of a report has one.
fn key(code: &str) -> Option<u32> {
    let fits = code.len() <= size_of::<u32>();
    fits.then(|| code.bytes().fold(0, |key, byte| key << 8 | u32::from(byte)))
}

/// Reads `NUMBER` or `NUMBER:FIRST..LAST`, where either day may lack.
fn member(word: &str) -> Option<(Territory, Days)> {
    let (number, days) = word.split_once(':').unwrap_or((word, ".."));
    let (first, last) = days.split_once("..")?;
    let day = |text: &str, open| if text.is_empty() { Some(open) } else { Date::from_str(text).ok() };
    let days = Days { first: day(first, Date::MIN)?, last: day(last, Date::MAX)? };
    Some((Territory(number.parse().ok()?), days))
}

/// Whether `place` is `group`, or was part of it on that day. Every place, known or not, is part of the world.
pub fn contains(group: Territory, place: Territory, on: Date) -> bool {
    if group == place || group == Territory::WORLD {
        return true;
    }
    let members = &TABLE.members;
    let from = members.partition_point(|(top, member, _)| (*top, *member) < (group, place));
    members[from..]
        .iter()
        .take_while(|(top, member, _)| (*top, *member) == (group, place))
        .any(|(_, _, days)| (days.first..=days.last).contains(&on))
}

/// The days on which a place became part of a group, or was so no longer.
pub fn changes(group: Territory) -> impl Iterator<Item = Date> {
    let from = TABLE.members.partition_point(|(top, ..)| *top < group);
    let members = TABLE.members[from..].iter().take_while(move |(top, ..)| *top == group);
    let first = |days: &Days| Some(days.first).filter(|first| *first != Date::MIN);
    // There is no day after the last there is.
    let after = |days: &Days| days.last.days().checked_add(1).and_then(Date::from_days);
    members.flat_map(move |(_, _, days)| [first(days), after(days)]).flatten()
}

/// Every place and group of the table, former ones included.
pub fn all() -> impl Iterator<Item = Territory> {
    TABLE.codes.iter().map(|(number, _, _)| *number)
}

/// The place of an alphabetic code of today: ISO 3166-1 alpha-2 (`US`), or TIS for groups (`2WL`, the world).
pub fn from_code(code: &str) -> Option<Territory> {
    let numbers = &TABLE.numbers;
    let key = key(code)?;
    numbers.binary_search_by_key(&key, |(code, _)| *code).ok().map(|at| numbers[at].1)
}

/// The alphabetic code of a place; the last one it had, if it is no longer.
pub fn code(place: Territory) -> Option<&'static str> {
    let codes = &TABLE.codes;
    let at = codes.partition_point(|(number, _, _)| *number < place);
    codes.get(at).filter(|(number, _, _)| *number == place).map(|(_, _, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(date: &str) -> Date {
        date.parse().unwrap()
    }

    #[test]
    fn the_table_is_whole() {
        let lines = include_str!("territory.txt").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.codes.len(), lines);
        // Each group member is a territory of the table.
        assert!(TABLE.members.iter().all(|(_, member, _)| code(*member).is_some()));
        assert_eq!(TABLE.codes.iter().filter(|(number, former, _)| number.0 < 2000 && !former).count(), 249);
    }

    #[test]
    fn groups_contain_what_is_below_them_at_any_depth() {
        let (us, jamaica, north_america) = (Territory(840), Territory(388), Territory(2129));
        assert!(contains(Territory::WORLD, us, on("2026-01-01")));
        assert!(contains(Territory(2101), us, on("2026-01-01")), "America > American continent > North America > US");
        assert!(contains(Territory(2101), jamaica, on("2026-01-01")), "America > West Indies > Antilles > Jamaica");
        assert!(contains(north_america, us, on("2026-01-01")) && !contains(north_america, jamaica, on("2026-01-01")));
        assert!(contains(us, us, on("2026-01-01")) && !contains(us, north_america, on("2026-01-01")));
        assert!(contains(Territory::WORLD, Territory::UNKNOWN, on("2026-01-01")));
        assert!(!contains(Territory(2120), Territory::UNKNOWN, on("2026-01-01")));
    }

    #[test]
    fn membership_has_a_first_and_a_last_day() {
        let (union, kingdom, croatia) = (Territory(2123), Territory(826), Territory(191));
        assert!(contains(union, kingdom, on("2020-01-31")) && !contains(union, kingdom, on("2020-02-01")));
        assert!(!contains(union, croatia, on("2013-06-30")) && contains(union, croatia, on("2013-07-01")));
    }

    #[test]
    fn codes_and_numbers_name_each_other() {
        for (text, number) in [("US", 840), ("DE", 276), ("GU", 316), ("2WL", 2136), ("SD", 729)] {
            assert_eq!(from_code(text), Some(Territory(number)));
            assert_eq!(code(Territory(number)), Some(text));
        }
        assert_eq!((from_code("ZZ"), from_code("us"), from_code("")), (None, None, None));
        assert_eq!((code(Territory(736)), from_code("YU")), (Some("SD"), None));
        assert_eq!(code(Territory::UNKNOWN), None);
    }
}
