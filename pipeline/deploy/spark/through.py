"""Arrow batches through one process of the binary, for any engine that runs Python over partitions."""

import subprocess
import threading

import pyarrow as pa

# Exit codes (docs/operators.md): these are faults of the call or of this input, and no retry mends them.
NO_RETRY = {1: "a check failed", 2: "wrong usage", 65: "bad input"}


class StageFailed(RuntimeError):
    """The stage ended with an error; `is_final` where trying again does not help."""

    def __init__(self, args, code):
        self.code = code
        self.is_final = code in NO_RETRY
        what = NO_RETRY.get(code, "may pass: try again")
        super().__init__(f"deklaro exec {' '.join(args)}: exit {code} ({what})")


def through(binary, *args):
    """A function of an iterator of batches to an iterator of batches, as `mapInArrow` takes it. One process for the whole partition;
    batches go in on a thread of their own while results are taken, so neither side waits for the other."""

    def send(batches):
        batches = iter(batches)
        first = next(batches, None)
        if first is None:
            return
        command = [binary, "exec", *args, "--arrow-ipc"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        broken = []

        def feed():
            try:
                with process.stdin, pa.ipc.new_stream(process.stdin, first.schema) as stream:
                    stream.write_batch(first)
                    for batch in batches:
                        stream.write_batch(batch)
            except Exception as error:  # told to the task below, which is the thread the engine watches
                broken.append(error)

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            yield from pa.ipc.open_stream(process.stdout)
        except pa.ArrowInvalid:
            pass  # the stream was cut short: the exit code says why
        finally:
            process.stdout.close()
            feeder.join()
            code = process.wait()
        if code != 0:
            raise StageFailed(args, code)
        if broken:
            raise broken[0]

    return send


def result_schema(binary, schema, *args):
    """The schema of the stage's results for input of this schema: an empty stream gives one."""
    sink = pa.BufferOutputStream()
    pa.ipc.new_stream(sink, schema).close()
    command = [binary, "exec", *args, "--arrow-ipc"]
    done = subprocess.run(command, input=sink.getvalue().to_pybytes(), stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise StageFailed(args, done.returncode)
    return pa.ipc.open_stream(done.stdout).schema
