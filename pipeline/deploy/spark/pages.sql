-- One row per stored page with all that reading it takes: the input of `deklaro exec detect --arrow-ipc`.
-- It comes from the tables of a snapshot and its evidence (as `bodies`). The same text runs on Spark and on DuckDB.
with asked as (
  select host_id, round, array_agg(distinct url) as asked_urls
  from (
    select host_id, round, url from fetches
    union all
    select host_id, round, final_url as url from fetches where final_url is not null
  ) urls
  group by host_id, round
)
select
  f.fetch_id, f.host_id, f.country_code, f.canonical_hostname, t.host_aliases, f.round, f.rank,
  coalesce(f.final_url, f.url) as url, a.asked_urls,
  coalesce(f.content_type, b.content_type) as content_type, coalesce(f.charset, b.charset) as charset,
  b.body_sha256, b.body
from fetches f
join targets t on t.host_id = f.host_id
join asked a on a.host_id = f.host_id and a.round = f.round
join bodies b on b.body_sha256 = f.body_sha256
where f.is_final and f.outcome = 'ok'
