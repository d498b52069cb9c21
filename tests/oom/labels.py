# SPDX-License-Identifier: GPL-2.0-or-later
"""Logs with labels, and what a program makes of them: tests/fixtures/oom/README.md has the rules."""

import glob
import json
import os
import subprocess

FIELDS = (
    "trigger_comm", "trigger_pid", "gfp_mask", "order", "constraint", "memcg_path",
    "killed_pid", "killed_comm", "killed_anon_rss_kb", "killed_uid", "killed_oom_score_adj",
    "zones_below_min", "highmem_free_kb", "lowmem_exhausted", "fragmented",
    "swap_total_kb", "swap_free_kb", "cause",
)
VICTIM = ("killed_pid", "killed_comm")
ABSENT = "(no such field)"


class Failure(Exception):
    """The program did not answer."""


def pairs(folder):
    """The logs of a folder that have labels: (name, path, reports)."""
    for path in sorted(glob.glob(os.path.join(folder, "*.txt"))):
        labels = path[: -len(".txt")] + ".expect.json"
        if os.path.exists(labels):
            with open(labels, encoding="utf-8") as file:
                yield os.path.basename(path)[: -len(".txt")], path, json.load(file)["reports"]


def diagnose(program, path, timeout=60):
    """The reports that the program finds in a log."""
    try:
        done = subprocess.run([program, "diagnose", "--json", path], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"no answer in {timeout} s") from late
    said = done.stderr.decode(errors="replace").strip()[-2000:]
    if done.returncode != 0:
        raise Failure(f"exit status {done.returncode}: {said}")
    try:
        return json.loads(done.stdout.decode())["reports"]
    except (ValueError, KeyError, TypeError) as wrong:
        raise Failure(f"no JSON with reports: {wrong!r}: {said}") from wrong


def mask(text):
    """Of "0xd0(GFP_KERNEL)" what counts."""
    return None if text is None else int(str(text).split("(")[0].strip(), 16)


def same(field, label, got):
    wanted = label[field]
    if field == "gfp_mask" and got != ABSENT:
        try:
            return mask(wanted) == mask(got)
        except ValueError:
            return False
    if field == "constraint" and wanted is None:
        return got in (None, "none")
    if field == "cause":
        return got == wanted or got in label.get("also_accept", ())
    # true is not 1
    return type(wanted) is type(got) and wanted == got


def differences(label, report):
    """(field, wanted, got) of each that is not as the label has it; no report has no field right."""
    for field in FIELDS:
        if field in label:
            got = ABSENT if report is None else report.get(field, ABSENT)
            if not same(field, label, got):
                yield field, label[field], got


def likeness(label, report):
    """How sure it is that both are of the same report."""
    alike = [f for f in ("killed_pid", "trigger_pid", "trigger_comm", "gfp_mask", "swap_free_kb")
             if label.get(f) is not None and same(f, label, report.get(f, ABSENT))]
    return 1 + 8 * ("killed_pid" in alike) + 2 * len(alike)


def align(wanted, got):
    """Pairs of label and report in order; None where there is no other side."""
    if len(wanted) == len(got):
        return list(zip(wanted, got))
    best = [[0] * (len(got) + 1) for _ in range(len(wanted) + 1)]
    for i in reversed(range(len(wanted))):
        for j in reversed(range(len(got))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1],
                             best[i + 1][j + 1] + likeness(wanted[i], got[j]))
    ret, i, j = [], 0, 0
    while i < len(wanted) and j < len(got):
        if best[i][j] == best[i + 1][j + 1] + likeness(wanted[i], got[j]):
            ret.append((wanted[i], got[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            ret.append((wanted[i], None))
            i += 1
        else:
            ret.append((None, got[j]))
            j += 1
    return ret + [(label, None) for label in wanted[i:]] + [(None, report) for report in got[j:]]
