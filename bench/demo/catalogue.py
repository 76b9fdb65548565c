#!/usr/bin/env python3
"""Turns a Debian package catalogue into files for COPY, one per base table of schema.sql.

Usage: catalogue.py OUTPUT_FOLDER [MAXIMUM] < stanzas

Reads the format of `apt-cache dumpavail` and of /var/lib/dpkg/status (there only installed packages
count) and writes OUTPUT_FOLDER/tb_*.tsv in COPY's text format. MAXIMUM limits the packages.
"""

import pathlib
import re
import sys

KINDS = {
    "Pre-Depends": "pre-depends",
    "Depends": "depends",
    "Recommends": "recommends",
    "Suggests": "suggests",
}
# Maintains the orphaned packages.
QA_GROUP = "Debian QA Group <packages@qa.debian.org>"
PERSON = re.compile(r"(.*?)\s*<(.*)>$")
ALTERNATIVE = re.compile(r"^([a-z0-9][a-z0-9.+-]*)(?::[a-z0-9-]+)?\s*(?:\(([^)]*)\))?")


def stanzas(lines):
    """Yields each stanza as a dict; continuation lines are joined with a newline."""
    fields, last = {}, None
    for line in lines:
        line = line.rstrip("\n")
        if not line:
            if fields:
                yield fields
            fields, last = {}, None
        elif line[0] in " \t":
            if last:
                fields[last] += "\n" + line.strip()
        else:
            last, _, value = line.partition(":")
            fields[last] = value.strip()
    if fields:
        yield fields


def escape(value):
    """Writes one value of COPY's text format."""
    if value is None:
        return r"\N"
    text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class Keys(dict):
    """Numbers things from 1 in the order in which they turn up."""

    def of(self, thing):
        """Gives the number of a thing, a new one when it is new."""
        return self.setdefault(thing, len(self) + 1)


def relations(stanza):
    """Yields (kind, position, alternative, name, version constraint) for all four fields."""
    for field, kind in KINDS.items():
        groups = stanza.get(field, "").replace("\n", " ").split(",")
        for position, group in enumerate((g for g in groups if g.strip()), 1):
            for number, text in enumerate(group.split("|"), 1):
                found = ALTERNATIVE.match(text.strip())
                if found:
                    yield kind, position, number, found.group(1), found.group(2)


def main():
    folder = pathlib.Path(sys.argv[1])
    maximum = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    catalogue = {}
    for stanza in stanzas(sys.stdin):
        status = stanza.get("Status")
        if "Package" not in stanza or "Version" not in stanza or (status and not status.endswith(" installed")):
            continue
        # The input is read to its end: the writer of a pipe would fail otherwise.
        if not maximum or len(catalogue) < maximum:
            catalogue.setdefault(stanza["Package"], stanza)

    package_keys = {name: number for number, name in enumerate(sorted(catalogue), 1)}
    maintainers, sections, sources, tags = Keys(), Keys(), Keys(), Keys()
    maintainers.of(PERSON.match(QA_GROUP).groups())
    tables = {name: [] for name in ("tb_package", "tb_dependency", "tb_package_tag")}
    for name, key in package_keys.items():
        stanza = catalogue[name]
        person = stanza.get("Maintainer", "unknown")
        match = PERSON.match(person)
        maintainer = maintainers.of(match.groups() if match else (person, ""))
        section = sections.of(stanza.get("Section", "unknown"))
        source = sources.of(stanza.get("Source", name).split(" ")[0])
        size = stanza.get("Installed-Size", "")
        tables["tb_package"].append((
            key, maintainer, section, source, name, stanza["Version"], stanza.get("Architecture", ""),
            stanza.get("Priority", "optional"), stanza.get("Description", "").split("\n")[0],
            stanza.get("Homepage"), int(size) if size.isdigit() else None, stanza.get("SHA256")))
        for kind, position, number, target, constraint in relations(stanza):
            tables["tb_dependency"].append((
                len(tables["tb_dependency"]) + 1, key, package_keys.get(target), kind, position, number, target,
                constraint))
        tags_here = {tag.strip() for tag in stanza.get("Tag", "").replace("\n", " ").split(",")}
        for tag in sorted(tags_here - {""}):
            tables["tb_package_tag"].append((key, tags.of(tag)))
    tables["tb_maintainer"] = [(key, *person) for person, key in maintainers.items()]
    tables["tb_section"] = [
        (key, name.rpartition("/")[2], name.rpartition("/")[0] or "main") for name, key in sections.items()]
    tables["tb_source"] = [(key, name) for name, key in sources.items()]
    tables["tb_tag"] = [(key, name) for name, key in tags.items()]

    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        with open(folder / f"{table}.tsv", "w", encoding="utf-8", newline="\n") as file:
            for row in rows:
                file.write("\t".join(map(escape, row)) + "\n")
    print(f"{len(package_keys)} packages, {len(tables['tb_dependency'])} dependencies, "
          f"{len(maintainers)} maintainers, {len(sections)} sections, {len(sources)} sources, "
          f"{len(tables['tb_package_tag'])} tags of packages")
    return 0 if package_keys else 1


if __name__ == "__main__":
    # The catalogue is UTF-8 whatever the locale says.
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
