//! Dates as each language writes them.

use jiff::civil::Date;

use super::Words;

impl Words {
    /// `date` with the month in words.
    pub(crate) fn date_in_words(&self, date: Date) -> String {
        self.fill_date(self.date_long, date)
    }

    /// `date` in figures.
    pub(crate) fn date_in_figures(&self, date: Date) -> String {
        self.fill_date(self.date_short, date)
    }

    fn fill_date(&self, pattern: &str, date: Date) -> String {
        let month = self.months[usize::from(date.month().unsigned_abs()) - 1];
        pattern
            .replace("{dd}", &format!("{:02}", date.day()))
            .replace("{d}", &date.day().to_string())
            .replace("{mm}", &format!("{:02}", date.month()))
            .replace("{m}", &date.month().to_string())
            .replace("{month}", &month.replace('_', " "))
            .replace("{y}", &date.year().to_string())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::languages::words;

    #[test]
    fn dates_follow_the_language() {
        let day = date(2024, 3, 5);
        assert_eq!(words("de").date_in_words(day), "5. März 2024");
        assert_eq!(words("lt").date_in_words(day), "2024 m. kovo 5 d.");
        assert_eq!(words("eu").date_in_words(day), "2024ko martxoaren 5");
        assert_eq!(words("ga").date_in_words(date(2024, 9, 1)), "1 Meán Fómhair 2024");
        assert_eq!(words("cs").date_in_figures(day), "5. 3. 2024");
        assert_eq!(words("sv").date_in_figures(day), "2024-03-05");
    }
}
