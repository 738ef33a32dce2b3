//! What the product promises, tested from outside: the real binary, a real store, the simulated Europe on loopback.
//!
//! One file a promise. Please try not to add a file for a single case. What needs more than a clone is in `inputs/`.

mod support;

/// Which files of a crate name which others.
#[path = "support/file_graph/mod.rs"]
mod file_graph;
/// What the table of the house allows.
#[path = "support/house.rs"]
mod house;
/// The crates of the workspace and their files.
#[path = "support/workspace.rs"]
mod workspace;

/// Wrong or damaged input: named, nothing else stops, the documented exit code.
mod bad_input;
/// A dependency is compiled once, however it is asked for.
mod built_once;
/// Three months in one command, scored against what the simulation knows.
mod demo;
/// Something is broken on purpose: noticed, mended, nothing lost, recorded.
mod drill;
/// Stores that an earlier version wrote.
mod earlier;
/// Stages as streams, and a run that several processes share.
mod engines;
/// Killed between a complete snapshot and a published one: it waits, and is published once.
mod held;
/// What strangers send: it costs a row or a file, never the month.
mod hostile;
/// Who may use what.
mod layers;
/// Lists as they come: folders, editions, maps.
mod lists;
/// Log lines say which scan, country and host they are about.
mod logs;
/// What operators keep in order: logs, incidents, the nightly run.
mod operate;
/// A run over one country leaves the others as they were.
mod partial;
/// The crawl, as the servers saw it.
mod polite;
/// What can be done to published snapshots, and what cannot.
mod record;
/// The stored pages read again: the same tables, and no server asked.
mod redetect;
/// What is refused on the way to a publication: with the reason, on record, and nothing published.
mod refusals;
/// From a complete snapshot to a published one: manifest, signatures, gate, registry.
mod release;
/// What is published about a month: pages, health, readiness.
mod report;
/// Killed, stopped, resumed: the same tables.
mod resume;
/// Scans that are asked for, stopped, killed, taken over and missed.
mod scans;
/// The record over HTTP, scans on request and on schedule, and a stop at any moment.
mod service;
/// One run at a time, and stores that are damaged.
mod store;
/// Stages over tables larger than memory.
mod tables;
/// No descriptors, no network: named, and nothing wrong is written down.
mod trouble;
/// Metrics, spans and their audit; alerts, dashboards and mappings name what there is.
mod watch;
