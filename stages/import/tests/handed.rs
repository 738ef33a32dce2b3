//! What one process hands to another arrives as it was, or is refused.

use deklaro_import::{Here, ImportError, Imported, Origin, SeenHeader, Workbook, Workbooks};
use deklaro_schemas::CountryCode;
use deklaro_schemas::budget::{Cost, Exhausted};
use deklaro_schemas::codes::SourceType;
use proptest::prelude::*;

fn imported(table: &str) -> Result<Imported, ImportError> {
    let origin = Origin {
        publisher: Some("The office".to_owned()),
        source_type: SourceType::Official,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: CountryCode::parse("AT").ok(),
    };
    Here.import(&Workbook { file_name: "list.csv", bytes: table.as_bytes(), origin }, None)
}

/// A list with accepted, split, mended and rejected rows.
fn sample() -> Imported {
    imported(
        "host,url,country,organisation,performance_score,is_root_page\n\
         a.example.at,https://a.example.at/x,AT,\"Büro \"\"A\"\"\",0.5,yes\n\
         https://b.example.at https://c.example.at,,AT,B,,\n\
         no host at all,,AT,C,,\n\
         d.example.at,,Atlantis,D,,\n",
    )
    .unwrap()
}

#[test]
fn an_import_arrives_as_it_was() {
    let sample = sample();
    assert_eq!((sample.seeds.len(), sample.rejects.len()), (3, 2));
    let bytes = sample.to_bytes().unwrap();
    assert_eq!(sample.handing().unwrap().length(), bytes.len() as u64, "as long as it said");
    let handed = Imported::from_bytes(bytes).unwrap();
    assert_eq!(handed, sample);
    let nothing = Imported::default();
    assert_eq!(Imported::from_bytes(nothing.to_bytes().unwrap()).unwrap(), nothing);
}

#[test]
fn an_error_arrives_as_it_was() {
    let errors = [
        imported("").unwrap_err(),
        imported("Name,Phone\nA,1\n").unwrap_err(),
        imported("%PDF-1.7").unwrap_err(),
        ImportError::TooLarge { file: "x".to_owned(), what: "rows".into(), found: 2, limit: 1 },
        ImportError::TooCostly { file: "x".to_owned(), exhausted: Exhausted { cost: Cost::Text, limit: 10 } },
        ImportError::NoHostColumn {
            file: "x".to_owned(),
            sheets: vec![SeenHeader {
                sheet: "s".to_owned(),
                row: 1,
                headers: vec!["h".to_owned()],
                guess: "g".to_owned(),
            }],
            looked_for: vec!["`host`".to_owned()],
        },
    ];
    for error in errors {
        assert_eq!(ImportError::from_bytes(&error.to_bytes().unwrap()).unwrap(), error);
    }
    assert!(ImportError::from_bytes(b"{}").is_err());
}

#[test]
fn what_contradicts_itself_is_refused() {
    let broken = |change: fn(&mut Imported)| {
        let mut broken = sample();
        change(&mut broken);
        Imported::from_bytes(broken.to_bytes().unwrap()).unwrap_err().to_string()
    };
    assert!(broken(|imported| imported.rejects.truncate(1)).contains("its counts"));
    assert!(broken(|imported| imported.layouts.clear()).contains("its counts"));
    assert!(broken(|imported| imported.sources[0].rows_accepted = 9).contains("its counts"));
    assert!(broken(|imported| imported.sources.clear()).contains("of no"));
    let field = String::from_utf8(b"\"field\":\"host\"".to_vec()).unwrap();
    let mut bytes = sample().to_bytes().unwrap();
    let at = bytes.windows(field.len()).position(|window| window == field.as_bytes()).unwrap();
    bytes[at + field.len() - 2] = b'x';
    assert!(Imported::from_bytes(bytes).is_err(), "a field nobody knows");
}

fn row() -> impl Strategy<Value = String> {
    let host = prop_oneof!["[a-z]{1,8}\\.example\\.at", "[^,\"\\r\\n]{0,20}", "http://[a-z ]{1,9}\\.at"];
    (host, "[^\"]{0,12}", "AT|DE|Atlantis|")
        .prop_map(|(host, name, country)| format!("{host},\"{name}\",{country}\n"))
}

proptest! {
    #[test]
    fn every_import_arrives_as_it_was(rows in prop::collection::vec(row(), 0..40)) {
        let table = format!("host,organisation,country\n{}", rows.concat());
        match imported(&table) {
            Ok(imported) => {
                let handed = Imported::from_bytes(imported.to_bytes().unwrap()).unwrap();
                prop_assert_eq!(handed, imported);
            }
            Err(error) => {
                prop_assert_eq!(ImportError::from_bytes(&error.to_bytes().unwrap()).unwrap(), error);
            }
        }
    }

    /// Either an error or an import that could have been: never a panic, never memory that the bytes only ask for.
    #[test]
    fn broken_bytes_are_refused_or_sound(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let whole = sample().to_bytes().unwrap();
        let mut changed = whole.clone();
        let at = at.index(changed.len());
        changed[at] = byte;
        if let Ok(imported) = Imported::from_bytes(changed) {
            prop_assert_eq!(imported.seeds.rows().count(), imported.seeds.len());
            prop_assert_eq!(imported.seeds.places().count(), imported.seeds.sheet_rows().count());
        }
        let cut = cut.index(whole.len());
        prop_assert!(Imported::from_bytes(whole[..cut].to_vec()).is_err());
    }
}
