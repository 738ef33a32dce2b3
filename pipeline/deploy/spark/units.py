"""What makes rows of several tables one unit, which a stage works on alone: keys as SQL that Spark and DuckDB read alike, for every engine."""

# Hosts known in both months: one of 256 groups of their country. Hosts on one side only: the country, as one may be the other renamed.
IN_BOTH = "concat(country_code, ' ', substr(md5(host_id), 1, 2))"
IN_ONE = "country_code"

KEYS = {
    "frontier": "host_id",
    "verdicts": "host_id",
    # A site with and without www. is one unit.
    "targets": "concat(country_code, ' ', regexp_replace(canonical_hostname, '^www[.]', ''))",
}
