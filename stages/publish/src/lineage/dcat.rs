//! A snapshot describes itself as a DCAT-AP dataset for open-data portals.

use super::LineageInput;
use deklaro_schemas::codes::FileKind;
use deklaro_schemas::stored::ManifestFile;
use deklaro_schemas::{CountryCode, tables};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";
const MEDIA_TYPE: &str = "https://www.iana.org/assignments/media-types";

/// The snapshot as a DCAT-AP 3 dataset in JSON-LD, for an open-data portal: a distribution per table file and artifact.
///
/// Addresses are relative to the folder the snapshot is served from: who republishes it gives the base.
pub fn dcat(input: &LineageInput<'_>) -> Value {
    let files: Vec<&ManifestFile> = input.files.iter().filter(|file| is_offered(file)).collect();
    let distributions: Vec<Value> = files.iter().map(|file| distribution(file)).collect();
    let keywords = ["accessibility", "public sector", "Directive (EU) 2016/2102"].map(text);
    json!({
        "@context": context(),
        "@graph": [{
            "@id": input.urn(),
            "@type": "dcat:Dataset",
            "dct:identifier": input.snapshot.as_str(),
            "dct:title": text(&format!("Accessibility statements of public-sector websites, {}", input.snapshot.month())),
            "dct:description": text("One row per public body's website with the verdict on its accessibility statement under Directive (EU) 2016/2102, and every step that led to it."),
            "dct:issued": { "@value": input.finished_at.to_string(), "@type": "xsd:dateTime" },
            "dct:accrualPeriodicity": listed("frequency/MONTHLY", "dct:Frequency"),
            "dct:accessRights": listed("access-right/PUBLIC", "dct:RightsStatement"),
            "dcat:theme": [theme()],
            "dcat:keyword": keywords,
            "dct:spatial": countries(input),
            "dct:temporal": {
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": { "@value": format!("{}-01", input.snapshot.month()), "@type": "xsd:date" },
            },
            "dct:publisher": {
                "@id": "urn:deklaro:publisher",
                "@type": "foaf:Agent",
                "foaf:name": text("The operator of this Deklaro store"),
            },
            "dcat:version": input.snapshot.as_str(),
            "dcat:distribution": distributions,
        }],
    })
}

fn context() -> Value {
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "spdx": "http://spdx.org/rdf/terms#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

fn text(text: &str) -> Value {
    json!({ "@value": text, "@language": "en" })
}

/// A value of a controlled vocabulary, with its class: the profile's shapes look for it in the document itself.
fn listed(value: &str, class: &str) -> Value {
    json!({ "@id": format!("{AUTHORITY}/{value}"), "@type": class })
}

fn theme() -> Value {
    let mut theme = listed("data-theme/GOVE", "skos:Concept");
    theme["skos:prefLabel"] = text("Government and public sector");
    theme
}

/// The lists' countries. GeoNames' country pages are keyed by the two letters our tables use.
fn countries(input: &LineageInput<'_>) -> Vec<Value> {
    let codes: BTreeSet<&str> = input
        .sources
        .iter()
        .filter_map(|source| source.country_code.as_ref())
        .map(CountryCode::as_str)
        .collect();
    codes.into_iter().map(|code| json!({ "@id": format!("https://www.geonames.org/countries/{code}/"), "@type": "dct:Location" })).collect()
}

/// Tables inside the snapshot and artifacts; evidence is kept for audits and has its own retention.
fn is_offered(file: &ManifestFile) -> bool {
    crate::file::is_inside(file) && matches!(file.kind, FileKind::Table | FileKind::Artifact)
}

fn distribution(file: &ManifestFile) -> Value {
    let (format, media) = match file.path.as_str().rsplit_once('.').map_or("", |(_, ending)| ending) {
        "parquet" => ("PARQUET", "application/vnd.apache.parquet"),
        "json" => ("JSON", "application/json"),
        "csv" => ("CSV", "text/csv"),
        _ => ("TXT", "text/plain"),
    };
    let table = file.table.as_deref().and_then(tables::by_name);
    let about =
        table.map_or_else(|| file.path.to_string(), |table| format!("{}: {}", table.name, table.description));
    json!({
        "@id": format!("#{}", file.path),
        "@type": "dcat:Distribution",
        "dct:title": text(&about),
        "dcat:accessURL": { "@id": file.path },
        "dcat:downloadURL": { "@id": file.path },
        "dcat:byteSize": { "@value": file.size_bytes.to_string(), "@type": "xsd:nonNegativeInteger" },
        "dct:format": listed(&format!("file-type/{format}"), "dct:MediaTypeOrExtent"),
        "dcat:mediaType": { "@id": format!("{MEDIA_TYPE}/{media}"), "@type": "dct:MediaType" },
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": { "@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm" },
            "spdx:checksumValue": { "@value": file.sha256.as_str(), "@type": "xsd:hexBinary" },
        },
    })
}
