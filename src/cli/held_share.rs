//! What waits for a party's share of a work, in words and for programs.

use ledger_spec::code::{NameRole, SuspenseReason};
use ledger_spec::money::Ratio;
use serde::Serialize;

use super::known::Known;
use crate::projection::{HeldShare, Named};
use crate::royalty::percent;

/// A share that money waits for, for people and programs.
#[derive(Debug, Clone, Serialize)]
pub struct HeldTold {
    /// Why it waits.
    pub reason: SuspenseReason,
    /// The work's event.
    pub work: u64,
    /// Its title, or its code.
    pub title: String,
    /// The share's event.
    share: u64,
    /// How much of the whole work it is.
    part: Ratio,
    for_all: bool,
}

impl HeldTold {
    /// Under the names of today.
    pub fn new(held: &HeldShare, known: &Known<'_>) -> HeldTold {
        let HeldShare { reason, work, share, part, for_all } = *held;
        let title = known.text(Named::Event(work), NameRole::TITLE).unwrap_or_else(|| known.event_code(work));
        HeldTold { reason, work, title, share, part, for_all }
    }

    /// What it waits for, as a sentence without its full stop.
    pub fn words(&self) -> String {
        let HeldTold { reason, title, part, for_all, .. } = self;
        let what = match *reason {
            SuspenseReason::UNLICENSED => format!("{} of \"{title}\" is not licensed yet", percent(*part)),
            _ => format!("{} of \"{title}\" is licensed at a price that cannot be had yet", percent(*part)),
        };
        let for_all = if *for_all { "; how much of this is for it cannot be said before" } else { "" };
        format!("{what}{for_all}")
    }
}
