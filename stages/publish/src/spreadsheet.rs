//! A country's artifact becomes a CSV file with one row per host, safe to open in a spreadsheet.

use crate::artifact::{CountryArtifact, DomainRecord, Hop};
use std::borrow::Cow;

/// The columns of every export with a row per host.
pub(crate) const HEADER: [&str; 27] = [
    "countryCode",
    "runMonth",
    "canonicalHostname",
    "detectionStatus",
    "confidence",
    "statementUrl",
    "detectedLanguage",
    "stale",
    "lifecycle",
    "unreachableStreak",
    "reasonCodes",
    "conformanceStatus",
    "preparedOn",
    "reviewedOn",
    "policyMentions",
    "redirectChain",
    "sampledUrls",
    "sampleShortfallReason",
    "firstSeenMonth",
    "lastReachedMonth",
    "verdictSnapshot",
    "proofFetchId",
    "sourceReferenceUrl",
    "sourceType",
    "sourceFile",
    "sourceSheet",
    "sourceRow",
];

/// What a column of the exports with types holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, an empty one meaning that there is none; lists stand in one cell, their items apart by a space.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Number,
}

/// What the column of this name holds.
pub(crate) fn kind(column: &str) -> Kind {
    match column {
        "stale" => Kind::Flag,
        "unreachableStreak" | "sourceRow" => Kind::Number,
        _ => Kind::Text,
    }
}

/// The artifact as RFC 4180 text, one row per host; lists stand in one cell, their items apart by a space.
pub(crate) fn artifact_csv(artifact: &CountryArtifact) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for domain in &artifact.domains {
        let cells = cells(artifact, domain);
        writer.write_record(cells.iter().map(|cell| guarded(cell).into_owned()))?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The text, with an apostrophe before it where a spreadsheet would take it for a formula (OWASP, CSV injection).
pub(crate) fn guarded(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

pub(crate) fn cells(artifact: &CountryArtifact, domain: &DomainRecord) -> [String; HEADER.len()] {
    [
        artifact.country_code.to_string(),
        artifact.run_month.to_string(),
        domain.canonical_hostname.to_string(),
        domain.detection_status.to_string(),
        domain.confidence.to_string(),
        text(domain.statement_url.as_ref()),
        text(domain.detected_language.as_ref()),
        domain.stale.to_string(),
        domain.lifecycle.to_string(),
        domain.unreachable_streak.to_string(),
        list(&domain.reason_codes),
        text(domain.conformance_status),
        text(domain.prepared_on.as_ref()),
        text(domain.reviewed_on.as_ref()),
        list(&domain.policy_mentions),
        chain(&domain.redirect_chain),
        list(&domain.sampled_urls),
        text(domain.sample_shortfall_reason),
        domain.first_seen_month.to_string(),
        text(domain.last_reached_month),
        domain.verdict_snapshot.to_string(),
        text(domain.proof_fetch_id.as_ref()),
        domain.source_reference_url.clone(),
        domain.source_type.to_string(),
        domain.source_file.clone(),
        domain.source_sheet.clone(),
        domain.source_row.to_string(),
    ]
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// `https://a.example/ 301 https://b.example/ 302 …`: addresses with the status that led on between them.
fn chain(hops: &[Hop]) -> String {
    let mut text = hops.first().map(|hop| hop.from_url.to_string()).unwrap_or_default();
    for hop in hops {
        text.push_str(&format!(" {} {}", hop.status_code, hop.to_url));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_defused() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        assert_eq!(guarded("a=1"), "a=1");
        assert_eq!(guarded(""), "");
    }

    proptest! {
        #[test]
        fn no_cell_starts_a_formula(text in "[=+@\t\r\n-]?\\PC*") {
            let cell = guarded(&text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            prop_assert!(cell.ends_with(&text));
        }
    }
}
