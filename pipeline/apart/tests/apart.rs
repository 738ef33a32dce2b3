//! What happens to children, seen from outside: this test's own program is parent, child and, once, a parent that dies.

use deklaro_apart::{Apart, WORD, child_with};
use deklaro_detect::{Fault, Papers, Unread};
use deklaro_import::{Here, ImportError, Imported, Origin, Workbook, Workbooks};
use deklaro_needs::Tests;
use deklaro_schemas::codes::SourceType;
use rustix::process::{Pid, Signal, getpgid, getpid, kill_process};
use std::io::{BufRead, BufReader, Write, stdout};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Makes this program a parent that reads one document and waits to be killed.
const PARENT: &str = "DEKLARO_APART_PARENT";

fn main() -> ExitCode {
    if std::env::args().nth(1).is_some_and(|word| word == WORD) {
        return child_with(trial);
    }
    if std::env::var_os(PARENT).is_some() {
        return parent();
    }
    Tests::default()
        .with(&[], a_child_serves_many_and_is_replaced_when_it_dies)
        .with(&[], no_more_children_read_at_once_than_two)
        .with(&[], a_child_over_its_address_space_is_one_unread_document)
        .with(&[], a_child_that_kept_much_is_replaced)
        .with(&[], a_child_that_spins_is_ended_by_its_processor_time)
        .with(&[], a_document_whose_child_was_killed_is_read_once_more)
        .with(&[], a_child_is_in_a_group_of_its_own_and_sees_no_secret)
        .with(&[], a_child_writes_no_file)
        .with(&[], an_answer_that_is_none_is_a_damaged_document)
        .with(&[], a_parent_that_is_gone_leaves_no_child)
        .with(&[], a_workbook_is_imported_as_it_is_here)
        .with(&[], a_workbook_that_ends_its_reader_is_a_damaged_file)
        .with(&[], a_program_that_cannot_be_started_is_told_and_not_taken_for_a_document)
        .run()
}

/// What the child does with a request in place of reading it.
fn trial(request: &[u8]) -> Option<Vec<u8>> {
    let request = String::from_utf8_lossy(request);
    let request = request.as_ref();
    // A workbook's name stands in the head of its request.
    let of_workbook = request.split_once("\"file_name\":\"").and_then(|(_, rest)| rest.split_once('"'));
    let (what, rest) = of_workbook.or_else(|| request.split_once(' ')).unwrap_or((request, ""));
    match what {
        "pid" => said(getpid().as_raw_nonzero()),
        "group" => said(getpgid(None).expect("a group").as_raw_nonzero()),
        "variables" => said(std::env::vars().map(|(name, _)| name).collect::<Vec<_>>().join(" ")),
        "write" => said(std::fs::write(rest, "anything").is_ok()),
        "eat" => said(vec![1_u8; 1 << 30].iter().map(|byte| usize::from(*byte)).sum::<usize>()),
        "keep" => {
            let size = rest.parse::<usize>().expect("a number") << 20;
            std::mem::forget(vec![1_u8; size]);
            said(getpid().as_raw_nonzero())
        }
        "spin" => loop {
            std::hint::spin_loop();
        },
        "wait-for" => {
            while !Path::new(rest).exists() {
                std::thread::yield_now();
            }
            said(getpid().as_raw_nonzero())
        }
        "nonsense" => Some(b"{".to_vec()),
        "without-end" => {
            stdout().lock().write_all(&u64::MAX.to_le_bytes()).expect("a parent");
            Some(Vec::new())
        }
        _ => None,
    }
}

/// An answer whose language is what is to be said.
fn said(what: impl std::fmt::Display) -> Option<Vec<u8>> {
    let paper =
        serde_json::json!({"Ok": {"text": "", "lang": what.to_string(), "paragraphs": [], "links": []}});
    serde_json::to_vec(&paper).ok()
}

fn apart() -> Apart {
    Apart::at(std::env::current_exe().expect("a program"))
}

#[track_caller]
fn ask(apart: &Apart, what: &str) -> String {
    let paper = apart.read(what.as_bytes()).expect("an answer");
    serde_json::to_value(&paper).expect("JSON")["lang"].as_str().expect("a text").to_owned()
}

fn a_child_serves_many_and_is_replaced_when_it_dies() {
    let apart = apart();
    let first = ask(&apart, "pid");
    assert_eq!(ask(&apart, "pid"), first);
    assert_eq!(apart.read(b"eat"), Err(Unread::Damaged));
    let second = ask(&apart, "pid");
    assert_ne!(second, first);
    assert_eq!(ask(&apart, "pid"), second);
    assert_eq!(apart.read(b"%PDF-1.7 and nothing else"), Err(Unread::Damaged), "a document is read as one");
    assert_eq!(ask(&apart, "pid"), second, "a damaged document is no reason to start anew");
}

fn no_more_children_read_at_once_than_two() {
    let apart = apart();
    let mut seen: Vec<String> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8).map(|_| scope.spawn(|| ask(&apart, "pid"))).collect();
        asked.into_iter().map(|asked| asked.join().expect("no panic")).collect()
    });
    seen.sort();
    seen.dedup();
    assert!(seen.len() <= 2, "{seen:?}");
}

fn a_child_over_its_address_space_is_one_unread_document() {
    assert_eq!(apart().read(b"eat"), Err(Unread::Damaged));
}

fn a_child_that_kept_much_is_replaced() {
    let apart = apart();
    let first = ask(&apart, "pid");
    assert_eq!(ask(&apart, "keep 1"), first);
    assert_eq!(ask(&apart, "pid"), first, "a little may be kept");
    ask(&apart, "keep 128");
    let second = ask(&apart, "pid");
    assert_ne!(second, first);
    // The limit does not grow with what was read before.
    assert_eq!(apart.read(b"keep 400"), Err(Unread::Damaged));
}

fn a_child_that_spins_is_ended_by_its_processor_time() {
    assert_eq!(apart().read(b"spin"), Err(Unread::TooCostly));
}

fn a_document_whose_child_was_killed_is_read_once_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let sign = folder.path().join("go on");
    let (apart, request) = (apart(), format!("wait-for {}", sign.display()));
    let first = ask(&apart, "pid");
    let answer = std::thread::scope(|scope| {
        let asked = scope.spawn(|| ask(&apart, &request));
        until(|| {
            std::fs::read_to_string(format!("/proc/{first}/stat")).is_ok_and(|stat| stat.contains(") R "))
        });
        kill(&first);
        std::fs::write(&sign, "").expect("a file");
        asked.join().expect("no panic")
    });
    assert_ne!(answer, first);
}

fn a_child_is_in_a_group_of_its_own_and_sees_no_secret() {
    let apart = apart();
    let own = getpgid(None).expect("a group").as_raw_nonzero().to_string();
    assert_ne!(ask(&apart, "group"), own);
    let variables = ask(&apart, "variables");
    let is_loader = |name: &str| name.starts_with("LD_") || name.starts_with("DYLD_");
    assert!(variables.split_whitespace().all(is_loader), "{variables}");
}

fn a_child_writes_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("made");
    let apart = apart();
    // The system ends a process that writes where it may not.
    let answer = apart.read(format!("write {}", path.display()).as_bytes());
    assert_eq!(answer, Err(Unread::Damaged));
    assert_eq!(std::fs::metadata(&path).map_or(0, |file| file.len()), 0);
}

fn an_answer_that_is_none_is_a_damaged_document() {
    let apart = apart();
    assert_eq!(apart.read(b"nonsense"), Err(Unread::Damaged));
    assert_eq!(apart.read(b"without-end"), Err(Unread::TooCostly), "no answer is that long");
    assert!(!ask(&apart, "pid").is_empty(), "the next one is read");
}

fn list<'a>(file_name: &'a str, text: &'a str) -> Workbook<'a> {
    let origin = Origin {
        publisher: Some("The office".to_owned()),
        source_type: SourceType::Official,
        source_reference_url: Some("https://lists.example/all".to_owned()),
        country: None,
    };
    Workbook { file_name, bytes: text.as_bytes(), origin }
}

fn a_workbook_is_imported_as_it_is_here() {
    let apart = apart();
    let good = list("good.csv", "host,country\na.example.at,AT\nno host,AT\nb.example.at,AT\n");
    let imported = apart.import(&good, None).expect("a list");
    assert_eq!(imported, Here.import(&good, None).expect("a list"));
    assert_eq!((imported.seeds.len(), imported.rejects.len()), (2, 1));
    // A map given by hand, and errors, cross as they are.
    let columns = list("columns.csv", "first,second\na.example.at,AT\n");
    assert_eq!(apart.import(&columns, Some("host=A,country=B")).expect("a list").seeds.len(), 1);
    for (workbook, maps) in [
        (list("empty.csv", ""), None),
        (list("none.csv", "first,second\nx,y\n"), None),
        (good, Some("nothing=A")),
    ] {
        let told = |result: Result<Imported, ImportError>| result.expect_err("no list").to_string();
        assert_eq!(told(apart.import(&workbook, maps)), told(Here.import(&workbook, maps)));
    }
}

fn a_workbook_that_ends_its_reader_is_a_damaged_file() {
    let apart = apart();
    let error = apart.import(&list("eat", "host\na.example.at\n"), None).expect_err("its reader dies");
    assert_eq!(error.to_string(), "`eat`: damaged: it ended the process that read it");
    let error = apart.import(&list("nonsense", "host\n"), None).expect_err("no answer");
    assert!(matches!(error, ImportError::Damaged { .. }), "{error}");
    assert!(
        apart.import(&list("good.csv", "host,country\na.example.at,AT\n"), None).is_ok(),
        "the next one is read"
    );
    let nowhere = Apart::at(PathBuf::from("/nowhere/deklaro"));
    let error = nowhere.import(&list("good.csv", "host\n"), None).expect_err("nobody reads it");
    assert!(matches!(error, ImportError::NoReader { .. }), "{error}");
}

/// Reads one document, says who read it, and waits for its own end.
fn parent() -> ExitCode {
    let apart = apart();
    let child = ask(&apart, "pid");
    writeln!(stdout(), "child {child}").expect("somebody listens");
    loop {
        std::thread::park();
    }
}

fn a_parent_that_is_gone_leaves_no_child() {
    let mut parent = Command::new(std::env::current_exe().expect("a program"))
        .env(PARENT, "1")
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process");
    let lines = BufReader::new(parent.stdout.take().expect("its output")).lines();
    let said = lines.map_while(Result::ok).find(|line| line.starts_with("child ")).expect("a child");
    let child = PathBuf::from("/proc").join(said.trim_start_matches("child "));
    assert!(child.exists());
    parent.kill().expect("its end");
    parent.wait().expect("its end");
    until(|| {
        !child.exists() || std::fs::read_to_string(child.join("stat")).is_ok_and(|s| s.contains(") Z "))
    });
}

fn a_program_that_cannot_be_started_is_told_and_not_taken_for_a_document() {
    let apart = Apart::at(PathBuf::from("/nowhere/deklaro"));
    assert_eq!(apart.fault(), Fault::default());
    assert!(apart.read(b"pid").is_err());
    let fault = apart.fault();
    assert_eq!(fault.times, 1);
    assert!(fault.message.contains("cannot start a process"), "{fault:?}");
    assert!(fault.message.contains("No such file"), "the system says why: {fault:?}");
    // A program that is no child of ours says nothing.
    let apart = Apart::at(PathBuf::from("/bin/true"));
    assert!(apart.read(b"pid").is_err());
    assert!(apart.fault().message.contains("did not say that it is ready"));
}

fn kill(pid: &str) {
    let pid = pid.parse().ok().and_then(Pid::from_raw).expect("a number");
    kill_process(pid, Signal::KILL).expect("it is there");
}

/// Waits until it is so; a minute is more than any machine needs.
#[track_caller]
fn until(is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < end, "not within a minute");
        std::thread::yield_now();
    }
}
