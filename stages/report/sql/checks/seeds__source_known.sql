-- Every seed comes from a sheet in sources.
-- severity: error
SELECT seed_id, source_id, canonical_hostname FROM seeds ANTI JOIN sources USING (source_id)
