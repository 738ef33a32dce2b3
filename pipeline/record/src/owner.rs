//! Which process holds a lease, and whether it is still there.

use deklaro_schemas::RunId;
use deklaro_store::Owner;
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

/// This process as the owner of a lease.
pub fn owner(run: Option<&RunId>) -> Owner {
    let process = std::process::id();
    Owner {
        token: uuid::Uuid::new_v4().to_string(),
        run_id: run.cloned(),
        host: read("/proc/sys/kernel/hostname").unwrap_or_else(|| "this machine".to_owned()),
        process,
        place: place_of(process).unwrap_or_default(),
    }
}

/// True for an owner that was a process of this machine since it started, and is none any more.
pub fn is_gone(owner: &Owner) -> bool {
    let (Some(ours), Some((theirs, _))) = (machine(), owner.place.rsplit_once('#')) else { return false };
    ours == theirs && is_over(stat_of(owner.process), &owner.place, || is_there(owner.process))
}

/// True when the process at this place has ended. Where `/proc` shows no such process, it may be hidden (`hidepid=2`): then
/// `is_there` decides.
fn is_over(stat: Option<Stat>, place: &str, is_there: impl Fn() -> bool) -> bool {
    match stat {
        Some(stat) => {
            stat.is_zombie || place.rsplit_once('#').is_none_or(|(_, started)| started != stat.started)
        }
        None => !is_there(),
    }
}

/// What `/proc` tells of a process.
struct Stat {
    is_zombie: bool,
    /// When it began, in ticks since the machine did.
    started: String,
}

/// Nothing where there is no such process, it is hidden, or there is no `/proc`.
fn stat_of(process: u32) -> Option<Stat> {
    // The name of the command stands in brackets and may hold anything; what follows are numbers (proc_pid_stat(5)).
    let stat = read(&format!("/proc/{process}/stat"))?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let (state, started) = (fields.next()?, fields.nth(18)?);
    Some(Stat { is_zombie: state == "Z", started: started.to_owned() })
}

/// True for a number that is a process's, whoever's it is and whether `/proc` shows it or not.
fn is_there(process: u32) -> bool {
    let number = i32::try_from(process).ok().and_then(Pid::from_raw);
    number.is_none_or(|number| test_kill_process(number) != Err(Errno::SRCH))
}

/// Boot, process name space and start of a process.
fn place_of(process: u32) -> Option<String> {
    Some(format!("{}#{}", machine()?, stat_of(process)?.started))
}

fn machine() -> Option<String> {
    let boot = read("/proc/sys/kernel/random/boot_id")?;
    let space = std::fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{boot}#{}", space.display()))
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(not(target_os = "linux"), ignore = "needs /proc")]
    fn a_living_process_is_told_from_one_that_ended_and_one_elsewhere() {
        let ours = owner(None);
        assert!(!is_gone(&ours));
        let (before, started) = ours.place.rsplit_once('#').expect("/proc tells of this process");
        let later = Owner { place: format!("{before}#{started}0"), ..ours.clone() };
        assert!(is_gone(&later), "the number was given to another process since");
        let elsewhere = Owner { place: format!("another boot#pid:[1]#{started}"), ..ours.clone() };
        assert!(!is_gone(&elsewhere), "nothing is known of it here");
        assert!(!is_gone(&Owner { place: String::new(), ..ours }));
    }

    #[test]
    fn a_process_that_is_hidden_is_not_gone() {
        let stat = |is_zombie, started: &str| Some(Stat { is_zombie, started: started.to_owned() });
        let place = "boot#pid:[1]#77";
        assert!(!is_over(None, place, || true), "hidden, and there");
        assert!(is_over(None, place, || false), "not there");
        assert!(!is_over(stat(false, "77"), place, || false));
        assert!(is_over(stat(false, "78"), place, || true), "another one since");
        assert!(is_over(stat(true, "77"), place, || true), "ended, and not yet taken note of");
    }

    #[test]
    fn a_number_is_a_processs_until_it_ends() {
        assert!(is_there(std::process::id()) && is_there(1), "another user's too");
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = child.id();
        child.wait().unwrap();
        assert!(!is_there(number));
    }
}
