//! What a stranger sends costs a row or a file, never the month: it is named with its code, and the rest goes on.

use crate::support::{json, run, stderr};
use std::path::Path;

/// Workbooks that were made to hurt, beside sound ones.
mod workbooks {
    use super::{Path, json, run, stderr};
    use std::io::{Cursor, Write};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    const REFERENCE: [&str; 2] = ["--reference", "https://lists.example/a"];
    const PAGE: &str = "country,gov_domain\nAustria,www.a.example.at\n";

    /// Says that it has so many shared texts that no machine has memory for them.
    fn hostile() -> Vec<u8> {
        let parts = [
            (
                "_rels/.rels",
                r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
            ),
            (
                "xl/_rels/workbook.xml.rels",
                r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
            ),
            (
                "xl/workbook.xml",
                r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Liste" sheetId="1" r:id="r1"/></sheets></workbook>"#,
            ),
            ("xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"),
            ("xl/sharedStrings.xml", r#"<sst uniqueCount="20000000000000"><si><t>x</t></si></sst>"#),
        ];
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bomb.xlsx"), hostile()).unwrap();
        std::fs::write(folder.path().join("good.csv"), PAGE).unwrap();
        folder
    }

    #[test]
    fn a_hostile_workbook_is_refused_by_name_and_the_others_are_taken_in() {
        let folder = folder();
        let store = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let output = run(store.path(), &["import", "--json", REFERENCE[0], REFERENCE[1], &path], 65);
        assert!(stderr(&output).contains("bomb.xlsx"), "{}", stderr(&output));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let [bomb, good] = [0, 1].map(|file| &report["files"][file]);
        assert_eq!(bomb["reason_code"], "workbook_too_costly", "{report}");
        assert!(bomb["error"].as_str().unwrap().contains("costs more than"), "{report}");
        assert_eq!((good["hosts"].as_u64(), &good["reason_code"]), (Some(1), &serde_json::Value::Null));
        let kept = json(store.path(), &["sources", "--json"]);
        assert!(kept.to_string().contains("good.csv") && !kept.to_string().contains("bomb.xlsx"), "{kept}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_a_folder_is_not_followed_and_one_given_by_name_is() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(outside.path(), PAGE).unwrap();
        let link = folder.path().join("list.csv");
        std::os::unix::fs::symlink(outside.path(), &link).unwrap();
        let rows = |path: &Path| {
            let path = path.display().to_string();
            let store = folder.path().join("lake");
            json(&store, &["import", "--dry-run", "--json", REFERENCE[0], REFERENCE[1], &path])["rows_accepted"]
                .as_u64()
        };
        assert_eq!((rows(folder.path()), rows(&link)), (Some(0), Some(1)));
    }
}
