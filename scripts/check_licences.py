#!/usr/bin/env python3
"""Checks the crates of Cargo.lock: licences, sources, known vulnerabilities.

Works offline: the licences come from `cargo metadata`, the advisories from a copy of the RustSec
database where cargo-audit and cargo-deny keep it, or in the folder $RUSTSEC_DB. Without a copy the
advisories are not checked, and the output says so.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib

ALLOWED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
    "BSL-1.0", "CC0-1.0", "ISC", "MIT", "MIT-0", "PostgreSQL", "Unicode-3.0", "Unicode-DFS-2016",
    "Unlicense", "Zlib",
}


def allowed(expression):
    """Evaluates an SPDX expression (AND binds tighter than OR; `/` is an old spelling of OR)."""
    text = expression.replace("/", " OR ").replace("(", " ( ").replace(")", " ) ")
    tokens = re.sub(r"(\S+) WITH (\S+)", r"\1_WITH_\2", text).split()

    def alternatives():
        value = conjunction()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            value = conjunction() or value
        return value

    def conjunction():
        value = operand()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            value = operand() and value
        return value

    def operand():
        token = tokens.pop(0)
        if token == "(":
            value = alternatives()
            tokens.pop(0)
            return value
        return token.replace("_WITH_", " WITH ") in ALLOWED

    return alternatives()


def version(text):
    """Orders versions; a pre-release comes before its release."""
    core, _, pre = text.split("+")[0].partition("-")
    numbers = [int(part) for part in core.split(".")]
    numbers += [0] * (3 - len(numbers))
    parts = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in pre.split(".")] if pre else []
    return (numbers, not pre, parts)


def matches(found, requirement):
    """Tells whether a version meets a requirement such as ">= 1.2, < 2", "^1.2.3" or "= 0.4.1"."""
    for part in requirement.split(","):
        operator, wanted = re.match(r"\s*(>=|<=|>|<|=|\^|~)?\s*(\S+)\s*$", part).groups()
        low, have = version(wanted), version(found)
        if operator in (None, "^", "~"):
            numbers = [int(p) for p in wanted.split("+")[0].partition("-")[0].split(".")]
            if operator == "~":
                fixed = min(2, len(numbers))
            else:
                fixed = next((i + 1 for i, n in enumerate(numbers) if n), len(numbers))
            upper = numbers[:fixed]
            upper[-1] += 1
            met = low <= have and have < (upper + [0] * (3 - fixed), False, [])
        else:
            met = {">=": have >= low, "<=": have <= low, ">": have > low, "<": have < low,
                   "=": have == low}[operator]
        if not met:
            return False
    return True


def advisories(folder, packages):
    """Yields (package, advisory id, title) for what the database says about these packages."""
    for name, found in packages:
        for path in sorted((folder / "crates" / name).glob("RUSTSEC-*.md")):
            text = path.read_text(encoding="utf-8")
            block = tomllib.loads(re.search(r"```toml\n(.*?)```", text, re.S).group(1))
            advisory, ranges = block["advisory"], block.get("versions", {})
            if advisory.get("withdrawn") or advisory.get("informational") in ("notice", "unmaintained"):
                continue
            safe = ranges.get("patched", []) + ranges.get("unaffected", [])
            if not any(matches(found, requirement) for requirement in safe):
                title = re.search(r"^# (.*)$", text.split("```", 2)[2], re.M)
                yield f"{name} {found}", advisory["id"], title.group(1) if title else ""


def main():
    wrong = []
    host = subprocess.run(["rustc", "-vV"], check=True, stdout=subprocess.PIPE, text=True).stdout
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features",
               "--filter-platform", re.search(r"^host: (.*)$", host, re.M).group(1)]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    members = set(metadata["workspace_members"])
    crates = [p for p in metadata["packages"] if p["id"] not in members]
    for crate in crates:
        licence = crate["license"]
        if not licence or not allowed(licence):
            wrong.append(f"{crate['name']} {crate['version']}: licence {licence or 'not stated'}")
        if not (crate["source"] or "").startswith("registry+"):
            wrong.append(f"{crate['name']} {crate['version']}: from {crate['source'] or 'a folder'}")
    print(f"{len(crates)} crates, all licences allowed" if not wrong else "\n".join(wrong))

    homes = [os.environ.get("RUSTSEC_DB"), os.environ.get("CARGO_HOME", str(pathlib.Path.home() / ".cargo"))]
    folders = [pathlib.Path(homes[0])] if homes[0] else [
        pathlib.Path(homes[1]) / "advisory-db", *sorted(pathlib.Path(homes[1]).glob("advisory-dbs/*"))]
    folder = next((f for f in folders if (f / "crates").is_dir()), None)
    if folder is None:
        print("advisories: not checked, there is no copy of the RustSec database here")
    else:
        found = list(advisories(folder, [(c["name"], c["version"]) for c in crates]))
        for package, identifier, title in found:
            print(f"{package}: {identifier} {title}")
            wrong.append(identifier)
        print(f"advisories: {len(found)} apply")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
