#!/bin/sh
# Runs a month over several pods: month.sh 2026-11 64 [parallelism]. Needs kubectl and python3 with PyYAML.
# `tests/engines/indexed.py --ways script` runs it with a kubectl that has no cluster.
set -eu
cd "$(dirname "$0")"
MONTH=$1 PARTITIONS=$2 PARALLELISM=${3:-8}
export MONTH PARTITIONS PARALLELISM

# run JOB NAME: creates it and waits.
run() {
  python3 render.py "$1" "$2" | kubectl create -f - >&2
  until kubectl -n deklaro wait --for=condition=complete "job/$2" --timeout=60s >&2; do
    if kubectl -n deklaro wait --for=condition=failed "job/$2" --timeout=1s >&2; then
      echo "job $2 failed: kubectl -n deklaro describe job $2" >&2
      exit 1
    fi
  done
}
# wrote NAME: the log of the pod that did it; the Job may have others, which were stopped or failed.
wrote() {
  pod=$(kubectl -n deklaro get pods -l "batch.kubernetes.io/job-name=$1" --field-selector=status.phase=Succeeded -o name | head -n 1)
  kubectl -n deklaro logs "$pod" --container run
}

suffix=$(date -u +%Y%m%d-%H%M%S)
RUN="" ROUND=1
export RUN ROUND
while true; do
  run plan "deklaro-plan-$ROUND-$suffix"
  planned=$(wrote "deklaro-plan-$ROUND-$suffix")
  [ -n "$RUN" ] || RUN=$(echo "$planned" | python3 result.py run_id)
  round=$(echo "$planned" | python3 result.py round)
  [ -n "$round" ] || break
  run round "deklaro-round-$ROUND-$suffix"
  ROUND=$((ROUND + 1))
done
run commit "deklaro-commit-$suffix"
wrote "deklaro-commit-$suffix"
