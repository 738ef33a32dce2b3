//! A file with results, whose name decides how it is read.

/// A file with results: its name decides how it is read.
#[derive(Debug, Clone, Copy)]
pub struct ResultFile<'a> {
    /// Name without folders: `tests.txt`, `junit-2.xml`, `audit.json`, `deny.json`, `bench.json`, `e2e.json`.
    pub name: &'a str,
    /// Content.
    pub text: &'a str,
}

/// The file of this kind: `bench` is `bench.json` or `bench-….json`.
pub(super) fn of_kind<'a>(
    files: &'a [ResultFile<'a>],
    kind: &str,
    extension: &str,
) -> impl Iterator<Item = &'a ResultFile<'a>> {
    files.iter().filter(move |file| {
        file.name
            .strip_suffix(extension)
            .and_then(|name| name.strip_prefix(kind))
            .is_some_and(|rest| rest == "." || rest.starts_with('-') && rest.ends_with('.'))
    })
}
