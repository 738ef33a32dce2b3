"""A field of the document that a Job's command wrote: result.py FIELD < log. A pod's log has stdout and stderr together, so JSON log lines are
passed over: the last object that has the field counts. Nothing for null."""

import json
import sys


def documents(text):
    """Every JSON object that begins a line."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        following = text.find("\n", place) + 1 or len(text)
        if text.startswith("{", place):
            try:
                document, end = decoder.raw_decode(text, place)
                yield document
                following = max(end, following)
            except ValueError:
                pass  # a line of a log that is no JSON
        place = following


found = [document for document in documents(sys.stdin.read()) if sys.argv[1] in document]
if not found:
    raise SystemExit(f"no document with `{sys.argv[1]}` in the log")
value = found[-1][sys.argv[1]]
print("" if value is None else value)
