//! The SBOM lists every crate that the program is built from.

use crate::lineage::uuid_of;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Why the list of parts cannot be made: `Cargo.lock` is not what cargo writes.
#[derive(Debug, thiserror::Error)]
pub enum SbomError {
    /// Not TOML.
    #[error("reading `{file}`")]
    Toml {
        /// The lock file, or the crate whose manifest it is.
        file: String,
        /// Why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A line of the list of licences is not a name, a version, a licence and whether it is built in.
    #[error("line {0} of the licences: expected name, version, licence and `yes` or `no`, parted by tabs")]
    Licences(usize),
    /// A crate is named that the lock file does not have.
    #[error("`Cargo.lock` has no package `{0}`")]
    NoPackage(String),
}

/// The licence of the workspace's own crates.
const OWN_LICENCE: &str = "Apache-2.0 OR MIT";

/// One `[[package]]` of the lock file.
struct Package {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
    /// An SPDX expression.
    licence: Option<String>,
    /// True when the program is built from it. A package that no list knows counts as built, so that its
    /// missing licence is noticed.
    is_built: bool,
    dependencies: Vec<String>,
}

/// Licence, and whether the program is built from it, by name and version.
type Licences<'a> = BTreeMap<(&'a str, &'a str), (&'a str, bool)>;

fn parse_licences(text: &str) -> Result<Licences<'_>, SbomError> {
    let mut licences = BTreeMap::new();
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#'));
    for (number, line) in lines.skip(1) {
        let mut cells = line.split('\t');
        let (Some(name), Some(version), Some(licence), Some(built @ ("yes" | "no")), None) =
            (cells.next(), cells.next(), cells.next(), cells.next(), cells.next())
        else {
            return Err(SbomError::Licences(number));
        };
        licences.insert((name, version), (licence, built == "yes"));
    }
    Ok(licences)
}

/// A CycloneDX 1.6 bill of materials of the program: every crate it is built from, with its hash on the
/// registry.
///
/// `lock` is the text of `Cargo.lock`, which also names the development dependencies of the workspace's
/// crates. `manifests` are the `Cargo.toml` texts of those crates, so that these dependencies are left out.
/// Features and platforms are not looked at.
///
/// `licences` begins with comments and one line of headings. Then each crate has a line with name, version,
/// SPDX expression, and `yes` or `no`. A crate that cargo locks without building it, as an optional part
/// nobody switched on, is `no` and left out.
pub fn sbom(root: &str, lock: &str, manifests: &[&str], licences: &str) -> Result<Value, SbomError> {
    let packages = packages(lock, &parse_licences(licences)?)?;
    let own =
        manifests.iter().map(|text| normal_dependencies(text)).collect::<Result<BTreeMap<_, _>, _>>()?;
    let mut found: BTreeMap<String, (&Package, Vec<String>)> = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(wanted) = waiting.pop() {
        let package = find(&packages, &wanted)?;
        let id = reference(package);
        if found.contains_key(&id) {
            continue;
        }
        let is_used = |name: &&String| {
            let name = name.split(' ').next().unwrap_or("");
            own.get(&package.name).is_none_or(|normal| normal.contains(name))
        };
        let mut uses = Vec::new();
        for dependency in package.dependencies.iter().filter(is_used) {
            let part = find(&packages, dependency)?;
            if part.is_built {
                uses.push(reference(part));
                waiting.push(dependency.clone());
            }
        }
        uses.sort();
        found.insert(id, (package, uses));
    }
    let root_id = reference(find(&packages, root)?);
    Ok(document(&root_id, &found))
}

fn document(root: &str, found: &BTreeMap<String, (&Package, Vec<String>)>) -> Value {
    let parts = found.iter().filter(|(id, _)| *id != root);
    let components: Vec<Value> = parts.map(|(id, (package, _))| component("library", id, package)).collect();
    let dependencies: Vec<Value> =
        found.iter().map(|(id, (_, uses))| json!({ "ref": id, "dependsOn": uses })).collect();
    let program = found.get(root).map(|(package, _)| component("application", root, package));
    let content: Vec<&str> = found.keys().map(String::as_str).collect();
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", uuid_of(&content.join(" "))),
        "version": 1,
        "metadata": { "component": program },
        "components": components,
        "dependencies": dependencies,
    })
}

fn component(kind: &str, id: &str, package: &Package) -> Value {
    let mut component = json!({
        "type": kind,
        "bom-ref": id,
        "name": package.name,
        "version": package.version,
    });
    if package.source.is_some() {
        component["purl"] = id.into();
    }
    if let Some(checksum) = &package.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(licence) = &package.licence {
        component["licenses"] = json!([{ "expression": licence }]);
    }
    component
}

/// A package URL; the workspace's own crates are on no registry.
fn reference(package: &Package) -> String {
    let kind = if package.source.is_some() { "pkg:cargo/" } else { "workspace:" };
    format!("{kind}{}@{}", package.name, package.version)
}

fn packages(lock: &str, licences: &Licences<'_>) -> Result<Vec<Package>, SbomError> {
    let lock = parse("Cargo.lock", lock)?;
    let text =
        |table: &toml::Table, key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let package = |value: &toml::Value| {
        let table = value.as_table()?;
        let dependencies = table.get("dependencies").and_then(toml::Value::as_array);
        let (name, version) = (text(table, "name")?, text(table, "version")?);
        let source = text(table, "source");
        let listed = match source {
            None => Some((OWN_LICENCE, true)),
            Some(_) => licences.get(&(name.as_str(), version.as_str())).copied(),
        };
        Some(Package {
            licence: listed.map(|(licence, _)| licence.to_owned()),
            is_built: listed.is_none_or(|(_, built)| built),
            name,
            version,
            source,
            checksum: text(table, "checksum"),
            dependencies: dependencies
                .into_iter()
                .flatten()
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
        })
    };
    let listed = lock.get("package").and_then(toml::Value::as_array);
    Ok(listed.into_iter().flatten().filter_map(package).collect())
}

/// A dependency is named `name`, or `name version` where several versions are locked.
fn find<'a>(packages: &'a [Package], wanted: &str) -> Result<&'a Package, SbomError> {
    let mut words = wanted.split(' ');
    let (name, version) = (words.next().unwrap_or(""), words.next());
    packages
        .iter()
        .find(|package| package.name == name && version.is_none_or(|version| package.version == version))
        .ok_or_else(|| SbomError::NoPackage(wanted.to_owned()))
}

/// A crate of the workspace, and the names it depends on when built.
fn normal_dependencies(manifest: &str) -> Result<(String, BTreeSet<String>), SbomError> {
    let table = parse("Cargo.toml", manifest)?;
    let name = table.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    let names = ["dependencies", "build-dependencies"]
        .iter()
        .filter_map(|section| table.get(*section)?.as_table())
        .flat_map(|section| section.keys().cloned())
        .collect();
    Ok((name.unwrap_or_default().to_owned(), names))
}

fn parse(file: &str, text: &str) -> Result<toml::Table, SbomError> {
    text.parse().map_err(|source| SbomError::Toml { file: file.to_owned(), source: Box::new(source) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
version = 4
[[package]]
name = "deklaro"
version = "0.1.0"
dependencies = ["insta", "serde 1.0.1"]
[[package]]
name = "insta"
version = "1.0.0"
source = "registry+https://registry.example/index"
checksum = "aa"
[[package]]
name = "serde"
version = "0.9.0"
source = "registry+https://registry.example/index"
checksum = "bb"
[[package]]
name = "serde"
version = "1.0.1"
source = "registry+https://registry.example/index"
checksum = "cc"
dependencies = ["serde 0.9.0"]
"#;
    const LICENCES: &str = "# note\nname\tversion\tlicence\tbuilt\nserde\t0.9.0\tMIT\tno\nserde\t1.0.1\tMIT OR Apache-2.0\tyes\n";
    const MANIFEST: &str = "[package]\nname = \"deklaro\"\n[dependencies]\nserde.workspace = true\n[dev-dependencies]\ninsta.workspace = true\n";

    #[test]
    fn what_is_built_in_is_listed_and_what_only_tests_use_is_not() {
        let bom = sbom("deklaro", LOCK, &[MANIFEST], LICENCES).unwrap();
        let ids: Vec<_> = bom["components"].as_array().unwrap().iter().map(|part| &part["bom-ref"]).collect();
        assert_eq!(ids, ["pkg:cargo/serde@1.0.1"]);
        assert_eq!(bom["components"][0]["hashes"][0]["content"], "cc");
        assert_eq!(bom["metadata"]["component"]["bom-ref"], "workspace:deklaro@0.1.0");
        assert_eq!(bom["dependencies"][1]["dependsOn"], json!(["pkg:cargo/serde@1.0.1"]));
        assert_eq!(bom["components"][0]["licenses"], json!([{ "expression": "MIT OR Apache-2.0" }]));
        assert_eq!(bom, sbom("deklaro", LOCK, &[MANIFEST], LICENCES).unwrap());
    }

    #[test]
    fn what_no_list_knows_is_listed_without_a_licence() {
        let bom = sbom("deklaro", LOCK, &[MANIFEST], "name\tversion\tlicence\tbuilt\n").unwrap();
        let parts = bom["components"].as_array().unwrap();
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| part["licenses"].is_null()));
    }

    #[test]
    fn a_broken_lock_file_is_named() {
        let wrong =
            |root: &str, lock: &str, licences: &str| sbom(root, lock, &[], licences).unwrap_err().to_string();
        assert_eq!(wrong("deklaro", "=", ""), "reading `Cargo.lock`");
        assert_eq!(wrong("other", LOCK, ""), "`Cargo.lock` has no package `other`");
        for line in ["serde 1.0.1 MIT yes", "serde\t1.0.1\tMIT", "serde\t1.0.1\tMIT\tperhaps"] {
            let list = format!("# note\nname\n{line}");
            let said = wrong("deklaro", LOCK, list.as_str());
            assert!(said.starts_with("line 3 of the licences"), "{said}");
        }
    }
}
