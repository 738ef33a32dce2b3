-- No language finds far fewer statements than before, or next to none at all.
-- severity: warn
-- A language near zero is our fault until shown otherwise. Of 20 websites read or more; half the share of the last snapshot, or below 5 %.
WITH visited AS (
    SELECT true AS is_now, detected_language, detection_status FROM statements WHERE is_read
    UNION ALL
    SELECT false, detected_language, detection_status FROM previous.statements WHERE is_read
),
shares AS (
    SELECT is_now, split_part(detected_language, '-', 1) AS language, count(*) AS hosts_read,
        count(*) FILTER (WHERE detection_status = 'found') / count(*) AS found_share
    FROM visited WHERE detected_language IS NOT NULL
    GROUP BY ALL HAVING hosts_read >= 20
)
SELECT n.language, n.hosts_read, b.found_share AS share_before, n.found_share AS share_now
FROM (FROM shares WHERE is_now) n LEFT JOIN (FROM shares WHERE NOT is_now) b USING (language)
WHERE n.found_share < 0.5 * coalesce(b.found_share, 0) OR n.found_share < 0.05
