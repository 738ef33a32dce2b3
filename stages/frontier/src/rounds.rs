//! The frontier of a round says which URLs the crawl fetches next.

use crate::FrontierError;
use crate::targets::text;
use arrow::array::RecordBatch;
use deklaro_frames::{frame, lazy, plain, table};
use deklaro_schemas::codes::{PageKind, Purpose};
use deklaro_schemas::tables::{Candidate, FrontierUrl, Reading, Target};
use deklaro_schemas::{CountryCode, PageUrl, Row, batch};
use polars::prelude::*;

/// URLs asked of one host in one round after the first.
pub const CANDIDATES_PER_ROUND: usize = 3;

/// The columns of a frontier row, in order.
const COLUMNS: [&str; 8] =
    ["host_id", "country_code", "canonical_hostname", "round", "url", "purpose", "rank", "found_in"];

fn without_round() -> Vec<Expr> {
    COLUMNS.iter().filter(|name| **name != "round").map(|name| col(*name)).collect()
}

/// What the next round is made from.
#[derive(Debug, Clone, Copy)]
pub struct RoundInput<'a> {
    /// The round to make, from 2.
    pub round: i32,
    /// All frontier rows so far.
    pub asked: &'a [RecordBatch],
    /// All readings so far.
    pub readings: &'a [RecordBatch],
    /// All candidates so far.
    pub candidates: &'a [RecordBatch],
    /// Well-known statement paths per country, best first.
    pub probes: &'a [(CountryCode, Vec<String>)],
}

/// Round 1: the entry URL of each host in scope, and last month's statement.
pub fn first_round(targets: &[RecordBatch]) -> Result<RecordBatch, FrontierError> {
    let in_scope = lazy::<Target>(targets)?.filter(col("is_in_scope"));
    let entry = in_scope.clone().select(row(col("entry_url"), Purpose::Entry, lit(0)));
    let previous = in_scope
        .filter(
            col("previous_statement_url")
                .is_not_null()
                .and(col("previous_statement_url").neq(col("entry_url"))),
        )
        .select(row(col("previous_statement_url"), Purpose::Previous, lit(1)));
    finished(concat([entry, previous], UnionArgs::default())?.with_column(lit(1).alias("round")))
}

/// The columns of a frontier row for a URL of a target.
fn row(url: Expr, purpose: Purpose, rank: Expr) -> Vec<Expr> {
    vec![
        col("host_id"),
        col("country_code"),
        col("canonical_hostname"),
        url.alias("url"),
        lit(purpose.as_str()).alias("purpose"),
        rank.cast(DataType::Int32).alias("rank"),
        lit(NULL).cast(DataType::String).alias("found_in"),
    ]
}

fn finished(rows: LazyFrame) -> Result<RecordBatch, FrontierError> {
    let ordered = rows.select(COLUMNS.map(col));
    let batch = table(&FrontierUrl::table(), &mut ordered.collect()?)?;
    Ok(batch::sorted(&FrontierUrl::table(), &[batch])?)
}

/// The rows of a later round. Hosts whose statement was read get nothing. The others get, in this order,
/// where meta refreshes lead, then the best candidates of the pages read in the round before. A host that was
/// read and offers nothing gets its country's well-known paths.
pub fn next_round(input: &RoundInput<'_>) -> Result<RecordBatch, FrontierError> {
    let asked = lazy::<FrontierUrl>(input.asked)?;
    let open = open_readings(input)?;
    let linked = unasked(concat([refreshes(&open), candidates(input)?], UnionArgs::default())?, &asked);
    let linked = linked.join(
        open.clone().select([col("host_id")]).unique(None, UniqueKeepStrategy::First),
        [col("host_id")],
        [col("host_id")],
        JoinArgs::new(JoinType::Semi),
    );
    let linked = best_per_host(linked)?.collect()?.lazy();
    let probes = unasked(probes(input, &open, &linked, &asked)?, &asked);
    finished(concat([linked, probes], UnionArgs::default())?.with_column(lit(input.round).alias("round")))
}

/// Readings of hosts that have no statement yet. A page that names another host does not count as theirs.
fn open_readings(input: &RoundInput<'_>) -> Result<LazyFrame, FrontierError> {
    let readings = lazy::<Reading>(input.readings)?;
    let kind = |kind: PageKind| col("page_kind").eq(lit(kind.as_str()));
    let is_theirs = col("has_host_named").fill_null(lit(true));
    let done = readings
        .clone()
        .filter(kind(PageKind::Statement).and(is_theirs).or(kind(PageKind::Document)))
        .select([col("host_id")]);
    Ok(readings.join(done, [col("host_id")], [col("host_id")], JoinArgs::new(JoinType::Anti)))
}

fn refreshes(open: &LazyFrame) -> LazyFrame {
    open.clone().filter(col("refresh_url").is_not_null()).select(link(col("refresh_url"), lit(2.0)))
}

/// Chosen links of the round before.
fn candidates(input: &RoundInput<'_>) -> Result<LazyFrame, FrontierError> {
    let chosen = lazy::<Candidate>(input.candidates)?
        .filter(col("is_chosen").and(col("round").eq(lit(input.round - 1))));
    Ok(chosen.select(link(col("url"), col("score"))))
}

/// A link as a frontier row in the making: its score decides the order.
fn link(url: Expr, score: Expr) -> Vec<Expr> {
    vec![
        col("host_id"),
        col("country_code"),
        col("canonical_hostname"),
        url.alias("url"),
        lit(Purpose::Candidate.as_str()).alias("purpose"),
        score.alias("score"),
        col("fetch_id").alias("found_in"),
    ]
}

fn unasked(rows: LazyFrame, asked: &LazyFrame) -> LazyFrame {
    let key = [col("host_id"), col("url")];
    rows.join(asked.clone().select(key.clone()), key.clone(), key, JoinArgs::new(JoinType::Anti))
}

fn best_per_host(links: LazyFrame) -> Result<LazyFrame, FrontierError> {
    let order = SortMultipleOptions::default().with_order_descending_multi([false, true, false, false]);
    let subset = Some(cols(["host_id", "url"]));
    let place = col("url").cum_count(false).over([col("host_id")])?;
    Ok(links
        .sort(["host_id", "score", "url", "found_in"], order)
        .unique_stable(subset, UniqueKeepStrategy::First)
        .with_column(place.cast(DataType::Int32).alias("rank"))
        .with_column(col("rank") - lit(1))
        .filter(col("rank").lt(lit(CANDIDATES_PER_ROUND as i32)))
        .select(without_round()))
}

/// Well-known paths for hosts that were read, offer no link and were not probed before.
fn probes(
    input: &RoundInput<'_>,
    open: &LazyFrame,
    linked: &LazyFrame,
    asked: &LazyFrame,
) -> Result<LazyFrame, FrontierError> {
    let host = || [col("host_id")];
    let probed = asked.clone().filter(col("purpose").eq(lit(Purpose::Probe.as_str()))).select(host());
    let readable =
        [PageKind::Ordinary, PageKind::AboutAccessibility, PageKind::Template, PageKind::Statement];
    let is_readable = readable.iter().map(|kind| col("page_kind").eq(lit(kind.as_str()))).reduce(Expr::or);
    let bases = open
        .clone()
        .filter(is_readable.unwrap_or(lit(false)))
        .sort(["host_id", "round", "rank"], SortMultipleOptions::default())
        .unique_stable(Some(cols(["host_id"])), UniqueKeepStrategy::First)
        .join(linked.clone().select(host()), host(), host(), JoinArgs::new(JoinType::Anti))
        .join(probed, host(), host(), JoinArgs::new(JoinType::Anti))
        .select(["host_id", "country_code", "canonical_hostname", "url", "fetch_id"].map(col));
    let rows = probe_rows(&plain(&mut bases.collect()?)?, input.probes)?;
    Ok(frame(&[batch::from_rows(&rows)?])?.lazy().select(without_round()))
}

fn probe_rows(
    bases: &RecordBatch,
    probes: &[(CountryCode, Vec<String>)],
) -> Result<Vec<FrontierUrl>, FrontierError> {
    let [hosts, countries, names, urls] =
        ["host_id", "country_code", "canonical_hostname", "url"].map(|name| text(bases, name));
    let (hosts, countries, names, urls) = (hosts?, countries?, names?, urls?);
    let mut rows = Vec::new();
    for index in 0..bases.num_rows() {
        let Ok(base) = PageUrl::parse(urls.value(index)) else { continue };
        let country = countries.value(index);
        let paths =
            probes.iter().find(|(code, _)| code.as_str() == country).map_or(&[][..], |(_, paths)| paths);
        for (rank, url) in paths.iter().filter_map(|path| base.join(path).ok()).enumerate() {
            rows.push(FrontierUrl {
                host_id: hosts.value(index).parse().expect("readings hold clean ids"),
                country_code: country.parse().expect("readings hold clean country codes"),
                canonical_hostname: names.value(index).parse().expect("readings hold clean host names"),
                round: 0,
                url,
                purpose: Purpose::Probe,
                rank: rank as i32,
                found_in: None,
            });
        }
    }
    Ok(rows)
}
