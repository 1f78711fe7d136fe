#!/usr/bin/env python3
"""Measures siotrace on whole logs against public tools that do the same job, or a part of it, and prints the ratios.

    python3 benches/table.py target/release/siotrace --dense dense.log [--sparse sparse.log] [--json json.log]
        [--literals literals.txt] [--script join.awk] [--sql causes.sql] [--runs 5]

The logs are yours: a service's usual one (`--sparse`), one in which nearly every line is Socket.IO's (`--dense`), one of a structured logger (`--json`). So are the
rivals' parts: `--literals` has what a grep for the lines would look for, one a line; `--script` is an awk script that joins lines by session and counts causes;
`--sql` a query for DuckDB, with `LOG` for the log's path. A row whose part or tool is not there is left out.

All commands of a row take turns, so that what else the machine does falls on each alike. A ratio is the rival's median time by siotrace's: 2.0 is twice as fast. The logs are read once
before, so that they are in the page cache.

The last but one line is what it costs to have all outputs of one run, against the cheapest of them alone.
"""

import argparse
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PASTE = """\
2026-11-22 14:45:32,101 INFO engineio.server Xk2mQ9pLr7TzWb5cAAAA: Received packet MESSAGE data 0
2026-11-22 14:45:32,187 WARNING app sid=Xk2mQ9pLr7TzWb5cAAAA connection refused: jwt expired
2026-11-22 14:45:32,188 INFO engineio.server Xk2mQ9pLr7TzWb5cAAAA: Sending packet MESSAGE data 4{"message":"jwt expired"}
"""


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("siotrace")
    for name in ["sparse", "dense", "json", "literals", "script", "sql"]:
        parser.add_argument(f"--{name}")
    parser.add_argument("--runs", type=int, default=5)
    return parser.parse_args()


def run(command):
    """Seconds that a shell command takes, and the greatest resident set of what it started, in MiB."""
    began = time.perf_counter()
    child = subprocess.Popen(["/bin/sh", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    # grep says 1 when it finds nothing, and so does siotrace when somebody was refused.
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"this failed: {command}")
    return took, usage.ru_maxrss / 1024


def medians(commands, runs, before=lambda: None):
    taken = [[] for _ in commands]
    for _ in range(runs):
        for results, command in zip(taken, commands):
            before()
            results.append(run(command))
    return [(statistics.median(t for t, _ in results), max(m for _, m in results)) for results in taken]


def rows(given, folder):
    """What is measured: its name, siotrace's command, the rival's, and the ratio to reach."""
    tool = shlex.quote(os.path.abspath(given.siotrace))
    quoted = {name: value and shlex.quote(value) for name, value in vars(given).items() if isinstance(value, str)}
    sparse, dense, lines = quoted.get("sparse"), quoted.get("dense"), quoted.get("json")
    literals, script = quoted.get("literals"), quoted.get("script")
    if sparse and literals:
        grep = f"rg -F -f {literals} {sparse}"
        yield "sparse, counting the lines", f"{tool} --exit-zero {sparse}", f"{grep} -c", 1.0
        if script:
            yield "sparse, grep and script", f"{tool} --exit-zero {sparse}", f"{grep} | mawk -f {script}", 1.2
    if dense and script:
        yield "dense", f"{tool} --exit-zero {dense}", f"mawk -f {script} {dense}", 5.0
        yield "dense, one thread", f"{tool} --jobs 1 --exit-zero {dense}", f"mawk -f {script} {dense}", 2.7
    if lines and given.sql:
        query = open(given.sql, encoding="utf-8").read().replace("LOG", given.json)
        yield "JSON", f"{tool} --exit-zero {lines}", f"duckdb -c {shlex.quote(query)}", 4.0
    if dense:
        yield "dense from a pipe", f"cat {dense} | {tool} --exit-zero", f"cat {dense} | wc -l", 0.9
        for ending, pack, unpack, least in [("gz", "gzip -c", "gzip -dc", 0.95), ("zst", "zstd -qc", "zstd -dc", 0.8)]:
            packed = os.path.join(folder, f"dense.log.{ending}")
            if shutil.which(unpack.split()[0]):
                subprocess.run(f"{pack} {dense} > {packed}", shell=True, check=True)
                yield f"dense.{ending}", f"{tool} --exit-zero {packed}", f"{unpack} {packed}", least


def outputs(given, folder, log):
    """Prints what all outputs cost in one run: the time by that of the cheapest alone."""
    tool = shlex.quote(os.path.abspath(given.siotrace))
    endings = ["html", "json", "ndjson", "csv", "md", "prom", "sarif", "xml"]
    paths = [os.path.join(folder, f"report.{ending}") for ending in endings]
    to = [f"-o {shlex.quote(path)}" for path in paths]

    def clear():
        # To put a new file in an old one's place has the old one's pages freed, which is no work of siotrace's.
        for path in filter(os.path.exists, paths):
            os.remove(path)

    taken = medians([f"{tool} --exit-zero {log} {where}" for where in [*to, " ".join(to)]], given.runs, clear)
    (took, memory), singly = taken[-1], [time for time, _ in taken[:-1]]
    cheapest = min(singly)
    ending = endings[singly.index(cheapest)]
    print(f"{'all outputs':28} {took:8.3f}s {memory:5.0f} {cheapest:8.3f}s {took / cheapest:6.2f} {1.3:5.2f}   at most, to {ending} alone")


def main():
    given = arguments()
    for log in filter(None, [given.sparse, given.dense, given.json]):
        run(f"cat {shlex.quote(log)}")
    print(f"{'log':28} {'siotrace':>9} {'MiB':>5} {'rival':>9} {'ratio':>6} {'goal':>5}")
    with tempfile.TemporaryDirectory() as folder:
        for name, ours, rival, goal in rows(given, folder):
            words = [word for part in rival.split("|") for word in part.split()[:1]]
            if missing := [word for word in words if not shutil.which(word)]:
                print(f"{name:28} left out: no {missing[0]}")
                continue
            (took, memory), (theirs, _) = medians([ours, rival], given.runs)
            print(f"{name:28} {took:8.3f}s {memory:5.0f} {theirs:8.3f}s {theirs / took:6.2f} {goal:5.2f}   {rival[:60]}")
        if given.dense:
            outputs(given, folder, shlex.quote(given.dense))
        paste = os.path.join(folder, "paste.log")
        with open(paste, "w", encoding="utf-8") as file:
            file.write(PASTE)
        (took, memory), (shell, _) = medians([f"{shlex.quote(os.path.abspath(given.siotrace))} --exit-zero {paste}", "true"], 40)
        print(f"{'three lines':28} {1000 * (took - shell):7.1f}ms {memory:5.0f}   without the shell that starts it; the goal is 5 ms")


main()
