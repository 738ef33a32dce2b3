//! Which process holds a lease, and whether it is still there.

use deklaro_schemas::RunId;
use deklaro_store::Owner;

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
    ours == theirs && place_of(owner.process).is_none_or(|place| place != owner.place)
}

/// Boot, process name space and start of a process; nothing where there is no such process, or no `/proc`.
fn place_of(process: u32) -> Option<String> {
    // The name of the command stands in brackets and may hold anything; what follows are numbers (proc_pid_stat(5)).
    let stat = read(&format!("/proc/{process}/stat"))?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let (state, started) = (fields.next()?, fields.nth(18)?);
    (state != "Z").then(|| machine().map(|machine| format!("{machine}#{started}")))?
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
}
