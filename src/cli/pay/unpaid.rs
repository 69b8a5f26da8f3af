//! `cantus pay due`: every balance that is owed to a party, and what keeps it from being paid.

use clap::Args;
use ledger_spec::code::AccountClass;
use ledger_spec::date::Date;
use ledger_spec::money::{Amount, Currency};
use ledger_spec::reference::PartyId;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::contested::Told;
use crate::cli::exit::Exit;
use crate::cli::failure::Outcome;
use crate::cli::held_share::HeldTold;
use crate::cli::known::{Known, Labels};
use crate::cli::out::{Column, Row};
use crate::cli::values;
use crate::projection::{Contested, Filter, HeldFor, NotPaid, Unpaid, Until};

#[derive(Debug, Args)]
#[command(after_help = "With --json, one object a line; amounts are text:
  party, name, contract, class, currency, amount, why (the reasons), words (the same)
Class suspense is what was put there for the party, what waits for its shares of works, unlicensed or without a price,
and what it claims of works that is contested: that is one amount, shown with each party that claims it.")]
pub struct Arguments {
    /// Of this party, by its code or id.
    #[arg(long, value_name = "PARTY")]
    party: Option<String>,
    /// In this currency.
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The day that forms and contracts are held against; today if not given.
    #[arg(long)]
    date: Option<Date>,
    /// Write CSV: a line of names, then one row a line.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// Why something is not paid.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Reason {
    /// Others claim it too, or nobody has agreed.
    Contested(Told),
    /// It waits for a share of a work.
    HeldShare(HeldTold),
    #[serde(untagged)]
    Balance(NotPaid),
}

/// A balance, for people and programs.
#[derive(Serialize)]
struct Line {
    party: String,
    name: Option<String>,
    contract: String,
    class: AccountClass,
    currency: Currency,
    amount: Amount,
    why: Vec<Reason>,
    /// The same in words.
    words: String,
}

impl Row for Line {
    const COLUMNS: &'static [Column] = &[
        Column::words("PARTY"),
        Column::words("CONTRACT"),
        Column::words("CLASS"),
        Column::words("CURRENCY"),
        Column::amounts("AMOUNT"),
        Column::words("WHY NOT PAID"),
    ];

    fn cells(&self) -> Vec<String> {
        let Line { party, contract, class, currency, amount, words, .. } = self;
        let texts = [party.clone(), contract.clone(), class.to_string(), currency.to_string()];
        texts.into_iter().chain([amount.to_string(), words.clone()]).collect()
    }
}

/// Lists what is owed.
pub fn run(arguments: &Arguments, context: &mut Context) -> Outcome {
    if arguments.csv {
        context.out.as_csv();
    }
    let ledger = context.ledger()?;
    let mut state = context.state(&ledger, Until::End)?;
    let settled = state.settle()?;
    let known = Known::new(settled.state(), &ledger);
    let party = arguments.party.as_deref().map(|name| known.find_party(name)).transpose()?;
    let filter = Filter { party, currency: arguments.currency, ..Filter::default() };
    let day = arguments.date.unwrap_or_else(values::today);
    let unpaid = settled.not_paid(&filter, day, &ledger)?;
    let mut labels = Labels::new(&known);
    let line = |Unpaid { account, amount, why }: Unpaid| {
        let (party, name) = labels.party(account.party);
        let words = match why.as_slice() {
            [] => "not ordered yet: cantus pay instruct".to_owned(),
            why => why.iter().map(|why| why.words()).collect::<Vec<_>>().join("; "),
        };
        let (contract, why) = (labels.contract(account.contract), why.into_iter().map(Reason::Balance).collect());
        Line { party, name, contract, class: account.class, currency: account.currency, amount, why, words }
    };
    let mut lines: Vec<Line> = unpaid.into_iter().map(line).collect();
    let mut contested = settled.contested(party)?;
    contested.retain(|contested| arguments.currency.is_none_or(|currency| currency == contested.currency));
    for Contested { slice, currency, amount } in contested {
        let told = Told::new(&slice, &known, &mut labels);
        for claimant in slice.claimants().into_iter().filter(|claimant| party.is_none_or(|party| party == *claimant)) {
            let (party, name) = labels.party(claimant);
            let (words, why) = (told.words(), vec![Reason::Contested(told.clone())]);
            let class = AccountClass::SUSPENSE;
            lines.push(Line { party, name, contract: String::new(), class, currency, amount, why, words });
        }
    }
    let parties: Vec<PartyId> = match party {
        Some(party) => vec![party],
        None => settled.state().catalogue().parties().map(|(party, ..)| party).collect(),
    };
    for of in parties {
        for HeldFor { held, currency, amount } in settled.held_for(of)? {
            if arguments.currency.is_some_and(|asked| asked != currency) {
                continue;
            }
            let ((party, name), told) = (labels.party(of), HeldTold::new(&held, &known));
            let (words, why) = (told.words(), vec![Reason::HeldShare(told)]);
            let (contract, class) = (String::new(), AccountClass::SUSPENSE);
            lines.push(Line { party, name, contract, class, currency, amount, why, words });
        }
    }
    context.out.rows(&lines)?;
    Ok(Exit::Fine)
}
