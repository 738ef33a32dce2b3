//! Does what must hold for any bytes hold for the inputs that are kept, and does every fuzz target have its place?

use deklaro_fuzzed::FUZZ_TARGETS;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The names in a folder, without what stands behind the last full stop.
fn stems(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("`{}`: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "the runner shows which input it was where the check panics")]
fn every_kept_input_is_checked_as_the_fuzzer_does() {
    for target in FUZZ_TARGETS {
        let folder = fuzz().join("corpus").join(target.name);
        let mut count = 0;
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            println!("{}: {}", target.name, path.display());
            (target.check)(&std::fs::read(&path).unwrap());
            count += 1;
        }
        assert!(count > 0, "`{}` has no input in `{}`", target.name, folder.display());
        (target.check)(&[]);
    }
}

#[test]
fn every_target_is_in_every_list() {
    let named: BTreeSet<String> = FUZZ_TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(named, stems(&fuzz().join("fuzz_targets")), "fuzz/fuzz_targets");
    assert_eq!(named, stems(&fuzz().join("corpus")), "fuzz/corpus");
    let listed: Vec<&str> = FUZZ_TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(listed.len(), named.len(), "each once: {listed:?}");
    let built = std::fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    let told = std::fs::read_to_string(fuzz().join("README.md")).unwrap();
    for name in &named {
        let lines = format!("[[bin]]\nname = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n");
        assert_eq!(built.matches(&lines).count(), 1, "once in fuzz/Cargo.toml:\n{lines}");
        let row = format!("| `{name}` |");
        assert_eq!(told.matches(&row).count(), 1, "once in the table of fuzz/README.md: `{name}`");
    }
}
