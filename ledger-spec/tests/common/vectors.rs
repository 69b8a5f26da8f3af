//! The golden files under `vectors/`: lines of words, `#` begins a comment line.

use ledger_spec::Hash;

/// The lines of a golden file, each as its words.
pub fn lines(file: &str) -> impl Iterator<Item = Vec<&str>> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split(' ').collect())
}

pub fn hash(digits: &str) -> Hash {
    Hash::from_hex(digits).expect("64 hex digits")
}

pub fn bytes(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "{digits}");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex")).collect()
}
