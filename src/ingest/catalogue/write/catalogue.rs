//! Parties, works, recordings, releases, and what is what.

use ledger_spec::code::{Extent, MatchMethod, NameRole};
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{self as event, MatchSubject, MatchedWork, Subject};
use ledger_spec::event::particulars::{self, Named};
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::money::Ratio;
use ledger_spec::reference::{EventRef, PartyId};

use super::super::names::Coded;
use super::super::problem::Problem;
use super::super::tables::{IdentifierAsserted, Match, Names, Party, PartyDetails, Recording, Release, Work};
use super::super::values::Many;
use super::{Writer, check_text};

/// The texts that are given, each with its role.
fn named<'t>(texts: impl IntoIterator<Item = (NameRole, Option<&'t String>)>) -> Vec<Named<'t>> {
    texts.into_iter().filter_map(|(role, text)| text.map(|text| Named { role, text })).collect()
}

fn each(role: NameRole, texts: &Many) -> impl Iterator<Item = (NameRole, Option<&String>)> {
    texts.0.iter().map(move |text| (role, Some(text)))
}

impl Writer<'_> {
    pub(super) fn party(&mut self, table: &Party) -> Result<(), Problem> {
        let party = (self.fresh)();
        self.scope.declare_party(&table.code, party)?;
        let fields = [
            ("ipi", Scheme::IPI_NAME, &table.ipi),
            ("ipi-base", Scheme::IPI_BASE, &table.ipi_base),
            ("isni", Scheme::ISNI, &table.isni),
            ("dpid", Scheme::DPID, &table.dpid),
            ("cisac-society", Scheme::CISAC_SOCIETY, &table.cisac_society),
        ];
        let identifiers = self.identifiers(Some(&table.code), &fields, &table.identifiers)?;
        self.push(&Event::Party(event::Party { party, kind: table.r#type, identifiers }))?;
        let details = named([
            (NameRole::NAME, table.name.as_ref()),
            (NameRole::SORT_NAME, table.sort_name.as_ref()),
            (NameRole::EMAIL, table.email.as_ref()),
            (NameRole::ADDRESS, table.address.as_ref()),
            (NameRole::COUNTRY, table.country.as_ref()),
            (NameRole::BANK_ACCOUNT, table.bank_account.as_ref()),
        ]);
        self.details(party, details)
    }

    pub(super) fn party_details(&mut self, table: &PartyDetails) -> Result<(), Problem> {
        let party = self.party_of("party", &table.party)?;
        let details = named([
            (NameRole::NAME, table.name.as_ref()),
            (NameRole::SORT_NAME, table.sort_name.as_ref()),
            (NameRole::EMAIL, table.email.as_ref()),
            (NameRole::ADDRESS, table.address.as_ref()),
            (NameRole::COUNTRY, table.country.as_ref()),
            (NameRole::BANK_ACCOUNT, table.bank_account.as_ref()),
        ]);
        match details.is_empty() {
            true => {
                Err(Problem::new("no detail is given")
                    .hint("add name, sort-name, email, address, country or bank-account"))
            }
            false => self.details(party, details),
        }
    }

    fn details(&mut self, party: PartyId, details: Vec<Named<'_>>) -> Result<(), Problem> {
        for detail in &details {
            check_text(detail.text).map_err(|problem| problem.inside(super::field_of(detail)))?;
        }
        if details.is_empty() {
            return Ok(());
        }
        self.push(&Event::PartyDetails(particulars::PartyDetails { party, details })).map(drop)
    }

    pub(super) fn work(&mut self, table: &Work) -> Result<(), Problem> {
        self.declare(Coded::Work, Some(&table.code))?;
        let fields = [
            ("iswc", Scheme::ISWC, &table.iswc),
            ("mlc-song-code", Scheme::MLC_SONG_CODE, &table.mlc_song_code),
            ("hfa-song-code", Scheme::HFA_SONG_CODE, &table.hfa_song_code),
        ];
        let identifiers = self.identifiers(Some(&table.code), &fields, &table.identifiers)?;
        let work = self.push(&Event::Work(event::Work { identifiers, public_domain: table.public_domain }))?;
        let names = [(NameRole::TITLE, table.title.as_ref())]
            .into_iter()
            .chain(each(NameRole::WRITER, &table.writers))
            .chain(each(NameRole::PUBLISHER, &table.publishers));
        self.push_names(work, named(names))
    }

    pub(super) fn recording(&mut self, table: &Recording) -> Result<(), Problem> {
        self.declare(Coded::Recording, Some(&table.code))?;
        let fields = [("isrc", Scheme::ISRC, &table.isrc)];
        let identifiers = self.identifiers(Some(&table.code), &fields, &table.identifiers)?;
        let recording = self.push(&Event::Recording(event::Recording { identifiers, seconds: table.seconds }))?;
        let names = [(NameRole::TITLE, table.title.as_ref())].into_iter().chain(each(NameRole::ARTIST, &table.artist));
        self.push_names(recording, named(names))?;
        if table.works.0.is_empty() {
            return Ok(());
        }
        let works = self.cite_all("works", Coded::Work, &table.works.0)?;
        let whole = |work| MatchedWork { work, extent: Extent::WHOLE, weight: Ratio::ONE };
        self.push_match(MatchSubject::Recording(recording), None, works.into_iter().map(whole).collect(), None)
    }

    pub(super) fn release(&mut self, table: &Release) -> Result<(), Problem> {
        self.declare(Coded::Release, Some(&table.code))?;
        let fields = [
            ("upc", Scheme::UPC, &table.upc),
            ("grid", Scheme::GRID, &table.grid),
            ("catalogue-number", Scheme::CATALOGUE_NUMBER, &table.catalogue_number),
        ];
        let identifiers = self.identifiers(Some(&table.code), &fields, &table.identifiers)?;
        let recordings =
            self.cite_all("tracks", Coded::Recording, table.tracks.iter().map(|track| &track.recording))?;
        let track = |(recording, weight)| event::Track { recording, weight };
        let tracks = recordings.into_iter().zip(table.tracks.iter().map(|track| track.weight)).map(track).collect();
        let release = self.push(&Event::Release(event::Release { identifiers, kind: table.r#type, tracks }))?;
        let names = [(NameRole::TITLE, table.title.as_ref())]
            .into_iter()
            .chain(each(NameRole::ARTIST, &table.artist))
            .chain([(NameRole::LABEL, table.label.as_ref())]);
        self.push_names(release, named(names))
    }

    pub(super) fn matched(&mut self, table: &Match) -> Result<(), Problem> {
        self.declare(Coded::Match, table.code.as_deref())?;
        let recording = self.cite_maybe("recording", Coded::Recording, &table.recording)?;
        let (subject, is) = match (&table.reported, recording) {
            (Some(reported), is) => {
                let source = self.scope.source(&reported.source);
                let source = source.map_err(|problem| problem.inside("source").inside("reported"))?;
                (MatchSubject::Reported { source, number: reported.number }, is)
            }
            (None, Some(recording)) => (MatchSubject::Recording(recording), None),
            (None, None) => {
                return Err(Problem::new("nothing is said to be matched")
                    .hint("add recording = \"…\", or reported = { source = …, number = … }"));
            }
        };
        let works = self.cite_all("works", Coded::Work, table.works.iter().map(|used| &used.0.work))?;
        let works = works.into_iter().zip(&table.works);
        let works =
            works.map(|(work, used)| MatchedWork { work, extent: used.0.extent, weight: used.0.weight }).collect();
        let replaces = self.cite_maybe("replaces", Coded::Match, &table.replaces)?;
        self.push_match(subject, is, works, replaces)
    }

    fn push_match(
        &mut self,
        subject: MatchSubject,
        recording: Option<EventRef>,
        works: Vec<MatchedWork>,
        replaces: Option<EventRef>,
    ) -> Result<(), Problem> {
        let matched = event::Match { subject, recording, works, method: MatchMethod::PERSON, replaces };
        self.push(&Event::Match(matched)).map(drop)
    }

    pub(super) fn identifier(&mut self, table: &IdentifierAsserted) -> Result<(), Problem> {
        self.declare(Coded::Identifier, table.code.as_deref())?;
        let identifier = Identifier { scheme: table.scheme, value: &table.value };
        self.weigh("value", identifier)?;
        let mut subjects = Vec::new();
        if let Some(code) = &table.party {
            subjects.push(Subject::Party(self.party_of("party", code)?));
        }
        subjects.extend(self.cite_maybe("work", Coded::Work, &table.work)?.map(Subject::Work));
        subjects.extend(self.cite_maybe("recording", Coded::Recording, &table.recording)?.map(Subject::Recording));
        subjects.extend(self.cite_maybe("release", Coded::Release, &table.release)?.map(Subject::Release));
        let [subject] = subjects[..] else {
            return Err(Problem::new("it must stand for one thing")
                .hint("give exactly one of party, work, recording and release"));
        };
        let reporter = table.reporter.as_deref().map(|code| self.party_of("reporter", code)).transpose()?;
        let replaces = self.cite_maybe("replaces", Coded::Identifier, &table.replaces)?;
        let asserted = event::IdentifierAsserted { identifier, subject, reporter, replaces };
        self.push(&Event::IdentifierAsserted(asserted)).map(drop)
    }

    pub(super) fn names(&mut self, table: &Names) -> Result<(), Problem> {
        let work = self.cite_maybe("work", Coded::Work, &table.work)?;
        let recording = self.cite_maybe("recording", Coded::Recording, &table.recording)?;
        let release = self.cite_maybe("release", Coded::Release, &table.release)?;
        let [of] = [work, recording, release].into_iter().flatten().collect::<Vec<_>>()[..] else {
            return Err(Problem::new("these must be the names of one thing")
                .hint("give exactly one of work, recording and release"));
        };
        if table.names.is_empty() {
            return Err(Problem::new("no name is given").inside("names"));
        }
        let names = table.names.iter().map(|named| Named { role: named.role, text: &named.text });
        self.push_names(of, names.collect())
    }
}
