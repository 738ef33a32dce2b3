-- What a run did, as its own tables tell it: stages, their rounds, and each country's part. $run is the run's id.
with own as (select country_code::varchar as country_code from scans where run_id = $run),
crawled as (
  select coalesce(max(value), '') = '' as yes from meta_runs where name = 'redetected_from' and run_id = $run
),
asked as (
  select distinct round, country_code::varchar as country_code from frontier where country_code::varchar in (from own)
),
answered as (
  select distinct round, country_code::varchar as country_code from fetches where country_code::varchar in (from own)
),
rounds as (select distinct round from asked)
select 'targets' as stage, null::integer as round, null::varchar as country_code
union all select 'import', null, null from crawled where yes
union all select 'frontier', round, null from rounds, crawled where yes
union all select 'crawl', round, null from rounds, crawled where yes
union all select 'crawl', round, country_code from answered, crawled where yes
union all select 'detect', round, null from rounds, crawled where yes
union all select 'detect', null, null from crawled where not yes
union all select 'verdicts', null, null
union all select 'diff', null, null
union all select 'diff', null, country_code from own
union all select 'publish', null, null
union all select 'publish', null, country_code from own
union all select 'report', null, null
