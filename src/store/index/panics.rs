//! Calls into sled, whose panics are answers like any other.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;
use std::thread;
use std::time::{Duration, Instant};

const CACHE_BYTES: u64 = 64 << 20;
/// The one size that came through all simulated power cuts.
const SEGMENT_BYTES: usize = 8 << 20;
const FLUSH_EVERY_MS: u64 = 2_000;
/// How sled says that its file is locked. No other process can have it, because the index's own lock comes first; but
/// sled's threads may hold on to it for a moment after it was closed.
const LOCKED: &str = "could not acquire lock";
const UNLOCK_WAIT: Duration = Duration::from_secs(10);
const UNLOCK_STEP: Duration = Duration::from_millis(5);

thread_local! {
    /// Whether this thread is inside sled, where a panic means damage and is reported as such.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics inside sled from being printed; all others go on to the hook there was.
static QUIET: Once = Once::new();

/// Runs a call into sled; a panic is an error like any other.
pub fn caught<T>(call: impl FnOnce() -> sled::Result<T>) -> Result<T, String> {
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !INSIDE.get() {
                before(info);
            }
        }));
    });
    INSIDE.set(true);
    // sled's state may be anything after a panic; the caller never uses it again.
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    INSIDE.set(false);
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(panic) => Err(panic_text(&*panic)),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic").to_owned()
}

/// Opens sled in that folder.
pub fn start(path: &Path) -> Result<sled::Db, String> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(CACHE_BYTES)
        .segment_size(SEGMENT_BYTES)
        .flush_every_ms(Some(FLUSH_EVERY_MS));
    let deadline = Instant::now() + UNLOCK_WAIT;
    loop {
        match caught(|| config.open()) {
            Err(what) if what.contains(LOCKED) && Instant::now() < deadline => thread::sleep(UNLOCK_STEP),
            result => return result,
        }
    }
}
