-- How far our clock is from the servers': the median over answers whose Date header stands beside the moment their headers came (it is cut to whole seconds: half of one is allowed for).
SELECT round(1000 * median(abs(epoch(arrived_at) - epoch(sent_at) - 0.5)))::BIGINT AS offset_ms
FROM (
  SELECT started_at + to_milliseconds(headers_ms) AS arrived_at,
    try_strptime(regexp_extract(response_headers, '(?i)(?:^|\n)date: *[a-z]{3}, ([^\r\n]*) GMT', 1), '%d %b %Y %H:%M:%S') AS sent_at
  FROM fetches WHERE response_headers IS NOT NULL AND headers_ms IS NOT NULL AND len(redirect_hops) = 0
)
WHERE sent_at IS NOT NULL
