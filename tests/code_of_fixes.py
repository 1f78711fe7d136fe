#!/usr/bin/env python3
"""Parses the code that fixes and pages of `explain` show: Python by its own parser, JavaScript by Node's, JSON, nginx by its braces.

Run by .ci/run where python3 (3.11 or newer) and node are there: `cargo test` alone needs Rust only. Other languages are looked at for balance.
"""

import ast
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent / "src" / "rules"

PYTHON = {"flask-socketio", "python-socketio", "fastapi", "django", "python-client"}
JAVASCRIPT = {"socketio-client", "socketio-js"}

# What begins a command of a shell, or a file of settings; such code is not parsed.
SHELL = re.compile(
    r"^\s*(#|[\w-]+==|\$ |(sudo|curl|pip|npm|npx|gunicorn|uvicorn|hypercorn|daphne|kubectl|python3?|py-spy|DEBUG=|export|docker|redis-cli|openssl|date|siotrace|gcloud|aws|heroku|journalctl|ss|chronyc|systemctl|grep)\b)"
)

# ---- languages


def python(code):
    """Python's word on it, or None."""
    try:
        compile(code, "fix", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        return f"{error.msg}, line {error.lineno}"
    return None


def javascript(sources):
    """Node's word on each of them: one start for all."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "check.cjs").write_text(
            """const vm = require("node:vm");
const out = [];
for (const code of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) {
  // Where imports stand, they are let pass: a module's text can't be compiled by itself without a flag.
  const plain = code.replace(/^\\s*import\\b[^;]*?from\\s*["'][^"']+["'];?/gm, "")
    .replace(/^\\s*import\\s*["'][^"']+["'];?/gm, "").replace(/^export (default )?/gm, "");
  try { new vm.Script(`(async function () {\\n${plain}\\n})`); out.push(null); }
  catch (error) { out.push(String(error)); }
}
process.stdout.write(JSON.stringify(out));
"""
        )
        done = subprocess.run(
            ["node", folder / "check.cjs"], input=json.dumps(sources), capture_output=True, text=True, check=True
        )
    return json.loads(done.stdout)


def balanced(code):
    """Whether brackets outside of strings and comments close in their order; the languages differ too little for more."""
    # An apostrophe in a comment, or of a lifetime in Rust, opens no string: what does not close in its line is left.
    code = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\])*`', "_", code)
    code = re.sub(r"//[^\n]*|(^|\s)#[^\n]*", "", code)
    pairs = {")": "(", "]": "[", "}": "{"}
    stack = []
    for char in code:
        if char in "([{":
            stack.append(char)
        elif char in ")]}" and (not stack or stack.pop() != pairs[char]):
            return f"unexpected {char}"
    return f"{stack[-1]} is never closed" if stack else None


# ---- files


def pieces():
    """Each piece of code with its place and what it should be."""
    for path in sorted(ROOT.glob("*/*.toml")):
        file = tomllib.loads(path.read_text())
        for number, fix in enumerate(file.get("fix", []), 1):
            code = fix.get("code")
            if code:
                yield f"{path.parent.name}/{path.name} fix {number}", fix.get("stack", ""), code
        for number, code in enumerate(indented(file.get("text", "")), 1):
            yield f"{path.parent.name}/{path.name} block {number}", "page", code


def indented(text):
    """The blocks of a page that are set in."""
    block = []
    for line in [*text.splitlines(), "end"]:
        if line.startswith("    ") or (block and not line.strip()):
            block.append(line[4:])
        elif block:
            yield "\n".join(block) + "\n"
            block = []


def main():
    wrong, scripts, counted = [], [], {}
    for place, stack, code in pieces():
        if SHELL.match(code.strip("\n")):
            kind, fault = "shell", None
        elif stack in PYTHON:
            kind, fault = "python", python(code)
        elif stack in JAVASCRIPT:
            kind, fault = "javascript", None
            scripts.append((place, code))
        elif stack == "page" and python(code) is None:
            kind, fault = "python", None
        elif stack == "page" and javascript([code]) == [None]:
            kind, fault = "javascript", None
        else:
            kind, fault = "other", balanced(code)
        counted[kind] = counted.get(kind, 0) + 1
        if fault:
            wrong.append(f"{place}: {fault}\n{code}")
    for (place, code), fault in zip(scripts, javascript([code for _, code in scripts]), strict=True):
        if fault:
            wrong.append(f"{place}: {fault}\n{code}")
    print(", ".join(f"{number} {kind}" for kind, number in sorted(counted.items())))
    if wrong:
        sys.exit("\n".join(wrong))


main()
