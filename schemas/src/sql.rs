//! How is a text written in SQL?

/// The text as a literal: in single quotes, those in it doubled.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_quote_in_a_text_does_not_end_it() {
        assert_eq!(literal("l'eau"), "'l''eau'");
    }
}
