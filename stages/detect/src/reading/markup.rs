//! Prescribed markup: the Polish element ids, the classes of the Portuguese and the W3C generators.

use super::dates;
use super::sheet::Sheet;
use crate::html::Mark;
use deklaro_schemas::Date;

/// What a page's prescribed elements say.
#[derive(Debug, Default)]
pub(crate) struct Prescribed {
    /// True when enough of a generator's elements are there.
    pub(crate) is_present: bool,
    pub(crate) prepared_on: Option<Date>,
    pub(crate) reviewed_on: Option<Date>,
    /// The text of `a11y-url` or `siteurl`.
    pub(crate) site: Option<String>,
}

/// Reads the marks of a page.
pub(crate) fn read(sheet: &Sheet<'_>, language: Option<&str>) -> Prescribed {
    let marks = &sheet.document.marks;
    let count = |starts: &[&str]| {
        marks.iter().filter(|mark| starts.iter().any(|start| mark.name.starts_with(start))).count()
    };
    let is_present = count(&["a11"]) >= 3
        || count(&["mr-"]) >= 3
        || count(&["basic-information", "technical-information", "conformance-status", "statement-created"])
            >= 3;
    let date = |names: &[&str]| {
        let mark = marks.iter().find(|mark| names.contains(&mark.name.trim_start_matches("a11y-")))?;
        let written = mark.value.as_deref().and_then(|value| dates::plain(value, sheet.glossary, language));
        written.or_else(|| dates::plain(text_after(sheet, mark), sheet.glossary, language))
    };
    Prescribed {
        is_present,
        prepared_on: date(&["data-sporzadzenie", "mr-date", "statement-created-date"]),
        reviewed_on: date(&["data-przeglad"]),
        site: site(sheet),
    }
}

fn site(sheet: &Sheet<'_>) -> Option<String> {
    let mark =
        sheet.document.marks.iter().find(|mark| matches!(mark.name.as_str(), "a11y-url" | "siteurl"))?;
    mark.value.clone().or_else(|| Some(text_after(sheet, mark).lines().next()?.to_owned()))
}

/// The text from the marked element on, at most to the next one or 300 bytes.
fn text_after<'d>(sheet: &Sheet<'d>, mark: &Mark) -> &'d str {
    let document = sheet.document;
    let next = document.marks.iter().map(|other| other.start).find(|start| *start > mark.start);
    let end = next.unwrap_or(document.text.len()).min(mark.start + 300).min(document.text.len());
    let end = (mark.start..=end).rev().find(|end| document.text.is_char_boundary(*end)).unwrap_or(mark.start);
    &document.text[mark.start..end]
}
