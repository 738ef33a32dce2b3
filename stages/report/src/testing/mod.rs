//! A sound little month in memory, and the faults that break it.

use crate::Database;
use crate::database::relation;
use deklaro_schemas::tables;
use duckdb::Connection;
use std::collections::BTreeSet;

/// Every declared table, filled by `world.sql`, and not sealed.
pub(crate) fn world() -> Database {
    let database = empty();
    database.connection.execute_batch(include_str!("world.sql")).unwrap();
    database
}

/// Every declared table without a row.
pub(crate) fn empty() -> Database {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch("CREATE SCHEMA previous").unwrap();
    for table in tables::all() {
        connection.execute_batch(&relation("main", &table, &[], &[])).unwrap();
        connection.execute_batch(&relation("previous", &table, &[], &[])).unwrap();
    }
    Database { connection, gaps: Vec::new() }
}

/// A statement that breaks the world, and the checks it turns red.
pub(crate) struct Fault {
    pub(crate) check: String,
    pub(crate) breaks: BTreeSet<String>,
    pub(crate) sql: String,
}

/// The faults of `faults.sql`: `-- fault: check`, perhaps `-- also: check, check`, then SQL.
pub(crate) fn faults() -> Vec<Fault> {
    let blocks = include_str!("faults.sql").split("-- fault: ").skip(1);
    blocks
        .map(|block| {
            let (check, sql) = block.split_once('\n').unwrap();
            let also = sql.lines().find_map(|line| line.strip_prefix("-- also: ")).unwrap_or_default();
            let others = also.split(", ").filter(|name| !name.is_empty());
            let breaks = others.chain([check]).map(str::to_owned).collect();
            Fault { check: check.to_owned(), breaks, sql: sql.to_owned() }
        })
        .collect()
}
