//! What may a child take before the system ends it?

use crate::kind::Kind;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use std::io;

/// Files a child may have open: its three streams and a few of the system's.
const FILES: u64 = 16;

/// The limits that hold for a child's whole life: it writes no file, and leaves no memory image of a stranger's document.
pub(crate) fn for_life() -> io::Result<()> {
    let of = |most| Rlimit { current: Some(most), maximum: Some(most) };
    setrlimit(Resource::Core, of(0))?;
    setrlimit(Resource::Fsize, of(0))?;
    Ok(setrlimit(Resource::Nofile, of(FILES))?)
}

/// The limits for one request of so many bytes, for a program that takes so much by itself.
pub(crate) fn for_request(kind: &Kind, by_itself: u64, bytes: u64) -> io::Result<()> {
    // The request lies there twice while it is read: where it grows, and where it grew before.
    let memory = by_itself.saturating_add((kind.memory)(bytes)).saturating_add(bytes.saturating_mul(2));
    soft(Resource::As, memory)?;
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    // The system counts whole seconds.
    soft(Resource::Cpu, used + (kind.processor)(bytes) + 1)
}

/// Sets the limit that can be raised again, within the one that cannot.
fn soft(resource: Resource, most: u64) -> io::Result<()> {
    let maximum = getrlimit(resource).maximum;
    let current = Some(maximum.map_or(most, |maximum| most.min(maximum)));
    Ok(setrlimit(resource, Rlimit { current, maximum })?)
}

/// Bytes of address space a process has: `self`, or the one of this number.
pub(crate) fn mapped(process: &str) -> u64 {
    let pages = std::fs::read_to_string(format!("/proc/{process}/statm")).ok();
    let pages = pages.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    // Without `/proc` the limit is looser by what a program of this size takes.
    pages.map_or(1 << 30, |pages| pages.saturating_mul(rustix::param::page_size() as u64))
}
