//! Territories: a country, the groups it is part of on a day, and the world. The table is the one that ships with the
//! program (`territory.txt`: the TIS tables of CISAC); how it is read here is not.

use ledger_spec::date::Date;
use ledger_spec::event::catalogue::Scope;
use ledger_spec::reference::Territory;

const TABLE: &str = include_str!("../../src/royalty/territory.txt");

/// Whether a place is `group`, or part of it on a day, directly or through other groups.
pub fn within(place: Territory, group: Territory, day: Date) -> bool {
    place == group || (group == Territory::WORLD && place != Territory::UNKNOWN) || {
        let members = members_of(group, day);
        members.into_iter().any(|member| within(place, member, day))
    }
}

fn members_of(group: Territory, day: Date) -> Vec<Territory> {
    let start = format!("group {group} ");
    let Some(line) = TABLE.lines().find(|line| line.starts_with(&start)) else { return Vec::new() };
    line.split(' ').skip(3).filter_map(|word| member_on(word, day)).collect()
}

/// `840`, or with its days: `840:2004-05-01..2011-07-08`.
fn member_on(word: &str, day: Date) -> Option<Territory> {
    let (number, days) = word.split_once(':').unwrap_or((word, ".."));
    let (from, to) = days.split_once("..").unwrap();
    let from = if from.is_empty() { Date::MIN } else { from.parse().unwrap() };
    let to = if to.is_empty() { Date::MAX } else { to.parse().unwrap() };
    (from <= day && day <= to).then(|| Territory(number.parse().unwrap()))
}

/// Whether a place and a day are in scope: no included territory means everywhere, what is excluded is out.
pub fn in_scope(scope: &Scope, place: Territory, day: Date) -> bool {
    let included = scope.include.is_empty() || scope.include.iter().any(|group| within(place, *group, day));
    let excluded = scope.exclude.iter().any(|group| within(place, *group, day));
    included && !excluded && in_days(scope.from, scope.to, day)
}

/// Whether a day is between the first and the last one, both included.
pub fn in_days(from: Option<Date>, to: Option<Date>, day: Date) -> bool {
    from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
}
