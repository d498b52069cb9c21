#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what `lowmemctl get` says of the next boot against the real loaders.

Makes configuration trees in mount and network namespaces of its own, lets a real
loader apply each of them to interfaces made for that, and reads back what it set.
Where lowmemctl foretells another value, the tree is reduced to what it takes.
"""

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import generate  # noqa: E402

LOADERS = {
    "systemd": ["/usr/lib/systemd/systemd-sysctl"],
    "procps": ["/sbin/sysctl", "-q", "--system"],
    "busybox": ["busybox", "sysctl", "-q", "-p"],
    "alpine": ["busybox", "sh", "/etc/init.d/sysctl"],
}
# What lowmemctl calls them.
NAMES = {"alpine": "busybox"}
# What Alpine's service does, without OpenRC around it.
ALPINE = """
load() {
	file=$1
	shift
	for folder; do
		[ ! -f "$folder/${file##*/}" ] || return 0
	done
	[ ! -f "$file" ] || busybox sysctl -q -p "$file"
}

for file in /lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do
	load "$file" /etc/sysctl.d /run/sysctl.d
done
for file in /etc/sysctl.d/*.conf; do
	load "$file" /run/sysctl.d
done
load /etc/sysctl.conf
for file in /run/sysctl.d/*.conf; do
	load "$file"
done
"""
PATHS = {generate.dotted(parts): generate.path(parts) for parts in generate.KEYS}
LOWMEMCTL = os.path.abspath(os.environ.get("LOWMEMCTL", "build/release/lowmemctl"))
RANGE = generate.dotted(generate.RANGE)
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
         "close_fds": False}


class Failed(Exception):
    """The comparison cannot be made."""


# The namespaces


def mount(*args):
    subprocess.run(["mount", *args], check=True)


def cover(directory, work):
    """Lay over it a tmpfs with links to what was there, but for what loaders read."""
    if not os.path.isdir(directory):
        raise Failed(f"no {directory} here")
    old = work + directory
    os.makedirs(old)
    mount("--bind", directory, old)
    mount("-o", "remount,bind,ro", old)
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", directory)
    for name in os.listdir(old):
        if not name.startswith("sysctl."):
            os.symlink(f"{old}/{name}", f"{directory}/{name}")


def add_interface(name):
    for kind in ["dummy", "bridge", "ifb"]:
        command = ["ip", "link", "add", name, "type", kind]
        if subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0:
            return
    raise Failed("this kernel has no dummy, bridge or ifb interfaces")


def enter(work, options):
    """Nothing but sysctls of these namespaces can be written from here on."""
    mount("-t", "tmpfs", "tmpfs", work)
    cover("/etc", work)
    for directory in generate.DIRECTORIES[1:]:
        if os.path.isdir(directory):
            mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", directory)
        else:
            cover(os.path.dirname(directory), work)
    mount("--bind", "/proc/sys", "/proc/sys")
    mount("--bind", "/proc/sys/net", "/proc/sys/net")
    if "bounded" in options.option:
        PATHS.update({generate.dotted(parts): generate.path(parts) for parts in generate.BOUNDED})
        for parts in generate.BOUNDED:
            mount("--bind", generate.path(parts), generate.path(parts))
    mount("-o", "remount,bind,ro", "/proc/sys")
    if options.loader in ("busybox", "alpine"):
        # Whether or not this host has a service of that name.
        if os.path.lexists("/etc/init.d"):
            os.unlink("/etc/init.d")
        os.mkdir("/etc/init.d")
    if options.loader == "alpine":
        with open("/etc/init.d/sysctl", "w") as file:
            file.write(ALPINE)
    for name in generate.INTERFACES:
        if name.startswith("t"):
            add_interface(name)
    for key, path in PATHS.items():
        if not os.access(path, os.W_OK):
            raise Failed(f"{key} cannot be written here")


@contextlib.contextmanager
def made(tree):
    """The tree is there, and no other configuration, while this lasts."""
    try:
        for path, what in tree.items():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if what is None:
                os.mkdir(path)
            elif isinstance(what, str):
                os.symlink(what, path)
            else:
                with open(path, "wb") as file:
                    file.write(what)
        yield
    finally:
        for path, what in tree.items():
            with contextlib.suppress(FileNotFoundError):
                if what is None:
                    os.rmdir(path)
                else:
                    os.unlink(path)
        for directory in generate.DIRECTORIES:
            with contextlib.suppress(OSError):
                os.rmdir(directory)


# What is set, and what is foretold


def sentinel(key):
    return generate.RANGE_SENTINEL if key == RANGE else generate.SENTINEL


def number(word):
    """As the kernel reads it, in C's notation; what is none stays as it is."""
    if not re.fullmatch("-?(0[xX][0-9a-fA-F]+|[0-9]+)", word):
        return word
    octal = re.match("-?0[0-9]", word)
    return int(word, 8 if octal else 0)


def meaning(value):
    return [number(word) for word in re.findall("[^ \t\r\n]+", value)]


def is_set(key, value):
    return meaning(value) != meaning(sentinel(key))


def really(loader):
    """Let the loader set the keys; what they are then, and what it said."""
    for key, path in PATHS.items():
        with open(path, "w") as file:
            file.write(sentinel(key))
    said = subprocess.run(LOADERS[loader], **QUIET)
    values = {}
    for key, path in PATHS.items():
        with open(path) as file:
            values[key] = file.read().strip()
    return values, said.stderr.decode(errors="replace")


def foretold(loader):
    command = [LOWMEMCTL, "--loader", NAMES.get(loader, loader), "--json", "get", *PATHS]
    said = subprocess.run(command, **QUIET)
    try:
        said.check_returncode()
        items = {item["key"]: item for item in json.loads(said.stdout)["items"]}
        return {key: items[key] for key in PATHS}
    except (subprocess.CalledProcessError, ValueError, KeyError, TypeError) as error:
        raise Failed(f"{' '.join(command)}: exit status {said.returncode}: {error!r}\n"
                     f"{said.stdout.decode()}{said.stderr.decode()}") from error


def accepted(key, value):
    """Whether the kernel takes it whole. lowmemctl tells what is written, not that."""
    numbers = meaning(value)
    return (len(numbers) == len(sentinel(key).split())
            and all(isinstance(n, int) and abs(n) < 2 ** 31 for n in numbers))


def says_so(item, bounded):
    """Whether the line that is said to set the value does."""
    origin = item["boot_from"]
    with open(origin["file"], "rb") as file:
        text = file.read()
    if b"\0" in text or b"\r" in text.replace(b"\r\n", b"") or b"\\\n" in text:
        return True  # loaders differ in what a line is then
    value = text.split(b"\n")[origin["line"] - 1].partition(b"=")[2].decode()
    said = meaning(value.strip(" \t\r\v\f"))
    if bounded:
        return said[:len(meaning(item["boot"]))] == meaning(item["boot"].strip("\v\f"))
    return said == meaning(item["boot"].strip("\v\f"))


def agrees(key, value, item, lenient, bounded):
    """Whether the value after the loader ran is the one foretold."""
    boot = item["boot"]
    if meaning(item["live"]) != meaning(value):
        return False
    if boot is None:
        return not is_set(key, value)
    if not says_so(item, bounded):
        return False
    if lenient and not accepted(key, boot):
        return True
    # Of a key that is not in the catalogue it is not known how many numbers the kernel reads.
    return meaning(boot)[:len(sentinel(key).split())] == meaning(value)


def compare(options, tree):
    """The values; the keys of which something else is foretold; what the loader said."""
    with made(tree):
        values, said = really(options.loader)
        items = foretold(options.loader)
        # What stops the loader has to be known.
        bounded = "bounded" in options.option
        lenient = "invalid" in options.option and not bounded
        wrong = {key: (value, items[key]) for key, value in values.items()
                 if not agrees(key, value, items[key], lenient, bounded)}
    return values, wrong, said


# Failures


def lines_of(text):
    return re.findall(b"[^\n]*\n|[^\n]+", text)


def smaller(tree):
    """The trees with one thing less."""
    for path, what in tree.items():
        yield {p: w for p, w in tree.items() if p != path}
        if not isinstance(what, bytes):
            continue
        lines = lines_of(what)
        step = len(lines)
        while step > 1:
            step = (step + 1) // 2
            for at in range(0, len(lines), step):
                yield {**tree, path: b"".join(lines[:at] + lines[at + step:])}


def reduced(options, tree, key):
    """The least that still goes wrong for the key."""
    for candidate in smaller(tree):
        if key in compare(options, candidate)[1]:
            return reduced(options, candidate, key)
    return tree


def show(tree):
    for path, what in tree.items():
        if isinstance(what, bytes):
            print(f"  {path}:" + ("" if what else " (empty)"))
            for line in lines_of(what):
                print(f"    {ascii(line.decode(errors='surrogateescape'))[1:-1]}")
        else:
            print(f"  {path}" + ("/" if what is None else f" -> {what}"))


def show_wrong(wrong):
    for key, (value, item) in wrong.items():
        real = f"sets {value}" if is_set(key, value) else "does not set it"
        print(f"  {key}: the loader {real}, lowmemctl says {item['boot']}"
              f" from {json.dumps(item['boot_from'])}, live {item['live']};"
              f" losers: {json.dumps(item['losers'])}")


def report(options, name, tree, wrong, said):
    print(f"tree {name}, {options.loader}:")
    show(tree)
    show_wrong(wrong)
    print("".join(f"  loader: {line}\n" for line in said.splitlines()), end="")
    least = reduced(options, tree, next(iter(wrong)))
    print(f"tree {name}, {options.loader}, reduced:")
    show(least)
    show_wrong(compare(options, least)[1])


def run(options):
    keys = found = failures = 0
    names = [f"{options.seed}-{n}" for n in range(options.trees)]
    if options.tree:
        names = [options.tree]
    for name in names:
        tree = generate.Generator(name, options.option).tree()
        values, wrong, said = compare(options, tree)
        keys += len(values)
        found += sum(is_set(key, value) for key, value in values.items())
        if wrong:
            failures += 1
            if failures <= options.most:
                report(options, name, tree, wrong, said)
    print(f"{options.loader}: {len(names)} trees, {keys} keys compared, {found} of them set,"
          f" {failures} trees with differences")
    if found < keys * (0.15 if "invalid" in options.option else 0.3) and not options.tree:
        raise Failed("the loader set too few of the keys for this to tell anything")
    return failures == 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("loader", choices=LOADERS)
    parser.add_argument("--trees", type=int, default=500, help="how many (500)")
    parser.add_argument("--seed", default="1", help="the first part of their names (1)")
    parser.add_argument("--tree", help="only the one of this name")
    parser.add_argument("--most", type=int, default=3, help="how many differences to show (3)")
    about = "; ".join(f"{name}: {what}" for name, what in generate.OPTIONS.items())
    parser.add_argument("--option", action="append", default=[], choices=generate.OPTIONS,
                        help=f"of the generator, any number of times; {about}")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    options = arguments()
    if options.inside:
        enter(options.inside, options)
        return run(options)
    with tempfile.TemporaryDirectory() as work:
        return subprocess.run(["unshare", "--mount", "--net", "--ipc", "--propagation", "private",
                               sys.executable, *sys.argv, "--inside", work]).returncode == 0


if __name__ == "__main__":
    try:
        sys.exit(0 if main() else 1)
    except Failed as failed:
        print(f"compare.py: {failed}")
        sys.exit(1)
