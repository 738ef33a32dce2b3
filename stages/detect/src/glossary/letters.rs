//! Rare letters hint at the language of a text.

/// Letters that few languages write, each row with those that do.
const LETTERS: [(&str, &[&str]); 21] = [
    ("őű", &["hu"]),
    ("ħġċ", &["mt"]),
    ("șțăţş", &["ro"]),
    ("łąęśźż", &["pl"]),
    ("řěů", &["cs"]),
    ("ľŕĺ", &["sk"]),
    ("đ", &["hr"]),
    ("āēīūķļņģ", &["lv"]),
    ("ėųįęū", &["lt"]),
    ("ðþ", &["is"]),
    ("ñ", &["es", "gl", "eu"]),
    ("ãõ", &["pt", "et"]),
    ("øæ", &["da", "nb", "nn"]),
    ("åä", &["sv", "fi"]),
    ("ŵŷ", &["cy"]),
    ("ßü", &["de", "lb", "et", "hu"]),
    ("ë", &["lb", "nl"]),
    ("ъщѝ", &["bg"]),
    ("ô", &["sk", "fr", "cy"]),
    ("çê", &["fr", "pt", "ca"]),
    ("čšž", &["cs", "hr", "lt", "lv", "sk", "sl"]),
];

/// All of them lie below this code.
const TABLE: usize = 0x500;

/// What letters say about the language of a text.
#[derive(Debug)]
pub(crate) struct Letters {
    /// For each letter, small or capital, a bit for each row it stands in.
    rows: Vec<u32>,
    /// The indices of each row's languages.
    users: Vec<Vec<u8>>,
}

impl Letters {
    /// For languages in this order.
    pub(super) fn of(languages: &[String]) -> Self {
        let mut rows = vec![0; TABLE];
        let index_of = |user: &&str| languages.iter().position(|own| own == user).map(|index| index as u8);
        for (row, (letters, _)) in LETTERS.iter().enumerate() {
            let both = letters.chars().flat_map(|letter| letter.to_uppercase().chain([letter]));
            for letter in both.filter(|letter| !letter.is_ascii()) {
                rows[letter as usize] |= 1 << row;
            }
        }
        let users = LETTERS.iter().map(|(_, users)| users.iter().filter_map(index_of).collect()).collect();
        Self { rows, users }
    }

    /// How often each row occurs among these letters, with the languages that write it.
    pub(crate) fn count(&self, letters: impl Iterator<Item = char>) -> impl Iterator<Item = (usize, &[u8])> {
        let mut counts = vec![0; self.users.len()];
        for letter in letters {
            let mut bits = self.rows.get(letter as usize).copied().unwrap_or(0);
            while bits != 0 {
                counts[bits.trailing_zeros() as usize] += 1;
                bits &= bits - 1;
            }
        }
        counts.into_iter().zip(self.users.iter().map(Vec::as_slice))
    }
}
