//! Who may speak of what. The classes of events that a key may author at all follow from its roles; of what is
//! somebody's own, others are silent. An operator may speak of everything.
//!
//! | event | who else |
//! |---|---|
//! | claim, licence | the party that claims, or licenses |
//! | split, match of a recording, its names | the party that brought the recording |
//! | contract | a label |
//! | source, and what belongs to it | the party that reports, and whoever opened it |
//! | details | the party they are of |
//! | share, assertion, match of a reported resource, licence without licensor | nobody: it takes both sides |

use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;

use super::super::past::Past;
use super::{Judging, Refused, ensure};

impl<P: Past> Judging<'_, P> {
    /// What is a party's own is said by that party, or by an operator.
    pub(super) fn speaks_for(&self, party: PartyId, what: &str) -> Result<(), Refused> {
        let speaker = self.candidate.party;
        ensure(self.is_operator() || speaker == party, "not-yours", || {
            format!("{what} of party {party} may be said by itself or an operator, not by {speaker}")
        })
    }

    /// Only an operator says this.
    pub(super) fn speaks_as_operator(&self, what: &str) -> Result<(), Refused> {
        ensure(self.is_operator(), "operator-only", || format!("{what} may be said by an operator alone"))
    }

    /// An operator, or a key with one of these roles, says this.
    pub(super) fn speaks_as(&self, roles: Roles, what: &str) -> Result<(), Refused> {
        let may = self.candidate.roles.intersects(roles.union(Roles::OPERATOR));
        ensure(may, "role", || format!("{what} may be said with role operator or {roles}"))
    }
}
