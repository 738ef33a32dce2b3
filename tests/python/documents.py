"""Checks the documents of a store's snapshots with the programs they are written for.

usage: documents.py STORE
"""

import glob
import hashlib
import json
import pathlib
import sys
import xml.etree.ElementTree

import pyshacl
import rdflib
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from frictionless import Package
from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.v1 import statement
from in_toto_attestation.v1.statement_pb2 import Statement
from openlineage.client import event_v2

ATOM = "{http://www.w3.org/2005/Atom}"


def datapackage(folder):
    """Data Package: the descriptor, and every CSV resource with its hash and size."""
    report = Package.validate_descriptor(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["title", "note"])
    tables = [resource for resource in Package(str(folder / "datapackage.json")).resources if resource.format == "csv"]
    for resource in tables:
        report = resource.validate()
        assert report.valid, (resource.name, report.flatten(["type", "note"]))
    return f"{len(tables)} CSV resources"


def openlineage(folder):
    """Each line as the OpenLineage client's own event: its constructors check times, ids and addresses."""
    lines = (folder / "lineage/openlineage.ndjson").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    for event in events:
        run = event_v2.Run(runId=event["run"]["runId"])
        job = event_v2.Job(namespace=event["job"]["namespace"], name=event["job"]["name"])
        datasets = lambda kind, of: [of(namespace=one["namespace"], name=one["name"]) for one in event[kind]]
        event_v2.RunEvent(
            eventType=event_v2.RunState(event["eventType"]),
            eventTime=event["eventTime"],
            run=run,
            job=job,
            producer=event["producer"],
            inputs=datasets("inputs", event_v2.InputDataset),
            outputs=datasets("outputs", event_v2.OutputDataset),
        )
        assert event["schemaURL"].startswith("https://openlineage.io/spec/2-0-2/"), event["schemaURL"]
    begun = {event["run"]["runId"] for event in events if event["eventType"] == "START"}
    ended = {event["run"]["runId"] for event in events if event["eventType"] == "COMPLETE"}
    assert begun == ended, "every run that begins ends"
    return f"{len(events)} events of {len(begun)} runs"


def provenance(folder):
    """in-toto Statement and SLSA provenance; the digests are those of the files."""
    told = json.loads((folder / "lineage/provenance.json").read_text())
    predicate = told["predicate"]
    message = ParseDict(told, Statement())
    statement.Statement.copy_from_pb(message).validate()
    # JSON keeps the maps of any value that this predicate's message has as structs.
    ParseDict(predicate, Provenance())
    store = folder.parent.parent
    for subject in told["subject"]:
        found = hashlib.sha256((store / subject["name"]).read_bytes()).hexdigest()
        assert found == subject["digest"]["sha256"], subject["name"]
    return f"{len(told['subject'])} files"


def dcat(folder):
    """DCAT-AP as RDF, against the shapes beside this script."""
    graph = rdflib.Graph().parse(folder / "lineage/dcat.jsonld", publicID="https://data.example/snapshot/")
    shapes = pathlib.Path(__file__).with_name("dcat-ap.ttl")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=str(shapes))
    assert conforms, text
    offered = list(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Distribution))
    assert offered, "no distribution"
    return f"{len(graph)} triples, {len(offered)} distributions"


def sbom(folder):
    """CycloneDX 1.6, against its strict schema."""
    text = (folder / "lineage/sbom.cdx.json").read_text()
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert problem is None, problem
    return f"{len(json.loads(text)['components'])} components"


def feed(folder):
    """Atom: what RFC 4287 asks of a feed and of every entry."""
    root = xml.etree.ElementTree.parse(folder / "feed.atom").getroot()
    assert root.tag == f"{ATOM}feed"
    entries = root.findall(f"{ATOM}entry")
    assert entries, "no entry"
    for element in [root, *entries]:
        for name in ("id", "title", "updated"):
            assert element.findtext(f"{ATOM}{name}"), (element.tag, name)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(ids) == len(set(ids)), "ids are unique"
    return f"{len(entries)} entries"


def main(store):
    folders = [pathlib.Path(path).parent for path in sorted(glob.glob(f"{store}/snapshots/snapshot=*/manifest.json"))]
    assert folders, f"no snapshot in {store}"
    for folder in folders:
        listed = {file["path"] for file in json.loads((folder / "manifest.json").read_text())["files"]}
        for check, path in [
            (datapackage, "datapackage.json"),
            (openlineage, "lineage/openlineage.ndjson"),
            (provenance, "lineage/provenance.json"),
            (dcat, "lineage/dcat.jsonld"),
            (sbom, "lineage/sbom.cdx.json"),
            (feed, "feed.atom"),
        ]:
            assert path in listed, f"{path} is not in the manifest"
            print(f"{folder.name} {path}: valid, {check(folder)}")


if __name__ == "__main__":
    main(sys.argv[1])
