//! Other people's words, as a terminal and a spreadsheet may be given them.

/// Text as a terminal may be given it. Names and titles are other people's words: a control character in them could
/// rewrite the screen, and a change of direction could make one amount read as another.
pub fn visible(text: &str) -> String {
    let hides = |char: char| {
        char.is_control() && char != '\n' && char != '\t'
            || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match hides(char) {
            true => out.extend(char.escape_unicode()),
            false => out.push(char),
        }
    }
    out
}

/// The same in one line: also what would break it is shown by its escape. For names within a sentence, of which the
/// next line could pass for another.
pub fn one_line(text: &str) -> String {
    visible(text).replace('\n', "\\n").replace('\t', "\\t")
}

/// The same for a cell of CSV: a spreadsheet takes text that begins with one of these for a formula, and runs it. An
/// apostrophe before it says that it is text.
pub fn csv_text(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
