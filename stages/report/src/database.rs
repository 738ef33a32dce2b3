//! A sealed DuckDB answers queries over one snapshot and changes nothing.

use arrow::array::RecordBatch;
use deklaro_schemas::sql::literal;
use deklaro_schemas::stored::REGISTRY_TABLES;
use deklaro_schemas::{TableSpec, tables};
use duckdb::{Config, Connection, ToSql};
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// Why a question to a snapshot has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// DuckDB could not be started with the settings we need.
    #[error("DuckDB could not be opened on `{}`", folder.display())]
    Open {
        /// The folder with the tables.
        folder: PathBuf,
        /// What DuckDB says.
        #[source]
        source: duckdb::Error,
    },
    /// A folder cannot be listed.
    #[error("folder `{}` cannot be read", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The statement is not a query: it could change something.
    #[error(
        "only SELECT, FROM, VALUES, DESCRIBE, SHOW and SUMMARIZE are answered; this is none of them, or not valid SQL: {why}"
    )]
    NotAQuery {
        /// What DuckDB's parser says.
        why: String,
    },
    /// A query failed.
    #[error("query `{name}` failed")]
    Query {
        /// Name of the SQL file, or `sql` for a query that was handed in.
        name: String,
        /// What DuckDB says.
        #[source]
        source: duckdb::Error,
    },
    /// A query's answer is not the shape its reader expects.
    #[error("query `{name}` answered in another shape than expected")]
    Shape {
        /// Name of the SQL file.
        name: String,
        /// Where it differs.
        #[source]
        source: serde_json::Error,
    },
    /// The tolerances name a check that does not exist.
    #[error(transparent)]
    Thresholds(#[from] deklaro_judge::ThresholdError),
    /// A page could not be made.
    #[error("template `{template}`")]
    Page {
        /// The template.
        template: &'static str,
        /// What the template engine says.
        #[source]
        source: minijinja::Error,
    },
    /// A page could not be handed on.
    #[error("page `{page}` could not be written")]
    Sink {
        /// Name of the page.
        page: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

/// Where the Parquet files are, and how much DuckDB may use.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Folder with one folder of Parquet files per table.
    pub tables: PathBuf,
    /// Folder with the Parquet files of `bodies`, where they are still kept.
    pub evidence: Option<PathBuf>,
    /// The tables folder of the snapshot before, for comparisons; its tables are `previous.<table>`.
    pub previous: Option<PathBuf>,
    /// Folder with the registry's tables, a file of JSON lines each; without it they are empty.
    pub registry: Option<PathBuf>,
    /// Existing folder that queries larger than memory may spill into.
    pub temp: PathBuf,
    /// Memory limit in MB.
    pub memory_mb: u32,
    /// Threads.
    pub threads: i64,
}

impl OpenOptions {
    /// These tables, with 256 MB and two threads, without evidence and history.
    pub fn new(tables: impl Into<PathBuf>, temp: impl Into<PathBuf>) -> Self {
        Self {
            tables: tables.into(),
            evidence: None,
            previous: None,
            registry: None,
            temp: temp.into(),
            memory_mb: 256,
            threads: 2,
        }
    }
}

/// Writes a database file that holds what `script` makes: views over files elsewhere.
pub fn write_database(file: &Path, script: &str) -> Result<(), ReportError> {
    let open = |source| ReportError::Open { folder: file.to_owned(), source };
    let connection = Connection::open(file).map_err(open)?;
    connection.execute_batch(script).map_err(open)?;
    connection.close().map_err(|(_, source)| open(source))
}

/// A DuckDB over one snapshot, in memory and sealed: it reads the folders it was opened with and nothing else.
pub struct Database {
    pub(crate) connection: Connection,
    /// What the snapshot lacks, in sentences.
    pub(crate) gaps: Vec<String>,
}

impl Database {
    /// A view per declared table; a table without files is there and empty.
    ///
    /// Once the views stand, other files are out of reach and the settings are locked.
    pub fn open(options: &OpenOptions) -> Result<Self, ReportError> {
        let open = |source| ReportError::Open { folder: options.tables.clone(), source };
        let connection =
            Connection::open_in_memory_with_flags(config(options).map_err(open)?).map_err(open)?;
        connection.execute_batch("CREATE SCHEMA previous").map_err(open)?;
        let mut gaps = Vec::new();
        for table in tables::all() {
            let now = match (&options.evidence, table.name) {
                (Some(evidence), "bodies") => parquet_files(evidence)?,
                _ => parquet_files(&options.tables.join(table.name))?,
            };
            let before = match &options.previous {
                Some(previous) => parquet_files(&previous.join(table.name))?,
                None => Vec::new(),
            };
            let lacking = lacking_columns(&connection, &table, &now).map_err(open)?;
            gaps.extend(gap(&table, &now, &lacking));
            connection.execute_batch(&relation("main", &table, &now, &lacking)).map_err(open)?;
            let lacking = lacking_columns(&connection, &table, &before).map_err(open)?;
            connection.execute_batch(&relation("previous", &table, &before, &lacking)).map_err(open)?;
        }
        connection.execute_batch(&registry(options)).map_err(open)?;
        connection.execute_batch(&seal(options)?).map_err(open)?;
        Ok(Self { connection, gaps })
    }

    /// What this snapshot lacks of the tables as they are declared now, a sentence each: whole tables, columns of older versions.
    pub fn gaps(&self) -> &[String] {
        &self.gaps
    }

    /// The answer to a query that was handed in; anything that is not a query is refused.
    pub fn query(&self, sql: &str) -> Result<Vec<RecordBatch>, ReportError> {
        let failed = |source| ReportError::Query { name: "sql".to_owned(), source };
        self.refuse_statements(sql)?;
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let answer = statement.query_arrow([]).map_err(failed)?;
        let schema = answer.get_schema();
        let batches: Vec<RecordBatch> = answer.collect();
        // An empty answer still names its columns.
        Ok(if batches.is_empty() { vec![RecordBatch::new_empty(schema)] } else { batches })
    }

    /// DuckDB's own parser says whether a text is only queries: it serialises nothing else.
    fn refuse_statements(&self, sql: &str) -> Result<(), ReportError> {
        let answer: String = self
            .connection
            .query_row("SELECT json_serialize_sql(?)::VARCHAR", [sql], |row| row.get(0))
            .map_err(|source| ReportError::Query { name: "sql".to_owned(), source })?;
        let answer: serde_json::Value = serde_json::from_str(&answer)
            .map_err(|source| ReportError::Shape { name: "sql".to_owned(), source })?;
        let is_empty = answer["statements"].as_array().is_none_or(Vec::is_empty);
        if answer["error"] == false && !is_empty {
            return Ok(());
        }
        let why = answer["error_message"].as_str().unwrap_or("there is no statement").to_owned();
        Err(ReportError::NotAQuery { why })
    }

    /// The rows of one of our own queries with `$1`, `$2` … bound, read by column name.
    pub(crate) fn rows<T: DeserializeOwned>(
        &self,
        name: &str,
        sql: &str,
        parameters: &[&dyn ToSql],
    ) -> Result<Vec<T>, ReportError> {
        let failed = |source| ReportError::Query { name: name.to_owned(), source };
        let as_json = format!("SELECT to_json(answer)::VARCHAR FROM (\n{sql}\n) AS answer");
        let mut statement = self.connection.prepare(&as_json).map_err(failed)?;
        let texts = statement.query_map(parameters, |row| row.get::<_, String>(0)).map_err(failed)?;
        let mut rows = Vec::new();
        for text in texts {
            let row = serde_json::from_str(&text.map_err(failed)?);
            rows.push(row.map_err(|source| ReportError::Shape { name: name.to_owned(), source })?);
        }
        Ok(rows)
    }
}

fn config(options: &OpenOptions) -> duckdb::Result<Config> {
    Config::default()
        .enable_autoload_extension(false)?
        .with("autoinstall_known_extensions", "false")?
        .with("temp_directory", options.temp.to_string_lossy())?
        .max_memory(&format!("{}MB", options.memory_mb))?
        .threads(options.threads)
}

/// A view per table of the registry, in a schema of its own.
fn registry(options: &OpenOptions) -> String {
    let mut sql = "CREATE SCHEMA registry;\n".to_owned();
    for table in REGISTRY_TABLES {
        let file = options.registry.as_ref().map(|folder| folder.join(format!("{}.ndjson", table.name)));
        match file.filter(|file| file.exists()) {
            Some(file) => sql.push_str(&table.view_sql(&literal(&without_wildcards(&file)))),
            None => sql.push_str(&table.empty_sql()),
        }
    }
    sql
}

/// Settings that let DuckDB read the folders it was opened with and nothing else, for good.
fn seal(options: &OpenOptions) -> Result<String, ReportError> {
    // Evidence has a retention of its own, and an older snapshot may be gone altogether.
    let kept = |folder: &Option<PathBuf>| folder.clone().filter(|folder| folder.exists());
    let folders = [
        Some(options.tables.clone()),
        kept(&options.evidence),
        kept(&options.previous),
        kept(&options.registry),
        Some(options.temp.clone()),
    ];
    let mut allowed = Vec::new();
    for folder in folders.into_iter().flatten() {
        let folder = absolute(&folder)?;
        // DuckDB asks twice: for the pattern as written, and for the file it stands for.
        allowed.push(literal(&without_wildcards(&folder)));
        allowed.push(literal(&folder.to_string_lossy()));
    }
    Ok(format!(
        "SET allowed_directories = [{}]; SET enable_external_access = false; SET lock_configuration = true",
        allowed.join(", ")
    ))
}

/// Declared columns that the files do not have: they were written by an older version.
fn lacking_columns(
    connection: &Connection,
    table: &TableSpec,
    files: &[PathBuf],
) -> duckdb::Result<Vec<&'static str>> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT column_name FROM (DESCRIBE SELECT * FROM read_parquet([{}]))", listed(files));
    let mut statement = connection.prepare(&sql)?;
    let there: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<duckdb::Result<_>>()?;
    let names = table.columns.iter().map(|column| column.name);
    Ok(names.filter(|name| !there.iter().any(|column| column == name)).collect())
}

/// What a table lacks, in a sentence. `bodies` has a retention of its own, `meta_checks` and `meta_files` are written last.
fn gap(table: &TableSpec, files: &[PathBuf], lacking: &[&str]) -> Option<String> {
    let name = table.name;
    if files.is_empty() && !["bodies", "meta_checks", "meta_files"].contains(&name) {
        return Some(format!("Table {name} is not in this snapshot: what is counted from it is zero."));
    }
    (!lacking.is_empty()).then(|| {
        let columns = lacking.join(", ");
        format!("Table {name} was written by an older version, without {columns}: these are taken as empty.")
    })
}

/// A view over the files, with what they lack as empty columns; an empty table of the declared types where there are none.
pub(crate) fn relation(schema: &str, table: &TableSpec, files: &[PathBuf], lacking: &[&str]) -> String {
    let name = table.name;
    let typed = |column: &deklaro_schemas::ColumnSpec| (column.name, column.duckdb_type());
    if files.is_empty() {
        let columns: Vec<_> =
            table.columns.iter().map(typed).map(|(name, kind)| format!("\"{name}\" {kind}")).collect();
        return format!("CREATE TABLE {schema}.{name} ({})", columns.join(", "));
    }
    let empty: String = table
        .columns
        .iter()
        .filter(|column| lacking.contains(&column.name))
        .map(typed)
        .map(|(name, kind)| format!(", NULL::{kind} AS \"{name}\""))
        .collect();
    format!("CREATE VIEW {schema}.{name} AS SELECT *{empty} FROM read_parquet([{}])", listed(files))
}

/// The files as SQL texts.
fn listed(files: &[PathBuf]) -> String {
    files.iter().map(|file| literal(&without_wildcards(file))).collect::<Vec<_>>().join(", ")
}

/// The Parquet files of a folder in order of name; none where there is no such folder.
fn parquet_files(folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let failed = |source| ReportError::Folder { folder: folder.to_owned(), source };
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(absolute(folder)?).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "parquet") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn absolute(folder: &Path) -> Result<PathBuf, ReportError> {
    folder.canonicalize().map_err(|source| ReportError::Folder { folder: folder.to_owned(), source })
}

/// The path with DuckDB's wildcards taken literally.
fn without_wildcards(path: &Path) -> String {
    path.to_string_lossy().replace('[', "[[]").replace('*', "[*]").replace('?', "[?]")
}
