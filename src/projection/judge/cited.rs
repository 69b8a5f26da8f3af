//! What a citation means: an event of the state, or one of the same submission.

use ledger_spec::code::Rights;
use ledger_spec::event::Event;
use ledger_spec::event::catalogue::Scope;
use ledger_spec::ident::{Identifier, Scheme};
use ledger_spec::limits;
use ledger_spec::money::Ratio;
use ledger_spec::reference::{EventRef, PartyId};

use super::super::catalogue::Item;
use super::super::past::Past;
use super::super::table::{Standing, Status};
use super::{Judging, Refused, ensure};

/// What the operator's own codes are given to. A code stands for one thing of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Coded {
    Party,
    Work,
    Recording,
    Release,
    Contract,
    Licence,
}

impl Coded {
    pub(super) fn of(item: Item) -> Coded {
        match item {
            Item::Party(_) => Coded::Party,
            Item::Work(_) => Coded::Work,
            Item::Recording(_) => Coded::Recording,
            Item::Release(_) => Coded::Release,
            Item::Contract(_) => Coded::Contract,
            Item::Licence(_) => Coded::Licence,
        }
    }
}

/// A claim, wherever it stands.
#[derive(PartialEq, Eq)]
pub(super) struct Claimed<'a> {
    pub work: u64,
    pub party: PartyId,
    pub rights: Rights,
    pub scope: &'a Scope,
    pub share: Ratio,
    /// The title of the claim it collects for, or zero.
    pub collects: u64,
}

/// A contract, wherever it stands.
pub(super) struct Agreed {
    pub party: PartyId,
    /// The event of the first version.
    pub first: u64,
}

/// Whether events of the same submission can cite it.
pub(super) fn is_cited(event: &Event<'_>) -> bool {
    use Event::{
        Claim, Contract, IdentifierAsserted, LetterOfDirection, Licence, Match, PayoutInstructed, PoolReported,
        Recording, Release, Remark, Share, SourceOpened, Split, TaxForm, Work,
    };
    matches!(
        event,
        Claim(_)
            | Contract(_)
            | IdentifierAsserted(_)
            | LetterOfDirection(_)
            | Licence(_)
            | Match(_)
            | PayoutInstructed(_)
            | PoolReported(_)
            | Recording(_)
            | Release(_)
            | Remark(_)
            | Share(_)
            | SourceOpened(_)
            | Split(_)
            | TaxForm(_)
            | Work(_)
    )
}

/// For `ok_or_else`: the event cited is something else.
pub(super) fn not_a(what: &'static str, index: u64) -> impl FnOnce() -> Refused {
    move || Refused { code: "cites-other", text: format!("event {index} is no {what}; cite one that is") }
}

/// A party is not paid under a contract with another.
pub(super) fn with_other(agreed: &Agreed, party: PartyId) -> String {
    format!("contract {} is with {}, not with {party}", agreed.first, agreed.party)
}

impl<'a, P: Past> Judging<'a, P> {
    pub(super) fn is_work(&self, index: u64) -> Result<(), Refused> {
        let here = matches!(self.here.get(&index), Some(Event::Work(_)));
        ensure(here || self.state.catalogue.works.get(index).is_some(), "", String::new)
            .map_err(|_| not_a("work", index)())
    }

    /// The party that brought a recording.
    pub(super) fn recording(&self, index: u64) -> Result<PartyId, Refused> {
        let here = matches!(self.here.get(&index), Some(Event::Recording(_))).then_some(self.candidate.party);
        let known = self.state.catalogue.recordings.get(index).map(|recording| recording.by);
        here.or(known).ok_or_else(not_a("recording", index))
    }

    /// The party that brought a release.
    pub(super) fn release_of(&self, index: u64) -> Result<PartyId, Refused> {
        let here = matches!(self.here.get(&index), Some(Event::Release(_))).then_some(self.candidate.party);
        let known = self.state.catalogue.releases.get(index).map(|release| release.by);
        here.or(known).ok_or_else(not_a("release", index))
    }

    pub(super) fn claimed(&self, index: u64) -> Result<Claimed<'_>, Refused> {
        if let Some(Event::Claim(claim)) = self.here.get(&index) {
            let work = self.resolve(claim.work);
            let (party, rights, share) = (claim.party, claim.rights, claim.share);
            let collects = self.collects(claim)?;
            return Ok(Claimed { work, party, rights, scope: &claim.scope, share, collects });
        }
        let claim = self.state.catalogue.claims.get(index).ok_or_else(not_a("claim", index))?;
        let (work, party, rights, share) = (claim.work, claim.party, claim.rights, claim.share);
        Ok(Claimed { work, party, rights, scope: &claim.scope, share, collects: claim.collects })
    }

    pub(super) fn agreed(&self, cited: EventRef) -> Result<Agreed, Refused> {
        let index = self.resolve(cited);
        if let Some(Event::Contract(contract)) = self.here.get(&index) {
            let first = contract.amends.map_or(Ok(index), |amended| self.agreed(amended).map(|agreed| agreed.first))?;
            return Ok(Agreed { party: contract.party, first });
        }
        let contract = self.state.catalogue.contracts.get(index).ok_or_else(not_a("contract", index))?;
        Ok(Agreed { party: contract.party, first: contract.first })
    }

    /// The first version of a contract under which a party is paid, or zero.
    pub(super) fn contract_of(&self, cited: Option<EventRef>, party: PartyId) -> Result<u64, Refused> {
        let Some(cited) = cited else { return Ok(0) };
        let agreed = self.agreed(cited)?;
        ensure(agreed.party == party, "contract-of-other", || with_other(&agreed, party))?;
        Ok(agreed.first)
    }

    /// A party was introduced.
    pub(super) fn known(&self, party: PartyId) -> Result<(), Refused> {
        let known = self.introduced.contains(&party) || self.state.catalogue.knows_party(party);
        ensure(known, "unknown-party", || format!("party {party} is not known; introduce it with an event of its own"))
    }

    /// A sentence for the payee is a remark, and can still be read.
    pub(super) fn is_remark(&self, cited: EventRef) -> Result<(), Refused> {
        let index = self.resolve(cited);
        if let EventRef::Here(_) = cited {
            return ensure(matches!(self.here.get(&index), Some(Event::Remark(_))), "cites-other", || {
                format!("event {index} is no remark; say why in one, and cite it")
            });
        }
        let body = self.read(index)?;
        let is_remark =
            body.as_deref().map(Event::decode_trusted).is_some_and(|event| matches!(event, Ok(Event::Remark(_))));
        ensure(is_remark, "cites-other", || {
            format!("event {index} is no remark, or an erased one; cite one that can be read")
        })
    }

    /// The body of an earlier event.
    pub(super) fn read(&self, index: u64) -> Result<Option<Vec<u8>>, Refused> {
        self.past.body(index).map_err(|error| Refused { code: "unreadable", text: error.to_string() })
    }

    /// Whether an earlier fact counts, as the submission so far leaves it.
    pub(super) fn counts(&self, event: u64, status: &Status) -> bool {
        (status.is_live() || self.revived.contains(&event)) && !self.spent.contains(&event)
    }

    /// A fact is about to be replaced, or reversed: it counts, and nothing before in this submission spent it.
    pub(super) fn spend(&mut self, index: u64) -> Result<(), Refused> {
        let standing = self.state.catalogue.status(index).map(|status| status.standing);
        let text = match standing.filter(|_| !self.revived.contains(&index)) {
            Some(Standing::Replaced(by)) => format!("event {index} was replaced by event {by}; take that one instead"),
            Some(Standing::Reversed(by)) => format!("event {index} was reversed by event {by}"),
            _ if !self.spent.insert(index) => format!("event {index} is replaced or reversed twice in one submission"),
            _ => return Ok(()),
        };
        Err(Refused { code: "counts-no-longer", text })
    }

    /// Identifiers are of a length that fits, and the operator's own codes are new. A contract's versions share codes:
    /// `of` is then its first version.
    pub(super) fn identified(
        &mut self,
        given: &[Identifier<'_>],
        coded: Coded,
        of: Option<u64>,
    ) -> Result<(), Refused> {
        for identifier in given {
            let length = identifier.value.len();
            ensure((1..=limits::IDENTIFIER).contains(&length), "identifier-length", || {
                format!("an identifier has 1 to {} bytes, not {length}", limits::IDENTIFIER)
            })?;
            if identifier.scheme == Scheme::HOUSE {
                self.code(identifier, coded, of)?;
            }
        }
        Ok(())
    }

    fn code(&mut self, code: &Identifier<'_>, coded: Coded, of: Option<u64>) -> Result<(), Refused> {
        let same = |item: &Item| matches!(item, Item::Contract(first) if Some(*first) == of);
        let bearers = self.state.catalogue.bearers(*code);
        let other = bearers.iter().any(|item| Coded::of(*item) == coded && !same(item));
        let here = !self.codes.insert((coded, code.value.to_owned())) && of.is_none();
        ensure(!other && !here, "code-taken", || {
            format!("the code {:?} already stands for another; choose one that is free", code.value)
        })
    }
}
