//! May nobody but its owner read this file?

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Rights of a file's group and of everybody else.
const OTHERS: u32 = 0o077;

/// Checks a file that holds a secret before it is opened, as opening a pipe waits for its writer. Like ssh, it refuses one that
/// others may read; what is wrong, otherwise.
pub fn private_file(path: &Path) -> Result<(), String> {
    let known = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !known.is_file() {
        return Err("expected a regular file".to_owned());
    }
    let mode = known.permissions().mode() & 0o777;
    if mode & OTHERS != 0 {
        return Err(format!(
            "others may read or change it (mode {mode:03o}): `chmod 600 {}`",
            path.display()
        ));
    }
    Ok(())
}
