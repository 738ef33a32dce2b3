"""An S3 server on loopback, MiniStack, that counts what it is asked."""

import collections
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

NAME = "lake"
COUNTS = "/__counts"
counts = collections.Counter()


async def counted(scope, receive, send):
    """MiniStack's own application behind a counter. LIST is a GET too, and counted apart, as S3 bills it."""
    from ministack.app import app

    if scope["type"] == "http" and scope["path"] == COUNTS:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(counts).encode()})
        return
    if scope["type"] == "http":
        counts["LIST" if b"list-type" in scope["query_string"] else scope["method"]] += 1
    await app(scope, receive, send)


class Bucket:
    """The server as a process of its own; `settings` are the variables that lead to it."""

    def __init__(self, log):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [sys.executable, "-m", "hypercorn", "bucket:counted", "--bind", f"127.0.0.1:{self.port}", "--keep-alive", "75"]
        environment = dict(os.environ, GATEWAY_PORT=str(self.port))
        self.process = subprocess.Popen(command, cwd=pathlib.Path(__file__).parent, env=environment, stdout=log, stderr=log)
        self.settings = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        self.made()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, method="GET"):
        request = urllib.request.Request(f"{self.settings['AWS_ENDPOINT_URL']}{path}", method=method)
        return urllib.request.urlopen(request).read()

    def made(self):
        """Makes the bucket as soon as the server answers."""
        for _ in range(400):
            if self.process.poll() is not None:
                raise RuntimeError(f"MiniStack ended with {self.process.returncode}")
            try:
                return self.ask(f"/{NAME}", "PUT")
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("MiniStack does not answer")

    def asked(self):
        """Requests so far, by kind."""
        return json.loads(self.ask(COUNTS))

    def copied(self, prefix, folder):
        """A local copy of what is under a prefix."""
        from pyarrow import fs

        endpoint = f"127.0.0.1:{self.port}"
        remote = fs.S3FileSystem(access_key="test", secret_key="test", region="us-east-1", scheme="http", endpoint_override=endpoint)
        fs.copy_files(f"{NAME}/{prefix}", str(folder), source_filesystem=remote, destination_filesystem=fs.LocalFileSystem())
        return folder
