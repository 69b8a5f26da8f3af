//! Any text for a catalogue: it is read and translated, or every problem is said.
#![no_main]

use cantus::ingest::catalogue::{Document, NoNames, Syntax};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for syntax in [Syntax::Toml, Syntax::JsonLines] {
        match Document::read("catalogue", text, syntax) {
            Ok(document) => drop(document.check(&NoNames)),
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
});
