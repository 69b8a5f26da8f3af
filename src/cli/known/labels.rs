//! Labels for listings, each looked up in the log once.

use std::collections::HashMap;

use ledger_spec::reference::PartyId;

use super::Known;

/// Labels of parties and contracts, each looked up once.
pub struct Labels<'a> {
    known: &'a Known<'a>,
    parties: HashMap<PartyId, (String, Option<String>)>,
    contracts: HashMap<u64, String>,
    files: HashMap<u64, String>,
}

impl<'a> Labels<'a> {
    /// Nothing was looked up yet.
    pub fn new(known: &'a Known<'a>) -> Labels<'a> {
        Labels { known, parties: HashMap::new(), contracts: HashMap::new(), files: HashMap::new() }
    }

    /// A party's code and name; nothing for no party.
    pub fn party(&mut self, party: PartyId) -> (String, Option<String>) {
        if party == PartyId::NONE {
            return (String::new(), None);
        }
        let look_up = || (self.known.party_code(party), self.known.party_name(party));
        self.parties.entry(party).or_insert_with(look_up).clone()
    }

    /// A contract's code; nothing for none.
    pub fn contract(&mut self, contract: u64) -> String {
        if contract == 0 {
            return String::new();
        }
        self.contracts.entry(contract).or_insert_with(|| self.known.event_code(contract)).clone()
    }

    /// The name of the file that a source was imported from, or which source it is.
    pub fn file(&mut self, source: u64) -> String {
        let look_up = || self.known.file_name(source).unwrap_or_else(|| format!("source {source}"));
        self.files.entry(source).or_insert_with(look_up).clone()
    }
}
