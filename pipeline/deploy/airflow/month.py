"""A month as an Airflow DAG over file mode: plan, the parts of each round, commit. Each task is a command; what passes between them is
the run's name. Works with any store all workers reach.

Settings: Airflow variables `deklaro_store`, `deklaro_partitions` (8), `deklaro_rounds` (3).
"""

import json
import subprocess

import pendulum
from airflow.sdk import Variable, dag, task
from airflow.sdk.exceptions import AirflowFailException

# Faults of the call or of the input, which no retry mends; 69 and 75 may pass.
NO_RETRY = {1, 2, 65}


def deklaro(*args):
    """Runs the binary and reads its JSON document; an error that no retry mends fails the task for good."""
    command = ["deklaro", "--store", Variable.get("deklaro_store"), *args, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode in NO_RETRY:
        raise AirflowFailException(f"{' '.join(command)}: exit {done.returncode}")
    done.check_returncode()
    return json.loads(done.stdout)


@dag(
    schedule="0 3 1 * *",
    start_date=pendulum.datetime(2026, 11, 1, tz="UTC"),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 5, "retry_delay": pendulum.duration(minutes=6)},
    tags=["deklaro"],
)
def deklaro_month():
    partitions = int(Variable.get("deklaro_partitions", default=8))

    @task
    def begin(month):
        return deklaro("plan", "--month", month, "--partitions", str(partitions))["run_id"]

    @task
    def cut(run, round_):
        deklaro("plan", "--run", run, "--round", str(round_))
        return run

    @task
    def crawl(run, part, round_):
        # A round nothing is planned for is done at once.
        return deklaro("exec", "crawl", "--run", run, "--round", str(round_), "--partition", f"{part}/{partitions}")["counters"]

    @task
    def commit(run):
        return deklaro("commit", "--run", run)["snapshot"]

    # A run that somebody starts by hand has no logical date.
    run = begin("{{ (logical_date or dag_run.run_after).strftime('%Y-%m') }}")
    for round_ in range(1, int(Variable.get("deklaro_rounds", default=3)) + 1):
        if round_ > 1:
            run = cut.override(task_id=f"cut_{round_}")(run, round_)
        parts = crawl.override(task_id=f"crawl_{round_}").partial(run=run, round_=round_).expand(part=list(range(partitions)))
        run = after(parts, run, round_)
    commit(run)


@task
def passed(run):
    return run


def after(parts, run, round_):
    """The run's name, once all parts of a round are done."""
    done = passed.override(task_id=f"round_{round_}_done")(run)
    parts >> done
    return done


deklaro_month()
