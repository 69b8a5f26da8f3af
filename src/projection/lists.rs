//! Many short lists in one vector: the cells of a resource, the claims on a work.
//!
//! A list is two numbers beside its owner. Items stand in the order they were added.

use bincode::{Decode, Encode};

/// No slot.
const END: u32 = u32::MAX;

/// The items of many lists, each with the slot of the next in its list.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Lists<T> {
    slots: Vec<(T, u32)>,
}

/// One list: its first and its last slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub(crate) struct List {
    first: u32,
    last: u32,
}

impl Default for List {
    fn default() -> List {
        List { first: END, last: END }
    }
}

impl<T> Default for Lists<T> {
    fn default() -> Lists<T> {
        Lists { slots: Vec::new() }
    }
}

impl<T: Copy> Lists<T> {
    /// Adds an item at the end of a list; `None` if there is no room for more slots.
    #[must_use = "an item that found no room is lost"]
    pub(crate) fn push(&mut self, list: &mut List, item: T) -> Option<()> {
        let slot = u32::try_from(self.slots.len()).ok().filter(|slot| *slot != END)?;
        match usize::try_from(list.last).ok().and_then(|last| self.slots.get_mut(last)) {
            Some((_, next)) => *next = slot,
            None => list.first = slot,
        }
        list.last = slot;
        self.slots.push((item, END));
        Some(())
    }

    /// The items of a list, in the order they were added.
    pub(crate) fn iter(&self, list: List) -> impl Iterator<Item = T> {
        let mut at = list.first;
        std::iter::from_fn(move || {
            let (item, next) = *self.slots.get(usize::try_from(at).ok()?)?;
            at = next;
            Some(item)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_share_a_vector_and_keep_their_order() {
        let (mut lists, mut odd, mut even) = (Lists::default(), List::default(), List::default());
        for number in 0..10u32 {
            lists.push(if number % 2 == 0 { &mut even } else { &mut odd }, number).unwrap();
        }
        assert_eq!(lists.iter(even).collect::<Vec<_>>(), [0, 2, 4, 6, 8]);
        assert_eq!(lists.iter(odd).collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
        assert_eq!(lists.iter(List::default()).count(), 0);
    }
}
