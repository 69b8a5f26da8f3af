//! Work that is done on every core: a slice in parts, and what comes of each, in order.

use std::thread;

/// Fewer items than this are done before another thread has started.
const WORTH_A_THREAD: usize = 1 << 10;

/// Does the work on parts of a slice side by side. What it returns is in the order of the parts, whatever they are.
pub(super) fn on_each_core<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let each = items.len().div_ceil(threads).max(WORTH_A_THREAD);
    let Some((own, others)) = items.split_at_checked(each) else { return vec![work(items)] };
    thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = others.chunks(each).map(|items| scope.spawn(move || work(items))).collect();
        let mut done = vec![work(own)];
        // A panic there is one here.
        done.extend(
            others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))),
        );
        done
    })
}
