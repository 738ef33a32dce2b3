//! Does the finder find every planted circle, and none in innocent trees?

use super::{Sources, arrows, circles};

/// The circles of a made-up crate, as text.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    circles(&arrows(&Sources::made_up(files))).iter().map(ToString::to_string).collect()
}

#[test]
fn two_files_that_import_each_other() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A(B);"),
        ("b.rs", "pub struct B; fn made() -> crate::a::A { todo!() }"),
    ];
    assert_eq!(found(&files), ["src/a.rs → src/b.rs (use crate::b::B) → src/a.rs (crate::a::A)"]);
}

#[test]
fn three_files_in_a_row() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use super::b::B; pub struct A(B);"),
        ("b.rs", "use crate::c; pub struct B(c::C);"),
        ("c.rs", "pub enum C { Here(Box<crate::a::A>) }"),
    ];
    let way = "src/a.rs → src/b.rs (use super::b::B) → src/c.rs (c::C) → src/a.rs (crate::a::A)";
    assert_eq!(found(&files), [way]);
}

#[test]
fn a_facade_is_looked_through() {
    let files = [
        ("lib.rs", "mod a; mod deep; pub use a::A; pub use deep::B as Renamed;"),
        ("a.rs", "pub struct A; fn made() -> crate::Renamed { todo!() }"),
        ("deep/mod.rs", "mod b; pub(crate) use b::*;"),
        ("deep/b.rs", "pub struct B(crate::A);"),
    ];
    assert_eq!(found(&files), ["src/a.rs → src/deep/b.rs (crate::Renamed) → src/a.rs (crate::A)"]);
}

#[test]
fn a_facade_of_globs_is_looked_through() {
    let files = [
        ("lib.rs", "mod a; mod b; pub use a::*; pub use b::*;"),
        ("a.rs", "use crate::B; pub struct A(B);"),
        ("b.rs", "use crate::A; pub struct B(Vec<A>);"),
    ];
    assert_eq!(found(&files), ["src/a.rs → src/b.rs (use crate::B) → src/a.rs (use crate::A)"]);
}

#[test]
fn a_parent_that_declares_what_its_child_needs() {
    let files = [
        ("lib.rs", "mod a;"),
        ("a.rs", "mod part; pub struct Whole; pub fn whole() { part::made() }"),
        ("a/part.rs", "use super::Whole; pub fn made() {}"),
    ];
    assert_eq!(found(&files), ["src/a.rs → src/a/part.rs (part::made) → src/a.rs (use super::Whole)"]);
}

#[test]
fn a_parent_that_uses_what_it_also_exports() {
    let files = [
        ("lib.rs", "mod part; pub use part::made; pub struct Whole; pub fn whole() { made() }"),
        ("part.rs", "pub fn made() -> crate::Whole { todo!() }"),
    ];
    assert_eq!(found(&files), ["src/lib.rs → src/part.rs (made) → src/lib.rs (crate::Whole)"]);
}

#[test]
fn macros_and_attributes_name_files_too() {
    let files = [
        ("lib.rs", "#[macro_use] mod macros; mod codes; mod time;"),
        ("macros.rs", "macro_rules! codes { () => { $crate::codes::Known } }"),
        (
            "codes.rs",
            "codes! { pub enum Code { One } } pub struct Known; fn now() { println!(\"{}\", crate::time::now()); }",
        ),
        ("time.rs", "struct Row { #[serde(with = \"crate::codes::text\")] at: u8 } pub fn now() {}"),
    ];
    let [one] = &found(&files)[..] else { panic!("{:?}", found(&files)) };
    assert_eq!(one, "src/codes.rs → src/macros.rs (codes!) → src/codes.rs (crate::codes::Known)");
    let all = circles(&arrows(&Sources::made_up(&files)));
    assert_eq!(all[0].files.len(), 3);
}

#[test]
fn what_a_macro_declares_stands_where_it_is_called() {
    let files = [
        ("lib.rs", "mod codes; mod row;"),
        ("codes.rs", "use crate::row::Row; made_elsewhere! { pub enum Code { One } }"),
        ("row.rs", "use crate::codes::{Code, OfAnUnknownMacro}; pub struct Row(Code);"),
    ];
    assert_eq!(found(&files).len(), 1);
}

#[test]
fn innocent_trees_have_no_circle() {
    let files = [
        (
            "lib.rs",
            "mod error; mod part; pub use error::Error; pub use part::whole; pub fn all() { whole() }",
        ),
        ("error.rs", "pub struct Error;"),
        // `whole` is a variable of its own here, and the names of other crates are not ours.
        (
            "part.rs",
            "mod small; pub fn whole() -> Result<(), crate::Error> { let whole = small::one(); drop(whole); std::all::all() }",
        ),
        ("part/small.rs", "use crate::Error; pub fn one() -> Error { let all = 1; Error }"),
    ];
    assert_eq!(found(&files), [""; 0]);
}

#[test]
fn tests_are_left_out() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B; pub struct A; #[cfg(test)] mod tests;"),
        ("a/tests.rs", "use super::A;"),
        (
            "b.rs",
            "pub struct B; #[cfg(test)] use crate::a::A; #[cfg(all(test, unix))] mod tests { use crate::a::A; } #[test] fn a() { crate::a::A; }",
        ),
    ];
    assert_eq!(found(&files), [""; 0]);
}

#[test]
fn blocks_and_named_files_are_modules() {
    let files = [
        (
            "main.rs",
            "mod a { pub mod inner { use super::super::b::B; pub struct A; } } #[path = \"elsewhere.rs\"] mod b;",
        ),
        ("elsewhere.rs", "use crate::a::inner; pub struct B(inner::A);"),
    ];
    assert_eq!(
        found(&files),
        ["src/elsewhere.rs → src/main.rs (inner::A) → src/elsewhere.rs (use super::super::b::B)"]
    );
}

#[test]
fn paths_into_other_crates_are_told_from_own_ones() {
    let files = [
        (
            "lib.rs",
            "mod metrics; mod a; use deklaro_report::axum; fn g() { axum::table() } pub use duckdb; use polars::prelude::*; fn f() { metrics::count() }",
        ),
        ("metrics.rs", "pub fn count() {}"),
        ("a.rs", "fn f() { metrics::counter!(); deklaro_report::duckdb::open() }"),
    ];
    let foreign = super::foreign(&Sources::made_up(&files));
    let told: Vec<String> =
        foreign.iter().map(|(file, path)| format!("{file} {}", path.join("::"))).collect();
    let expected = [
        "src/lib.rs duckdb",
        "src/lib.rs polars::prelude",
        "src/a.rs metrics::counter",
        "src/a.rs deklaro_report::duckdb::open",
    ];
    assert!(expected.iter().all(|path| told.iter().any(|told| told == path)), "{told:?}");
    let own = ["src/lib.rs metrics::count", "src/lib.rs axum::table"];
    assert!(!own.iter().any(|path| told.iter().any(|told| told == path)), "{told:?}");
}

#[test]
fn a_path_into_another_crate_is_told_in_full() {
    let files = [
        ("lib.rs", "mod a; use std::{env, time::Instant as Clock}; fn f() { env::var(\"A\"); Clock::now() }"),
        ("a.rs", "use jiff::Timestamp; use super::f; fn g() { Timestamp::now(); f() }"),
    ];
    let told: Vec<String> =
        super::foreign(&Sources::made_up(&files)).iter().map(|(_, path)| path.join("::")).collect();
    for path in ["std::env::var", "std::time::Instant::now", "jiff::Timestamp::now"] {
        assert!(told.iter().any(|told| told == path), "{path} in {told:?}");
    }
    assert!(!told.iter().any(|path| path.starts_with("super")), "{told:?}");
}

#[test]
fn a_folder_is_read_with_the_folders_in_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src/a")).unwrap();
    std::fs::write(folder.path().join("src/lib.rs"), "mod a; pub struct Root;").unwrap();
    std::fs::write(folder.path().join("src/a/mod.rs"), "mod b; pub use b::B;").unwrap();
    std::fs::write(folder.path().join("src/a/b.rs"), "pub struct B(crate::Root);").unwrap();
    let arrows = arrows(&Sources::read(folder.path()).unwrap());
    assert_eq!(arrows["src/a/b.rs"]["src/lib.rs"], "crate::Root");
    assert_eq!(circles(&arrows).len(), 0);
}
