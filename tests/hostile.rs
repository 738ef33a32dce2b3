//! What strangers send ends no run: a row with its reason, and the hosts beside it unharmed.

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
