"""Has a real Prometheus scrape the metrics of a run, and asks it what the JSON report of the same run says.

Used by valid_outputs.py. Both servers listen on loopback, at ports that were free, and end with the check.
"""

import contextlib
import functools
import http.client
import http.server
import json
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

# Seconds until the server has read the metrics.
PATIENCE = 60
# Seconds for each answer after that.
MORE = 10

# HTTPException: the server went away in the middle of an answer. ValueError, KeyError: it is no answer of a Prometheus.
NO_ANSWER = (OSError, http.client.HTTPException, ValueError, KeyError)

SETTINGS = """\
global: {{scrape_interval: 1s}}
scrape_configs:
  - {{job_name: siotrace, metrics_path: /{name}, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}
"""


class CannotStart(Exception):
    """There is a Prometheus, and it does not run here."""


class Ended(Exception):
    """It ran and is gone, or answers no more."""


class Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".prom": "text/plain; version=0.0.4"}

    def log_message(self, *_):
        pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@contextlib.contextmanager
def served(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=folder))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def prometheus(program, settings, folder):
    port = free_port()
    options = [f"--config.file={settings}", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}"]
    try:
        with open(f"{folder}/said.log", "wb") as said:
            server = subprocess.Popen([program, *options], stdout=said, stderr=said)
    except OSError as why:
        raise CannotStart(str(why)) from why
    try:
        yield server, port
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def asked(port, query):
    """The values of a query by their labels."""
    url = f"http://127.0.0.1:{port}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url, timeout=5) as answer:
        found = json.load(answer)["data"]["result"]
    own = ("__name__", "instance", "job")
    return {tuple(value for name, value in sorted(one["metric"].items()) if name not in own): float(one["value"][1]) for one in found}


def is_ready(port):
    """Whether it has started. From then on its end is a fault, and no lack of this machine."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
            return answer.status == 200
    except NO_ANSWER:
        return False


def answers(server, port, query, last):
    """What it says, asked until it says something; nothing when `last` has passed."""
    while time.monotonic() < last:
        with contextlib.suppress(*NO_ANSWER):
            if found := asked(port, query):
                return found
        if server.poll() is not None:
            raise Ended
        time.sleep(0.2)
    return {}


def complaint(program, metrics, report):
    """What differs between the answers and `report`; None where nothing does."""
    report = json.loads(pathlib.Path(report).read_text(encoding="utf-8"))
    totals, causes = report["totals"], report["causes"]
    wanted = {
        "siotrace_attempts": {(name,): totals[name] for name in ("accepted", "rejected", "abandoned", "undecided")},
        "sum by (cause) (siotrace_failed_attempts)": {(cause["cause"],): cause["failed"] for cause in causes if cause["failed"]},
        "sum(siotrace_lines)": {(): sum(log["lines"] for log in report["inputs"])},
    }
    metrics = pathlib.Path(metrics)
    with tempfile.TemporaryDirectory() as folder, served(metrics.parent) as source:
        settings = pathlib.Path(folder) / "prometheus.yml"
        settings.write_text(SETTINGS.format(name=metrics.name, port=source), encoding="utf-8")
        with prometheus(program, settings, folder) as (server, port):
            said = pathlib.Path(folder) / "said.log"
            last = time.monotonic() + PATIENCE
            while not is_ready(port):
                if server.poll() is not None or time.monotonic() > last:
                    raise CannotStart(said.read_text(encoding="utf-8", errors="replace")[-300:])
                time.sleep(0.2)
            try:
                if not answers(server, port, "siotrace_attempts", last):
                    return f"nothing was read within {PATIENCE} s"
                for query, values in wanted.items():
                    # A sample without failures has no such series, and nothing is what it shall say.
                    answer = answers(server, port, query, time.monotonic() + MORE) if values else asked(port, query)
                    if answer != {labels: float(value) for labels, value in values.items()}:
                        return f"{query}: {answer}, and the report says {values}"
            except (Ended, *NO_ANSWER) as why:
                end = said.read_text(encoding="utf-8", errors="replace")[-300:]
                return f"Prometheus answers no more ({str(why) or 'it ended'}): {end}"
    return None
