//! Roles, and which role may say what: the table of SPEC.md section 10.

use bincode::{Decode, Encode};
use serde::Serialize;

use crate::event::Class;

/// The roles of a key, a bit set. A key acts under all of its roles at once.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Encode, Decode)]
pub struct Roles(pub u32);

impl Roles {
    /// Runs the ledger: enrols keys, appoints roles, keeps the catalogue.
    pub const OPERATOR: Roles = Roles(1);
    /// A store or distributor: reports usage.
    pub const REPORTER: Roles = Roles(1 << 1);
    /// Claims works and licenses them.
    pub const PUBLISHER: Roles = Roles(1 << 2);
    /// Brings recordings, releases and contracts.
    pub const LABEL: Roles = Roles(1 << 3);
    /// Brings recordings and splits of its own.
    pub const ARTIST: Roles = Roles(1 << 4);
    /// Receives payments, corrects, closes periods.
    pub const ACCOUNTANT: Roles = Roles(1 << 5);
    /// Instructs and approves payouts.
    pub const TREASURER: Roles = Roles(1 << 6);
    /// Reads only: may say nothing at all.
    pub const AUDITOR: Roles = Roles(1 << 7);

    /// Every role with its name.
    pub const KNOWN: [(Roles, &'static str); 8] = [
        (Self::OPERATOR, "operator"),
        (Self::REPORTER, "reporter"),
        (Self::PUBLISHER, "publisher"),
        (Self::LABEL, "label"),
        (Self::ARTIST, "artist"),
        (Self::ACCOUNTANT, "accountant"),
        (Self::TREASURER, "treasurer"),
        (Self::AUDITOR, "auditor"),
    ];

    /// The roles of both.
    pub const fn union(self, other: Roles) -> Roles {
        Roles(self.0 | other.0)
    }

    /// Whether every role of `other` is held.
    pub fn contains(self, other: Roles) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any role of `other` is held.
    pub fn intersects(self, other: Roles) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether at least one role is set and all that are set are known.
    pub fn is_valid(self) -> bool {
        let known = Self::KNOWN.iter().fold(0, |bits, (role, _)| bits | role.0);
        self.0 != 0 && self.0 & !known == 0
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Roles> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
    }

    /// The names of the roles held.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::KNOWN.into_iter().filter(move |(role, _)| self.contains(*role)).map(|(_, name)| name)
    }

    /// Who may author events of a class. Governance is decided kind by kind ([`crate::authority`]).
    pub const fn of_class(class: Class) -> Roles {
        const OPERATOR: Roles = Roles::OPERATOR;
        match class {
            Class::Governance => Roles::OPERATOR.union(Roles::ACCOUNTANT),
            Class::Catalogue | Class::Licensing => {
                OPERATOR.union(Roles::PUBLISHER).union(Roles::LABEL).union(Roles::ARTIST)
            }
            Class::Usage => OPERATOR.union(Roles::REPORTER),
            Class::Money => OPERATOR.union(Roles::ACCOUNTANT).union(Roles::TREASURER),
            Class::Period => OPERATOR.union(Roles::ACCOUNTANT),
            Class::Particulars => Roles(0x7f),
        }
    }
}

impl std::fmt::Display for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.names().collect();
        f.write_str(&names.join("+"))
    }
}

impl std::fmt::Debug for Roles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Serialize for Roles {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}
