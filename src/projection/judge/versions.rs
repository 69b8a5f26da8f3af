//! The versions of a contract, and the contracts of a group: what one says fits what the others say.

use std::mem::{Discriminant, discriminant};

use ledger_spec::event::Event;
use ledger_spec::event::catalogue::{Contract, Royalty};
use ledger_spec::money::Ratio;
use ledger_spec::reference::EventRef;

use super::super::catalogue;
use super::super::past::Past;
use super::{Judging, Refused, ensure};

/// What a step multiplies: what cells earned by this rate of a royalty of this kind.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Base {
    kind: Discriminant<Royalty>,
    rate: Ratio,
}

impl Base {
    fn of(royalty: &Royalty, commission: Ratio) -> Base {
        Base { kind: discriminant(royalty), rate: base_rate(royalty, commission) }
    }
}

/// A version of a contract, wherever it stands.
struct Version {
    event: u64,
    first: u64,
    base: Base,
    has_steps: bool,
    /// The first contract of its group, or zero.
    crosses: u64,
}

impl Version {
    fn of((event, known): (u64, &catalogue::Contract)) -> Version {
        let catalogue::Contract { first, ref royalty, commission, ref escalation, crosses, .. } = *known;
        Version { event, first, base: Base::of(royalty, commission), has_steps: escalation.is_some(), crosses }
    }
}

/// The party's rate before any step.
pub(super) fn base_rate(royalty: &Royalty, commission: Ratio) -> Ratio {
    match royalty {
        Royalty::OfPrice { rate, .. } => *rate,
        _ => Ratio::ONE.try_sub(commission).unwrap_or(Ratio::ZERO),
    }
}

impl<P: Past> Judging<'_, P> {
    /// What was earned by one version is multiplied by the steps of another over its base rate: so if any has steps, all
    /// have one base rate. A tenth that became a millionth would otherwise be paid a hundred thousand times.
    pub(super) fn one_base(&self, contract: &Contract<'_>, first: u64) -> Result<(), Refused> {
        let base = Base::of(&contract.royalty, contract.commission);
        let has_steps = contract.escalation.is_some();
        let other = self.versions_of(first).find(|known| (has_steps || known.has_steps) && known.base != base);
        other.map_or(Ok(()), |Version { event, .. }| {
            Err(Refused {
                code: "base-rate",
                text: format!(
                    "the rates of steps are held against the rate below them, so a contract with steps keeps that, and \
                     its kind of royalty, as version {event} has them: make a new contract for other terms"
                ),
            })
        })
    }

    /// A group is named by its first contract, which is in no other.
    pub(super) fn one_group(&self, group: u64, first: Option<u64>) -> Result<(), Refused> {
        let other = self.versions_of(group).find(|known| known.crosses != 0 && known.crosses != group);
        ensure(other.is_none() || first == Some(group), "crosses-other", || {
            let of = other.map_or(0, |known| known.crosses);
            format!("contract {group} is in the group of contract {of}; cross that one")
        })?;
        let Some(first) = first.filter(|first| *first != group) else { return Ok(()) };
        let known = self.state.catalogue.contracts.iter().map(Version::of);
        let mut others = known.chain(self.versions_here());
        let other = others.find(|other| other.crosses == first && other.first != first);
        other.map_or(Ok(()), |Version { first: other, .. }| {
            Err(Refused {
                code: "crosses-other",
                text: format!(
                    "contract {other} crosses contract {first}, whose group would be in that of contract {group}: let \
                     contract {group} cross contract {first} instead"
                ),
            })
        })
    }

    /// The versions of a contract, those of this submission among them.
    fn versions_of(&self, first: u64) -> impl Iterator<Item = Version> {
        let catalogue = &self.state.catalogue;
        let known = catalogue.contracts.get(first).map(|contract| contract.versions).unwrap_or_default();
        let here = self.versions_here().filter(move |version| version.first == first);
        catalogue.versions_in(known).map(Version::of).chain(here)
    }

    /// The contracts that this submission said so far.
    fn versions_here(&self) -> impl Iterator<Item = Version> {
        self.here.iter().filter_map(|(event, said)| {
            let Event::Contract(said) = said else { return None };
            Some(Version {
                event: *event,
                first: self.agreed(EventRef::At(*event)).ok()?.first,
                base: Base::of(&said.royalty, said.commission),
                has_steps: said.escalation.is_some(),
                crosses: self.contract_of(said.crosses, said.party).ok()?,
            })
        })
    }
}
