//! Which rules were made use of: so that a test can say whether random ledgers come to all of them.

use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static TAKEN: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// A rule was made use of.
pub fn took(path: &'static str) {
    TAKEN.with_borrow_mut(|taken| taken.insert(path));
}

/// The same, if something came of it.
pub fn took_if(happened: bool, path: &'static str) {
    if happened {
        took(path);
    }
}

/// Every rule that was made use of since this was asked last.
pub fn taken() -> BTreeSet<&'static str> {
    TAKEN.take()
}
