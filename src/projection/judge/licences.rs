//! Licences: what is cited exists and counts, prices and places are possible, and a compulsory licence has what the
//! statute asks of it.

use ledger_spec::code::{LicenceKind, UseType};
use ledger_spec::event::Event;
use ledger_spec::event::licensing::{Licence, LicenceRate};
use ledger_spec::money::Amount;

use super::super::past::Past;
use super::catalogue::{part, scope};
use super::cited::Coded;
use super::money::fits;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    pub(super) fn licence(&mut self, licence: &Licence<'_>) -> Result<(), Refused> {
        if let Some(licensor) = licence.licensor {
            self.known(licensor)?;
        }
        licence.works.iter().try_for_each(|work| self.is_work(self.resolve(*work)))?;
        ensure(licence.rights.0 != 0, "no-right", || "a licence is for at least one right".to_owned())?;
        scope(&licence.scope)?;
        rate(&licence.rate)?;
        terms(licence)?;
        self.identified(&licence.identifiers, Coded::Licence, None)?;
        let Some(replaced) = licence.replaces.map(|replaced| self.resolve(replaced)) else { return Ok(()) };
        let before = match self.here.get(&replaced) {
            Some(Event::Licence(before)) => Some(before.licensor),
            _ => self.state.catalogue.licences.get(replaced).map(|before| before.licensor),
        };
        self.same(before == Some(licence.licensor), "licence by the same licensor")?;
        self.spend(replaced)
    }
}

/// A price is not below nothing, and a part is of one whole. A factor of a statutory rate may be above one.
fn rate(rate: &LicenceRate) -> Result<(), Refused> {
    match *rate {
        LicenceRate::PerUnit { amount, .. } => {
            ensure(amount >= Amount::ZERO, "amount", || "a rate is not below zero".to_owned())?;
            fits(amount)
        }
        LicenceRate::PercentOfNet(share) | LicenceRate::PercentOfGross(share) => part(share, "a percentage"),
        LicenceRate::Controlled { factor, works, .. } => {
            part(factor, "the factor of a controlled rate")?;
            ensure(works != Some(0), "amount", || "a cap is of at least one work".to_owned())
        }
        LicenceRate::Statutory { .. } | LicenceRate::Waived => Ok(()),
    }
}

/// The uses for which a compulsory licence takes a notice of intention: copies, and the downloads that a record company
/// licenses itself (17 USC 115(b)). What services deliver under the blanket licence needs none.
const NOTIFIED: [UseType; 3] = [UseType::PHYSICAL, UseType::DOWNLOAD, UseType::RINGTONE];

/// A compulsory licence is granted by nobody. For copies and downloads it takes a notice of intention, which is of
/// compulsory licences alone and lists its works (37 CFR 201.18).
fn terms(licence: &Licence<'_>) -> Result<(), Refused> {
    let compulsory = licence.kind == LicenceKind::COMPULSORY;
    ensure(!compulsory || licence.licensor.is_none(), "licensor", || {
        "a compulsory licence has no licensor; one that somebody grants is voluntary".to_owned()
    })?;
    let notified = licence.uses.is_empty() || licence.uses.iter().any(|used| NOTIFIED.contains(used));
    ensure(!compulsory || !notified || licence.notice.is_some(), "notice", || {
        "a compulsory licence for copies or downloads takes a notice of intention; say when it was served, name other \
         uses, or call it blanket if a service delivers them under the blanket licence"
            .to_owned()
    })?;
    ensure(compulsory || licence.notice.is_none(), "notice", || {
        "a notice of intention is of a compulsory licence; this one is of another type".to_owned()
    })?;
    ensure(licence.notice.is_none() || !licence.works.is_empty(), "notice", || {
        "a notice of intention lists its works; name them".to_owned()
    })
}
