import marimo

app = marimo.App(width="medium", app_title="Coverage and trend")


@app.cell
def _():
    import altair as alt
    import marimo as mo

    from lake import open_lake

    lake = open_lake(mo.cli_args())
    current = lake.snapshots[-1]
    mo.md(f"# Coverage and trend\n\nStore `{lake.root}`, snapshots {', '.join(lake.snapshots)}.")
    return alt, current, lake, mo


@app.cell
def _(lake, mo):
    import polars as pl

    steps = ["known", "in_scope", "attempted", "reachable", "read", "eligible", "found"]
    trend = pl.DataFrame(
        [{"snapshot": name, **{step: lake.summary(name)["all"][step] for step in steps}} for name in lake.snapshots]
    )
    mo.vstack([mo.md("## From the lists to the statements, each a part of the one before"), mo.ui.table(trend)])
    return steps, trend


@app.cell
def _(alt, steps, trend):
    long = trend.unpivot(on=steps, index="snapshot", variable_name="step", value_name="hosts")
    alt.Chart(long).mark_line(point=True).encode(x="snapshot:O", y="hosts:Q", color=alt.Color("step:N", sort=steps))
    return


@app.cell
def _(lake, mo):
    # Months are comparable on the hosts that all of them list.
    common = lake.frame(f"""
        WITH seen AS (
          SELECT host_id FROM {lake.everywhere("hosts")} WHERE lifecycle <> 'retired'
          GROUP BY host_id HAVING count(DISTINCT snapshot_id) = {len(lake.snapshots)}
        )
        SELECT snapshot_id, count(*) AS hosts_common,
          count(*) FILTER (WHERE detection_status = 'found') AS found,
          round(100.0 * found / hosts_common, 1) AS found_percent
        FROM {lake.everywhere("hosts")} JOIN seen USING (host_id) GROUP BY ALL ORDER BY ALL
    """)
    mo.vstack([mo.md("## Statements among the hosts that every snapshot lists"), mo.ui.table(common)])
    return


@app.cell
def _(current, lake, mo):
    unread = lake.frame(f"""
        SELECT country_code, count(*) AS hosts, count(*) FILTER (WHERE is_read) AS hosts_read,
          count(*) FILTER (WHERE NOT is_read) AS hosts_unread,
          mode(reason_codes[1]) FILTER (WHERE NOT is_read) AS most_frequent_reason
        FROM {lake.table(current, "statements")} GROUP BY ALL ORDER BY hosts_unread DESC, country_code
    """)
    mo.vstack([mo.md("## What could not be read, by country"), mo.ui.table(unread)])
    return


if __name__ == "__main__":
    app.run()
