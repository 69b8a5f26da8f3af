//! Promise: the tables of SPEC.md say what the code does: every kind, every field in its order, every code.

use ledger_spec::event::KINDS;
use ledger_spec::ident::Scheme;

const SPEC: &str = include_str!("../SPEC.md");

/// The sources that declare bodies, one struct after the other.
const BODIES: [&str; 7] = [
    include_str!("../src/event/governance.rs"),
    include_str!("../src/event/catalogue.rs"),
    include_str!("../src/event/licensing.rs"),
    include_str!("../src/event/usage.rs"),
    include_str!("../src/event/money.rs"),
    include_str!("../src/event/period.rs"),
    include_str!("../src/event/particulars.rs"),
];

/// The fields of a struct as declared, in order.
fn declared_fields(name: &str) -> Vec<String> {
    let declared = BODIES.iter().find_map(|source| {
        ["<'a> {\n", " {\n"].iter().find_map(|open| source.split_once(&format!("pub struct {name}{open}")))
    });
    let (_, body) = declared.unwrap_or_else(|| panic!("no struct {name}"));
    let body = body.split("\n}").next().unwrap();
    let field = |line: &str| Some(line.trim().strip_prefix("pub ")?.split(':').next()?.to_owned());
    body.lines().filter_map(field).collect()
}

/// The fields of the table that follows a heading of SPEC.md, in order.
fn specified_fields(heading: &str) -> Vec<String> {
    let (_, after) = SPEC.split_once(heading).unwrap_or_else(|| panic!("SPEC.md has no {heading:?}"));
    let rows = after.lines().skip(1).skip_while(|line| !line.starts_with("| field")).skip(2);
    rows.map_while(|row| Some(row.strip_prefix("| `")?.split('`').next()?.to_owned())).collect()
}

/// `usage-line` is declared as `UsageLine`.
fn struct_name(kind: &str) -> String {
    kind.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

#[test]
fn every_kind_stands_in_the_spec_with_its_fields_in_order() {
    for (code, name) in KINDS {
        assert!(SPEC.contains(&format!("| 0x{code:04x} | {name} |")), "the row of kind {name}");
        let specified = specified_fields(&format!("**0x{code:04x} {name}.**"));
        assert_eq!(specified, declared_fields(&struct_name(name)), "the fields of {name}");
    }
}

#[test]
fn every_part_of_a_body_stands_in_the_spec_with_its_fields_in_order() {
    let mut parts = 0;
    for line in BODIES.iter().flat_map(|source| source.lines()) {
        let Some(name) = line.strip_prefix("pub struct ").map(|rest| rest.split(['<', ' ']).next().unwrap()) else {
            continue;
        };
        if KINDS.iter().any(|(_, kind)| struct_name(kind) == name) {
            continue;
        }
        assert_eq!(specified_fields(&format!("*{name}* (")), declared_fields(name), "the fields of {name}");
        parts += 1;
    }
    assert!(parts > 10, "{parts} parts were found");
}

#[test]
fn every_code_stands_in_the_spec_with_its_name() {
    let source = include_str!("../src/code.rs");
    let mut list = "";
    let mut codes = 0;
    for line in source.lines() {
        if let Some(name) = line.strip_prefix("    ").and_then(|line| line.strip_suffix(" {")) {
            list = if name.chars().all(char::is_alphanumeric) { name } else { list };
        }
        let mut words = line.strip_prefix("        ").unwrap_or_default().splitn(3, ' ');
        let (Some(number), Some(_), Some(text)) = (words.next(), words.next(), words.next()) else { continue };
        let (Ok(number), Some(text)) = (number.parse::<u16>(), text.strip_prefix('"')) else { continue };
        let text = text.trim_end_matches("\",");
        let (_, specified) = SPEC.split_once(&format!("**{list}**")).unwrap_or_else(|| panic!("no list {list}"));
        let specified = format!(" {},", specified.lines().nth(1).unwrap().trim_end_matches('.'));
        let row = if text.is_empty() { format!(" {number} none,") } else { format!(" {number} `{text}`,") };
        assert!(specified.contains(&row), "{list} {row} in {specified}");
        codes += 1;
    }
    assert!(codes > 100, "{codes} codes were found");
}

#[test]
fn every_identifier_scheme_stands_in_the_spec() {
    for (scheme, name) in Scheme::NAMED {
        assert!(SPEC.contains(&format!("| {} | {name} |", scheme.0)), "scheme {name}");
    }
}
