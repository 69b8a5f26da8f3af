//! The catalogue and who owns it: recordings, works, releases, matches, claims, shares, identifiers.

use ledger_spec::code::*;
use ledger_spec::event::catalogue::*;
use ledger_spec::event::governance::{MechanicalRow, MechanicalsAdopted};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::Ratio;
use ledger_spec::reference::{EventRef, PartyId, Territory};

use super::dice::Dice;
use super::world::World;
use crate::projection_support::*;

pub const THIRD_ISRC: &str = "NOABC2600001";
pub const UPC: Identifier<'_> = Identifier { scheme: Scheme::UPC, value: "036000291452" };
pub const CONTROLLER: Identifier<'_> = Identifier { scheme: Scheme::RIGHTS_CONTROLLER, value: "PUB_2" };
pub const SERVICE: Identifier<'_> = Identifier { scheme: Scheme::SERVICE_NAME, value: "Tunes" };
/// A further offering of the service.
pub const OFFERING: Identifier<'_> = Identifier { scheme: Scheme::SERVICE_NAME, value: "Tunes for two" };
/// A number of the store's own, for a recording.
pub const NUMBER: Identifier<'_> = Identifier { scheme: Scheme::DSP_RESOURCE, value: "store-77" };

/// Those who own works.
pub const OWNERS: [PartyId; 3] = [PUBLISHER, SECOND_PUBLISHER, ARTIST];
/// Those who share recordings.
pub const PAYEES: [PartyId; 3] = [ARTIST, SECOND_ARTIST, PUBLISHER];

pub fn fraction(dice: &mut Dice<'_>) -> Ratio {
    ratio(dice.pick(&["1/2", "1", "1/3", "1/4", "2/3", "1/7", "0", "3/97"]))
}

/// Everywhere and always, mostly.
pub fn scope(dice: &mut Dice<'_>) -> Scope {
    let places = |numbers: &[u16]| numbers.iter().map(|number| Territory(*number)).collect::<Vec<_>>();
    // 840 is the United States, 752 Sweden, 2101 America, 2120 Europe, 2136 the world.
    let (include, exclude): (&[u16], &[u16]) = dice.often(&[
        (6, (&[][..], &[][..])),
        (1, (&[2101], &[])),
        (1, (&[2136], &[840])),
        (1, (&[840, 752], &[])),
        (1, (&[], &[2120])),
    ]);
    let day = |dice: &mut Dice<'_>, days: [&'static str; 3]| {
        dice.often(&[(9, None), (1, Some(days[0])), (1, Some(days[1])), (1, Some(days[2]))]).map(date)
    };
    let from = day(dice, ["2026-01-31", "2026-02-02", "2028-01-10"]);
    let to = day(dice, ["2026-01-31", "2026-12-31", "2028-01-10"]);
    Scope {
        include: places(include),
        exclude: places(exclude),
        from,
        to: to.filter(|to| from.is_none_or(|from| from <= *to)),
    }
}

/// Sometimes what is said takes the place of an earlier one, and then is about the same thing.
pub fn about<T: Clone>(dice: &mut Dice<'_>, new: T, earlier: &[(u64, T)]) -> (T, Option<EventRef>) {
    if earlier.is_empty() || !dice.rarely(3) {
        return (new, None);
    }
    let (event, subject) = dice.pick(earlier);
    (subject, Some(EventRef::At(event)))
}

impl World {
    /// What every ledger begins with.
    pub fn furnish(&mut self) {
        let none = &mut Dice::new(&[]);
        self.streaming_rates();
        let copies = MechanicalRow { use_type: UseType::PHYSICAL, ..passed_through() };
        let payer = MechanicalPayer::PAID_AT_SOURCE;
        let streams = MechanicalRow { use_type: UseType::INTERACTIVE_STREAM, payer, ..passed_through() };
        self.say(&MechanicalsAdopted { rows: vec![copies, streams] });
        for (isrc, seconds) in [(ISRC, 200), (SECOND_ISRC, 301)] {
            let identifiers = vec![Identifier { scheme: Scheme::ISRC, value: isrc }];
            let said = self.say(&Recording { identifiers, seconds: Some(seconds) });
            self.recordings.extend(said);
            self.work(none);
        }
        // Two contracts of the artist, the second in the group of the first.
        self.contract(none, None);
        self.contract(&mut Dice::new(&[0, 0, 0, 0, 0, 0, 1]), None);
        for place in [0, 1] {
            let (recording, work) = (self.recordings[place], self.works[place]);
            let matched = Match {
                subject: MatchSubject::Recording(EventRef::At(recording)),
                recording: None,
                works: whole(&[work]),
                method: MatchMethod::PERSON,
                replaces: None,
            };
            let matched = self.say_reversibly(&matched);
            self.matches.extend(matched.map(|matched| (matched, recording)));
            self.owned(work, PUBLISHER, "1/2");
            let artist = SplitPart {
                party: ARTIST,
                contract: Some(EventRef::At(self.contracts[place].0)),
                share: ratio("1"),
                off_the_top: false,
            };
            let split = Split {
                recording: EventRef::At(recording),
                from: None,
                to: None,
                parts: vec![artist],
                day: DayOf::USE,
                prospective: false,
                replaces: None,
            };
            let split = self.say_reversibly(&split);
            self.splits.extend(split.map(|split| (split, recording)));
            self.licence(none);
        }
        self.owned(self.works[0], SECOND_PUBLISHER, "1/3");
        self.release(none);
        self.source(none);
    }

    /// A claim, and all of it agreed.
    fn owned(&mut self, work: u64, party: PartyId, share: &str) {
        let (rights, scope) = (Rights::MECHANICAL, Scope::default());
        let (on, share) = (EventRef::At(work), ratio(share));
        let claim =
            self.say_reversibly(&Claim { work: on, party, rights, scope, share, collects: None, replaces: None });
        let claim = claim.unwrap();
        let (contract, day, prospective, replaces) = (None, DayOf::USE, false, None);
        let agreed = Share { claim: EventRef::At(claim), share, contract, day, prospective, replaces };
        let agreed = self.say_reversibly(&agreed);
        self.claims.push((claim, (work, party)));
        self.shares.extend(agreed.map(|agreed| (agreed, claim)));
    }

    pub fn recording(&mut self, dice: &mut Dice<'_>) {
        let isrc = dice.pick(&[None, Some(THIRD_ISRC)]);
        let identifiers = isrc.into_iter().map(|value| Identifier { scheme: Scheme::ISRC, value }).collect();
        let seconds = dice.pick(&[Some(200), Some(301), None, Some(601)]);
        let said = self.say(&Recording { identifiers, seconds });
        self.recordings.extend(said);
    }

    pub fn work(&mut self, dice: &mut Dice<'_>) {
        let said = self.say(&Work { identifiers: Vec::new(), public_domain: dice.rarely(4) });
        self.works.extend(said);
    }

    pub fn release(&mut self, dice: &mut Dice<'_>) {
        let identifiers = if self.releases.is_empty() { vec![UPC] } else { Vec::new() };
        let track = |recording, dice: &mut Dice<'_>| Track {
            recording: EventRef::At(recording),
            weight: dice.pick(&[1, 2, 3, 0]),
        };
        let mut tracks: Vec<Track> = self.recordings.iter().take(2).map(|recording| track(*recording, dice)).collect();
        tracks.extend((0..dice.below(3)).map(|_| track(dice.pick(&self.recordings), dice)));
        let said = self.say(&Release { identifiers, kind: ReleaseKind::ALBUM, tracks });
        self.releases.extend(said);
    }

    fn some_works(&self, dice: &mut Dice<'_>) -> Vec<MatchedWork> {
        let one = |dice: &mut Dice<'_>| MatchedWork {
            work: EventRef::At(dice.pick(&self.works)),
            extent: Extent::WHOLE,
            weight: ratio(dice.pick(&["1", "1/2", "1/3"])),
        };
        (0..dice.pick(&[1, 1, 2, 0])).map(|_| one(dice)).collect()
    }

    pub fn matched(&mut self, dice: &mut Dice<'_>) {
        let recording = dice.pick(&self.recordings);
        let (recording, replaces) = about(dice, recording, &self.matches);
        let subject = MatchSubject::Recording(EventRef::At(recording));
        let works = self.some_works(dice);
        let matched = Match { subject, recording: None, works, method: MatchMethod::PERSON, replaces };
        let said = self.say_reversibly(&matched);
        self.matches.extend(said.map(|said| (said, recording)));
    }

    pub fn matched_reported(&mut self, dice: &mut Dice<'_>) {
        let source = dice.pick(&self.sources);
        let subject = MatchSubject::Reported { source, number: dice.pick(&[3, 1, 2]) };
        let recording = dice.pick(&[true, true, false]).then(|| EventRef::At(dice.pick(&self.recordings)));
        let works = self.some_works(dice);
        self.say_reversibly(&Match { subject, recording, works, method: MatchMethod::PERSON, replaces: None });
    }

    pub fn claim(&mut self, dice: &mut Dice<'_>) {
        if dice.rarely(4) {
            return self.collector(dice);
        }
        let work = dice.pick(&self.works);
        let new = (work, dice.pick(&OWNERS));
        let ((work, party), replaces) = about(dice, new, &self.claims);
        let claim = Claim {
            work: EventRef::At(work),
            party,
            rights: dice.often(&[
                (5, Rights::MECHANICAL),
                (2, Rights::MECHANICAL.union(Rights::PERFORMING)),
                (1, Rights::PERFORMING),
            ]),
            share: fraction(dice),
            scope: scope(dice),
            collects: None,
            replaces,
        };
        let said = self.say_reversibly(&claim);
        self.claims.extend(said.map(|said| (said, (work, party))));
    }

    /// A claim that collects for another of the same work, and all of it agreed.
    fn collector(&mut self, dice: &mut Dice<'_>) {
        let chained = if dice.rarely(2) { dice.one(&self.collectors) } else { None };
        let (collected, (work, owner)) = chained.unwrap_or_else(|| dice.pick(&self.claims));
        let party = dice.pick(&[SECOND_PUBLISHER, ARTIST, PUBLISHER, SECOND_ARTIST]);
        let share = ratio(dice.pick(&["1/4", "1/7", "1/20", "1/3", "1/100"]));
        let claim = Claim {
            work: EventRef::At(work),
            party,
            rights: Rights::MECHANICAL,
            share,
            scope: if dice.rarely(2) { scope(dice) } else { Scope::default() },
            collects: Some(EventRef::At(collected)),
            replaces: None,
        };
        if party == owner {
            return;
        }
        let Some(said) = self.say_reversibly(&claim) else { return };
        self.claims.push((said, (work, party)));
        self.collectors.push((said, (work, party)));
        let contract = self.own_contract(dice, party);
        let (claim, day, prospective, replaces) = (EventRef::At(said), DayOf::USE, false, None);
        let agreed = self.say_reversibly(&Share { claim, share, contract, day, prospective, replaces });
        self.shares.extend(agreed.map(|agreed| (agreed, said)));
    }

    pub fn share(&mut self, dice: &mut Dice<'_>) {
        let new = dice.pick(&self.claims).0;
        let (claim, replaces) = about(dice, new, &self.shares);
        let party = self.claims.iter().find(|(event, _)| *event == claim).map(|(_, (_, party))| *party);
        let contract = party.and_then(|party| self.own_contract(dice, party));
        let share = Share {
            claim: EventRef::At(claim),
            share: fraction(dice),
            contract,
            day: dice.pick(&[DayOf::USE, DayOf::USE, DayOf::RECEIPT]),
            prospective: dice.rarely(2) && self.prospective,
            replaces,
        };
        let said = self.say_reversibly(&share);
        self.shares.extend(said.map(|said| (said, claim)));
    }

    /// A contract of a party, or none.
    fn own_contract(&self, dice: &mut Dice<'_>, party: PartyId) -> Option<EventRef> {
        let own: Vec<u64> = self.contracts.iter().filter(|one| one.1 == party).map(|one| one.0).collect();
        if dice.rarely(2) { dice.one(&own).map(EventRef::At) } else { None }
    }

    pub fn identifier(&mut self, dice: &mut Dice<'_>) {
        let recording = |dice: &mut Dice<'_>| Subject::Recording(EventRef::At(dice.pick(&self.recordings)));
        let (identifier, subject) = match dice.below(4) {
            0 => (CONTROLLER, Subject::Party(dice.pick(&OWNERS))),
            1 => (SERVICE, Subject::Party(SECOND_PUBLISHER)),
            2 => (NUMBER, recording(dice)),
            _ => (Identifier { scheme: Scheme::ISRC, value: dice.pick(&[ISRC, THIRD_ISRC]) }, recording(dice)),
        };
        let reporter = dice.pick(&[None, Some(STORE), Some(PUBLISHER)]);
        self.say_reversibly(&IdentifierAsserted { identifier, subject, reporter, replaces: None });
    }
}
