//! A target is one host of the lists, with what the last snapshot knew of it.

use crate::{FrontierError, scope};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListBuilder, RecordBatch, StringArray, StringBuilder,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use deklaro_frames::{frame, lazy, plain};
use deklaro_schemas::codes::ScopeRule;
use deklaro_schemas::tables::{Host, Seed, Target};
use deklaro_schemas::{CountryCode, HostId, HostKey, PageUrl, Row, batch};
use polars::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;

/// Sheet rows kept per target; `seed_count` counts them all.
const SOURCES_PER_TARGET: usize = 20;

/// One row per (country, host) on the lists, with what the last snapshot knew of it, in the table's order.
pub fn targets(seeds: &[RecordBatch], last_hosts: &[RecordBatch]) -> Result<RecordBatch, FrontierError> {
    let mut grouped = listed(seeds)?.join(
        last_month(last_hosts)?,
        [col("country_code"), col("canonical_hostname")],
        [col("country_code"), col("canonical_hostname")],
        JoinArgs::new(JoinType::Left),
    );
    grouped = grouped.with_column(col("previous_unreachable_streak").fill_null(lit(0)));
    let grouped = plain(&mut grouped.collect()?).map_err(FrontierError::Frame)?;
    Ok(batch::sorted(&Target::table(), &[with_derived(&grouped)?])?)
}

/// Sheet rows grouped by host: the listed home page, the first rows, their number.
fn listed(seeds: &[RecordBatch]) -> Result<LazyFrame, FrontierError> {
    let provenance = as_struct(vec![col("source_id"), col("seed_id"), col("sheet"), col("row_number")]);
    let home_page = col("page_url").filter(col("is_root_page").fill_null(lit(false))).first();
    Ok(narrow(seeds)?
        .sort(
            ["country_code", "canonical_hostname", "source_id", "row_number"],
            SortMultipleOptions::default(),
        )
        .group_by_stable([col("country_code"), col("canonical_hostname")])
        .agg([
            home_page.alias("entry_url"),
            provenance.head(Some(SOURCES_PER_TARGET)).alias("sources"),
            len().cast(polars::prelude::DataType::Int64).alias("seed_count"),
            col("organisation").drop_nulls().first(),
            col("organisation_type").drop_nulls().first(),
        ]))
}

/// The columns of `seeds` that targets are made from; raw cells, most of a seed's bytes, are not among them.
pub const SEED_COLUMNS: [&str; 10] = [
    "country_code",
    "canonical_hostname",
    "page_url",
    "is_root_page",
    "source_id",
    "seed_id",
    "sheet",
    "row_number",
    "organisation",
    "organisation_type",
];

fn narrow(seeds: &[RecordBatch]) -> Result<LazyFrame, FrontierError> {
    if seeds.is_empty() {
        return Ok(lazy::<Seed>(seeds)?);
    }
    let projected = seeds.iter().map(|batch| {
        let columns: Result<Vec<usize>, _> =
            SEED_COLUMNS.iter().map(|name| batch.schema_ref().index_of(name)).collect();
        batch.project(&columns?)
    });
    let projected =
        projected.collect::<Result<Vec<_>, _>>().map_err(|error| FrontierError::Frame(error.into()))?;
    Ok(frame(&projected)?.lazy())
}

fn last_month(hosts: &[RecordBatch]) -> Result<LazyFrame, FrontierError> {
    Ok(lazy::<Host>(hosts)?.select([
        col("country_code"),
        col("canonical_hostname"),
        col("lifecycle").alias("previous_lifecycle"),
        col("detection_status").alias("previous_detection_status"),
        col("statement_url").alias("previous_statement_url"),
        col("unreachable_streak").alias("previous_unreachable_streak"),
    ]))
}

/// What one row of the grouped lists gives by itself.
struct Derived {
    host_id: HostId,
    twin: (CountryCode, HostKey),
    host: HostKey,
    country: CountryCode,
    entry: PageUrl,
    rule: ScopeRule,
}

impl Derived {
    fn of(country: &str, host: &str, entry: Option<&str>, body: [Option<&str>; 2]) -> Self {
        let country = CountryCode::parse(country).expect("seeds hold clean country codes");
        let host = HostKey::parse(host).expect("seeds hold clean host names");
        let entry = entry.and_then(|url| PageUrl::parse(url).ok()).unwrap_or_else(|| PageUrl::home(&host));
        Self {
            host_id: HostId::of(country, &host),
            twin: (country, host.twin()),
            rule: scope::rule(scope::Listed { host: &host, country, body }),
            host,
            country,
            entry,
        }
    }
}

/// Adds the columns that come from a host's name: id, aliases, registrable domain, entry, scope.
fn with_derived(grouped: &RecordBatch) -> Result<RecordBatch, FrontierError> {
    let countries = text(grouped, "country_code")?;
    let hosts = text(grouped, "canonical_hostname")?;
    let entries = text(grouped, "entry_url")?;
    let bodies = [text(grouped, "organisation")?, text(grouped, "organisation_type")?];
    let rows: Vec<Derived> = (0..grouped.num_rows())
        .map(|row| {
            let entry = entries.is_valid(row).then(|| entries.value(row));
            let body = bodies.each_ref().map(|texts| texts.is_valid(row).then(|| texts.value(row)));
            Derived::of(countries.value(row), hosts.value(row), entry, body)
        })
        .collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("host_id", Arc::new(strings(rows.iter().map(|row| row.host_id.as_str())))),
        ("host_aliases", aliases(&rows)),
        ("registrable_domain", Arc::new(strings(rows.iter().map(|row| row.host.registrable_domain())))),
        ("entry_url", Arc::new(strings(rows.iter().map(|row| row.entry.as_str())))),
        (
            "is_in_scope",
            Arc::new(rows.iter().map(|row| Some(scope::is_visited(row.rule))).collect::<BooleanArray>()),
        ),
        (
            "is_under_directive",
            Arc::new(rows.iter().map(|row| scope::is_under_directive(row.rule)).collect::<BooleanArray>()),
        ),
        ("scope_rule", Arc::new(strings(rows.iter().map(|row| row.rule.as_str())))),
    ];
    Ok(batch::conform(&Target::table(), &replaced(grouped, columns)?)?)
}

fn strings<'a>(values: impl Iterator<Item = &'a str>) -> StringArray {
    StringArray::from_iter_values(values)
}

/// The twin of each host, where the lists have it too.
fn aliases(rows: &[Derived]) -> ArrayRef {
    let listed: HashSet<(CountryCode, &HostKey)> = rows.iter().map(|row| (row.country, &row.host)).collect();
    let item = Field::new("item", DataType::Utf8, false);
    let mut lists = ListBuilder::new(StringBuilder::new()).with_field(item);
    for row in rows {
        if listed.contains(&(row.twin.0, &row.twin.1)) {
            lists.values().append_value(row.twin.1.as_str());
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

fn replaced(batch: &RecordBatch, columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, FrontierError> {
    let kept = batch.schema_ref().fields().iter().zip(batch.columns());
    let kept = kept.filter(|(field, _)| columns.iter().all(|(name, _)| name != field.name()));
    let (mut fields, mut arrays): (Vec<_>, Vec<_>) =
        kept.map(|(field, array)| (field.as_ref().clone(), array.clone())).unzip();
    for (name, array) in columns {
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let whole = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays);
    whole.map_err(|error| FrontierError::Frame(error.into()))
}

/// A text column by name, as plain UTF-8.
pub(crate) fn text(batch: &RecordBatch, name: &str) -> Result<StringArray, FrontierError> {
    let missing = || batch::BatchError::MissingColumn { table: "targets", column: name.to_owned() };
    let column = batch.column_by_name(name).ok_or_else(missing)?;
    let column = cast(column, &DataType::Utf8).map_err(|error| FrontierError::Frame(error.into()))?;
    Ok(column.as_string::<i32>().clone())
}
