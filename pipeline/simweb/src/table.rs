//! Reader of the `.words` tables: blocks of `key = value` lines, an empty line between blocks.

/// One block of a table that is compiled into the program.
pub(crate) struct Block {
    table: &'static str,
    lines: Vec<(&'static str, &'static str)>,
}

impl Block {
    /// All blocks of `text`, in order. `table` names it in messages.
    pub(crate) fn all(table: &'static str, text: &'static str) -> Vec<Block> {
        text.split("\n\n")
            .filter(|block| !block.trim().is_empty())
            .map(|block| Block::read(table, block))
            .collect()
    }

    fn read(table: &'static str, block: &'static str) -> Block {
        let lines = block.lines().filter_map(|line| line.split_once(" = ")).collect();
        Block { table, lines }
    }

    /// Value of `key`. The tables are part of the program, so a missing key is a fault in it.
    pub(crate) fn text(&self, key: &str) -> &'static str {
        let found = self.lines.iter().find(|(name, _)| *name == key).map(|(_, value)| value.trim());
        found.unwrap_or_else(|| panic!("table `{}` has no key `{key}`", self.table))
    }

    /// The values between ` | ` of `key`.
    pub(crate) fn list(&self, key: &str) -> Vec<&'static str> {
        self.text(key).split(" | ").map(str::trim).collect()
    }

    /// The values of `key`, which must be `N`.
    pub(crate) fn array<const N: usize>(&self, key: &str) -> [&'static str; N] {
        let list = self.list(key);
        let found = list.len();
        list.try_into()
            .unwrap_or_else(|_| panic!("table `{}`: `{key}` has {found} values, not {N}", self.table))
    }
}
