//! Who owns what, who shares what, and what may be used: claims, shares, splits, licences.

use ledger_spec::code::DayOf;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue as event;
use ledger_spec::event::licensing::{self, LicenceRate};
use ledger_spec::money::Ratio;
use ledger_spec::reference::EventRef;

use super::super::names::Coded;
use super::super::problem::Problem;
use super::super::tables::{Claim, Licence, Share, Split};
use super::super::values::Rate;
use super::{Writer, check_days, scope};

impl Writer<'_> {
    pub(super) fn claim(&mut self, table: &Claim) -> Result<(), Problem> {
        self.declare(Coded::Claim, table.code.as_deref())?;
        if table.contract.is_some() && !table.agreed {
            return Err(Problem::new("only an agreed share is paid under a contract")
                .inside("contract")
                .hint("add agreed = true, or leave the contract to the [[share]]"));
        }
        let work = self.cite("work", Coded::Work, &table.work)?;
        let party = self.party_of("party", &table.party)?;
        let share = at_most_whole("share", table.share)?;
        let claim = event::Claim {
            work,
            party,
            rights: table.rights,
            scope: scope(&table.territories, &table.except, table.from, table.to)?,
            share,
            collects: self.cite_maybe("collects", Coded::Claim, &table.collects)?,
            replaces: self.cite_maybe("replaces", Coded::Claim, &table.replaces)?,
        };
        let claim = self.push(&Event::Claim(claim))?;
        self.scope.declare_claim(work, party, claim);
        if !table.agreed {
            return Ok(());
        }
        let contract = self.cite_maybe("contract", Coded::Contract, &table.contract)?;
        let agreed = event::Share { claim, share, contract, day: DayOf::USE, prospective: false, replaces: None };
        self.push(&Event::Share(agreed)).map(drop)
    }

    pub(super) fn share(&mut self, table: &Share) -> Result<(), Problem> {
        self.declare(Coded::Share, table.code.as_deref())?;
        let share = event::Share {
            claim: self.claim_of(table)?,
            share: at_most_whole("share", table.share)?,
            contract: self.cite_maybe("contract", Coded::Contract, &table.contract)?,
            day: table.day,
            prospective: table.prospective,
            replaces: self.cite_maybe("replaces", Coded::Share, &table.replaces)?,
        };
        self.push(&Event::Share(share)).map(drop)
    }

    /// The claim that a share agrees to: named, or the latest of the party on the work.
    fn claim_of(&self, table: &Share) -> Result<EventRef, Problem> {
        match (&table.claim, &table.work, &table.party) {
            (Some(claim), None, None) => self.cite("claim", Coded::Claim, claim),
            (None, Some(work), Some(party)) => {
                let claim = self.scope.claim(self.cite("work", Coded::Work, work)?, self.party_of("party", party)?);
                claim.ok_or_else(|| {
                    Problem::new(format!("{party} has made no claim on {work}"))
                        .hint("a share agrees to a claim: add a [[claim]] with agreed = true instead")
                })
            }
            _ => Err(Problem::new("it must agree to one claim").hint("give claim, or work and party")),
        }
    }

    pub(super) fn split(&mut self, table: &Split) -> Result<(), Problem> {
        self.declare(Coded::Split, table.code.as_deref())?;
        check_days(table.from, table.to)?;
        let mut parts = Vec::with_capacity(table.parts.len());
        for (at, part) in (1..).zip(&table.parts) {
            let inside = |field: &str| format!("parts.{at}.{field}");
            parts.push(event::SplitPart {
                party: self.party_of(&inside("party"), &part.party)?,
                contract: self.cite_maybe(&inside("contract"), Coded::Contract, &part.contract)?,
                share: at_most_whole(&inside("share"), part.share)?,
                off_the_top: part.off_the_top,
            });
        }
        for off_the_top in [true, false] {
            let these = parts.iter().filter(|part| part.off_the_top == off_the_top);
            let whole = Ratio::try_sum(these.map(|part| part.share));
            let whole = whole.map_err(|error| Problem::new(error.to_string()).inside("parts"))?;
            at_most_whole("parts", whole)
                .map_err(|problem| problem.hint("the shares of the parts must be at most 100 % together"))?;
        }
        let split = event::Split {
            recording: self.cite("recording", Coded::Recording, &table.recording)?,
            from: table.from,
            to: table.to,
            parts,
            day: table.day,
            prospective: table.prospective,
            replaces: self.cite_maybe("replaces", Coded::Split, &table.replaces)?,
        };
        self.push(&Event::Split(split)).map(drop)
    }

    pub(super) fn licence(&mut self, table: &Licence) -> Result<(), Problem> {
        self.declare(Coded::Licence, table.code.as_deref())?;
        let identifiers = self.identifiers(table.code.as_deref(), &[], &table.identifiers)?;
        let rate = match table.rate {
            Rate::PerUnit { amount, currency } => LicenceRate::PerUnit { amount, currency },
            Rate::PercentOfNet(share) => LicenceRate::PercentOfNet(at_most_whole("rate", share)?),
            Rate::Statutory { table, factor } => LicenceRate::Statutory { table, factor },
            Rate::PercentOfGross(share) => LicenceRate::PercentOfGross(at_most_whole("rate", share)?),
            Rate::Controlled { table, factor, fixed, works, protected } => {
                LicenceRate::Controlled { table, factor: at_most_whole("rate", factor)?, fixed, works, protected }
            }
            Rate::Waived => LicenceRate::Waived,
        };
        let licence = licensing::Licence {
            identifiers,
            kind: table.r#type,
            licensor: table.licensor.as_deref().map(|code| self.party_of("licensor", code)).transpose()?,
            works: self.cite_all("works", Coded::Work, &table.works.0)?,
            rights: table.rights,
            uses: table.uses.clone(),
            configurations: table.configurations.clone(),
            tiers: table.tiers.clone(),
            scope: scope(&table.territories, &table.except, table.from, table.to)?,
            rate,
            notice: table.notice.as_ref().map(|notice| licensing::Notice { served: notice.served, made: notice.made }),
            replaces: self.cite_maybe("replaces", Coded::Licence, &table.replaces)?,
        };
        self.push(&Event::Licence(licence)).map(drop)
    }
}

pub(super) fn at_most_whole(field: &str, share: Ratio) -> Result<Ratio, Problem> {
    match share > Ratio::ONE {
        true => Err(Problem::new("this is more than the whole").value(share.to_string()).inside(field)),
        false => Ok(share),
    }
}
