-- The lifecycle fits the months a host could not be reached.
-- severity: error
-- Mission A6: the first unreachable month makes a host stale, the second in a row inactive, an answer resets.
-- A host that was never reached is inactive from its first month. One that is listed under another name names it.
SELECT country_code, canonical_hostname, lifecycle, is_stale, unreachable_streak, retired_reason, last_reached_month
FROM hosts
WHERE NOT CASE lifecycle
    WHEN 'active' THEN unreachable_streak = 0 AND NOT is_stale AND retired_reason IS NULL
    WHEN 'stale' THEN unreachable_streak = 1 AND is_stale AND retired_reason IS NULL
    WHEN 'inactive' THEN retired_reason IS NOT NULL AND (unreachable_streak >= 2 OR last_reached_month IS NULL)
    WHEN 'retired' THEN coalesce(retired_reason = 'delisted' OR (retired_reason = 'renamed' AND successor_hostname IS NOT NULL), false)
    ELSE false END
