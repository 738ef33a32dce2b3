//! `deklaro exec` does one stage: over a stream, over tables, or over a partition of a run.

use crate::cli::{ExecArgs, ExecStage};
use crate::config::with_web;
use crate::context::Context;
use crate::readers::{papers, workbooks};
use deklaro_console::{Exit, UsageError, output};
use deklaro_run::exec::{StreamStage, TablesMode, over_tables, stream};
use deklaro_run::reread::Again;
use deklaro_run::{PartitionOf, ReadingTools, Tools, descriptors, shared_run};
use deklaro_schemas::SnapshotId;
use std::collections::BTreeMap;
use std::io::{BufReader, BufWriter};
use std::sync::Arc;

/// `deklaro exec STAGE --arrow-ipc`: needs no store.
pub(crate) fn arrow_ipc(exec: &ExecArgs) -> anyhow::Result<Exit> {
    let stage = stage(exec)?;
    let streamed =
        stream(&stage, BufReader::new(std::io::stdin().lock()), BufWriter::new(std::io::stdout().lock()))?;
    tracing::info!(
        stage = stage.name(),
        batches = streamed.batches,
        rows_in = streamed.rows_in,
        rows_out = streamed.rows_out,
        "stream done"
    );
    Ok(Exit::Done)
}

/// `deklaro exec STAGE --tables FOLDER --out FOLDER`: needs no store.
pub(crate) fn tables(exec: &ExecArgs) -> anyhow::Result<Exit> {
    let (Some(tables), Some(out)) = (&exec.tables, &exec.out) else {
        return Err(UsageError::new("no folder given", "`--tables FOLDER --out FOLDER`").into());
    };
    let stage = stage(exec)?;
    if stage.tables().is_empty() {
        let hint = "workbooks and pages are read one by one: `--arrow-ipc`, or for pages `--snapshot S --partition K/N`";
        return Err(UsageError::new("this stage is not made from tables", hint).into());
    }
    if out.exists() {
        let hint = "name a folder that is not there; it is made once all is done";
        return Err(UsageError::new(format!("`{}` is there already", out.display()), hint).into());
    }
    let mode = TablesMode {
        tables: tables.clone(),
        last: exec.last.clone(),
        out: out.clone(),
        rows_at_once: exec.rows_at_once,
    };
    let done = over_tables(&stage, &mode)?;
    if exec.output.json {
        output::json(&done)?;
    } else {
        let counted = |rows: &BTreeMap<&str, i64>| {
            rows.iter().map(|(table, rows)| format!("{rows} {table}")).collect::<Vec<_>>().join(", ")
        };
        let (read, written) = (counted(&done.rows_in), counted(&done.rows_out));
        output::text(&format!("{written}, from {read} in {} pieces: {}\n", done.pieces, out.display()))?;
    }
    Ok(Exit::Done)
}

fn stage(exec: &ExecArgs) -> anyhow::Result<StreamStage> {
    let needs = |flag: &str, example: &str| {
        UsageError::new(format!("no {flag} given"), format!("`--{flag} {example}`"))
    };
    Ok(match exec.stage {
        ExecStage::Import => StreamStage::Import { workbooks: workbooks() },
        ExecStage::Targets => StreamStage::Targets,
        ExecStage::Frontier => {
            let round = exec.round.ok_or_else(|| needs("round", "2"))?;
            if round < 1 {
                return Err(UsageError::new(format!("round is `{round}`"), "expected 1 or more").into());
            }
            StreamStage::Frontier { round }
        }
        ExecStage::Detect => StreamStage::Detect {
            reading: ReadingTools::new(exec.terms.own()?.map(Arc::new)).papers(papers()),
        },
        ExecStage::Verdicts => {
            StreamStage::Verdicts { month: exec.month.ok_or_else(|| needs("month", "2026-11"))? }
        }
        ExecStage::Diff => StreamStage::Diff {
            snapshot: exec.snapshot.clone().ok_or_else(|| needs("snapshot", "2026-11.0"))?,
        },
        ExecStage::Crawl => {
            let hint = "a partition of a planned run: `deklaro exec crawl --run RUN --partition K/N`";
            return Err(UsageError::new("the crawl asks servers and takes no stream", hint).into());
        }
    })
}

/// `deklaro exec STAGE --run R --partition K/N`
pub(crate) async fn partition(context: &Context, exec: &ExecArgs) -> anyhow::Result<Exit> {
    let Context { store, config, progress, shutdown } = context;
    if let (Some(snapshot), Some(partition), ExecStage::Detect) = (&exec.snapshot, exec.partition, exec.stage)
    {
        let tools = config.tools(store, &config.crawl, (progress, shutdown));
        return reread(tools, exec, snapshot, partition).await;
    }
    let (Some(run), Some(partition), ExecStage::Crawl) = (&exec.run, exec.partition, exec.stage) else {
        let hint = "`exec crawl --run RUN --partition K/N`, `exec detect --snapshot S --partition K/N`, or a stream with `--arrow-ipc`";
        return Err(UsageError::new("this stage has no partitions", hint).into());
    };
    let (crawl, said) = descriptors::fitted(with_web(config.crawl.clone(), &exec.web)?)?;
    if let Some(said) = said {
        progress.say(&said);
    }
    let tools = config.tools(store, &crawl, (progress, shutdown));
    let outcome = shared_run::crawl(tools, run, partition, exec.round).await?;
    if exec.output.json {
        output::json(&outcome)?;
    } else {
        let counted = |(name, count): (&String, &i64)| format!("{count} {name}");
        let counters: Vec<String> = outcome.counters.iter().map(counted).collect();
        output::text(&format!("partition {partition} of run {run}: {}\n", counters.join(", ")))?;
    }
    Ok(Exit::Done)
}

/// `deklaro exec detect --snapshot S --partition K/N`
async fn reread(
    tools: Tools<'_>,
    exec: &ExecArgs,
    snapshot: &SnapshotId,
    partition: PartitionOf,
) -> anyhow::Result<Exit> {
    let own = exec.terms.own()?.map(Arc::new);
    let snapshot = deklaro_record::chosen(tools.store, Some(snapshot)).await?;
    let reread = Again::of(tools, &snapshot, own, partition.count).partition(partition).await?;
    if exec.output.json {
        output::json(&reread)?;
    } else if reread.was_done {
        output::text(&format!("partition {partition} of {snapshot} was done before\n"))?;
    } else {
        output::text(&format!(
            "partition {partition} of {snapshot}: {} pages, {} links\n",
            reread.pages, reread.links
        ))?;
    }
    Ok(Exit::Done)
}
