//! Items: what a submission's signature covers of each event (SPEC.md section 9).
//!
//! An item is `"cantus/item/v1" NUL | class u8 | commitment [32]`, and a submission's author signs the RFC 6962 root
//! over its items. So each event keeps a short proof that its author said it, whatever becomes of the others.

use crate::event::Class;
use crate::hash::{Hash, sha256, sha256_each};
use crate::merkle;

/// Domain of an item.
pub const DOMAIN: &[u8] = b"cantus/item/v1\0";

/// What the leaf hash of an item begins with: the leaf prefix and the domain. The whole takes one SHA-256 block.
const LEAF: &[u8] = b"\0cantus/item/v1\0";

/// Leaf hash of an item.
pub fn item_hash(class: Class, commitment: &Hash) -> Hash {
    sha256(&[LEAF, &[class.number()], &commitment.0])
}

/// Leaf hashes of many items, in their order, from the bytes of class and commitment.
pub fn item_hashes<'a>(items: impl IntoIterator<Item = (&'a [u8; 1], &'a [u8; 32])>, sink: impl FnMut(Hash)) {
    sha256_each(items.into_iter().map(|(class, commitment)| [LEAF, class, commitment]), sink);
}

/// RFC 6962 root over the items of these classes and commitments.
pub fn items_root(items: &[(Class, Hash)]) -> Hash {
    merkle::root_of(&leaves(items))
}

/// Proof that the item at `offset` is one of these, for [`merkle::verify_inclusion`] against their root; `None` if
/// there is no such item.
pub fn item_proof(items: &[(Class, Hash)], offset: u64) -> Option<Vec<Hash>> {
    merkle::inclusion_proof(&merkle::Leaves(&leaves(items)), offset, items.len() as u64).ok()
}

fn leaves(items: &[(Class, Hash)]) -> Vec<Hash> {
    let classes: Vec<[u8; 1]> = items.iter().map(|(class, _)| [class.number()]).collect();
    let mut leaves = Vec::with_capacity(items.len());
    item_hashes(classes.iter().zip(items.iter().map(|(_, commitment)| &commitment.0)), |leaf| leaves.push(leaf));
    leaves
}
