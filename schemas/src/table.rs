//! A table's declaration says its columns, its writer, its key, its order and how its rows are carried over.

use crate::{ArrowColumn, Selection};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// What happens to the last snapshot's rows when a run covers only some countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carry {
    /// Rows of the countries not run are taken over.
    ByCountry,
    /// Rows whose key the run did not write are taken over.
    ByKey,
    /// The run writes the whole table.
    No,
}

/// One column, as declared.
#[derive(Debug, Clone)]
pub struct ColumnSpec {
    /// Name; units stand at its end.
    pub name: &'static str,
    /// Arrow type.
    pub data_type: DataType,
    /// True when a value may be missing.
    pub is_nullable: bool,
    /// One sentence.
    pub description: &'static str,
    /// The allowed values of a coded column.
    pub allowed: Option<Vec<&'static str>>,
}

impl ColumnSpec {
    /// The unit, from the end of the name.
    pub fn unit(&self) -> Option<&'static str> {
        let units = [
            ("_ms", "ms"),
            ("_bytes", "bytes"),
            ("_at", "UTC"),
            ("_on", "day"),
            ("_count", "count"),
            ("_share", "ratio 0-1"),
        ];
        units.iter().find(|(end, _)| self.name.ends_with(end)).map(|(_, unit)| *unit)
    }

    /// True for what differs between two runs over the same web: clocks, durations, run ids, addresses.
    pub fn is_volatile(&self) -> bool {
        self.name.ends_with("_ms")
            || self.name.ends_with("_at")
            || self.name.ends_with("_since")
            // Servers date their answers.
            || matches!(self.name, "run_id" | "remote_address" | "response_headers")
    }

    /// The DuckDB spelling of its type.
    pub fn duckdb_type(&self) -> String {
        duckdb_type(&self.data_type)
    }

    fn field(&self) -> Field {
        let mut metadata =
            std::collections::HashMap::from([("description".to_owned(), self.description.to_owned())]);
        if let Some(unit) = self.unit() {
            metadata.insert("unit".to_owned(), unit.to_owned());
        }
        Field::new(self.name, self.data_type.clone(), self.is_nullable).with_metadata(metadata)
    }
}

fn duckdb_type(data_type: &DataType) -> String {
    match data_type {
        DataType::Boolean => "BOOLEAN".to_owned(),
        DataType::Int32 => "INTEGER".to_owned(),
        DataType::Int64 => "BIGINT".to_owned(),
        DataType::Float64 => "DOUBLE".to_owned(),
        DataType::Timestamp(..) => "TIMESTAMP".to_owned(),
        DataType::Date32 => "DATE".to_owned(),
        DataType::Binary => "BLOB".to_owned(),
        DataType::List(item) => format!("{}[]", duckdb_type(item.data_type())),
        DataType::Struct(fields) => {
            let field =
                |field: &Arc<Field>| format!("\"{}\" {}", field.name(), duckdb_type(field.data_type()));
            format!("STRUCT({})", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        // Text, and dictionaries of text.
        _ => "VARCHAR".to_owned(),
    }
}

/// One table, as declared.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Name, also of its folder.
    pub name: &'static str,
    /// One row per what, and what for.
    pub description: &'static str,
    /// Raised when a column is removed or changes its meaning.
    pub version: u32,
    /// Columns that identify a row.
    pub key: &'static [&'static str],
    /// Columns the rows are sorted by.
    pub sort: &'static [&'static str],
    /// What a partial run does with the rest.
    pub carry: Carry,
    /// The columns, in order.
    pub columns: Vec<ColumnSpec>,
}

impl TableSpec {
    /// The Arrow schema, with description and unit as field metadata.
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<Field> = self.columns.iter().map(ColumnSpec::field).collect();
        Arc::new(Schema::new(fields))
    }

    /// The schema of what a selection gives.
    pub fn schema_of(&self, wanted: &Selection) -> SchemaRef {
        let columns = self.columns.iter().filter(|column| wanted.has(column.name));
        Arc::new(Schema::new(columns.map(ColumnSpec::field).collect::<Vec<Field>>()))
    }

    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// A row of a table: knows its declaration.
pub trait Row: Serialize + DeserializeOwned {
    /// The table's name.
    const TABLE: &'static str;

    /// The table's declaration.
    fn table() -> TableSpec;
}

/// One declared column; used by the `table!` macro.
pub(crate) fn column_spec<T: ArrowColumn>(name: &'static str, description: &'static str) -> ColumnSpec {
    ColumnSpec {
        name,
        data_type: T::data_type(),
        is_nullable: T::nullable(),
        description: description.trim(),
        allowed: T::allowed(),
    }
}

/// Declares a table: its row struct, and from the same lines its columns, types, nullability and docs.
macro_rules! table {
    (
        $(#[doc = $doc:literal])+
        $row:ident in $table:ident, version $version:literal,
        key [$($key:ident),+], sort [$($sort:ident),+], carry $carry:ident;
        $($(#[doc = $cdoc:literal])+ $column:ident: $ty:ty,)+
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $row { $($(#[doc = $cdoc])+ pub $column: $ty,)+ }

        impl $crate::Row for $row {
            const TABLE: &'static str = stringify!($table);

            fn table() -> $crate::TableSpec {
                $crate::TableSpec {
                    name: stringify!($table),
                    description: concat!($($doc),+).trim(),
                    version: $version,
                    key: &[$(stringify!($key)),+],
                    sort: &[$(stringify!($sort)),+],
                    carry: $crate::Carry::$carry,
                    columns: vec![$($crate::table::column_spec::<$ty>(stringify!($column), concat!($($cdoc),+)),)+],
                }
            }
        }
    };
}
pub(crate) use table;
