//! Where does a sentence end?

/// What may end one.
const MARKS: [char; 6] = ['.', '!', '?', ';', '•', '\n'];

/// Cuts a text behind full stops, question marks and semicolons that a space follows. A stop behind a number
/// or a short word is an abbreviation (`č.`, `Nr.`, `S.I.`). Each letter is looked at once.
pub(super) fn of(text: &str) -> impl Iterator<Item = &str> {
    let mut start = Some(0);
    let mut word = Word::default();
    let mut letters = text.char_indices();
    std::iter::from_fn(move || {
        let from = start?;
        while let Some((at, letter)) = letters.next() {
            let is_end = MARKS.contains(&letter) && !(letter == '.' && word.is_abbreviated());
            if is_end && letters.as_str().starts_with(char::is_whitespace) {
                let end = at + letter.len_utf8();
                (start, word) = (Some(end), Word::default());
                return Some(&text[from..end]);
            }
            word.go_on(letter);
        }
        start = None;
        Some(&text[from..])
    })
}

/// What the word so far consists of, as far as a stop behind it depends on that.
#[derive(Default)]
struct Word {
    letters: usize,
    has_stop: bool,
    ends_with_digit: bool,
}

impl Word {
    fn go_on(&mut self, letter: char) {
        if letter.is_whitespace() {
            *self = Self::default();
        } else {
            self.letters += 1;
            self.has_stop |= letter == '.';
            self.ends_with_digit = letter.is_ascii_digit();
        }
    }

    fn is_abbreviated(&self) -> bool {
        self.letters <= 3 || self.ends_with_digit || self.has_stop
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn abbreviations_end_no_sentence() {
        assert_eq!(
            of("Web je v souladu se zákonem č. 99/2019 Sb. Další věta. A 3. část: x").collect::<Vec<_>>(),
            ["Web je v souladu se zákonem č. 99/2019 Sb. Další věta.", " A 3. část: x"]
        );
    }

    /// The same by its definition: behind each mark, the word before it is looked for.
    fn by_definition(text: &str) -> Vec<&str> {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, mark) in text.match_indices(MARKS) {
            let after = at + mark.len();
            let word = text[start..at].rsplit(char::is_whitespace).next().unwrap_or("");
            let is_abbreviated = mark == "."
                && (word.chars().count() <= 3
                    || word.ends_with(|last: char| last.is_ascii_digit())
                    || word.contains('.'));
            if !is_abbreviated && text[after..].starts_with(char::is_whitespace) {
                parts.push(&text[start..after]);
                start = after;
            }
        }
        parts.push(&text[start..]);
        parts
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn sentences_are_cut_as_defined(text in "[a-c.!?;•  \n\u{A0}0-9éß]{0,80}") {
            prop_assert_eq!(of(&text).collect::<Vec<_>>(), by_definition(&text));
        }
    }
}
