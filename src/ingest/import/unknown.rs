//! Words of a report that the ledger has no meaning for. They are taken as unknown, never as a guess, and every one is
//! said: once, with its lines and its money.

use ledger_spec::code::{CommercialModel, Rights, SourceFormat, UseType};
use ledger_spec::limits;
use ledger_spec::reference::Territory;

use super::codes;
use crate::ingest::report::{FileReport, Said, Unrecorded, Warning, Word};

/// What DDEX says of what is not known: it is known to be that.
const UNKNOWN: &str = "Unknown";

/// Keeps of the words of a file those without meaning, and warns of them, and of what is too long in its head.
pub fn find(file: &mut FileReport) {
    let format = SourceFormat::from_name(file.format).unwrap_or_default();
    let header = &file.header;
    let head =
        [&header.message_id, &header.profile, &header.sender, &header.sender_party_id, &header.recipient_party_id];
    if head.iter().any(|value| value.len() > limits::IDENTIFIER) {
        file.warnings.push(1, Warning::Unrecorded { kind: Unrecorded::LongIdentifier, lines: 1 });
    }
    file.said.retain(|said| !is_known(said, format));
    for Said { word, value, line, lines, .. } in &file.said {
        file.warnings.push(*line, Warning::UnknownWord { word: *word, value: value.clone(), lines: *lines });
    }
}

fn is_known(said: &Said, format: SourceFormat) -> bool {
    let value = said.value.as_str();
    match said.word {
        // The summaries of a DSR say what its lines are.
        Word::Store => format == SourceFormat::DSR || codes::store(value).0 != UseType::UNKNOWN,
        Word::Territory => codes::territory(value) != Territory::UNKNOWN,
        Word::UseType => value == UNKNOWN || codes::use_type(value) != UseType::UNKNOWN,
        Word::CommercialModel => value == UNKNOWN || codes::model(value) != CommercialModel::UNKNOWN,
        Word::RightsType => codes::rights(value) != Rights::NONE,
    }
}
