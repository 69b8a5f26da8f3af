//! The shapes of identifiers: reading past separators and case, padding, printing in groups.

use std::borrow::Cow;

use super::Validity;

/// What the identifiers of a scheme look like.
pub(super) enum Rule {
    /// A fixed form.
    Form(Form),
    /// `namespace::id`, neither part empty.
    Namespaced,
    /// Any text that is not blank.
    Text,
}

/// A fixed form of letters and digits.
pub(super) struct Form {
    /// One byte per character: `d` a digit, `a` a letter, `x` either, `c` a digit or `X`, others stand for themselves.
    pub(super) pattern: &'static [u8],
    /// The fewest characters that are understood; what lacks to the pattern is leading zeros.
    pub(super) shortest: usize,
    /// How it is printed: `#` is the next character, `z` the next unless it is a leading zero.
    pub(super) print: &'static str,
    /// The name that may stand in front of it, as the standards print it ("ISRC US-RC1-76-07839").
    pub(super) label: &'static str,
    /// True of the canonical form if its check digit is right.
    pub(super) check_digit: Option<fn(&[u8]) -> bool>,
}

/// The longest form is 18 characters, the longest label 4; longer text has no shape.
const CAPACITY: usize = 22;

/// The letters and digits of a text, upper case, without the separators.
pub(super) struct Compact {
    bytes: [u8; CAPACITY],
    length: usize,
}

impl Compact {
    /// None if there is anything but ASCII letters, digits and separators, or too much of it.
    fn of(text: &str) -> Option<Compact> {
        let mut compact = Compact { bytes: [b'0'; CAPACITY], length: 0 };
        for byte in text.bytes().filter(|byte| !matches!(byte, b'-' | b'.' | b'/' | b' ')) {
            *compact.bytes.get_mut(compact.length)? =
                byte.is_ascii_alphanumeric().then(|| byte.to_ascii_uppercase())?;
            compact.length += 1;
        }
        Some(compact)
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn chars(&self) -> impl Iterator<Item = char> {
        self.as_bytes().iter().map(|&byte| char::from(byte))
    }

    /// The same as text, borrowed if it is what was given.
    pub(super) fn over<'a>(&self, given: &'a str) -> Cow<'a, str> {
        if given.as_bytes() == self.as_bytes() { given.into() } else { self.chars().collect::<String>().into() }
    }
}

impl Form {
    pub(super) const fn label(mut self, label: &'static str) -> Form {
        self.label = label;
        self
    }

    pub(super) const fn checked(mut self, check_digit: fn(&[u8]) -> bool) -> Form {
        self.check_digit = Some(check_digit);
        self
    }

    /// The canonical form of a text, if the text has this shape.
    pub(super) fn read(&self, text: &str) -> Option<Compact> {
        let compact = Compact::of(text)?;
        let given = compact.as_bytes();
        // The label is taken off last: "ISRC12345678" is a code of Iceland's.
        self.fit(given).or_else(|| self.fit(given.strip_prefix(self.label.as_bytes())?))
    }

    /// Pads to the pattern's length and compares with it.
    fn fit(&self, given: &[u8]) -> Option<Compact> {
        let padding = self.pattern.len().checked_sub(given.len())?;
        if given.len() < self.shortest {
            return None;
        }
        let mut compact = Compact { bytes: [b'0'; CAPACITY], length: self.pattern.len() };
        compact.bytes.get_mut(padding..compact.length)?.copy_from_slice(given);
        compact.as_bytes().iter().zip(self.pattern).all(|(&byte, &class)| fits(byte, class)).then_some(compact)
    }

    pub(super) fn check(&self, text: &str) -> Validity {
        if self.is_placeholder(text) {
            return Validity::Placeholder;
        }
        match (self.read(text), self.check_digit) {
            (None, _) => Validity::BadShape,
            (Some(read), Some(right)) if !right(read.as_bytes()) => Validity::BadCheckDigit,
            (Some(_), _) => Validity::Valid,
        }
    }

    /// True for nothing but zeros, after the characters that every identifier of the scheme begins with.
    fn is_placeholder(&self, text: &str) -> bool {
        let fixed = self.pattern.iter().take_while(|class| !class.is_ascii_lowercase()).count();
        let fixed = self.pattern.get(..fixed).unwrap_or_default();
        Compact::of(text).is_some_and(|compact| {
            let given = compact.as_bytes();
            let variable = given.strip_prefix(fixed).unwrap_or(given);
            !variable.is_empty() && variable.iter().all(|&byte| byte == b'0')
        })
    }

    /// Groups a canonical form for reading.
    pub(super) fn print(&self, compact: &Compact) -> String {
        let mut characters = compact.chars();
        let mut printed = String::new();
        for slot in self.print.chars() {
            match slot {
                '#' => printed.extend(characters.next()),
                'z' => printed.extend(characters.next().filter(|&digit| digit != '0' || !printed.is_empty())),
                separator => printed.push(separator),
            }
        }
        printed
    }
}

fn fits(byte: u8, class: u8) -> bool {
    match class {
        b'd' => byte.is_ascii_digit(),
        b'a' => byte.is_ascii_uppercase(),
        b'x' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        b'c' => byte.is_ascii_digit() || byte == b'X',
        literal => byte == literal,
    }
}
