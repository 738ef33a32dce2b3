//! Whatever strangers send, a month ends, each of them has its row and reason, and the others are as without them.

/// Hosts that mean harm to who reads them.
mod hosts {
    use crate::support::World;
    use deklaro_schemas::HostKey;
    use deklaro_schemas::codes::{PageKind, ReasonCode};
    use deklaro_schemas::tables::{Fetch, Reading, Statement};
    use deklaro_simweb::{Europe, Habit, Harm, Share, SimHost};
    use std::collections::BTreeMap;

    /// So many hosts that do no harm stand beside the others.
    const HARMLESS: usize = 30;
    /// So many of each harm.
    const OF_EACH: usize = 2;
    /// Hosts that are looked through for them.
    const MANY: usize = 900;

    /// The tables of a month, by host.
    struct Month {
        fetches: Vec<Fetch>,
        readings: Vec<Reading>,
        statements: BTreeMap<String, Statement>,
    }

    /// The host as the simulation calls it: rows may have its `www.` or its former name.
    fn body(host: &HostKey) -> String {
        Europe::new(7).host(host.as_str()).hostname
    }

    /// A share of hosts that shows every harm.
    fn share() -> Share {
        Share::percent(20)
    }

    /// Harmless hosts, and some of these harms. Those whose answers depend on the clock are left out.
    fn listed(harms: &[Harm]) -> Vec<SimHost> {
        let many = Europe::new(7).with_harm(share()).hosts(MANY);
        let is_steady = |host: &&SimHost| !matches!(host.habit, Habit::LimitedOnce | Habit::SlowBody);
        let harmless = many.iter().filter(|host| host.harm.is_none()).filter(is_steady).take(HARMLESS);
        let harmed = harms.iter().flat_map(|harm| {
            let of_this: Vec<_> = many.iter().filter(|host| host.harm == Some(*harm)).take(OF_EACH).collect();
            assert_eq!(of_this.len(), OF_EACH, "{harm:?}");
            of_this
        });
        harmless.chain(harmed).cloned().collect()
    }

    /// A month over these hosts, in a Europe of which this share is harmed.
    fn month(hosts: &[SimHost], share: Share) -> Month {
        let world = World::with_harm(hosts, share);
        world.configure("host_budget_ms = 8000\n");
        let store = world.path("lake");
        world.run_month(&store, "2026-11", &[]);
        let statements: Vec<Statement> = world.rows(&store, "2026-11.0");
        let named = |row: Statement| (body(&row.canonical_hostname), row);
        Month {
            fetches: world.rows(&store, "2026-11.0"),
            readings: world.rows(&store, "2026-11.0"),
            statements: statements.into_iter().map(named).collect(),
        }
    }

    /// A month among hosts of these harms; the others have the verdicts of a month without harm.
    fn month_among(harms: &[Harm]) -> (Vec<SimHost>, Month) {
        let hosts = listed(harms);
        let (quiet, harmed) = (month(&hosts, Share::default()), month(&hosts, share()));
        let verdict = |month: &Month, host: &SimHost| {
            let row = &month.statements[&host.hostname];
            let url = row.statement_url.as_ref().map(ToString::to_string);
            (row.detection_status, row.confidence, url, row.reason_codes.clone())
        };
        for host in hosts.iter().filter(|host| host.harm.is_none()) {
            assert_eq!(verdict(&quiet, host), verdict(&harmed, host), "{} {:?}", host.hostname, host.habit);
        }
        assert_eq!(harmed.statements.len(), hosts.len());
        (hosts.into_iter().filter(|host| host.harm.is_some()).collect(), harmed)
    }

    impl Month {
        /// Every reason that the requests and readings of a host gave.
        fn reasons(&self, host: &SimHost) -> Vec<ReasonCode> {
            let is_its = |name: &HostKey| body(name) == host.hostname;
            let fetches = self.fetches.iter().filter(|row| is_its(&row.canonical_hostname));
            let readings = self.readings.iter().filter(|row| is_its(&row.canonical_hostname));
            let of_readings = readings.flat_map(|row| row.reason_codes.iter().copied());
            fetches.filter_map(|row| row.reason_code).chain(of_readings).collect()
        }

        /// What the readings of a host say of its documents.
        fn reasons_of_documents(&self, host: &SimHost) -> Vec<ReasonCode> {
            let is_its = |row: &&Reading| body(&row.canonical_hostname) == host.hostname;
            let documents =
                self.readings.iter().filter(is_its).filter(|row| row.page_kind == PageKind::Document);
            documents.flat_map(|row| row.reason_codes.clone()).collect()
        }

        /// True where a page was read whose address is not the entry page's.
        fn has_read_inner_page(&self, host: &SimHost) -> bool {
            let mut readings =
                self.readings.iter().filter(|row| body(&row.canonical_hostname) == host.hostname);
            readings.any(|row| row.url.path_and_query() != "/")
        }
    }

    #[test]
    fn bombs_and_tarpits_get_their_reasons_and_the_others_their_verdicts() {
        let (harmed, month) = month_among(&[Harm::BrotliWindow, Harm::Tarpit]);
        for host in &harmed {
            let expected = match host.harm {
                Some(Harm::BrotliWindow) => ReasonCode::BodyEncoding,
                _ => ReasonCode::HostTooSlow,
            };
            let reasons = month.reasons(host);
            assert!(reasons.contains(&expected), "{} {:?} {reasons:?}", host.hostname, host.harm);
        }
        let tarpits = harmed.iter().filter(|host| host.harm == Some(Harm::Tarpit));
        for host in tarpits {
            let reasons = &month.statements[&host.hostname].reason_codes;
            assert!(reasons.contains(&ReasonCode::HostUnreachable), "{reasons:?}");
            assert!(reasons.contains(&ReasonCode::HostTooSlow), "{reasons:?}");
        }
    }

    #[test]
    fn dear_pages_are_read_and_the_others_get_their_verdicts() {
        let (harmed, month) = month_among(&[Harm::PhrasePage, Harm::HitsPage]);
        for host in &harmed {
            assert!(month.has_read_inner_page(host), "{} {:?}", host.hostname, host.harm);
        }
    }

    #[test]
    fn dear_documents_are_rows_and_the_others_get_their_verdicts() {
        let (harmed, month) = month_among(&[Harm::CmapPdf, Harm::TextPdf, Harm::FormsPdf]);
        for host in &harmed {
            let reasons = month.reasons_of_documents(host);
            let expected =
                [ReasonCode::DocumentTooCostly, ReasonCode::DocumentUnreadable, ReasonCode::DocumentScanned];
            assert!(
                expected.iter().any(|code| reasons.contains(code)),
                "{} {:?} {reasons:?}",
                host.hostname,
                host.harm
            );
        }
    }
}

/// Pages that were made to hurt their reader.
mod pages {
    use crate::support::same_tables::assert_same_tables;
    use crate::support::wait::{Ran, finish, signal, until};
    use crate::support::{deklaro, ended, files, rows_of, shared_runtime, staged_run, statements, stderr};
    use deklaro_schemas::codes::{Conformance, DetectionStatus, PageKind};
    use deklaro_schemas::tables::Reading;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::sync::Arc;

    /// An ordinary statement.
    const STATEMENT: &str = "<html lang=de><title>Erklärung zur Barrierefreiheit</title>\
        <h1>Erklärung zur Barrierefreiheit</h1><p>Diese Erklärung zur Barrierefreiheit gilt für diese Website.</p>\
        <p>Die Website ist mit der Richtlinie (EU) 2016/2102 teilweise vereinbar.</p>\
        <p>Diese Erklärung wurde am 1.2.2024 erstellt.</p><a href=/>Start</a>";

    /// Servers on loopback that answer each host with its page.
    struct Hosts {
        folder: tempfile::TempDir,
        address: SocketAddr,
    }

    impl Hosts {
        fn new(pages: Vec<(String, String)>) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let row = |(host, _): &(String, String)| format!("Austria,{host},http://{host}/\n");
            let rows: String = pages.iter().map(row).collect();
            let list = format!("country,gov_domain,page\n{rows}");
            std::fs::write(folder.path().join("list.csv"), list).expect("the list is written");
            let sources = "[[source]]\nfile = \"list.csv\"\nsource_type = \"curated\"\nsource_reference_url = \"https://lists.example/all\"\n";
            std::fs::write(folder.path().join("sources.toml"), sources).expect("the list of lists");
            std::fs::write(folder.path().join("deklaro.toml"), "[crawl]\ngap_ms = 0\nretries = 1\n")
                .expect("the configuration");
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
            let address = listener.local_addr().expect("its address");
            let pages = Arc::new(pages);
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let pages = Arc::clone(&pages);
                    std::thread::spawn(move || serve(stream, &pages));
                }
            });
            Self { folder, address }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        /// `deklaro run` with these arguments, every request led to these servers.
        fn run(&self, store: &Path, more: &[&str]) -> Command {
            let mut command = deklaro(store, &["run"]);
            command.arg("--config").arg(self.path("deklaro.toml"));
            let address = self.address.to_string();
            command.args(["--connect-to", &address, &address]).args(more);
            command
        }

        fn november(&self, store: &Path) -> Command {
            let mut command = self.run(store, &["--month", "2026-11", "--sources"]);
            command.arg(self.path("sources.toml"));
            command
        }
    }

    /// Answers the requests of one connection.
    fn serve(mut stream: TcpStream, pages: &[(String, String)]) {
        let mut lines = BufReader::new(stream.try_clone().expect("the stream")).lines().map_while(Result::ok);
        while let Some(request) = lines.next() {
            let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
            let named = |line: &String| Some(line.to_ascii_lowercase().strip_prefix("host: ")?.to_owned());
            let host = head.iter().find_map(named).unwrap_or_default();
            let page = pages.iter().find(|(name, _)| *name == host).filter(|_| request.starts_with("GET / "));
            let (status, body) = page.map_or(("404 Not Found", ""), |(_, page)| ("200 OK", page.as_str()));
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\n");
            let length = format!("content-length: {}\r\n\r\n", body.len());
            if stream.write_all(&[head.as_bytes(), length.as_bytes(), body.as_bytes()].concat()).is_err() {
                return;
            }
        }
    }

    /// A statement that goes on with one piece, again and again, to so many bytes.
    fn statement_with(piece: &str, bytes: usize) -> String {
        STATEMENT.replace("<a href", &format!("<p>{}</p><a href", piece.repeat(bytes / piece.len())))
    }

    #[test]
    fn pages_of_short_words_and_of_hits_are_read_and_their_neighbour_is_unharmed() {
        let denials = "Diese Website ist nicht vereinbar mit den Anforderungen ".repeat(20);
        let words = statement_with("a.", 900_000).replacen("<p>a.", &format!("<p>{denials}a."), 1);
        // Words that declare a status where a law is named beside them, and none is.
        let hits =
            statement_with("<p>Sie ist vereinbar. ", 900_000).replace("teilweise vereinbar", "abgestimmt");
        let hosts = Hosts::new(vec![
            ("words.example".to_owned(), words),
            ("hits.example".to_owned(), hits),
            ("neighbour.example".to_owned(), STATEMENT.to_owned()),
        ]);
        let store = hosts.path("lake");
        ended(&hosts.november(&store).ran());
        let readings: Vec<Reading> = rows_of(shared_runtime(), &store, "2026-11.0");
        let read: Vec<&str> = readings.iter().map(|row| row.canonical_hostname.as_str()).collect();
        assert_eq!(read, ["hits.example", "neighbour.example", "words.example"]);
        let partial = Some(Conformance::Partial);
        for (row, status) in readings.iter().zip([None, partial, partial]) {
            assert_eq!((row.page_kind, row.conformance_status), (PageKind::Statement, status), "{row:?}");
        }
        for verdict in statements(&store, "2026-11.0") {
            assert_eq!(verdict.detection_status, DetectionStatus::Found, "{verdict:?}");
        }
    }

    /// Files of a table in a run's work area.
    fn work_files(store: &Path, table: &str) -> usize {
        let is_one = |path: &&PathBuf| path.to_string_lossy().contains(&format!("/work/{table}/"));
        files(&store.join("staging")).keys().filter(is_one).count()
    }

    #[test]
    fn a_stop_while_pages_are_read_ends_the_run_resumably() {
        let page = statement_with("erstellt am 1.2.2024, nicht vereinbar. ", 400_000);
        let hosts = Hosts::new((0..16).map(|at| (format!("host-{at}.example"), page.clone())).collect());
        let (calm, stopped) = (hosts.path("calm"), hosts.path("stopped"));
        ended(&hosts.november(&calm).ran());

        let mut command = hosts.november(&stopped);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
        until("the first round is crawled", || {
            assert!(child.try_wait().expect("its state").is_none(), "the run ended early");
            let staging = stopped.join("staging");
            staging.is_dir()
                && staging.read_dir().is_ok_and(|mut runs| {
                    runs.any(|run| run.is_ok_and(|run| run.path().join("work/done/crawl-1").exists()))
                })
        });
        signal(child.id(), "-TERM");
        let output = finish(child);
        assert_eq!(output.status.code(), Some(143), "{}", stderr(&output));
        let run = staged_run(&stopped);
        assert!(stderr(&output).contains(&format!("deklaro run --resume {run}")), "{}", stderr(&output));
        let (read, fetched) = (work_files(&stopped, "readings"), work_files(&stopped, "fetches"));
        assert!(read < fetched, "stopped after {read} of {fetched} files");
        ended(&hosts.run(&stopped, &["--resume", &run]).ran());
        assert_same_tables(&calm, &stopped);
    }
}

/// Workbooks that were made to hurt, beside sound ones.
mod workbooks {
    use crate::support::{json, run, stderr};
    use std::io::{Cursor, Write};
    use std::path::Path;
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
