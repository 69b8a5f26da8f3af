//! What is contested, in words and for programs: the work, the part of it, and every claim.

use ledger_spec::code::NameRole;
use ledger_spec::money::Ratio;
use serde::Serialize;

use super::known::{Known, Labels};
use crate::projection::{Claimant, Named, Slice};
use crate::royalty::percent;

/// A claim, for programs.
#[derive(Debug, Clone, Serialize)]
pub struct Claimed {
    /// Its event.
    claim: u64,
    party: String,
    name: Option<String>,
    share: Ratio,
    agreed: Ratio,
}

/// A contested part of a work, for people and programs.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// The work's event.
    pub work: u64,
    /// Its title.
    pub title: String,
    /// How much of the whole work is contested.
    part: Ratio,
    claims: Vec<Claimed>,
}

impl Told {
    /// Under the names of today.
    pub fn new(slice: &Slice, known: &Known<'_>, labels: &mut Labels<'_>) -> Told {
        let title = known.text(Named::Event(slice.work), NameRole::TITLE);
        let claimed = |&Claimant { claim, party, share, agreed }: &Claimant| {
            let (party, name) = labels.party(party);
            Claimed { claim, party, name, share, agreed }
        };
        Told {
            work: slice.work,
            title: title.unwrap_or_else(|| known.event_code(slice.work)),
            part: slice.part,
            claims: slice.claims.iter().map(claimed).collect(),
        }
    }

    /// What is contested, and by whom, as a sentence without its full stop.
    pub fn words(&self) -> String {
        format!("{} of \"{}\" is claimed and not agreed: {}", percent(self.part), self.title, self.claims())
    }

    /// Every claim, in the order they were recorded.
    pub fn claims(&self) -> String {
        let words = |&Claimed { ref party, share, agreed, .. }: &Claimed| match agreed {
            agreed if agreed.is_zero() => format!("{party} claims {}", percent(share)),
            agreed if agreed == share => format!("{party} holds {}", percent(share)),
            agreed => format!("{party} claims {}, of which {} is agreed", percent(share), percent(agreed)),
        };
        self.claims.iter().map(words).collect::<Vec<_>>().join("; ")
    }
}
