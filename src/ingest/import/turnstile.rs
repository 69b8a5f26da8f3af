//! A turnstile: threads that work on pieces in any order pass it in the order of the pieces.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// What is done piece after piece, and what it is done with.
pub struct Turnstile<T> {
    inside: Mutex<Inside<T>>,
    turn: Condvar,
}

struct Inside<T> {
    /// The piece whose turn it is.
    next: u64,
    /// A piece will never come: nobody waits for it.
    stopped: bool,
    value: T,
}

impl<T> Turnstile<T> {
    /// Open for piece 0.
    pub fn new(value: T) -> Turnstile<T> {
        Turnstile { inside: Mutex::new(Inside { next: 0, stopped: false, value }), turn: Condvar::new() }
    }

    /// Waits until all pieces before this one have passed, and does what there is to do; `None` if it was stopped.
    /// Every piece passes once.
    pub fn pass<R>(&self, piece: u64, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let waits = |inside: &mut Inside<T>| inside.next != piece && !inside.stopped;
        let mut inside = self.turn.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        if inside.stopped {
            return None;
        }
        let done = work(&mut inside.value);
        inside.next += 1;
        self.turn.notify_all();
        Some(done)
    }

    /// Lets nobody pass any more.
    pub fn stop(&self) {
        self.lock().stopped = true;
        self.turn.notify_all();
    }

    /// What is left when all have passed.
    pub fn into_inner(self) -> T {
        self.inside.into_inner().unwrap_or_else(PoisonError::into_inner).value
    }

    fn lock(&self) -> MutexGuard<'_, Inside<T>> {
        // A thread that panics inside is about to stop the turnstile, and nobody looks at the value then.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
