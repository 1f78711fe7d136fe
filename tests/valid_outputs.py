#!/usr/bin/env python3
"""Writes every format of one run over mixed samples, and asks each format's own checker.

    python3 tests/valid_outputs.py SIOTRACE [FOLDER]

Run by .ci/run. FOLDER holds what was fetched for this (`node_modules`, `venv`), see `.ci/checkers`. A check whose tool is not there is left out and says so; CI does not
fail for want of one. What is checked with Rust alone (JSON and NDJSON by their schemas) stands in schema.rs.
"""

import csv
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import metrics_in_prometheus

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOLS = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "none").resolve()

# Servers, proxies, clients and a browser; patterns; a log without failures.
SAMPLES = ["flask-socketio", "python-socketio", "socket-io", "nginx", "browser-console", "patterns", "incident-three-sides-no-ids", "traps", "own-wording"]
ENDINGS = ["html", "json", "ndjson", "csv", "md", "prom", "sarif", "xml", "txt"]


class LeftOut(Exception):
    """The tool is not there."""


def tool(name):
    """A program of the machine, or of what was fetched."""
    for place in (TOOLS / "node_modules" / ".bin" / name, TOOLS / "venv" / "bin" / name):
        if place.exists():
            return str(place)
    if found := shutil.which(name):
        return found
    raise LeftOut(f"no {name}")


def module(name):
    place = TOOLS / "node_modules" / name
    if not place.exists():
        raise LeftOut(f"no {name}")
    return place


def run(*command, stdin=None, cwd=None):
    """What the command complains of; None where it is content."""
    done = subprocess.run(command, stdin=stdin, cwd=cwd, capture_output=True, text=True, timeout=120)
    said = (done.stdout + done.stderr).strip()
    return None if done.returncode == 0 else said or f"exit code {done.returncode}"


# ---- formats


def metrics(report):
    with report("prom").open() as text:
        return run(tool("promtool"), "check", "metrics", stdin=text)


def queries(report):
    try:
        return metrics_in_prometheus.complaint(tool("prometheus"), report("prom"), report("json"))
    except metrics_in_prometheus.CannotStart as why:
        raise LeftOut(why) from why


def sarif(report):
    """By the standard's JSON Schema, as Microsoft's package for tests brings it."""
    schema = next((module("@microsoft/jest-sarif") / "lib" / "schemas").glob("sarif-2.1.0*.json"))
    python = tool("python") if (TOOLS / "venv").exists() else sys.executable
    if run(python, "-c", "import jsonschema"):
        raise LeftOut("no jsonschema")
    code = """
import json, sys, jsonschema
schema, log = (json.load(open(path)) for path in sys.argv[1:])
wrong = [f"{list(e.path)}: {e.message[:200]}" for e in jsonschema.Draft4Validator(schema).iter_errors(log)]
sys.exit("\\n".join(wrong[:10]) if wrong else 0)
"""
    return run(python, "-c", code, str(schema), str(report("sarif")))


def places(report):
    """Every result of SARIF names a rule that is there, and a place."""
    for one in json.loads(report("sarif").read_text())["runs"]:
        rules = {rule["id"] for rule in one["tool"]["driver"]["rules"]}
        if not one["results"]:
            return "no results"
        for result in one["results"]:
            region = result["locations"][0]["physicalLocation"]["region"]
            if result["ruleId"] not in rules or region["startLine"] < 1:
                return f"{result['ruleId']}: {region}"
    return None


def junit(report):
    """Suites and cases as build servers read them, and counts that are those of the cases."""
    try:
        root = xml.parse(report("xml")).getroot()
    except xml.ParseError as fault:
        return str(fault)
    if root.tag != "testsuites":
        return f"<{root.tag}>"
    for suite in root:
        cases = suite.findall("testcase")
        failed = sum(case.find("failure") is not None for case in cases)
        if (int(suite.get("tests")), int(suite.get("failures"))) != (len(cases), failed) or not cases:
            return f"{suite.attrib}: {len(cases)} cases, {failed} failed"
        if bare := [case.attrib for case in cases if not (case.get("name") and case.get("classname"))]:
            return f"without a name: {bare[0]}"
    return None


def wellformed(report):
    return run(tool("xmllint"), "--noout", str(report("xml")))


def table(report):
    """A reader of CSV sees cells of one width, and a spreadsheet no formula."""
    with report("csv").open(newline="", encoding="utf-8") as text:
        rows = list(csv.reader(text, strict=True))
    if len(rows) < 2 or len({len(row) for row in rows}) != 1:
        return f"{len(rows)} rows, {sorted({len(row) for row in rows})} cells wide"
    attempts = report("ndjson").read_text().count("\n")
    if len(rows) - 1 != attempts:
        return f"{len(rows) - 1} rows for {attempts} attempts"
    formulas = [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    return f"formula: {formulas[0]}" if formulas else None


def markup(report):
    settings = report("html").with_name(".htmlvalidate.json")
    settings.write_text('{"root": true, "extends": ["html-validate:standard", "html-validate:document"]}')
    return run(tool("html-validate"), "--max-warnings=0", report("html").name, cwd=settings.parent)


def browser(report):
    names = ("chromium", "chromium-browser", "google-chrome")
    chrome = next(filter(None, map(shutil.which, names)), None)
    if not chrome:
        raise LeftOut("no Chromium")
    module("playwright-core"), module("axe-core")
    script = str(ROOT / "tests" / "page_in_browser.mjs")
    said = run(tool("node"), script, str(TOOLS / "node_modules"), chrome, str(report("html")))
    if said and said.startswith("cannot start"):
        raise LeftOut(said)
    return said


def dashboards(_):
    """The dashboards, by the types that Grafana publishes."""
    module("@grafana/schema"), module("typescript")
    return run(tool("node"), str(ROOT / "tests" / "dashboards_in_grafana.mjs"), str(TOOLS / "node_modules"))


CHECKS = {
    "Prometheus metrics, by promtool": metrics,
    "Prometheus metrics, read by Prometheus and queried": queries,
    "SARIF, by its JSON Schema": sarif,
    "SARIF, rules and places": places,
    "JUnit, suites and counts": junit,
    "JUnit, by xmllint": wellformed,
    "CSV, by Python's reader": table,
    "HTML, by html-validate": markup,
    "HTML, in Chromium, with axe": browser,
    "Dashboards, by Grafana's types": dashboards,
}


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:

        def report(ending):
            return pathlib.Path(folder) / f"report.{ending}"

        outputs = [part for ending in ENDINGS for part in ("-o", str(report(ending)))]
        logs = sorted(str(log.relative_to(ROOT)) for name in SAMPLES for log in (ROOT / "samples" / name).rglob("*.log"))
        subprocess.run([program, "--exit-zero", "--quiet", *outputs, *logs], cwd=ROOT, check=True)
        for name, check in CHECKS.items():
            try:
                said = check(report)
            except LeftOut as why:
                print(f"left out: {name}: {why}")
                continue
            except subprocess.TimeoutExpired:
                print(f"left out: {name}: took more than two minutes")
                continue
            print(f"{'wrong' if said else 'valid'}: {name}")
            if said:
                wrong += 1
                print(said)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
