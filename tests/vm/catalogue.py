#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the catalogue against what a machine found out of its kernel.

catalogue.py plan KERNEL CONFIG KNOWN <ROWS           what tests/vm/guest/survey is to try
catalogue.py judge KERNEL CONFIG KNOWN ROWS <FACTS    what contradicts a row: the report

ROWS is what tests/vm/catalogue prints, CONFIG the options of the kernel, FACTS what the
machine has printed. KNOWN has lines "KERNEL KEY FIELD DOES REASON": what the kernel does and the
row does not say, and why that is right; or, with instead:VALUE for DOES, what is tried instead
of a value that would do harm (instead:none: nothing).

Exit status of judge: 0 the report is empty, 1 it is not.
"""

import sys
from collections import namedtuple

CGROUP = "/sys/fs/cgroup/probe"
Row = namedtuple(
    "Row", "key config expected type mode min max below above usual readback words fields excludes needs"
)
# linux/capability.h
BITS = {
    "cap_dac_override": 1,
    "cap_net_admin": 12,
    "cap_sys_rawio": 17,
    "cap_sys_admin": 21,
    "cap_sys_resource": 24,
}


def read_rows(lines):
    return [Row(*line.rstrip("\n").split("\t")) for line in lines]


def read_options(path):
    """The options that the kernel was built with, as a part of it or as modules."""
    with open(path, encoding="ascii") as lines:
        pairs = (line.rstrip("\n").split("=", 1) for line in lines if line.startswith("CONFIG_"))
        return {name[len("CONFIG_") :] for name, value in pairs if value in ("y", "m")}


def read_known(path, kernel):
    """{(key, field): what the kernel does} for this kernel."""
    known = {}
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            who, key, field, does, reason = line.split(None, 4)
            assert reason
            if who in (kernel, "all"):
                known[key, field] = does
    return known


def path_of(row):
    if row.key.startswith("/"):
        return row.key.replace("/sys/fs/cgroup/**", CGROUP)
    return "/proc/sys/" + row.key.replace(".", "/")


def words_of(text):
    return [word for word in text.split(",") if word not in ("", "-")]


def mask_of(needs):
    """The capabilities besides uid 0 that the row asks for. Permissions stop uid 0 nowhere here."""
    return sum(1 << BITS[need] for need in needs if need not in ("root", "cap_dac_override"))


def numbers_to_try(row):
    if row.min == "-":
        return []
    bounds = [("max", row.max), ("min", row.min)]
    return [*bounds, ("below", row.below), ("above", row.above), ("text", "x1")]


def vector_to_try(row):
    if row.min == "-":
        return []
    bounds = [("max", "*" + row.max), ("min", "*" + row.min)]
    return [*bounds, ("below", row.below + "+"), ("above", row.above + "+"), ("text", "x1+")]


def words_to_try(row):
    return [(word, word) for word in words_of(row.words)] + [("text", "x1")]


def trigger_to_try(row):
    words = words_of(row.words)
    if not words:
        return []
    return [(word, word) for word in words] + [("below", "0"), ("above", str(int(words[-1]) + 1)), ("text", "x1")]


def to_try(row):
    kinds = {"number": numbers_to_try, "vector": vector_to_try, "word": words_to_try, "trigger": trigger_to_try}
    tries = kinds[row.type](row) if row.type in kinds else []
    if row.mode != "rw":
        return tries
    # First, while a process can be started.
    return [("bare", mask) for mask in sorted({"0", f"{mask_of(words_of(row.needs)):x}"})] + tries


def plan(kernel, config, known_path):
    known = read_known(known_path, kernel)
    for row in read_rows(sys.stdin):
        tries = []
        for field, value in to_try(row) if row.mode in ("rw", "w") else []:
            does = known.get((row.key, field), "")
            if does.startswith("instead:"):
                value = does[len("instead:") :]
            if value != "none":
                tries.append(f"{field}={value}")
        how = row.mode if row.mode in ("rw", "w") else "no"
        print(row.key, path_of(row), how, *tries, sep="\t")


class Judge:
    def __init__(self, kernel, config, known_path, rows_path):
        self.options = read_options(config)
        self.known = read_known(known_path, kernel)
        with open(rows_path, encoding="ascii") as lines:
            self.rows = {row.key: row for row in read_rows(lines)}
        self.findings = []
        self.used = {pair for pair, does in self.known.items() if does.startswith("instead:")}
        self.there = set()
        self.paths = {}

    def find(self, key, field, says, does, path=""):
        for name in (path, key):
            if self.known.get((name, field)) == does:
                self.used.add((name, field))
                return
        self.findings.append((path or key, field, says, does))

    def on_file(self, key, path, mode, text=""):
        row = self.rows[key]
        self.there.add(key)
        self.paths[path] = key
        may = ("r" if int(mode, 8) & 0o400 else "") + ("w" if int(mode, 8) & 0o200 else "")
        says = "rw" if row.mode == "no" else row.mode
        if may != says:
            self.find(key, "mode", says, may)
        usual = ",".join(row.usual.split())
        spelt = {"Y": "1", "true": "1", "N": "0", "false": "0"}
        if row.usual != "-" and text and spelt.get(text, text) != spelt.get(usual, usual):
            self.find(key, "default", usual, text)
        if row.type == "vector" and row.fields not in ("0", str(len(text.split(",")))):
            self.find(key, "fields", row.fields, str(len(text.split(","))))

    def on_write(self, key, path, field, value, does):
        refused = does.startswith("refused:") or does == "ignored"
        if field in ("below", "above") and not refused:
            self.find(key, field, f"{value} is not taken", does, path)
        elif field == "text" and not does.startswith("refused:"):
            self.find(key, field, f"{value} is refused", does, path)
        elif field not in ("below", "above", "text") and does != "taken":
            if self.rows[key].readback != "rounded" or does.startswith("refused:"):
                self.find(key, field, f"{value} is taken", does, path)

    def on_bare(self, key, _path, mask, does):
        wanted = f"{mask_of(words_of(self.rows[key].needs)):x}"
        says = "allowed" if mask == wanted else "denied"
        if does != says:
            self.find(key, "needs", f"root with capabilities {mask} is {says}", does)

    def on_moves(self, key, path, other, old, new):
        other_key = self.paths[other]
        if other_key not in words_of(self.rows[key].excludes) and other_key != key:
            self.find(key, "moves", f"nothing of {other}", other_key)

    def on_stuck(self, key, path, new):
        self.find(self.paths[path], "stuck", f"{key} can be put back", new)

    def on_unknown(self, path):
        if path not in self.paths:
            self.find(path, "there", "no row", "yes")

    def on_offers(self, path, *words):
        row = self.rows.get(self.paths.get(path, ""))
        for word in filter(None, words if row and row.type == "word" else ()):
            if word not in words_of(row.words):
                self.find(row.key, word, "no choice", "offers-it")

    def check_presence(self):
        for key, row in self.rows.items():
            expected = row.expected == "yes" and (row.config == "-" or row.config in self.options)
            if expected != (key in self.there):
                self.find(key, "there", "yes" if expected else "no", "yes" if key in self.there else "no")

    def check_stale(self):
        for key, field in sorted(set(self.known) - self.used):
            self.findings.append((key, field, f"{self.known[key, field]} (as known)", "nothing of it"))

    def run(self, lines):
        ended = False
        for line in lines:
            name, *fields = line.rstrip("\n").split("\t")
            handler = getattr(self, "on_" + name, None)
            if name == "end":
                ended = True
            elif handler:
                handler(*fields)
        if not ended:
            print("the machine did not get to the end")
            return 1
        self.check_presence()
        self.check_stale()
        for key, field, says, does in self.findings:
            print(f"{key} {field}: the catalogue says {says}, the kernel {does}")
        return 1 if self.findings else 0


def main(command, *rest):
    if command == "plan":
        plan(*rest)
        return 0
    return Judge(*rest).run(sys.stdin)


sys.exit(main(*sys.argv[1:]))
