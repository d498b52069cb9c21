#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Profiles with random names and settings, persisted and taken out at random on a copy of a host: what the
loader makes of the drop-in at boot, as `get` foretells it, is what the apply service sets then.

Exit status: 0 so it is, 1 not so; the least seed is shown with all that was done."""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

# Some begin with others, and sort otherwise once a suffix is behind them.
NAMES = ["a", "a-b", "ab", "db", "web", "web-2", "web2", "z"]
# Of pairs that exclude each other one only: the place of a line that comes again counts for them.
VALUES = {
    "vm.swappiness": [0, 10, 60, 100],
    "vm.vfs_cache_pressure": [50, 100, 200],
    "vm.dirty_ratio": [5, 20, 30],
    "vm.dirty_background_ratio": [3, 10],
    "vm.overcommit_memory": [0, 1],
    "vm.page-cluster": [0, 3],
    "vm.dirty_*_ratio": [4, 7],
    "vm.page-*": [1, 2],
}
LOADERS = ["systemd", "procps", "busybox"]
LATER = "and its name comes later"


class Host:
    def __init__(self, program, fixture, work, seed):
        self.random = random.Random(seed)
        self.program, self.work = program, work
        self.root = os.path.join(work, "root")
        self.loader = self.random.choice(LOADERS)
        self.log = [f"seed {seed}, {self.loader}"]
        shutil.copytree(fixture, self.root, symlinks=True)

    def run(self, *args):
        done = subprocess.run([self.program, "--root", self.root, "--loader", self.loader, *args],
                              capture_output=True, text=True, check=False, timeout=60)
        self.log += [f"$ {' '.join(args)}", done.stdout, done.stderr, f"exit status {done.returncode}"]
        return done

    def profile(self, name):
        keys = self.random.sample(sorted(VALUES), self.random.randint(1, 4))
        path = os.path.join(self.work, name + ".yaml")
        text = f"version: 1\nname: {name}\nsysctl:\n"
        for key in keys:
            text += f'  "{key}": {self.random.choice(VALUES[key])}\n'
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, 0o644)
        self.log.append(text)
        return path

    def persist(self, active):
        names = self.random.sample(NAMES, self.random.randint(1, 3))
        paths = [self.profile(name) for name in names]
        done = self.run("persist", *paths)
        if done.returncode == 4:
            return LATER in done.stdout
        active.update(names)
        again = self.run("persist", *paths)
        return (done.returncode, again.returncode) == (0, 0) and "written" not in again.stdout

    def unpersist(self, active):
        names = self.random.sample(sorted(active), self.random.randint(1, min(2, len(active))))
        active.difference_update(names)
        return self.run("unpersist", *names).returncode == 0

    def live(self, key):
        path = os.path.join(self.root, "proc/sys", key.replace(".", "/"))
        with open(path, encoding="ascii") as file:
            return file.read().strip()

    def boots(self):
        keys = [key for key in VALUES if "*" not in key]
        foretold = json.loads(self.run("get", "--json", *keys).stdout)["items"]
        if self.run("apply", "--active").returncode != 0 or self.run("verify").returncode != 0:
            return False
        self.log += [f"{i['key']}: foretold {i['boot']}, set {self.live(i['key'])}" for i in foretold]
        return all(i["boot"] in (None, self.live(i["key"])) for i in foretold)

    def holds(self):
        active = set()
        for _ in range(self.random.randint(1, 5)):
            change = self.unpersist if active and self.random.random() < 0.3 else self.persist
            if not change(active):
                return False
        return self.boots()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("fixture", help="the tree of a host")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="the first one")
    args = parser.parse_args()
    for seed in range(args.seed, args.seed + args.cases):
        with tempfile.TemporaryDirectory() as work:
            host = Host(args.program, args.fixture, work, seed)
            if not host.holds():
                sys.exit("\n".join(host.log))
    print(f"{args.cases} cases")


if __name__ == "__main__":
    main()
