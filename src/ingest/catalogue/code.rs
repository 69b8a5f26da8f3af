//! What a code may look like. People type codes on command lines, read them in tables and pay by them: no two that look
//! the same may be different, so nothing in one is invisible, and no letters of another alphabet stand among Latin ones.

use super::problem::Problem;

/// The most bytes of a code.
const LEN_MAX: usize = 64;

/// Whether a text can be a code.
pub fn check(code: &str) -> Result<(), Problem> {
    let wrong = |reason: String, hint: &str| Err(Problem::new(reason).value(code).hint(hint));
    let plain = "use letters, digits and hyphens, such as \"anna-berg\"";
    if !(1..=LEN_MAX).contains(&code.len()) || code.chars().any(char::is_whitespace) {
        return wrong(format!("a code is one word of 1 to {LEN_MAX} bytes"), plain);
    }
    if let Some(hidden) = code.chars().find(|char| is_invisible(*char)) {
        return wrong(format!("the code has a character that cannot be seen, {}", named(hidden)), plain);
    }
    if let Some(mark) = code.chars().find(|char| is_combining(*char)) {
        return wrong(
            format!("the code has an accent that stands apart from its letter, {}", named(mark)),
            "write letter and accent as one character, or leave the accent out",
        );
    }
    let latin = code.chars().find(|char| is_latin(*char));
    let other = code.chars().find_map(|char| Some((char, alphabet(char)?)));
    if let (Some(latin), Some((char, alphabet))) = (latin, other) {
        return wrong(
            format!("the code has Latin letters such as \"{latin}\" and the {alphabet} \"{char}\", {}", named(char)),
            "write all of it in one alphabet",
        );
    }
    Ok(())
}

/// A character by its number, since to show it may show nothing.
fn named(char: char) -> String {
    format!("U+{:04X}", u32::from(char))
}

/// Control characters, and what Unicode calls default ignorable: joiners, marks of direction, fillers, selectors, tags.
fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(
            char,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

fn is_combining(char: char) -> bool {
    matches!(char, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

fn is_latin(char: char) -> bool {
    char.is_alphabetic()
        && matches!(char, 'A'..='Z' | 'a'..='z' | '\u{aa}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{ff21}'..='\u{ff5a}')
}

/// The alphabets whose letters look like Latin ones.
fn alphabet(char: char) -> Option<&'static str> {
    match char {
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}' => {
            Some("Cyrillic")
        }
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some("Cherokee"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_words_of_any_one_alphabet() {
        for fine in ["anna-berg", "QZ/DE:M2_1", "björk", "анна", "Ελένη", "宇多田", "아이유", "W.0001#2"]
        {
            check(fine).unwrap();
        }
    }

    #[test]
    fn what_looks_like_another_code_is_refused_by_its_character() {
        for (code, said) in [
            ("", "one word"),
            ("anna berg", "one word"),
            ("anna\u{a0}berg", "one word"),
            ("anna\u{200b}", "U+200B"),
            ("\u{202e}anna", "U+202E"),
            ("an\u{ad}na", "U+00AD"),
            ("anna\u{0}", "U+0000"),
            ("anna\u{fe0f}", "U+FE0F"),
            ("bjo\u{308}rk", "U+0308"),
            ("\u{430}nna", "the Cyrillic \"\u{430}\", U+0430"),
            ("ann\u{3b1}", "Greek"),
        ] {
            let problem = check(code).unwrap_err().to_string();
            assert!(problem.contains(said), "{problem}");
        }
        check(&"a".repeat(64)).unwrap();
        check(&"a".repeat(65)).unwrap_err();
    }
}
