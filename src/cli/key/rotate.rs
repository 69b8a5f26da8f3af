//! `cantus key rotate`: another key takes the place of one.
//!
//! The new key is made under another name first, and gets the name of the old one only when the log knows of the
//! change. Run again after it was interrupted, the command finds that key and what of the change is in, and goes on.

use ed25519_dalek::SigningKey;
use ledger_spec::code::ReasonCode;
use ledger_spec::event::Event;
use ledger_spec::event::governance::{EnrolMode, KeyRevoked};
use ledger_spec::key::PublicKey;

use crate::cli::Context;
use crate::cli::desk::{Desk, Ready};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::init::LOG_KEY;
use crate::ledger::{Author, Ledger, keys, log_key_change};

/// The old key enrols the new one for the same party and is revoked in a second submission, signed by the new one:
/// authority is judged by the state before a submission, and the new key must be in to speak.
pub fn author(name: &str, context: &mut Context) -> Outcome {
    let ready = Ready::new(name, false, context)?;
    if ready.finished.iter().any(|finished| finished == name) {
        return Ok(Exit::Fine);
    }
    let old = context.open_key(name)?;
    let old_key = keys::public(&old);
    let authority = ready.books.ledger.authority();
    let state = authority.key(&old_key).copied();
    let state = state.ok_or_else(|| Failure::new(format_args!("key {old_key} was never enrolled")))?;
    let new = context.next_key(name)?;

    let mut desk = Desk::start(ready, old, context)?;
    let enrolled =
        Author::new(new.clone(), desk.ledger().id()).enrolment(state.party, state.roles, EnrolMode::Endorsed);
    if authority.key(&enrolled.key).is_none() {
        desk.say(&[Event::KeyEnrolled(enrolled)])?;
    }
    desk.speak_as(new);
    let accepted = desk.say(&[Event::KeyRevoked(KeyRevoked { key: old_key, reason: ReasonCode::REPLACED })])?;
    context.replace_key(name, &enrolled.key)?;
    context.out.done(accepted.first, format_args!("Key {} takes the place of {old_key}", enrolled.key))?;
    Ok(Exit::Fine)
}

/// The old key signs a checkpoint over the change, unless it is lost, and the new one all later ones.
pub fn log_key(lost: bool, context: &mut Context) -> Outcome {
    let name = context.global.key.clone();
    let mut ready = Ready::new(&name, lost, context)?;
    if ready.finished.iter().any(|finished| finished == LOG_KEY) {
        drop(ready);
    } else {
        if lost {
            check_lost(&ready.books.ledger, context)?;
        }
        let new = context.next_key(LOG_KEY)?;
        add(&mut ready.log_keys, new.clone());
        let key = context.open_key(&name)?;
        let mut desk = Desk::start(ready, key, context)?;
        let change = log_key_change(&new, &desk.ledger().id(), lost);
        desk.say(&[Event::LogKeyChanged(change)])?;
        context.replace_key(LOG_KEY, &keys::public(&new))?;
        // The old key has signed for the last time. Opened again, the ledger keeps what it signed, and the new key signs.
    }
    let vkey = Desk::open(context)?.ledger().verifier_key()?;
    context.out.note("Another key signs checkpoints from here on. Hand its vkey to whoever verifies this ledger:");
    context.out.line(vkey)?;
    Ok(Exit::Fine)
}

/// A key whose file is there is not lost: nothing under it could be decided any more, for no reason.
fn check_lost(ledger: &Ledger, context: &Context) -> Result<(), Failure> {
    let needed = ledger.authority().log_key();
    match context.key_names().into_iter().find(|(_, key)| *key == needed) {
        None => Ok(()),
        Some((name, _)) => {
            let file = context.key_file(&name);
            let hint = match name == LOG_KEY {
                true => "run cantus key rotate log without --lost; if its passphrase is lost, move the file away first",
                false => "rename it to keys/log.pem, and run cantus key rotate log without --lost",
            };
            let there = format_args!("the key that signs checkpoints is not lost: {} holds it", file.display());
            Err(Failure::new(there).hint(hint))
        }
    }
}

fn add(keys: &mut Vec<SigningKey>, new: SigningKey) {
    if !keys.contains(&new) {
        keys.push(new);
    }
}

/// Puts the keys in their places whose rotation the log knows of, and returns their names.
pub fn finish(names: [&str; 2], ledger: &Ledger, context: &mut Context) -> Result<Vec<String>, Failure> {
    let authority = ledger.authority();
    let mut finished = Vec::new();
    for name in names {
        let Some(next) = context.begun_key(name)? else { continue };
        let next = keys::public(&next);
        let is_revoked = |old: &PublicKey| authority.key(old).is_some_and(|state| state.revoked.is_some());
        let took_over = match name {
            LOG_KEY => authority.log_key() == next,
            _ if authority.key(&next).is_none() => false,
            _ if !context.key_file(name).exists() => true,
            _ => is_revoked(&keys::public(&context.open_key(name)?)),
        };
        if took_over {
            context.replace_key(name, &next)?;
            context.out.note(format_args!("The key {name} was replaced by an interrupted command: now it is {next}."));
            finished.push(name.to_owned());
        }
    }
    Ok(finished)
}
