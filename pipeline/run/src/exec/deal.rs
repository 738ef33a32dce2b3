//! How are the rows of Parquet files dealt out to folders, so that rows that belong together lie together?

use arrow::array::{Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{cast, concat_batches, take_record_batch};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use deklaro_schemas::parquet_file::{ParquetFileError, each_batch, encode_selected};
use deklaro_schemas::{CountryCode, KeyError, Selection, TableSpec};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// What keeps rows together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Together {
    /// The rows of a host, by its id, dealt to so many folders.
    Host(u32),
    /// The rows of a country's hosts of one name, with and without `www.`, dealt to so many folders.
    Site(u32),
    /// The rows of a country.
    Country,
}

/// Rows that wait to be written, of all folders together: some hundred bytes to a kilobyte each.
const ROWS_WAITING: usize = 500_000;
/// Rows of a file on the average, however many folders there are.
const ROWS_A_FILE: usize = 1_024;
/// Pieces that wait for one folder before they are put together; a piece costs more than its rows.
const PIECES: usize = 32;

/// Why rows were not dealt.
#[derive(Debug, thiserror::Error)]
pub(super) enum DealError {
    /// The disk is full, or a file is gone.
    #[error("`{}`", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file that cannot be read or written as this table.
    #[error(transparent)]
    File(#[from] ParquetFileError),
    /// Arrow refuses.
    #[error("Arrow could not deal the rows")]
    Arrow(#[from] ArrowError),
    /// A row of no country.
    #[error("a row's country")]
    Country(#[from] KeyError),
}

/// Where rows are dealt to.
pub(super) struct Dealing<'a> {
    pub(super) table: &'a TableSpec,
    /// The columns that are kept; those of the key must be among them.
    pub(super) wanted: &'a Selection,
    pub(super) by: Together,
    /// Rows of a file at most.
    pub(super) rows_a_file: usize,
    /// Has a folder `dealt=…` for each key.
    pub(super) out: &'a Path,
}

/// Rows on their way to one folder.
#[derive(Default)]
struct Waiting {
    rows: usize,
    pieces: Vec<RecordBatch>,
    files: usize,
}

/// What a batch brought, and what was written then: rows that waited before may be among them.
struct Taken {
    rows: usize,
    written: usize,
}

impl Dealing<'_> {
    /// Deals the rows of these files; those of a folder keep their order. At most 500,000 rows are in memory, or
    /// 1,024 for each folder.
    pub(super) fn deal(&self, files: &[PathBuf]) -> Result<(), DealError> {
        self.deal_holding(self.by.rows_waiting(), files)
    }

    /// The same with at most so many rows in memory, and those of a batch.
    fn deal_holding(&self, most: usize, files: &[PathBuf]) -> Result<(), DealError> {
        let (mut heap, mut rows) = (BTreeMap::<String, Waiting>::new(), 0);
        for path in files {
            let file = fs::File::open(path).map_err(|source| disk(path, source))?;
            for batch in each_batch(self.table, file, self.wanted)? {
                let taken = self.take(&batch?, &mut heap)?;
                rows += taken.rows;
                rows -= taken.written;
                while rows > most {
                    rows -= self.write_fullest(&mut heap)?;
                }
            }
        }
        heap.iter_mut().try_for_each(|(key, waiting)| self.write(key, waiting, 1).map(|_| ()))
    }

    /// Lays the rows of a batch to those of their folders, and writes where a file is full.
    fn take(&self, batch: &RecordBatch, heap: &mut BTreeMap<String, Waiting>) -> Result<Taken, DealError> {
        let mut of_key = BTreeMap::<String, Vec<u32>>::new();
        for (row, key) in (0..).zip(self.by.keys(batch)?) {
            of_key.entry(key).or_default().push(row);
        }
        let mut written = 0;
        for (key, rows) in of_key {
            let waiting = heap.entry(key.clone()).or_default();
            waiting.rows += rows.len();
            waiting.pieces.push(take_record_batch(batch, &UInt32Array::from(rows))?);
            if waiting.pieces.len() > PIECES {
                waiting.pieces = vec![waiting.whole()?];
            }
            if waiting.rows >= self.rows_a_file {
                written += self.write(&key, waiting, self.rows_a_file)?;
            }
        }
        Ok(Taken { rows: batch.num_rows(), written })
    }

    /// Writes what waits for the folder with most of it; how many rows it was.
    fn write_fullest(&self, heap: &mut BTreeMap<String, Waiting>) -> Result<usize, DealError> {
        let fullest = heap.iter_mut().max_by_key(|(_, waiting)| waiting.rows);
        fullest.map_or(Ok(0), |(key, waiting)| self.write(key, waiting, 1))
    }

    /// Writes files while so many rows wait for this folder; how many rows it was.
    fn write(&self, key: &str, waiting: &mut Waiting, at_least: usize) -> Result<usize, DealError> {
        let mut written = 0;
        while waiting.rows >= at_least.max(1) {
            let whole = waiting.whole()?;
            let length = waiting.rows.min(self.rows_a_file.max(1));
            let folder = self.out.join(format!("dealt={key}"));
            let path = folder.join(format!("{:08}.parquet", waiting.files));
            let bytes = encode_selected(self.table, self.wanted, &whole.slice(0, length))?;
            fs::create_dir_all(&folder)
                .and_then(|()| fs::write(&path, bytes))
                .map_err(|source| disk(&path, source))?;
            waiting.files += 1;
            waiting.rows -= length;
            waiting.pieces = vec![whole.slice(length, waiting.rows)];
            written += length;
        }
        if waiting.rows == 0 {
            waiting.pieces.clear();
        }
        Ok(written)
    }
}

impl Waiting {
    /// All that waits, as one batch.
    fn whole(&self) -> Result<RecordBatch, ArrowError> {
        match &self.pieces[..] {
            [only] => Ok(only.clone()),
            pieces => concat_batches(pieces[0].schema_ref(), pieces),
        }
    }
}

impl Together {
    /// Rows that may wait to be written.
    fn rows_waiting(self) -> usize {
        match self {
            Self::Host(folders) | Self::Site(folders) => ROWS_WAITING.max(ROWS_A_FILE * folders as usize),
            Self::Country => ROWS_WAITING,
        }
    }

    /// The key of each row.
    fn keys(self, batch: &RecordBatch) -> Result<Vec<String>, DealError> {
        let dealt = |folders: u32, key: &dyn Fn(&mut DefaultHasher)| {
            let mut hasher = DefaultHasher::new();
            key(&mut hasher);
            (hasher.finish() % u64::from(folders.max(1))).to_string()
        };
        Ok(match self {
            Self::Host(folders) => {
                let ids = text(batch, "host_id")?;
                (0..ids.len()).map(|row| dealt(folders, &|hasher| ids.value(row).hash(hasher))).collect()
            }
            Self::Site(folders) => {
                let (countries, names) = (text(batch, "country_code")?, text(batch, "canonical_hostname")?);
                let site = |row| {
                    let name = names.value(row);
                    (countries.value(row), name.strip_prefix("www.").unwrap_or(name))
                };
                (0..names.len()).map(|row| dealt(folders, &|hasher| site(row).hash(hasher))).collect()
            }
            Self::Country => {
                let countries = text(batch, "country_code")?;
                // It becomes the name of a folder.
                let country = |row| CountryCode::parse(countries.value(row)).map(|code| code.to_string());
                (0..countries.len()).map(country).collect::<Result<_, _>>()?
            }
        })
    }
}

fn text(batch: &RecordBatch, column: &str) -> Result<StringArray, DealError> {
    let missing = || ArrowError::SchemaError(format!("column `{column}` is missing"));
    let plain = cast(batch.column_by_name(column).ok_or_else(missing)?, &DataType::Utf8)?;
    plain.as_any().downcast_ref::<StringArray>().cloned().ok_or_else(|| missing().into())
}

fn disk(path: &Path, source: std::io::Error) -> DealError {
    DealError::Disk { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deklaro_schemas::parquet_file::{decode, encode};
    use deklaro_schemas::tables::{Fetch, testing};
    use deklaro_schemas::{Row, batch};
    use std::collections::BTreeSet;

    /// Files of fetches, a few rows each.
    fn files(folder: &Path, names: &[&[&str]]) -> Vec<PathBuf> {
        let file = |(number, names): (usize, &&[&str])| {
            let rows: Vec<Fetch> = names.iter().map(|name| testing::fetch(name)).collect();
            let path = folder.join(format!("in-{number}.parquet"));
            let bytes = encode(&Fetch::table(), &batch::from_rows(&rows).unwrap(), &[]).unwrap();
            fs::write(&path, bytes).unwrap();
            path
        };
        names.iter().enumerate().map(file).collect()
    }

    /// The rows of each file, by its path below the folder.
    fn dealt(out: &Path) -> BTreeMap<String, Vec<Fetch>> {
        let mut found = BTreeMap::new();
        for folder in fs::read_dir(out).unwrap() {
            for file in fs::read_dir(folder.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                let read = decode(&Fetch::table(), fs::read(&path).unwrap().into()).unwrap();
                let name = path.strip_prefix(out).unwrap().display().to_string();
                found.insert(name, batch::all_rows(&read).unwrap());
            }
        }
        found
    }

    fn deal(by: Together, rows_a_file: usize, names: &[&[&str]]) -> BTreeMap<String, Vec<Fetch>> {
        let folder = tempfile::tempdir().unwrap();
        let (table, wanted, out) = (Fetch::table(), Selection::all(), folder.path().join("out"));
        let dealing = Dealing { table: &table, wanted: &wanted, by, rows_a_file, out: &out };
        dealing.deal(&files(folder.path(), names)).unwrap();
        dealt(&out)
    }

    #[test]
    fn rows_of_a_host_lie_together_and_none_is_lost() {
        let names = ["a.example.at", "b.example.at", "c.example.at", "d.example.at"];
        let found = deal(Together::Host(3), usize::MAX, &[&names, &names[..3], &names[1..]]);
        assert_eq!(found.values().map(Vec::len).sum::<usize>(), 10);
        let folders_of = |name: &str| {
            let has = |rows: &Vec<Fetch>| rows.iter().any(|row| row.canonical_hostname.as_str() == name);
            found.iter().filter(|(_, rows)| has(rows)).map(|(path, _)| path.clone()).collect::<BTreeSet<_>>()
        };
        assert!(names.iter().all(|name| folders_of(name).len() == 1), "{found:?}");
    }

    #[test]
    fn a_name_with_and_without_www_is_one_site() {
        let found = deal(
            Together::Site(1_000),
            usize::MAX,
            &[&["a.example.at", "b.example.at"], &["www.a.example.at"]],
        );
        assert_eq!(found.values().map(Vec::len).collect::<BTreeSet<_>>(), BTreeSet::from([1, 2]));
    }

    #[test]
    fn a_country_s_rows_keep_their_order_in_files_of_so_many() {
        let found = deal(
            Together::Country,
            2,
            &[&["e.example.at", "a.example.at", "d.example.at"], &["b.example.at", "c.example.at"]],
        );
        let names =
            |rows: &Vec<Fetch>| rows.iter().map(|row| row.canonical_hostname.to_string()).collect::<Vec<_>>();
        assert_eq!(found.values().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        let told = found.values().flat_map(names).collect::<Vec<_>>();
        assert_eq!(told, ["e.example.at", "a.example.at", "d.example.at", "b.example.at", "c.example.at"]);
        assert!(found.keys().all(|path| path.starts_with("dealt=AT/0000000")), "{:?}", found.keys());
    }

    #[test]
    fn what_waits_is_written_when_it_is_too_much_the_fullest_folder_first() {
        let folder = tempfile::tempdir().unwrap();
        let (table, wanted, out) = (Fetch::table(), Selection::all(), folder.path().join("out"));
        let dealing =
            Dealing { table: &table, wanted: &wanted, by: Together::Site(50), rows_a_file: 9, out: &out };
        let names = ["a.example.at", "a.example.at", "b.example.at"];
        dealing.deal_holding(3, &files(folder.path(), &[&names, &names])).unwrap();
        let found = dealt(&out);
        assert_eq!(found.values().map(Vec::len).sum::<usize>(), 6, "none is lost, and none is written twice");
        let first = found.iter().find(|(_, rows)| rows[0].canonical_hostname.as_str() == "a.example.at");
        assert_eq!(first.map(|(_, rows)| rows.len()), Some(4), "{found:?}");
    }

    /// A file that is filled takes rows with it that came before: they do not wait any more.
    #[test]
    fn rows_that_are_written_with_a_full_file_do_not_wait_any_more() {
        let folder = tempfile::tempdir().unwrap();
        let (table, wanted, out) = (Fetch::table(), Selection::all(), folder.path().join("out"));
        let dealing =
            Dealing { table: &table, wanted: &wanted, by: Together::Country, rows_a_file: 3, out: &out };
        let (two, one) = (["a.example.at", "b.example.at"], ["c.example.at"]);
        dealing.deal_holding(4, &files(folder.path(), &[&two, &one, &two, &one, &two, &one])).unwrap();
        assert_eq!(dealt(&out).values().map(Vec::len).collect::<Vec<_>>(), [3, 3, 3]);
    }

    #[test]
    fn a_full_disk_is_told_from_rows_that_cannot_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let (table, wanted) = (Fetch::table(), Selection::all());
        let out = folder.path().join("out");
        let dealing =
            Dealing { table: &table, wanted: &wanted, by: Together::Host(1), rows_a_file: 9, out: &out };
        let rubbish = folder.path().join("rubbish.parquet");
        fs::write(&rubbish, b"PAR1 not really PAR1").unwrap();
        assert!(matches!(dealing.deal(&[rubbish]), Err(DealError::File(_))));
        fs::write(&out, b"a file where folders should be").unwrap();
        let error = dealing.deal(&files(folder.path(), &[&["a.example.at"]])).unwrap_err();
        assert!(matches!(error, DealError::Disk { .. }), "{error:?}");
    }
}
