-- Files of this snapshot whose bytes differ from manifest.json, or that are missing. No rows = all is well.
SET VARIABLE listed = (SELECT list_append(list(file.path), 'manifest.json') FROM (SELECT unnest(files) AS file FROM read_json('manifest.json')));
SET VARIABLE present = (SELECT list(file) FROM glob(getvariable('listed')));
SELECT file.path, file.sha256 AS sha256_listed, sha256(content) AS sha256_found
FROM (SELECT unnest(files) AS file FROM read_json('manifest.json')) LEFT JOIN read_blob(getvariable('present')) ON filename = file.path
WHERE sha256(content) IS DISTINCT FROM file.sha256 ORDER BY file.path;
