#!/bin/sh
# Puts the retention policy, the ingest pipeline and the index template in place; again changes nothing.
set -eu
folder=${SETUP:-/setup}
put() { curl -fsS -X PUT -H 'content-type: application/json' --data-binary "@$folder/$2" "$ELASTICSEARCH/$1" && echo; }
put _ilm/policy/deklaro-logs lifecycle.json
put _ingest/pipeline/deklaro-logs ingest-pipeline.json
put _index_template/deklaro-logs index-template.json
