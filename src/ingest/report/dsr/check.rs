//! The checks that need the whole file (DSR Part 8, and what royalty auditors look at first).

use std::path::Path;

use ledger_spec::code::Measure;

use super::head::Head;
use crate::ingest::report::format::{Counts, Sink};
use crate::ingest::report::row::UsageDays;
use crate::ingest::report::scan::Refusal;
use crate::ingest::report::tally::Tally;
use crate::ingest::report::warning::Warning;
use crate::ingest::report::{dates, row::Summary};

/// The name that a file of a report has, `xofy` being its number and how many files there are.
const NAME_FORM: &str = "DSR_<recipient>_<sender>_<service>_<period>_<territory>_<xofy>_<yyyymmddThhmmss>.tsv";

/// Checks that leave the file readable: what fails is a warning.
pub(super) fn whole_file(file: &str, head: &Head, tally: &mut Tally) {
    duplicate_ids(head, tally);
    summary_usages(head, tally);
    file_name(file, head, tally);
}

/// The footer against what was read: a file that it does not describe may have been cut.
pub(super) fn footer(head: &Head, counts: &Counts, tally: &mut Tally) -> Vec<Refusal> {
    let Some(footer) = counts.footer else { return vec![Refusal::NoFooter] };
    let mut refusals = Vec::new();
    if counts.last_record > footer.line {
        refusals.push(Refusal::AfterFooter { footer: footer.line, last: counts.last_record });
    }
    for (measure, reported, found) in [
        (Measure::LINES, footer.lines, counts.lines),
        (Measure::SUMMARIES, footer.summaries, counts.summaries),
        (Measure::BLOCKS, footer.blocks, counts.blocks),
    ] {
        if reported != found {
            refusals.push(Refusal::FooterCount { measure, reported, found });
        }
    }
    if head.header.number_of_files == 1 {
        for (measure, reported, found) in [
            (Measure::LINES, footer.lines_in_report, counts.lines),
            (Measure::BLOCKS, footer.blocks_in_report, counts.blocks),
        ] {
            if let Some(reported) = reported.filter(|reported| *reported != found) {
                tally.warning(footer.line, Warning::ReportCount { measure, reported, found });
            }
        }
    }
    refusals
}

fn duplicate_ids(head: &Head, tally: &mut Tally) {
    for summary in &head.summaries {
        if let Some(first) = head.summary(&summary.id).filter(|first| first.line != summary.line) {
            tally.warning(summary.line, Warning::DuplicateSummary { id: summary.id.clone(), first: first.line });
        }
    }
}

/// The usage lines of each id against its SY01 or SY02 records. The other summaries repeat the same usage by
/// subscriber or rights controller.
fn summary_usages(head: &Head, tally: &mut Tally) {
    let mut reported: Vec<Option<i128>> = vec![None; head.firsts.len()];
    for summary in head.summaries.iter().filter(|summary| is_total(summary)) {
        if let (Some(total), Some(usages)) = (reported.get_mut(summary.number), summary.usages) {
            *total.get_or_insert(0) += i128::from(usages);
        }
    }
    let firsts = head.firsts.iter().filter_map(|index| head.summaries.get(*index));
    for (first, reported) in firsts.zip(reported).filter_map(|(first, total)| Some((first, total?))) {
        let found = tally.units_of_summary(first.number);
        if reported != found {
            tally.warning(first.line, Warning::SummaryUsages { id: first.id.clone(), reported, found });
        }
    }
}

fn is_total(summary: &Summary) -> bool {
    summary.record.starts_with("SY01") || summary.record.starts_with("SY02")
}

/// The parts of the file's name against HEAD and the summaries.
fn file_name(file: &str, head: &Head, tally: &mut Tally) {
    let name = Path::new(file).file_name().and_then(|name| name.to_str()).unwrap_or(file);
    let stem = name.strip_suffix(".gz").unwrap_or(name);
    let stem = stem.strip_suffix(".tsv").unwrap_or(stem);
    let parts: Vec<&str> = stem.split('_').collect();
    let [_, recipient, sender, service, period, territory, number, created] = parts[..] else {
        return tally.warning(0, Warning::FileNameForm { form: NAME_FORM });
    };
    if parts.first() != Some(&"DSR") {
        return tally.warning(0, Warning::FileNameForm { form: NAME_FORM });
    }
    let header = &head.header;
    let files = format!("{}of{}", header.file_number, header.number_of_files);
    let mut compare = |part, name: &str, contents: &[&str]| {
        if !contents.contains(&name) {
            let content = contents.iter().copied().find(|content| !content.is_empty()).unwrap_or("nothing").to_owned();
            tally.warning(0, Warning::FileName { part, name: name.to_owned(), content });
        }
    };
    compare("recipient", recipient, &[&header.recipient_party_id, &header.recipient]);
    compare("sender", sender, &[&header.sender_party_id, &header.sender]);
    compare("service", service, &[&header.service]);
    compare("file number", number, &[&files]);
    compare("time of creation", created, &[&compact_time(&header.created)]);
    if let Some(days) = header.period.filter(|days| named_period(period) != Some(*days)) {
        compare("period", period, &[&format!("{} to {}", days.start, days.end)]);
    }
    let general = ["", "multi", "worldwide"].iter().any(|any| territory.eq_ignore_ascii_case(any));
    let other = head.summaries.iter().find(|summary| summary.territory != territory);
    if let Some(other) = other.filter(|_| !general) {
        compare("territory", territory, &[&other.territory]);
    }
}

/// `2016-01-21T15:09:26Z` as file names write it, `20160121T150926`.
fn compact_time(created: &str) -> String {
    created.chars().filter(|c| c.is_ascii_digit() || *c == 'T').take("yyyymmddThhmmss".len()).collect()
}

/// A month, quarter, day, year, or days joined by two hyphens.
fn named_period(text: &str) -> Option<UsageDays> {
    if let Some((start, end)) = text.split_once("--") {
        return UsageDays::new(dates::day(start)?, dates::day(end)?);
    }
    if text.len() == 4 {
        let (first, last) = (dates::days(&format!("{text}-01"))?, dates::days(&format!("{text}-12"))?);
        return Some(first.hull(last));
    }
    dates::days(text)
}
