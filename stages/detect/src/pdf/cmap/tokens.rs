//! Of which words is a ToUnicode map made?

/// A word of a map. Numbers, names and strings mean nothing here.
pub(super) enum Token<'m> {
    /// The bytes of a string in hexadecimal digits.
    Hex(Vec<u8>),
    /// An operator.
    Word(&'m [u8]),
    /// The beginning of a list.
    Open,
    /// Its end, or anything else.
    Other,
}

/// The words of a map, from first to last.
pub(super) struct Tokens<'m> {
    rest: &'m [u8],
}

impl<'m> Tokens<'m> {
    pub(super) fn of(rest: &'m [u8]) -> Self {
        Self { rest }
    }

    /// Takes the bytes up to the first of which `ends` is true.
    fn take_until(&mut self, ends: impl Fn(u8) -> bool) -> &'m [u8] {
        let end = self.rest.iter().position(|byte| ends(*byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Passes white space and comments.
    fn pass_space(&mut self) {
        self.take_until(|byte| !is_space(byte));
        while self.rest.first() == Some(&b'%') {
            self.take_until(|byte| b"\r\n".contains(&byte));
            self.take_until(|byte| !is_space(byte));
        }
    }

    /// The bytes up to `>`; of an odd number of digits, the last is followed by a zero.
    fn hex(&mut self) -> Token<'m> {
        let digits = self.take_until(|byte| byte == b'>');
        self.rest = self.rest.get(1..).unwrap_or_default();
        let digits: Vec<u8> = digits
            .iter()
            .filter_map(|digit| char::from(*digit).to_digit(16))
            .map(|digit| digit as u8)
            .collect();
        Token::Hex(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect())
    }

    /// Passes the string whose parenthesis was open, with those inside it.
    fn pass_string(&mut self) {
        let mut depth = 1;
        while depth > 0 && !self.rest.is_empty() {
            self.take_until(|byte| b"()\\".contains(&byte));
            let step = match self.rest.first() {
                Some(b'(') => (depth + 1, 1),
                Some(b')') => (depth - 1, 1),
                _ => (depth, 2),
            };
            depth = step.0;
            self.rest = self.rest.get(step.1..).unwrap_or_default();
        }
    }
}

impl<'m> Iterator for Tokens<'m> {
    type Item = Token<'m>;

    fn next(&mut self) -> Option<Token<'m>> {
        self.pass_space();
        let (first, rest) = self.rest.split_first()?;
        let word = |byte| is_space(byte) || b"()<>[]{}/%".contains(&byte);
        if !word(*first) {
            return Some(Token::Word(self.take_until(word)));
        }
        self.rest = rest;
        match first {
            b'<' if rest.first() == Some(&b'<') => self.rest = &rest[1..],
            b'<' => return Some(self.hex()),
            b'[' => return Some(Token::Open),
            b'(' => self.pass_string(),
            b'/' => drop(self.take_until(word)),
            _ => {}
        }
        Some(Token::Other)
    }
}

fn is_space(byte: u8) -> bool {
    b" \t\n\r\0\x0C".contains(&byte)
}
