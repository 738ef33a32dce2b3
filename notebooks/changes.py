import marimo

app = marimo.App(width="medium", app_title="What changed this month")


@app.cell
def _():
    import altair as alt
    import marimo as mo

    from lake import open_lake

    lake = open_lake(mo.cli_args())
    current = lake.snapshots[-1]
    mo.md(f"# What changed in {current}")
    return alt, current, lake, mo


@app.cell
def _(alt, lake):
    by_month = lake.frame(f"""
        SELECT snapshot_id, change_type, count(*) AS changes FROM {lake.everywhere("changes")} GROUP BY ALL ORDER BY ALL
    """)
    alt.Chart(by_month).mark_bar().encode(x="changes:Q", y="change_type:N", color="snapshot_id:N")
    return


@app.cell
def _(current, lake, mo):
    # Hosts that came or went say nothing about the others: they are counted apart.
    by_country = lake.frame(f"""
        SELECT country_code,
          count(*) FILTER (WHERE change_type = 'host_added') AS added,
          count(*) FILTER (WHERE change_type IN ('host_removed', 'host_renamed')) AS removed_or_renamed,
          count(*) FILTER (WHERE change_type = 'statement_appeared') AS appeared,
          count(*) FILTER (WHERE change_type = 'statement_vanished') AS vanished,
          count(*) FILTER (WHERE change_type = 'reviewed') AS reviewed,
          count(*) FILTER (WHERE change_type IN ('became_stale', 'deactivated')) AS lost,
          count(*) FILTER (WHERE change_type = 'recovered') AS recovered
        FROM {lake.table(current, "changes")} GROUP BY ALL ORDER BY country_code
    """)
    mo.vstack([mo.md("## By country"), mo.ui.table(by_country)])
    return


@app.cell
def _(current, lake, mo):
    changes = lake.frame(f"""
        SELECT country_code, canonical_hostname, change_type, before, after
        FROM {lake.table(current, "changes")} WHERE change_type <> 'host_added' ORDER BY ALL
    """)
    mo.vstack([mo.md("## Every change, before and after"), mo.ui.table(changes)])
    return


if __name__ == "__main__":
    app.run()
