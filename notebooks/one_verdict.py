import marimo

app = marimo.App(width="medium", app_title="One verdict, back to its cell and bytes")


@app.cell
def _():
    import hashlib

    import marimo as mo

    from lake import open_lake

    lake = open_lake(mo.cli_args())
    current = lake.snapshots[-1]
    return current, hashlib, lake, mo


@app.cell
def _(current, lake, mo):
    wanted = mo.cli_args().get("host")
    condition = f"canonical_hostname = '{wanted}'" if wanted else "detection_status = 'found' AND NOT is_stale"
    host = lake.frame(f"""
        SELECT host_id, country_code, canonical_hostname, detection_status, confidence, statement_url, verdict_snapshot, proof_fetch_id
        FROM {lake.table(current, "hosts")} WHERE {condition} ORDER BY country_code, canonical_hostname LIMIT 1
    """).to_dicts()[0]
    mo.md(
        f"# {host['canonical_hostname']}\n\n{host['detection_status']} ({host['confidence']}), {host['statement_url']}; "
        f"the verdict is of snapshot {host['verdict_snapshot']}. Another host: `-- --host NAME`."
    )
    return (host,)


@app.cell
def _(host, lake, mo):
    evidence = lake.frame(f"""
        SELECT unnest(evidence, recursive := true) FROM {lake.table(host["verdict_snapshot"], "statements")}
        WHERE host_id = '{host["host_id"]}'
    """)
    mo.vstack([mo.md("## The words it rests on"), mo.ui.table(evidence)])
    return


@app.cell
def _(host, lake, mo):
    fetches = lake.frame(f"""
        SELECT round, purpose, url, outcome, status_code, started_at, body_sha256, fetch_id
        FROM {lake.table(host["verdict_snapshot"], "fetches")} WHERE host_id = '{host["host_id"]}' ORDER BY round, rank, attempt
    """)
    mo.vstack([mo.md("## What was asked of the host"), mo.ui.table(fetches)])
    return (fetches,)


@app.cell
def _(fetches, hashlib, host, lake, mo):
    import glob

    proof = fetches.filter(fetches["fetch_id"] == host["proof_fetch_id"]).to_dicts()
    sha256 = proof[0]["body_sha256"] if proof else None
    files = glob.glob(f"{lake.root}/evidence/snapshot={host['verdict_snapshot']}/*.parquet")
    bodies = lake.sql.execute("SELECT body FROM read_parquet(?) WHERE body_sha256 = ?", [files, sha256]).fetchall()
    assert bodies, "the evidence of this snapshot is past its retention"
    computed = hashlib.sha256(bodies[0][0]).hexdigest()
    assert computed == sha256, "the bytes are not those the verdict was taken from"
    mo.md(f"## The page\n\n{len(bodies[0][0])} bytes, sha256 `{computed}`: as recorded.")
    return


@app.cell
def _(host, lake, mo):
    cells = lake.frame(f"""
        SELECT file_name, file_sha256, seeds.sheet, row_number, source_reference_url, unnest(raw, recursive := true)
        FROM {lake.table(host["verdict_snapshot"], "seeds")} AS seeds
        JOIN {lake.table(host["verdict_snapshot"], "sources")} AS sources USING (source_id)
        WHERE seeds.country_code = '{host["country_code"]}' AND canonical_hostname = '{host["canonical_hostname"]}'
        ORDER BY ALL
    """)
    mo.vstack([mo.md("## The cells that put it on the list"), mo.ui.table(cells)])
    return


if __name__ == "__main__":
    app.run()
