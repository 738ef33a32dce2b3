"""The DAG of pipeline/deploy/airflow/month.py by the real Airflow: imported, its tasks in their order, and one run of it over a simulated Europe,
whose tables must be those of one process.

usage: on_airflow.py BINARY WORK
"""

import os
import pathlib
import shlex
import subprocess
import sys
import time

from europe import Europe, same_tables

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "pipeline/deploy/airflow"
PARTITIONS = 2
ORDER = {
    "begin": {"crawl_1", "round_1_done"},
    "crawl_1": {"round_1_done"},
    "round_1_done": {"cut_2"},
    "cut_2": {"crawl_2", "round_2_done"},
    "crawl_2": {"round_2_done"},
    "round_2_done": {"cut_3"},
    "cut_3": {"crawl_3", "round_3_done"},
    "crawl_3": {"round_3_done"},
    "round_3_done": {"commit"},
    "commit": set(),
}


def settled(work):
    """Airflow with a home and a database of its own; before it is imported."""
    os.environ.update(
        AIRFLOW_HOME=str(work / "airflow"),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__CORE__DAGS_FOLDER=str(FOLDER),
        AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
        AIRFLOW_VAR_DEKLARO_PARTITIONS=str(PARTITIONS),
    )
    python = pathlib.Path(sys.executable).parent
    subprocess.run([python / "airflow", "db", "migrate"], check=True, capture_output=True)


def imported():
    """The DAG, its tasks checked."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(FOLDER))
    assert not bag.import_errors, bag.import_errors
    assert list(bag.dags) == ["deklaro_month"], list(bag.dags)
    dag = bag.dags["deklaro_month"]
    order = {task.task_id: set(task.downstream_task_ids) for task in dag.tasks}
    assert order == ORDER, order
    assert all(task.retries == 5 for task in dag.tasks)
    assert (dag.schedule, dag.catchup, dag.max_active_runs) == ("0 3 1 * *", False, 1)
    return dag


def binary_for(europe, binary, work):
    """A `deklaro` for the DAG that is led to the simulated web."""
    script = work / "bin" / "deklaro"
    script.parent.mkdir()
    flags = " ".join(shlex.quote(flag) for flag in europe.flags)
    crawls = f'case " $* " in *" crawl "*|*" commit "*) set -- "$@" {flags};; esac'
    script.write_text(f'#!/bin/sh\n{crawls}\nexec {shlex.quote(str(binary))} "$@"\n')
    script.chmod(0o755)
    os.environ.update(PATH=f"{script.parent}:{os.environ['PATH']}", DEKLARO_CONFIG=str(europe.config))


def ran(dag, store):
    """A run of the DAG in this process."""
    import pendulum

    os.environ["AIRFLOW_VAR_DEKLARO_STORE"] = str(store)
    return dag.test(logical_date=pendulum.datetime(2026, 11, 1, 3, tz="UTC"))


def main(binary, work):
    settled(work)
    began = time.monotonic()
    dag = imported()
    print(f"airflow imports the DAG: {len(dag.tasks)} tasks in their order; {time.monotonic() - began:.1f} s")
    with Europe(binary, work, hosts=60, port=18680) as europe:
        alone = europe.alone(dict(os.environ))
        europe.pauses_kept()
        binary_for(europe, binary, work)
        store, began = work / "shared", time.monotonic()
        done = ran(dag, store)
        assert done.state == "success", done.state
        took = time.monotonic() - began
        print(f"airflow runs it, {PARTITIONS} parts a round: {took:.1f} s; {europe.pauses_kept()}; {same_tables(alone, store)}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
