//! Every table, one file each. The row struct is the declaration: see [`crate::Row`].

mod bodies;
mod candidates;
mod changes;
mod fetches;
mod frontier;
mod hosts;
pub mod made_up;
mod meta;
mod pages;
mod readings;
mod robots;
mod scans;
mod seed_rejects;
mod seeds;
mod sources;
mod statements;
mod targets;
pub mod testing;

pub use bodies::Body;
pub use candidates::Candidate;
pub use changes::Change;
pub use fetches::{Fetch, RedirectHop};
pub use frontier::FrontierUrl;
pub use hosts::Host;
pub use meta::{MetaCheck, MetaColumn, MetaFile, MetaLineage, MetaRun};
pub use pages::Page;
pub use readings::Reading;
pub use robots::Robots;
pub use scans::Scan;
pub use seed_rejects::SeedReject;
pub use seeds::{RawCell, Seed};
pub use sources::Source;
pub use statements::{Evidence, Statement};
pub use targets::{Target, TargetSource};

use crate::{Row, TableSpec};

/// Every table of a snapshot in the order the dataflow writes them; `bodies` lies under `evidence/`.
pub fn all() -> Vec<TableSpec> {
    vec![
        Source::table(),
        Seed::table(),
        SeedReject::table(),
        Target::table(),
        FrontierUrl::table(),
        Robots::table(),
        Fetch::table(),
        Body::table(),
        Candidate::table(),
        Reading::table(),
        Statement::table(),
        Host::table(),
        Change::table(),
        Scan::table(),
        MetaRun::table(),
        MetaCheck::table(),
        MetaColumn::table(),
        MetaFile::table(),
        MetaLineage::table(),
    ]
}

/// The table of this name.
pub fn by_name(name: &str) -> Option<TableSpec> {
    all().into_iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_sort_columns_are_columns() {
        for table in all() {
            for column in table.key.iter().chain(table.sort) {
                assert!(table.column(column).is_some(), "{}.{column}", table.name);
            }
            if table.carry == crate::Carry::ByCountry {
                assert!(table.column("country_code").is_some(), "{} is carried by country", table.name);
            }
        }
    }

    #[test]
    fn columns_say_what_they_hold_and_carry_no_zone() {
        for table in all() {
            assert!(table.description.starts_with("One row per"), "{}", table.name);
            for column in &table.columns {
                assert!(column.description.ends_with('.'), "{}.{}", table.name, column.name);
                if column.name.ends_with("_at") {
                    assert_eq!(
                        column.data_type.to_string(),
                        "Timestamp(µs)",
                        "{}.{}",
                        table.name,
                        column.name
                    );
                }
                if column.data_type.to_string() == "Boolean" {
                    let named = ["is_", "has_"].iter().any(|start| column.name.starts_with(start));
                    assert!(named, "{}.{}", table.name, column.name);
                }
            }
        }
    }
}
