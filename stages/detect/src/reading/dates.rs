//! Calendar dates are found in a folded text, in every language of the glossary.

use crate::glossary::Glossary;
use deklaro_schemas::Date;

/// Years a statement can be from: the first pages of this kind are older than the directive.
const YEARS: std::ops::RangeInclusive<i16> = 2010..=2099;

/// Days without a year that are completed, and dates that their year is looked for in.
const MAX_COMPLETED: usize = 100;

/// Years that a month alone is believed for.
const DIRECTIVE: std::ops::RangeInclusive<i16> = 2018..=2060;

/// A date and where its words stand in the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) date: Date,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// One word of the folded text.
#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    start: usize,
    /// Leading digits, when it begins with any.
    number: Option<i16>,
    /// Its digits are all of it.
    is_number: bool,
}

/// All calendar dates in a folded text, in order; a month without a day counts as its first day. Months come from the glossary, of this language first.
pub(crate) fn find(folded: &str, glossary: &Glossary, language: Option<&str>) -> Vec<Found> {
    let words: Vec<Word<'_>> = words(folded);
    let mut found = Vec::new();
    let mut without_year = Vec::new();
    let mut index = 0;
    while index < words.len() {
        let taken = words[index].number.and_then(|_| date_at(&words[index..], glossary, language));
        // A number before a month and its year was meant as their day, and is none.
        let follows_number = index > 0 && words[index - 1].number.is_some();
        let taken = taken.filter(|(_, count)| *count > 2 || !follows_number);
        // `V2.1.2 (2018-08)` is a version and when it came out.
        let is_version = index > 0 && is_version(words[index - 1].text);
        let taken = taken.filter(|_| !is_version);
        let by_month = taken.or_else(|| month_first(&words[index..], glossary, language));
        if let Some((date, count)) = by_month {
            let last = words[index + count - 1];
            found.push(Found { date, start: words[index].start, end: last.start + last.text.len() });
            index += count;
        } else {
            without_year.extend(day_and_month(&words[index..], glossary, language));
            index += 1;
        }
    }
    complete(&mut found, &without_year);
    found
}

/// `v2`, as in the versions of a standard.
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// A day and a month that no year follows.
struct Yearless {
    day: i16,
    month: i8,
    start: usize,
    end: usize,
}

/// `7 november`, with nothing that could be its year behind it.
fn day_and_month(words: &[Word<'_>], glossary: &Glossary, language: Option<&str>) -> Option<Yearless> {
    let day = words[0].number.filter(|day| (1..=31).contains(day))?;
    let month_word = words.get(1)?;
    let month = glossary.month(month_word.text, language)?;
    Some(Yearless { day, month, start: words[0].start, end: month_word.start + month_word.text.len() })
}

/// Gives a day without a year the year that the page itself gives the same day elsewhere, when it gives only one.
fn complete(found: &mut Vec<Found>, without_year: &[Yearless]) {
    let full = found.len().min(MAX_COMPLETED);
    for yearless in without_year.iter().take(MAX_COMPLETED) {
        let is_same = |found: &&Found| {
            YEARS.clone().any(|year| day(year, yearless.month, yearless.day) == Some(found.date))
        };
        let mut dates = found[..full].iter().filter(is_same).map(|found| found.date);
        if let Some(date) = dates.next()
            && dates.all(|other| other == date)
        {
            found.push(Found { date, start: yearless.start, end: yearless.end });
        }
    }
    found.sort_by_key(|found| found.start);
}

fn words(folded: &str) -> Vec<Word<'_>> {
    let mut start = 0;
    let mut words = Vec::new();
    for text in folded.split(' ') {
        if !text.is_empty() {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let number = matches!(digits, 1 | 2 | 4).then(|| text[..digits].parse().ok()).flatten();
            words.push(Word { text, start, number, is_number: digits == text.len() });
        }
        start += text.len() + 1;
    }
    words
}

/// Dates that begin with a number: `21 09 2020`, `2021 12 20`, `19 de junio de 2024`, `2021 januar 8`.
fn date_at(words: &[Word<'_>], glossary: &Glossary, language: Option<&str>) -> Option<(Date, usize)> {
    let first = words[0].number?;
    let second = words.get(1)?;
    if let (Some(middle), Some(third)) = (second.number, words.get(2).and_then(|word| word.number))
        && words[0].is_number
        && second.is_number
    {
        return numeric(first, middle, third).map(|date| (date, 3));
    }
    // `09/2020`: with its zero, so that laws (`4/2004`) are none.
    let is_month = words[0].is_number && words[0].text.len() == 2 && (1..=12).contains(&first);
    if let Some(year) = second.number.filter(|year| is_month && second.is_number && DIRECTIVE.contains(year))
    {
        return day(year, i8::try_from(first).ok()?, 1).map(|date| (date, 2));
    }
    if YEARS.contains(&first) {
        // `2020 gada 14 julija`
        let at = (1..=2).find(|at| words.get(*at).is_some_and(|word| word.number.is_some()));
        let month = at.and_then(|at| Some((at, glossary.month(words.get(at + 1)?.text, language)?)));
        if let Some((at, month)) = month {
            return day(first, month, words[at].number?).map(|date| (date, at + 2));
        }
    }
    // A particle may stand between day and month, and between month and year.
    let (month_at, month) =
        (1..=2).find_map(|at| Some((at, glossary.month(words.get(at)?.text, language)?)))?;
    let number_after = |from: usize| (from..=from + 1).find_map(|at| Some((at, words.get(at)?.number?)));
    let (last_at, last) = number_after(month_at + 1)?;
    let date = if YEARS.contains(&first) { day(first, month, last) } else { day(last, month, first) };
    date.map(|date| (date, last_at + 1))
}

/// `March 22nd 2022`, and Basque and Hungarian dates whose year was read as part of another word.
fn month_first(words: &[Word<'_>], glossary: &Glossary, language: Option<&str>) -> Option<(Date, usize)> {
    let month = glossary.month(words[0].text, language)?;
    let second = words.get(1)?.number?;
    let with_day = words.get(2).and_then(|word| word.number).and_then(|year| day(year, month, second));
    with_day.map(|date| (date, 3)).or_else(|| Some((day(second, month, 1)?, 2)))
}

fn numeric(first: i16, middle: i16, third: i16) -> Option<Date> {
    if YEARS.contains(&first) {
        return day(first, i8::try_from(middle).ok()?, third);
    }
    let year = if (18..=60).contains(&third) { third + 2000 } else { third };
    let (day_number, month) = if middle > 12 { (middle, first) } else { (first, middle) };
    day(year, i8::try_from(month).ok()?, day_number)
}

fn day(year: i16, month: i8, day: i16) -> Option<Date> {
    YEARS.contains(&year).then(|| Date::new(year, month, i8::try_from(day).ok()?)).flatten()
}

/// A date as prescribed markup holds it, with or without leading zeros: `2020-9-1`.
pub(crate) fn plain(text: &str, glossary: &Glossary, language: Option<&str>) -> Option<Date> {
    find(&crate::text::fold(text), glossary, language).first().map(|found| found.date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dates(text: &str, language: &str) -> Vec<String> {
        let found = find(&crate::text::fold(text), Glossary::builtin(), Some(language));
        found.iter().map(|found| found.date.to_string()).collect()
    }

    #[test]
    fn every_form_seen_in_the_field() {
        for (text, language, date) in [
            ("dne 1. 11. 2023.", "cs", "2023-11-01"),
            ("21/09/2020", "es", "2020-09-21"),
            ("2022-03-04", "pl", "2022-03-04"),
            ("14-09-2020", "nl", "2020-09-14"),
            ("19 de Junio de 2024", "es", "2024-06-19"),
            ("18 ta' Ġunju 2021", "mt", "2021-06-18"),
            ("2021. január 8.", "hu", "2021-01-08"),
            ("13.12.2023г.", "bg", "2023-12-13"),
            ("2025eko urriaren 15", "eu", "2025-10-15"),
            ("2020. gada 14. jūlija", "lv", "2020-07-14"),
            ("2020 m. rugsėjo 3 d.", "lt", "2020-09-03"),
            ("1er janvier 2021", "fr", "2021-01-01"),
            ("23rd of September 2020", "en", "2020-09-23"),
            ("September 23, 2020", "en", "2020-09-23"),
            ("22 Σεπτεμβρίου 2020", "el", "2020-09-22"),
            ("3. listopada 2020.", "hr", "2020-10-03"),
            ("3 listopada 2020", "pl", "2020-11-03"),
            ("12. tammikuuta 2024", "fi", "2024-01-12"),
            ("u rujnu 2020. godine", "hr", "2020-09-01"),
            ("Stand: 09/2020", "de", "2020-09-01"),
            ("23 Meán Fómhair 2020", "ga", "2020-09-23"),
        ] {
            assert_eq!(dates(text, language), [date], "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_no_date() {
        for text in [
            "23.012.2020",
            "7 november",
            "31.02.2021",
            "EN 301 549",
            "Nr. 445",
            "1112/2018",
            "12.03.1998",
            "V2.1.2 (2018-08)",
            "legge 4/2004",
            "2020",
        ] {
            assert_eq!(dates(text, "de"), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_day_takes_the_year_that_the_page_gives_it_elsewhere() {
        assert_eq!(dates("senast 7 november. Granskad 7 november 2024", "sv"), ["2024-11-07", "2024-11-07"]);
        assert_eq!(dates("7 november, 7 november 2023, 7 november 2024", "sv"), ["2023-11-07", "2024-11-07"]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "[0-9 ./a-zä-]{0,60}") {
            let _ = dates(&text, "de");
        }
    }
}
