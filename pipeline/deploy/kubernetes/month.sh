#!/bin/sh
# A month over several pods: month.sh 2026-11 64 [parallelism]. Needs kubectl and python3 with PyYAML; runs nowhere but against the cluster.
set -eu
cd "$(dirname "$0")"
MONTH=$1 PARTITIONS=$2 PARALLELISM=${3:-8}
export MONTH PARTITIONS PARALLELISM

# run JOB NAME: creates it, waits, prints what its first pod wrote.
run() {
  python3 render.py "$1" "$2" | kubectl create -f - >&2
  until kubectl -n deklaro wait --for=condition=complete "job/$2" --timeout=60s >&2; do
    if kubectl -n deklaro wait --for=condition=failed "job/$2" --timeout=1s >&2; then
      echo "job $2 failed: kubectl -n deklaro describe job $2" >&2
      exit 1
    fi
  done
  kubectl -n deklaro logs "job/$2" --container run
}
field() { python3 -c "import json, sys; value = json.load(sys.stdin)['$1']; print('' if value is None else value)"; }

suffix=$(date -u +%H%M%S)
RUN="" ROUND=1
export RUN ROUND
planned=$(run plan "deklaro-plan-1-$suffix")
RUN=$(echo "$planned" | field run_id)
while [ -n "$(echo "$planned" | field round)" ]; do
  run round "deklaro-round-$ROUND-$suffix" >/dev/null
  ROUND=$((ROUND + 1))
  planned=$(run plan "deklaro-plan-$ROUND-$suffix")
done
run commit "deklaro-commit-$suffix"
