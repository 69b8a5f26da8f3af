//! How many lines have something, and which is the first of them.

/// Lines that have something. Those of different chunks merge to those of the file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    count: u64,
    first: u64,
}

impl Seen {
    /// So many lines more, of which this is the first.
    pub(super) fn add(&mut self, line: u64, lines: u64) {
        self.first = if self.count == 0 { line } else { line.min(self.first) };
        self.count += lines;
    }

    pub(super) fn merge(&mut self, other: Seen) {
        if let Some((first, lines)) = other.lines() {
            self.add(first, lines);
        }
    }

    /// The first, and how many there are; nothing if there is none.
    pub(super) fn lines(self) -> Option<(u64, u64)> {
        (self.count > 0).then_some((self.first, self.count))
    }
}
