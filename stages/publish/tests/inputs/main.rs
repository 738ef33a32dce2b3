//! Is what we publish read as we mean it by programs and cases that are not ours?

mod stock_duckdb;
mod toon_fixtures;

use deklaro_needs::{Need, Tests};
use std::process::ExitCode;

fn main() -> ExitCode {
    let duckdb = [Need::Python("duckdb")];
    Tests::default()
        .with(&duckdb, stock_duckdb::verification_is_silent_on_a_sound_snapshot_and_names_what_was_changed)
        .with(&duckdb, stock_duckdb::the_catalog_opens_every_table_with_its_comments)
        .with(
            &[Need::Shared(toon_fixtures::FOLDER)],
            toon_fixtures::toon_is_encoded_as_the_specification_s_fixtures_ask,
        )
        .run()
}
