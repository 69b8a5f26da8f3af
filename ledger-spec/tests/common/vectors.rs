//! The golden files under `vectors/`: lines of words, `#` begins a comment line.

/// The lines of a golden file, each as its words.
pub fn lines(file: &str) -> impl Iterator<Item = Vec<&str>> {
    file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| line.split(' ').collect())
}
