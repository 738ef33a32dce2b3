-- What changed since the last snapshot, by type.
SELECT change_type AS name, count(*) AS count FROM changes GROUP BY change_type ORDER BY count DESC, name
