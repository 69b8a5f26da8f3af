//! The text of one cell.

use std::borrow::Cow;
use std::fmt;

/// The text of a cell, borrowed from the file, with what its format says about escapes.
///
/// Equality is of what is said: `a\|b` escaped equals `a|b` plain. A cell that holds several values is compared by
/// [`Text::values`].
#[derive(Clone, Copy, Default)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// Text that means itself.
    pub const fn plain(raw: &'a str) -> Text<'a> {
        Text { raw, escaped: false }
    }

    /// Text of a DDEX flat file: a backslash makes the next character literal, and a bare `|` separates values.
    pub const fn escaped(raw: &'a str) -> Text<'a> {
        Text { raw, escaped: true }
    }

    /// The bytes as they stand in the file.
    pub const fn raw(self) -> &'a str {
        self.raw
    }

    /// True if the cell is empty.
    pub const fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// The text that is meant; allocates only where an escape has to go.
    pub fn get(self) -> Cow<'a, str> {
        if !self.escaped || memchr::memchr(b'\\', self.raw.as_bytes()).is_none() {
            return Cow::Borrowed(self.raw);
        }
        let mut text = String::with_capacity(self.raw.len());
        let mut characters = self.raw.chars();
        while let Some(character) = characters.next() {
            // A backslash that ends the cell has nothing to escape and stays.
            text.push(if character == '\\' { characters.next().unwrap_or('\\') } else { character });
        }
        Cow::Owned(text)
    }

    /// The values of the cell, those that are empty left out. Plain text is one value.
    pub fn values(self) -> impl Iterator<Item = Text<'a>> {
        let mut rest = Some(self.raw).filter(|_| self.escaped);
        let several = std::iter::from_fn(move || {
            let cell = rest?;
            let (value, after) = split_value(cell);
            rest = after;
            Some(Text::escaped(value))
        });
        let one = (!self.escaped).then_some(self);
        several.chain(one).filter(|value| !value.is_empty())
    }

    /// How many values the cell has room for: bare separators and one more, none in an empty cell.
    pub fn places(self) -> u64 {
        let mut places = 0;
        let mut rest = (!self.is_empty()).then_some(self.raw);
        while let Some(cell) = rest {
            places += 1;
            rest = split_value(cell).1.filter(|_| self.escaped);
        }
        places
    }

    /// The namespace and the id of a proprietary id, `namespace::id`; the namespace is empty if none is given.
    pub fn proprietary_id(self) -> (&'a str, &'a str) {
        self.raw.split_once("::").unwrap_or(("", self.raw))
    }
}

/// Splits at the first bare `|`.
fn split_value(cell: &str) -> (&str, Option<&str>) {
    let bytes = cell.as_bytes();
    let mut from = 0;
    while let Some(found) = bytes.get(from..).and_then(|rest| memchr::memchr2(b'|', b'\\', rest)) {
        let at = from + found;
        if bytes.get(at) == Some(&b'|') {
            // Both sides of an ASCII byte are character boundaries.
            return (cell.get(..at).unwrap_or_default(), cell.get(at + 1..));
        }
        from = at + 2;
    }
    (cell, None)
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Text<'_>) -> bool {
        (self.escaped == other.escaped && self.raw == other.raw) || self.get() == other.get()
    }
}

impl Eq for Text<'_> {}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.get())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.get())
    }
}

/// Bytes for a message: what is not text replaced, control characters escaped, cut to a length that fits a line.
pub(super) fn preview(bytes: &[u8]) -> String {
    const CHARACTERS: usize = 80;
    // No character is longer than four bytes, so these hold as many as are shown.
    let start = bytes.get(..4 * CHARACTERS).unwrap_or(bytes);
    let text = String::from_utf8_lossy(start);
    let mut shown: String = text.chars().take(CHARACTERS).flat_map(escape_control).collect();
    if text.chars().nth(CHARACTERS).is_some() || start.len() < bytes.len() {
        shown.push('…');
    }
    shown
}

fn escape_control(character: char) -> impl Iterator<Item = char> {
    let control = character.is_control();
    let escaped = control.then(|| character.escape_default()).into_iter().flatten();
    escaped.chain((!control).then_some(character))
}
