import marimo

app = marimo.App(width="medium", app_title="Best and worst countries, and the age of statements")


@app.cell
def _():
    import altair as alt
    import marimo as mo

    from lake import open_lake

    lake = open_lake(mo.cli_args())
    current = lake.snapshots[-1]
    mo.md(f"# Countries and the age of statements in {current}")
    return alt, current, lake, mo


@app.cell
def _(alt, current, lake, mo):
    import polars as pl

    # Shares of few hosts say little: the denominators stand beside them.
    figures = pl.DataFrame(lake.summary(current)["countries"]).select("country_code", "known", "eligible", "found")
    shares = figures.filter(pl.col("eligible") > 0).with_columns(
        (100 * pl.col("found") / pl.col("eligible")).round(1).alias("found_percent")
    ).sort("found_percent", "country_code")
    chart = alt.Chart(shares).mark_bar().encode(
        x="found_percent:Q", y=alt.Y("country_code:N", sort="-x"), tooltip=["found", "eligible", "known"]
    )
    mo.vstack([mo.md("## Found of the hosts whose pages show it"), chart, mo.ui.table(shares)])
    return


@app.cell
def _(current, lake, mo):
    ages = lake.frame(f"""
        SELECT country_code, count(*) AS statements, count(age_days) AS dated,
          median(age_days) AS median_days, max(age_days) AS oldest_days,
          count(*) FILTER (WHERE is_review_overdue) AS overdue
        FROM {lake.table(current, "statements")} WHERE detection_status = 'found' GROUP BY ALL ORDER BY median_days DESC NULLS LAST
    """)
    mo.vstack([mo.md("## Days since a statement was prepared or reviewed"), mo.ui.table(ages)])
    return


@app.cell
def _(alt, current, lake):
    histogram = lake.frame(f"""
        SELECT least(age_days // 90 * 90, 1800) AS from_days, count(*) AS statements
        FROM {lake.table(current, "statements")} WHERE age_days IS NOT NULL GROUP BY ALL ORDER BY ALL
    """)
    alt.Chart(histogram).mark_bar().encode(x="from_days:O", y="statements:Q")
    return


@app.cell
def _(current, lake, mo):
    declared = lake.frame(f"""
        SELECT country_code, coalesce(conformance_status, 'not stated') AS declared, count(*) AS statements
        FROM {lake.table(current, "hosts")} WHERE detection_status = 'found' GROUP BY ALL ORDER BY ALL
    """)
    mo.vstack([mo.md("## What they declare"), mo.ui.table(declared)])
    return


if __name__ == "__main__":
    app.run()
