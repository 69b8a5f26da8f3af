//! `cantus key list`: every key that was ever enrolled.

use ledger_spec::key::PublicKey;
use ledger_spec::reference::PartyId;
use ledger_spec::role::Roles;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::describe::mode;
use crate::cli::exit::Exit;
use crate::cli::failure::Outcome;
use crate::cli::init::LOG_KEY;
use crate::cli::known::Known;
use crate::cli::out::{Column, Row};
use crate::projection::Until;

#[derive(Serialize)]
struct Key {
    key: PublicKey,
    /// Its file among the ledger's keys, if it is here.
    name: Option<String>,
    party: PartyId,
    /// The party's code.
    code: String,
    roles: Roles,
    /// Submissions it has signed.
    submissions: u64,
    enrolled: u64,
    /// How it came in: as the party's first, endorsed by a key of the party, or by override of the operator.
    mode: &'static str,
    revoked: Option<u64>,
}

impl Row for Key {
    const COLUMNS: &'static [Column] = &[
        Column::words("NAME"),
        Column::words("PARTY"),
        Column::words("ROLES"),
        Column::numbers("SUBMISSIONS"),
        Column::numbers("ENROLLED"),
        Column::words("MODE"),
        Column::numbers("REVOKED"),
        Column::words("KEY"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone().unwrap_or_default(),
            self.code.clone(),
            self.roles.to_string(),
            self.submissions.to_string(),
            self.enrolled.to_string(),
            self.mode.to_owned(),
            self.revoked.map_or_else(String::new, |event| event.to_string()),
            self.key.to_string(),
        ]
    }
}

pub fn run(context: &mut Context) -> Outcome {
    let ledger = context.ledger()?;
    let authority = ledger.authority();
    let state = context.state(&ledger, Until::End)?;
    let known = Known::new(&state, &ledger);
    let names = context.key_names();
    let name = |key: &PublicKey| names.iter().find(|(_, named)| named == key).map(|(name, _)| name.clone());
    let mut keys: Vec<Key> = authority
        .keys()
        .map(|(key, state)| Key {
            key: *key,
            name: name(key),
            party: state.party,
            code: known.party_code(state.party),
            roles: state.roles,
            submissions: state.next_number - 1,
            enrolled: state.enrolled,
            mode: mode(known.mode_of(state.enrolled)),
            revoked: state.revoked,
        })
        .collect();
    keys.sort_by_key(|key| key.enrolled);
    context.out.rows(&keys)?;
    context.out.note(format_args!("\nCheckpoints are signed by {} ({LOG_KEY}).", authority.log_key()));
    Ok(Exit::Fine)
}
