//! Territories: a country, the groups it is part of on a day, and the world. The table is the one that ships with the
//! program (`territory.txt`: the TIS tables of CISAC); how it is read here is not.

use std::sync::LazyLock;

use ledger_spec::date::Date;
use ledger_spec::event::catalogue::Scope;
use ledger_spec::reference::Territory;

/// The groups, each with what is directly below it, and the days on which it is.
static GROUPS: LazyLock<Vec<(Territory, Vec<Member>)>> = LazyLock::new(|| {
    let table = include_str!("../../src/royalty/territory.txt");
    table.lines().filter_map(|line| line.strip_prefix("group ")).map(group).collect()
});

/// A place, and the first and last day on which it is part of a group.
type Member = (Territory, Date, Date);

/// `2102 2AC 2113 2129 2132`: number, code, members.
fn group(line: &str) -> (Territory, Vec<Member>) {
    let mut words = line.split(' ');
    let number = words.next().unwrap().parse().unwrap();
    (Territory(number), words.skip(1).map(member).collect())
}

/// `840`, or with its days: `840:2004-05-01..2011-07-08`.
fn member(word: &str) -> Member {
    let (number, days) = word.split_once(':').unwrap_or((word, ".."));
    let (from, to) = days.split_once("..").unwrap();
    let from = if from.is_empty() { Date::MIN } else { from.parse().unwrap() };
    let to = if to.is_empty() { Date::MAX } else { to.parse().unwrap() };
    (Territory(number.parse().unwrap()), from, to)
}

/// Whether a place is `group`, or part of it on a day, directly or through other groups.
pub fn within(place: Territory, group: Territory, day: Date) -> bool {
    place == group || (group == Territory::WORLD && place != Territory::UNKNOWN) || {
        let below = GROUPS.iter().filter(|(number, _)| *number == group).flat_map(|(_, members)| members);
        let mut below = below.filter(|(_, from, to)| *from <= day && day <= *to);
        below.any(|(member, ..)| within(place, *member, day))
    }
}

/// Whether a place and a day are in scope.
pub fn in_scope(scope: &Scope, place: Territory, day: Date) -> bool {
    takes_in(scope, place, day) && in_days(scope.from, scope.to, day)
}

/// Whether a scope takes in a place on a day: no included territory means everywhere, what is excluded is out.
pub fn takes_in(scope: &Scope, place: Territory, day: Date) -> bool {
    let included = scope.include.is_empty() || scope.include.iter().any(|group| within(place, *group, day));
    included && !scope.exclude.iter().any(|group| within(place, *group, day))
}

/// Whether a day is between the first and the last one, both included.
pub fn in_days(from: Option<Date>, to: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}
