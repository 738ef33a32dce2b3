//! What does the table of the house allow, and which crate does otherwise?

use super::workspace::{Dependencies, Package};
use std::collections::BTreeSet;

/// The house: what each crate may use.
pub(crate) struct House(Vec<Room>);

/// One row of the table.
struct Room {
    name: String,
    uses: BTreeSet<String>,
    tests_use: BTreeSet<String>,
    heavy: BTreeSet<String>,
    /// May wait: has tokio.
    is_async: bool,
    /// Stands for itself: every crate may use it.
    is_common: bool,
}

impl House {
    /// Reads the table: a heading, then one row for each crate, the lowest first.
    pub(crate) fn read(table: &str) -> Self {
        let mut rooms: Vec<Room> = Vec::new();
        for line in table.lines().filter(|line| !line.is_empty()).skip(1) {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [name, uses, tests_use, heavy, kinds] = cells[..] else { panic!("five cells in `{line}`") };
            let words = |cell: &str| cell.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
            let uses = uses.split_whitespace().flat_map(|word| meant(word, &rooms)).collect();
            let kinds = words(kinds);
            let (is_async, is_common) = (kinds.contains("async"), kinds.contains("common"));
            let (tests_use, heavy) = (words(tests_use), words(heavy));
            rooms.push(Room { name: name.to_owned(), uses, tests_use, heavy, is_async, is_common });
        }
        Self(rooms)
    }

    /// Rows that use a row below them or one that is not there, and crates without a row or rows without a crate.
    pub(crate) fn disorder(&self, packages: &[Package]) -> Vec<String> {
        let mut above = BTreeSet::new();
        let mut found = Vec::new();
        for room in &self.0 {
            let below = room.uses.difference(&above);
            found.extend(below.map(|name| format!("{} → {name}: not above it in the table", room.name)));
            above.insert(room.name.clone());
        }
        let crates: BTreeSet<String> = packages.iter().map(|package| package.name.clone()).collect();
        found.extend(crates.difference(&above).map(|name| format!("{name} has no row in the table")));
        found.extend(above.difference(&crates).map(|name| format!("{name} has a row and is no crate")));
        found
    }

    /// Arrows between our crates that the table does not have.
    pub(crate) fn forbidden_crates(&self, packages: &[Package]) -> Vec<String> {
        let crates = |dependencies: &Dependencies| dependencies.crates.clone();
        arrows(self.inhabited(packages), crates, |room, name, is_for_tests| {
            let is_allowed = room.uses.contains(name) || is_for_tests && room.tests_use.contains(name);
            is_allowed || self.0.iter().any(|other| other.name == name && other.is_common)
        })
    }

    /// Heavy libraries in a `Cargo.toml` whose row does not name them. Of `tokio` the tests of every crate may have some.
    pub(crate) fn forbidden_libraries(&self, packages: &[Package]) -> Vec<String> {
        let libraries = |dependencies: &Dependencies| dependencies.libraries.clone();
        arrows(self.inhabited(packages), libraries, |room, name, is_for_tests| match self.family(name) {
            Some("tokio") => room.is_async || is_for_tests,
            Some(family) => room.heavy.contains(family) || is_for_tests && room.tests_use.contains(family),
            None => true,
        })
    }

    /// Heavy libraries that a row allows and its crate does not use.
    pub(crate) fn unused_libraries(&self, packages: &[Package]) -> Vec<String> {
        let unused = |(room, package): (&Room, &Package)| {
            let idle = room.heavy.difference(&package.own.libraries);
            idle.map(|name| format!("{} does not use {name}: drop it from its row", room.name))
                .collect::<Vec<_>>()
        };
        self.inhabited(packages).flat_map(unused).collect()
    }

    /// True when this crate's row does not name a library that some row does; code calls it by its name with `_`.
    pub(crate) fn is_forbidden(&self, package: &str, library: &str) -> bool {
        let room = self.0.iter().find(|room| room.name == package);
        let is_called_so = |heavy: &&str| heavy.replace('-', "_") == library;
        match self.heavy().find(is_called_so) {
            Some("tokio") => !room.is_some_and(|room| room.is_async),
            Some(heavy) => !room.is_some_and(|room| room.heavy.contains(heavy)),
            None => false,
        }
    }

    /// The heavy library a library is, or belongs to: `polars-core` to `polars`, `libduckdb-sys` to `duckdb`.
    fn family(&self, library: &str) -> Option<&str> {
        let name = library.strip_prefix("lib").unwrap_or(library);
        let is_of = |heavy: &&str| {
            name.strip_prefix(heavy).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
        };
        self.heavy().find(is_of)
    }

    /// What the rows name, and what is async.
    fn heavy(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|room| &room.heavy).map(String::as_str).chain(["tokio"])
    }

    /// Rows with their crates.
    fn inhabited<'a>(&'a self, packages: &'a [Package]) -> impl Iterator<Item = (&'a Room, &'a Package)> {
        let package = |room: &Room| packages.iter().find(|package| package.name == room.name);
        self.0.iter().filter_map(move |room| Some((room, package(room)?)))
    }
}

/// The arrows that are not allowed, of those that `names` picks among the dependencies.
fn arrows<'a>(
    rooms: impl Iterator<Item = (&'a Room, &'a Package)>,
    names: impl Fn(&Dependencies) -> BTreeSet<String>,
    is_allowed: impl Fn(&Room, &str, bool) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    for (room, package) in rooms {
        let own = names(&package.own).into_iter().filter(|name| !is_allowed(room, name, false));
        found.extend(own.map(|name| format!("{} → {name}", room.name)));
        let of_tests = names(&package.of_tests).into_iter().filter(|name| !is_allowed(room, name, true));
        found.extend(of_tests.map(|name| format!("tests of {} → {name}", room.name)));
    }
    found
}

/// The crates a word of the table stands for: all rows above it for `above`, a crate and what it may use for `name+`.
fn meant(word: &str, above: &[Room]) -> BTreeSet<String> {
    if word == "above" {
        return above.iter().map(|room| room.name.clone()).collect();
    }
    let name = word.trim_end_matches('+');
    let mut meant = BTreeSet::from([name.to_owned()]);
    if let Some(room) = above.iter().find(|room| room.name == name && word.ends_with('+')) {
        meant.extend(room.uses.iter().cloned());
    }
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "
crate    | uses           | its tests use too | heavy libraries | and
common   |                |                   |                 | common
base     |                |                   | parquet         |
web      | base           |                   | reqwest         | async
report   | base           | web               | duckdb          |
site     | report+        |                   |                 |
top      | above          |                   |                 |
";

    fn package(name: &str, uses: &[&str], tests_use: &[&str]) -> Package {
        let ours = ["common", "base", "web", "report", "site", "top"];
        let dependencies = |names: &[&str]| {
            let (crates, libraries) =
                names.iter().map(|name| (*name).to_owned()).partition(|name| ours.contains(&name.as_str()));
            Dependencies { crates, libraries }
        };
        let (own, of_tests) = (dependencies(uses), dependencies(tests_use));
        Package { name: name.to_owned(), own, of_tests, ..Package::default() }
    }

    #[test]
    fn a_library_called_as_one_of_ours_is_not_taken_for_it() {
        let mut base = package("base", &["parquet"], &[]);
        base.own.libraries.insert("web".to_owned());
        assert_eq!(wrong_with(base), [""; 0]);
    }

    fn sound() -> Vec<Package> {
        vec![
            package("common", &[], &[]),
            package("base", &["parquet"], &["proptest", "common"]),
            package("web", &["base", "reqwest", "tokio"], &[]),
            package("report", &["base", "duckdb"], &["web", "tokio"]),
            package("site", &["base", "report"], &[]),
            package("top", &["base", "web", "report"], &[]),
        ]
    }

    /// All that is wrong where one crate is another than the sound one of its name.
    fn wrong_with(other: Package) -> Vec<String> {
        let mut packages = sound();
        packages.retain(|package| package.name != other.name);
        packages.push(other);
        let house = House::read(TABLE);
        [house.disorder(&packages), house.forbidden_crates(&packages), house.forbidden_libraries(&packages)]
            .concat()
    }

    #[test]
    fn a_sound_house_has_no_faults() {
        assert_eq!(wrong_with(package("top", &["web"], &[])), [""; 0]);
        assert_eq!(House::read(TABLE).unused_libraries(&sound()), [""; 0]);
    }

    #[test]
    fn each_broken_rule_names_the_arrow() {
        assert_eq!(wrong_with(package("base", &["parquet", "web"], &[])), ["base → web"]);
        assert_eq!(wrong_with(package("base", &["parquet"], &["top"])), ["tests of base → top"]);
        assert_eq!(wrong_with(package("web", &["base", "reqwest", "duckdb"], &[])), ["web → duckdb"]);
        assert_eq!(wrong_with(package("report", &["base", "duckdb", "tokio"], &[])), ["report → tokio"]);
        assert_eq!(wrong_with(package("site", &["report", "web"], &[])), ["site → web"]);
        assert_eq!(wrong_with(package("cellar", &[], &[])), ["cellar has no row in the table"]);
        let upside_down = TABLE.replace("base     |                |", "base     | web            |");
        assert_eq!(House::read(&upside_down).disorder(&sound()), ["base → web: not above it in the table"]);
        let idle = [package("web", &["base"], &[])];
        assert_eq!(
            House::read(TABLE).unused_libraries(&idle),
            ["web does not use reqwest: drop it from its row"]
        );
        let house = House::read(TABLE);
        assert!(house.is_forbidden("top", "duckdb") && !house.is_forbidden("report", "duckdb"));
        assert!(house.is_forbidden("base", "tokio") && !house.is_forbidden("web", "tokio"));
    }

    #[test]
    fn a_library_that_belongs_to_a_heavy_one_weighs_as_much() {
        let wrong = |library| wrong_with(package("base", &["parquet", library], &[]));
        assert_eq!(wrong("libduckdb-sys"), ["base → libduckdb-sys"]);
        assert_eq!(wrong("duckdb-loadable-macros"), ["base → duckdb-loadable-macros"]);
        assert_eq!(wrong("tokio_util"), ["base → tokio_util"]);
        assert_eq!(wrong("parquet-variant"), [""; 0], "its row names the family");
        assert_eq!(wrong("reqwester"), [""; 0], "another word");
    }
}
