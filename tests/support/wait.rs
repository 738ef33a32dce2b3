//! How long does a test wait, and what does it say when it waited in vain?

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// What happens soon happens in this time, on a slow machine with others at work.
pub(crate) const SOON: Duration = Duration::from_secs(120);
/// A command ends in this time: the drills over all of Europe take some minutes.
const COMMAND: Duration = Duration::from_secs(1_200);

/// Asks until it is so; a promise that is not kept in time is broken.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < SOON, "waited {SOON:?} in vain until {what}");
        std::thread::yield_now();
    }
}

/// Starts a command and waits until it has ended.
pub(crate) trait Ran {
    /// How it ended and what it wrote.
    fn ran(&mut self) -> Output;
}

impl Ran for Command {
    fn ran(&mut self) -> Output {
        self.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        finish(self.spawn().expect("the command starts"))
    }
}

/// How a process ended and what it wrote; one that does not end in time is killed, and the test fails.
pub(crate) fn finish(child: Child) -> Output {
    let process = child.id();
    let (tell, told) = channel();
    std::thread::spawn(move || tell.send(child.wait_with_output()));
    let Ok(output) = told.recv_timeout(COMMAND) else {
        signal(process, "-KILL");
        panic!("process {process} had not ended after {COMMAND:?}");
    };
    output.expect("what it wrote is read")
}

/// Kills a process, as the system does that runs out of memory.
pub(crate) fn kill(mut child: Child) {
    child.kill().expect("it is killed");
    finish(child);
}

/// Sends a signal to a process.
pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([name, &process.to_string()]).status().expect("`kill` starts");
    assert!(sent.success(), "signal {name} to process {process}");
}

/// The lines that a process writes, as they come; the end of them when it has ended.
pub(crate) fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let _nobody_waits = tell.send(line);
        }
    });
    told
}

/// Waits for a line among them.
pub(crate) fn until_said(lines: &Receiver<String>, line: &str) {
    let end = Instant::now() + SOON;
    loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(said) if said == line => return,
            Ok(_) => {}
            Err(error) => panic!("waited up to {SOON:?} in vain for the line `{line}`: {error}"),
        }
    }
}
