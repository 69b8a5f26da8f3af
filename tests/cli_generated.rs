//! Manual pages and completions say what the help says, from the one definition of the command line.

#![allow(clippy::unwrap_used)]

mod cli_support;

use cli_support::Home;

#[test]
fn manual_pages_have_the_usage_and_the_examples_of_the_help() {
    let home = Home::new();
    home.ok(&["man", "pages"]);
    let page = std::fs::read_to_string(home.path().join("pages/cantus-pay-instruct.1")).unwrap();
    let usage = page.lines().skip_while(|line| *line != ".SH SYNOPSIS").nth(1).unwrap().replace('\\', "");
    assert!(usage.contains("--currency <CODE>") && usage.contains("<PARTY>"), "{page}");
    assert!(page.contains("1 \" \" \"cantus 0."), "the footer names the program: {page}");
    let page = std::fs::read_to_string(home.path().join("pages/cantus-pay.1")).unwrap();
    assert!(page.contains(".SH EXAMPLES") && page.contains("settle 912") && !page.contains("EXTRA"), "{page}");
}

#[test]
fn a_shell_completes_roles_reasons_and_what_comes_with_the_program() {
    let script = Home::new().ok(&["completions", "bash"]);
    for value in ["operator reporter publisher", "bank-refused", "us-mechanical", "court-order"] {
        assert!(script.contains(value), "{value}");
    }
}
