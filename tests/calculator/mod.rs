//! The second calculator: what every account of a ledger holds, computed from nothing out of the list of its events.
//!
//! Written apart from the program, out of `DESIGN.md` sections 4 and 5, `SPEC.md` sections 12 to 14 and the reference on
//! royalties. Slow on purpose: no state is kept from one event to the next, every question is answered by reading the
//! whole list again, every number is an exact fraction until a rule says that it is rounded. So it can be read by
//! somebody who knows the trade and not the program.
//!
//! | file | what it does |
//! |---|---|
//! | `exact` | fractions, rounding, division by largest remainder |
//! | `history` | the list of events, and which of them count |
//! | `place` | territories and the groups they are part of |
//! | `identity` | what a report means by its numbers |
//! | `rights` | who owns, who shares, under which terms |
//! | `licences` | which licence covers a work, and at what price |
//! | `statute` | public rates, and who owes the mechanical |
//! | `cells` | which lines are rated together |
//! | `sale` | where the money of a cell goes |
//! | `mechanical` | what of it is owed to publishers |
//! | `fees` | what a work costs, by licence or by statute |
//! | `controlled` | the caps of controlled composition clauses on a release sold whole |
//! | `net` | who shares what is left |
//! | `pool` | plays without money of their own |
//! | `prices` | royalties of the price of a sale |
//! | `money` | payments, corrections, payouts |
//! | `tax` | what is withheld of a payout |
//! | `closes` | what a close moves, step by step |
//! | `earnings` | what cells came to, in a period or over the life of a contract |
//! | `steps` | other rates from so many units on, profit shares |
//! | `reserves` | what is kept back against returns, and let go |
//! | `waterfall` | what waits, what is recouped, what is directed to others, what becomes due |
//! | `paths` | which rules were made use of |
//! | `books` | everything together, close by close |
#![allow(dead_code, unused_imports, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod books;
mod cells;
mod closes;
mod controlled;
mod earnings;
mod exact;
mod fees;
mod history;
mod identity;
mod licences;
mod mechanical;
mod money;
mod net;
pub mod paths;
mod place;
mod pool;
mod prices;
mod reserves;
mod rights;
mod sale;
mod statute;
mod steps;
pub mod tax;
mod waterfall;

pub use books::{balances, balances_after, receivables};
pub use closes::Close;
pub use history::{History, Said};
