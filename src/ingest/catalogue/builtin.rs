//! Tables that come with the program, in the text format. None is in force until an operator appends it.

/// A text that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Builtin {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it holds, in one line.
    pub about: &'static str,
    /// The text, TOML.
    pub text: &'static str,
}

/// Every text that comes with the program.
pub const BUILTIN: &[Builtin] = &[
    Builtin {
        name: "us-mechanical",
        about: "US statutory mechanical rates for copies and downloads, 2006 to 2026 (17 USC 115)",
        text: include_str!("data/us-mechanical.toml"),
    },
    Builtin {
        name: "us-streaming",
        about: "US statutory percentages of streaming revenue, 2013 to 2027 (37 CFR 385.21)",
        text: include_str!("data/us-streaming.toml"),
    },
    Builtin {
        name: "us-mechanical-payers",
        about: "a starting point for who owes mechanicals in the US; read it before you adopt it",
        text: include_str!("data/us-mechanical-payers.toml"),
    },
];

impl Builtin {
    /// The text of this name.
    pub fn find(name: &str) -> Option<&'static Builtin> {
        BUILTIN.iter().find(|builtin| builtin.name == name)
    }
}
