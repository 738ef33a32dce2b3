//! Is a month whole and there once, when its bucket goes away in mid-commit and comes back?

use crate::s3;
use crate::support::wait::{Ran, finish, until};
use crate::support::{World, deklaro, stderr};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Connections that find nobody before the server is back: the run has noticed.
const REFUSED: usize = 3;

/// What stands between a run and its bucket, and can be cut.
#[derive(Clone, Default)]
struct Relay {
    is_cut: Arc<AtomicBool>,
    refused: Arc<AtomicUsize>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    /// Passes on what comes in at the address that is returned.
    fn start(&self, server: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let relay = self.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                relay.pass_on(client, server);
            }
        });
        address
    }

    /// A connection that is dropped at once is one that finds nobody.
    fn pass_on(&self, client: TcpStream, server: SocketAddr) {
        let mut open = self.open.lock().unwrap();
        if self.is_cut.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return;
        }
        let server = TcpStream::connect(server).unwrap();
        for (from, to) in [(&client, &server), (&server, &client)] {
            let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            std::thread::spawn(move || copy(from, to));
        }
        open.extend([client, server]);
    }

    /// Every connection ends, and no new one gets through.
    fn cut(&self) {
        let mut open = self.open.lock().unwrap();
        self.is_cut.store(true, Ordering::SeqCst);
        for stream in open.drain(..) {
            // One that has ended by itself cannot be ended once more.
            let _ended = stream.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ended = to.shutdown(Shutdown::Both);
}

fn is_ready(work: &Path) -> bool {
    let runs = std::fs::read_dir(work.join("staging")).into_iter().flatten().flatten();
    runs.into_iter().any(|run| run.path().join("ready.json").exists())
}

pub(crate) fn a_bucket_that_goes_away_in_mid_commit_and_comes_back_has_all_of_the_month_once() {
    let world = World::new(30);
    let server = s3::server();
    let work = world.path("work");
    let mut settings = server.remote(&work).settings;
    let relay = Relay::default();
    let (_, endpoint) = settings.iter_mut().find(|(name, _)| name == "AWS_ENDPOINT_URL").unwrap();
    let address = relay.start(endpoint.strip_prefix("http://").unwrap().parse().unwrap());
    *endpoint = format!("http://{address}");
    let told = |mut command: Command| {
        command
            .envs(settings.clone())
            .env("DEKLARO_WORK", &work)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    };
    let store = s3::location("outage").to_string();
    let store = Path::new(&store);
    let sources = world.path("sources.toml").display().to_string();
    let run = world.run_command(store, &["--month", "2026-11", "--json", "--sources", &sources]);
    let mut run = told(run).spawn().unwrap();
    until("the run is about to commit", || {
        assert!(run.try_wait().unwrap().is_none(), "the run ended early");
        is_ready(&work)
    });
    relay.cut();
    until("the run asked in vain", || {
        assert!(run.try_wait().unwrap().is_none(), "the run ended without a look at its bucket");
        relay.refused.load(Ordering::SeqCst) >= REFUSED
    });
    relay.mend();
    let output = finish(run);
    assert!(output.status.success(), "what fails on the way is asked for again: {}", stderr(&output));
    let said = |words: &[&str]| {
        let output = told(deklaro(store, words)).ran();
        assert!(output.status.success(), "{words:?}: {}", stderr(&output));
        output.stdout
    };
    said(&["verify", "2026-11.0", "--deep"]);
    let log: serde_json::Value = serde_json::from_slice(&said(&["log", "--json"])).unwrap();
    assert_eq!(log.as_array().unwrap().len(), 1, "published once: {log}");
}
