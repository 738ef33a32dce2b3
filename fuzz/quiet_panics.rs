//! What does the fuzzer do about panics that the importer catches?

/// Lets the importer catch a reader's panic, as it does in use; the fuzzer's own hook would end the process first.
///
/// A panic that leaves the target still ends it.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let is_ours = info.location().is_some_and(|place| !place.file().contains(".cargo"));
        if is_ours {
            eprintln!("{info}");
        }
    }));
}
