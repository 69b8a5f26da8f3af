//! The text format says what its description says, refuses everything else at the right line, and loses no citation
//! however many submissions a file takes.

use std::collections::{BTreeSet, HashMap};

use cantus::ingest::catalogue::{BUILTIN, Builtin, Coded, Document, FORMAT, KINDS, Names, NoNames, Problem, Syntax};
use ledger_spec::code::{RateMeasure, RateTable, Rights};
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Claim, Match, MatchSubject};
use ledger_spec::limits;
use ledger_spec::money::{Amount, Ratio};
use ledger_spec::reference::{EventRef, PartyId};

fn toml(text: &str) -> Result<Document, Vec<Problem>> {
    Document::read("house.toml", text, Syntax::Toml)
}

/// What is wrong with a text, as a person sees it, with the hints.
fn problems(text: &str, names: &dyn Names) -> Vec<String> {
    let problems = toml(text).and_then(|document| document.check(names)).expect_err("this text is wrong");
    problems.iter().map(|problem| format!("{problem} | {}", problem.hint.as_deref().unwrap_or(""))).collect()
}

fn counting() -> impl FnMut() -> PartyId {
    let mut next = 0u128;
    move || {
        next += 1;
        PartyId(next.to_be_bytes())
    }
}

/// The bodies of every submission, appended to a log that has `first` events already and takes one of another
/// author's between any two.
fn translate(document: &Document, names: &dyn Names, first: u64) -> Vec<(u64, Vec<Vec<u8>>)> {
    let mut fresh = counting();
    let mut translation = document.translate(names, &mut fresh);
    let (mut at, mut submissions) = (first, Vec::new());
    while let Some(bodies) = translation.submission().expect("the text was checked") {
        let bodies = bodies.to_vec();
        translation.settle(at);
        let next = at + bodies.len() as u64 + 1;
        submissions.push((std::mem::replace(&mut at, next), bodies));
    }
    submissions
}

/// A ledger that knows the sources of the examples, and nothing else.
struct Sources;

impl Names for Sources {
    fn party(&self, _: &str) -> Option<PartyId> {
        None
    }
    fn event(&self, _: Coded, _: &str) -> Option<u64> {
        None
    }
    fn claim(&self, _: u64, _: PartyId) -> Option<u64> {
        None
    }
    fn source(&self, file: &str) -> Option<u64> {
        file.starts_with("tunehouse-2026-").then_some(812)
    }
    fn codes(&self, _: Coded) -> Vec<String> {
        Vec::new()
    }
}

/// The TOML examples of the description, as one text.
fn examples() -> String {
    let blocks = FORMAT.split("```toml\n").skip(1);
    blocks.filter_map(|block| block.split("```").next()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_example_of_the_description_is_taken() {
    // The adjustment of the examples is between parties of the same text; nothing else in them needs a ledger.
    let document = toml(&examples()).unwrap();
    let checked = document.check(&Sources).unwrap();
    let shown: BTreeSet<_> = checked.tables.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(shown, KINDS.iter().copied().collect(), "an example of every kind");
    assert_eq!(checked.warnings, []);
    assert_eq!(
        translate(&document, &Sources, 900).iter().map(|(_, bodies)| bodies.len()).sum::<usize>(),
        checked.events
    );
}

#[test]
fn every_field_is_described() {
    for kind in KINDS {
        let problem = &problems(&format!("[[{kind}]]\nqqqqqqqqqqqq = \"\""), &NoNames)[0];
        let (_, fields) = problem.split_once("its fields are ").expect("the fields are listed");
        for field in fields.split(", ") {
            assert!(FORMAT.contains(field), "{field} of {kind} is not described");
        }
    }
}

#[test]
fn json_lines_say_the_same() {
    let text = "[[party]]\ncode = 'anna'\ntype = 'person'\nname = 'Anna'\n[[work]]\ncode = 'river'\n\
        [[claim]]\nwork = 'river'\nparty = 'anna'\nrights = ['mechanical']\nshare = '1/3'\nagreed = true\nfrom = 2026-01-01\n";
    let lines = "{\"kind\": \"claim\", \"work\": \"river\", \"party\": \"anna\", \"rights\": [\"mechanical\"], \
        \"share\": \"1/3\", \"agreed\": true, \"from\": \"2026-01-01\"}\n\n\
        {\"kind\": \"party\", \"code\": \"anna\", \"type\": \"person\", \"name\": \"Anna\"}\n\
        {\"code\": \"river\", \"kind\": \"work\"}\n";
    let lines = Document::read("house.jsonl", lines, Syntax::of_file_name("house.jsonl")).unwrap();
    assert_eq!(translate(&lines, &NoNames, 7), translate(&toml(text).unwrap(), &NoNames, 7));
}

#[test]
fn what_is_wrong_is_said_where_it_stands() {
    let cases = [
        (
            "[[party]]\ncode = 'a'\ntyp = 'person'",
            "house.toml:3: party, typ: there is no such field here | did you mean type?",
        ),
        ("[[partty]]\ncode = 'a'", "house.toml:1: there is no kind of table called \"partty\" | did you mean party?"),
        (
            "[party]\ncode = 'a'",
            "house.toml:1: party is not a list of tables | write [[party]] on a line of its own, and the fields below it",
        ),
        ("\n[[work]]\ntitle = 'A'", "house.toml:2: work, code: this field is missing | add code = … to the table"),
        (
            "[[work]]\ncode = 'a b'",
            "house.toml:2: work, code: \"a b\": a code is one word of 1 to 64 bytes | use letters, digits and hyphens, such as \"anna-berg\"",
        ),
        (
            "[[work]]\ncode = 'a'\n[[work]]\ncode = 'a'",
            "house.toml:4: work, code: \"a\": a work with this code is in this file already | take another code; what stands in the ledger is not written again",
        ),
        ("[[work]]\ncode = 'a'\ntitle = ' '", "house.toml:3: work, title: a text has 1 to 4000 bytes | "),
        (
            "[[reversal]]\nevent = 3\nsource = 4\nreason = 'error'\nwhy = 'x'",
            "house.toml:1: reversal: one thing is reversed | give exactly one of event and source",
        ),
        (
            "[[reversal]]\nsource = 'x.tsv'\nreason = 'error'\nwhy = 'x'",
            "house.toml:2: reversal, source: \"x.tsv\": no file of this name was imported | give the name of the file as it was imported, or the index of its first event",
        ),
        ("a = ", "house.toml:1: string values must be quoted, expected literal string | the file must be valid TOML"),
        ("", "house.toml:1: there is nothing in it | write a table such as [[party]]"),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(text, &NoNames)[0], expected, "{text}");
    }
}

#[test]
fn wrong_values_name_the_value_and_what_was_expected() {
    let share = |share: &str| {
        let text = format!(
            "[[party]]\ncode = 'a'\ntype = 'person'\n[[work]]\ncode = 'w'\n[[claim]]\nwork = 'w'\nparty = 'a'\n\
             rights = ['mechanical']\nshare = {share}\n"
        );
        problems(&text, &NoNames)[0].clone()
    };
    assert!(share("0.5").starts_with("house.toml:10: claim, share: this is a number without quotes; expected a ratio"));
    assert!(share("0.5").ends_with("| put amounts, shares and codes in quotes, such as \"0.5\""));
    assert!(share("'half'").starts_with("house.toml:10: claim, share: \"half\": not a ratio"), "{}", share("'half'"));
    assert!(share("'101%'").starts_with("house.toml:10: claim, share: \"101/100\": this is more than the whole"));
    assert!(share("1").contains("\"1\": this is integer `1`; expected a ratio as a string"), "{}", share("1"));
}

#[test]
fn every_problem_of_a_file_is_said_at_once_in_the_order_of_the_file() {
    let text = "[[claim]]\nwork = 'rivr'\nparty = 'anna'\nrights = ['mechanical']\nshare = '1'\n\
        [[split]]\nrecording = 'rec'\nparts = [\n  { party = 'anna', share = '60%' },\n  { party = 'tmo', share = '50%' },\n]\n\
        [[work]]\ncode = 'river'\n[[recording]]\ncode = 'rec'\n[[party]]\ncode = 'anna'\ntype = 'person'\n[[party]]\ncode = 'tom'\ntype = 'person'\n";
    assert_eq!(
        problems(text, &NoNames),
        [
            "house.toml:2: claim, work: \"rivr\": no work has this code | did you mean \"river\"?",
            "house.toml:10: split, parts.2.party: \"tmo\": no party has this code | did you mean \"tom\"?",
        ]
    );
    let whole = text.replace("rivr", "river").replace("tmo", "tom");
    assert_eq!(
        problems(&whole, &NoNames),
        [
            "house.toml:8: split, parts: \"11/10\": this is more than the whole | the shares of the parts must be at most 100 % together"
        ]
    );
}

#[test]
fn a_mistyped_identifier_is_kept_and_said() {
    let checked = toml("[[work]]\ncode = 'river'\niswc = 'T-034.524.680-2'").unwrap().check(&NoNames).unwrap();
    let warnings: Vec<_> = checked.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["house.toml:3: work, iswc: \"T-034.524.680-2\": this iswc has a wrong check digit; it is kept as given"]
    );
}

/// What a ledger of these codes knows.
struct Known(HashMap<&'static str, u64>);

impl Names for Known {
    fn party(&self, code: &str) -> Option<PartyId> {
        (code == "anna").then_some(PartyId([7; 16]))
    }
    fn event(&self, what: Coded, code: &str) -> Option<u64> {
        self.0.get(code).copied().filter(|_| what != Coded::Claim)
    }
    fn claim(&self, work: u64, party: PartyId) -> Option<u64> {
        (work == 40 && party == PartyId([7; 16])).then_some(55)
    }
    fn source(&self, _: &str) -> Option<u64> {
        None
    }
    fn codes(&self, _: Coded) -> Vec<String> {
        self.0.keys().map(|code| (*code).to_owned()).collect()
    }
}

#[test]
fn codes_of_the_ledger_are_known_and_not_written_twice() {
    let known = Known(HashMap::from([("river", 40)]));
    let document = toml("[[share]]\nwork = 'river'\nparty = 'anna'\nshare = '50%'").unwrap();
    let (_, bodies) = &translate(&document, &known, 100)[0];
    let Event::Share(share) = Event::decode(&bodies[0]).unwrap() else { panic!("one share") };
    assert_eq!(share.claim, EventRef::At(55));
    let again = "[[work]]\ncode = 'river'\n[[party]]\ncode = 'anna'\ntype = 'person'";
    assert_eq!(
        problems(again, &known).iter().map(|problem| problem.split(" | ").next().unwrap()).collect::<Vec<_>>(),
        [
            "house.toml:2: work, code: \"river\": a work with this code is in the ledger already",
            "house.toml:4: party, code: \"anna\": a party with this code is in the ledger already",
        ]
    );
}

/// What an event says it cites, by index.
fn cited(event: &Event<'_>, first: u64) -> Vec<u64> {
    let mut cited = Vec::new();
    event.cites(|reference| cited.push(reference.resolve(first)));
    cited
}

#[test]
fn a_long_file_takes_several_submissions_and_every_citation_holds() {
    let mut text = String::from("[[party]]\ncode = 'anna'\ntype = 'person'\n");
    for n in 0..3000 {
        text += &format!("[[work]]\ncode = 'w{n}'\ntitle = 'Song {n}'\n[[recording]]\ncode = 'r{n}'\nworks = 'w{n}'\n");
        text += &format!("[[claim]]\nwork = 'w{n}'\nparty = 'anna'\nrights = ['mechanical']\nshare = '1/2'\n");
        text += &format!("[[share]]\nwork = 'w{n}'\nparty = 'anna'\nshare = '1/2'\n");
    }
    let document = toml(&text).unwrap();
    let submissions = translate(&document, &NoNames, 17);
    assert_eq!(submissions.iter().map(|(_, bodies)| bodies.len()).sum::<usize>(), 1 + 3000 * 6);
    assert!(submissions.len() > 4, "several submissions");

    let mut events: HashMap<u64, (Event<'_>, u64)> = HashMap::new();
    for (first, bodies) in &submissions {
        assert!(bodies.len() <= limits::SUBMISSION_EVENTS as usize);
        for (offset, body) in (0u64..).zip(bodies) {
            let event = Event::decode(body).unwrap();
            event.cites(|reference| match reference {
                EventRef::At(index) => assert!(index < *first, "what is cited by index was appended before"),
                EventRef::Here(cited) => assert!(u64::from(cited) < offset, "what is cited by place stands above"),
            });
            events.insert(first + offset, (event, *first));
        }
    }
    let code = |index: u64| match &events[&index].0 {
        Event::Work(work) => work.identifiers[0].value,
        Event::Recording(recording) => recording.identifiers[0].value,
        other => panic!("{} has no code", other.name()),
    };
    let mut numbers = BTreeSet::new();
    for (event, first) in events.values() {
        match event {
            Event::Match(Match { subject: MatchSubject::Recording(recording), works, .. }) => {
                let (recording, work) = (code(recording.resolve(*first)), code(works[0].work.resolve(*first)));
                assert_eq!(recording[1..], work[1..], "each recording is of its own work");
            }
            Event::Share(_) => {
                let claim = cited(event, *first)[0];
                let (Event::Claim(Claim { work, share, rights, .. }), of) = &events[&claim] else { panic!("a claim") };
                assert_eq!((*share, *rights), (Ratio::new(1, 2).unwrap(), Rights::MECHANICAL));
                numbers.insert(code(work.resolve(*of)));
            }
            _ => {}
        }
    }
    assert_eq!(numbers.len(), 3000, "a share of each work");
}

#[test]
fn the_texts_that_come_with_the_program_are_taken() {
    for builtin in BUILTIN {
        let checked = toml(builtin.text).unwrap().check(&NoNames).unwrap();
        assert_eq!((checked.events, checked.warnings), (1, vec![]), "{}", builtin.name);
    }
}

/// What all offerings have in common: nothing of one kind of offering is shipped, and no year is made up.
#[test]
fn the_percentages_of_streaming_revenue_are_the_published_ones() {
    let document = toml(Builtin::find("us-streaming").unwrap().text).unwrap();
    let submissions = translate(&document, &NoNames, 1);
    let Event::RatesAdopted(table) = Event::decode(&submissions[0].1[0]).unwrap() else { panic!("a rate table") };
    assert_eq!(table.table, RateTable::US_STREAMING);
    assert!(table.rows.iter().all(|row| row.measure == RateMeasure::PERCENT_OF_REVENUE));
    let percent = |year: u32| {
        let day = format!("{year}-06-15").parse().unwrap();
        let rows = table.rows.iter().filter(|row| row.from <= day && row.to.is_none_or(|last| day <= last));
        rows.map(|row| row.value.to_string()).collect::<Vec<_>>().join(" ")
    };
    let years = [2012, 2013, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025, 2026, 2027, 2028];
    let published = "- 0.105 0.105 0.114 0.123 0.133 0.142 0.151 0.151 0.152 0.1525 0.153 0.1535 -";
    let found = years.map(percent).map(|value| if value.is_empty() { "-".to_owned() } else { value });
    assert_eq!(found.join(" "), published);
}

/// The published rates: dollars a copy by year and seconds of playing time.
#[test]
fn the_statutory_rates_are_the_published_ones() {
    let document = toml(Builtin::find("us-mechanical").unwrap().text).unwrap();
    let submissions = translate(&document, &NoNames, 1);
    let Event::RatesAdopted(table) = Event::decode(&submissions[0].1[0]).unwrap() else { panic!("a rate table") };
    let value = |day: &str, measure: RateMeasure| -> Option<Amount> {
        let day = day.parse().unwrap();
        let mut rows = table
            .rows
            .iter()
            .filter(|row| row.measure == measure && row.from <= day && row.to.is_none_or(|last| day <= last));
        let row = rows.next()?;
        assert!(rows.next().is_none(), "one row for each day and measure");
        Some(row.value.to_amount_half_even().unwrap())
    };
    let rate = |year: u32, seconds: i64| {
        let day = format!("{year}-06-15");
        let minutes = seconds.unsigned_abs().div_ceil(60) as i64;
        let flat = value(&day, RateMeasure::PER_WORK).unwrap();
        flat.max(value(&day, RateMeasure::PER_MINUTE).unwrap().try_mul(minutes).unwrap()).to_string()
    };
    let years = [2022, 2023, 2024, 2025, 2026];
    for (seconds, expected) in [
        (200, ["0.091", "0.12", "0.124", "0.127", "0.131"]),
        (301, ["0.105", "0.1386", "0.1428", "0.147", "0.1512"]),
        (361, ["0.1225", "0.1617", "0.1666", "0.1715", "0.1764"]),
        (480, ["0.14", "0.1848", "0.1904", "0.196", "0.2016"]),
        (601, ["0.1925", "0.2541", "0.2618", "0.2695", "0.2772"]),
    ] {
        assert_eq!(years.map(|year| rate(year, seconds)), expected, "{seconds} seconds");
    }
    assert_eq!(value("2027-01-01", RateMeasure::PER_WORK), None, "no rate is made up for 2027");
    assert_eq!(value("2005-12-31", RateMeasure::PER_WORK), None);
}
