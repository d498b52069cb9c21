# SPDX-License-Identifier: GPL-2.0-or-later
"""Random configuration as the loaders of sysctls find it at boot.

A tree maps paths to what is there: bytes are a file, a str is the target of a
link, None is a directory. The same seed gives the same tree.
"""

import os
import random

DIRECTORIES = [
    "/etc/sysctl.d",
    "/run/sysctl.d",
    "/usr/local/lib/sysctl.d",
    "/usr/lib/sysctl.d",
]
if not os.path.islink("/lib"):
    DIRECTORIES.append("/lib/sysctl.d")
CONF = "/etc/sysctl.conf"
CONF_TARGET = "/etc/sysctl.target"

# Settings of a network namespace that take any small number and change no other.
INTERFACES = ["lo", "t0", "t1", "t0.7", "all", "default"]
NAMES = ["arp_ignore", "arp_announce", "medium_id"]
NUMBERS = [["net", "ipv4", "conf", i, n] for i in INTERFACES for n in NAMES]
NUMBERS.append(["net", "ipv4", "igmp_max_msf"])
RANGE = ["net", "ipv4", "ip_local_port_range"]
KEYS = NUMBERS + [RANGE]
# Of an IPC namespace, and in the catalogue: lowmemctl knows what the kernel refuses.
BOUNDED = [["kernel", "msgmnb"], ["kernel", "msgmni"], ["kernel", "shmmni"]]

# What the generator never writes: a key that has it was not set.
SENTINEL = "77"
RANGE_SENTINEL = "30001 40002"

FILES = ["10-x", "9-x", "B", "a", "50-a", "50", "500", "99-sysctl", "zz", "a b", "\u00e9"]
ODD_FILES = [".hidden.conf", ".conf", "README", "zz.conf~", "a.conf.bak", "a.CONF", "sysctl.conf",
             "a1.conf", "#a.conf"]
INTERFACE_GLOBS = ["*", "*", "t*", "t*", "t?", "t[01]", "t[!0]", "t[0-9]", "*0", "?0", "t0.*",
                   "t0*", "[lt]*", "a*", "\\t?", "t[[:digit:]]", "q*", "t[0", "{lo,t?}", "t{0,1}"]
NAME_GLOBS = ["arp_[ia]*", "medium_?d", "arp_ignor[e]"]
BLANKS = ["", "", " ", " ", "  ", "\t"]
NOISE = ["", "   ", "# a comment", "; another = one", "#net.ipv4.conf.t0.arp_ignore=9", "-", "= 8",
         "no assignment", "net.ipv4.conf.t0.arp_ignore 8", "kernel.no_such_key = 8",
         "net.ipv4.conf.t0.no_such_key = a=b", "a = 8", "net.ipv4.conf.t* = 8", "vm.* "]
INVALID = ["abc", "", "5=6", "5 # six", "5 6", "1k", "\"5\"", "99999999999", "\u00e9"]

# What is a number, but none that these take.
OUT_OF_RANGE = ["-3", "99999999999", "2147483648"]

OPTIONS = {
    "invalid": "values that the kernel refuses, or reads in part",
    "no-exclude-globs": "no lines like -net.ipv4.conf.*.x",
    "bounded": "keys of which the catalogue knows the range, too, and absolute paths, and lines that go on",
    "conf": "/etc/sysctl.conf alone",
}


def dotted(parts):
    return ".".join(part.replace(".", "/") for part in parts)


def path(parts):
    return "/proc/sys/" + "/".join(parts)


class Generator:
    def __init__(self, seed, options=()):
        self.random = random.Random(seed)
        self.invalid = "invalid" in options
        self.exclude_globs = "no-exclude-globs" not in options
        self.bounded = "bounded" in options
        self.only_conf = "conf" in options

    def one_in(self, n):
        return self.random.randrange(n) == 0

    def pick(self, choices):
        return self.random.choice(choices)

    def spelling(self, parts):
        """One of the ways to write a key, most of which mean it."""
        slashes = "/".join(parts)
        odd = [
            f"/{slashes}",
            f".{dotted(parts)}",
            slashes.replace("/", "//", 1),
            slashes.replace("/", "/./", 1),
            f"{slashes}/",
            f"{dotted(parts)}.",
            ".".join(parts),
            slashes.replace("/", ".", 1),
            slashes.replace("/", ".").replace(".", "/", 1),
            f"{parts[0]}/../{slashes}",
            f"proc/sys/{slashes}",
            dotted(parts).replace(".", "..", 1),
        ]
        if self.bounded:
            odd += [f"/proc/sys/{slashes}", slashes.replace("/", "/../sys/../", 1), f"{slashes}/x",
                    "/proc/sys/" + ".".join(parts), ".".join(parts), f"/proc/sys/{dotted(parts)}"]
        elif any(c in slashes for c in "*?["):
            # procps compares paths as they are spelled: a pattern and a name that are odd in
            # the same way meet, and that is not modelled.
            odd = [f"{slashes}/", f"{dotted(parts)}."]
        if self.one_in(8):
            return self.pick(odd)
        return slashes if self.one_in(3) else dotted(parts)

    def glob(self):
        parts = list(self.pick(NUMBERS))
        if len(parts) < 5:
            return parts[:2] + ["igmp_max_*"]
        if self.one_in(8):
            parts[4] = self.pick(NAME_GLOBS)
        if parts[4] in NAMES or self.one_in(2):
            parts[3] = self.pick(INTERFACE_GLOBS)
        if self.one_in(20):
            parts[2] = self.pick(["c?nf", "co*", "*"])
        return parts

    def value(self, parts):
        if parts == RANGE:
            low = 30000 + 2 * self.random.randrange(9)
            return self.pick(["{} {}", "{}\t{}", "{} \t{}"]).format(low, low + 9001)
        if self.bounded and self.invalid and parts in BOUNDED and self.one_in(6):
            return self.pick(OUT_OF_RANGE)
        if self.invalid and self.one_in(6):
            return self.pick([v for v in INVALID if not self.bounded or v not in OUT_OF_RANGE])
        if self.bounded and parts in BOUNDED:
            return str(self.random.randint(0, 4))
        if self.one_in(20):
            return self.pick(["0x5", "010", "-3", "+4", "007"]).replace("+", "")
        return str(self.pick([0, 1, 1, 2, 2, 3, 4]))

    def line(self):
        kind = self.random.randrange(100)
        if kind < 15:
            return self.pick(NOISE)
        if kind < 28:
            excluded = self.glob() if self.exclude_globs and self.one_in(3) else self.pick(NUMBERS)
            dash = self.pick(["-", "-", "-", "-", "-", "- ", "--"])
            return self.pick(BLANKS) + dash + self.spelling(excluded) + self.pick(BLANKS)
        parts = self.glob() if kind < 55 else self.pick(KEYS)
        if self.bounded and not self.one_in(4):
            parts = self.pick(BOUNDED if self.one_in(4) else KEYS)
        dash = self.pick(["-", "-", "-", "- ", "--"]) if self.one_in(8) else ""
        blanks = [self.pick(BLANKS) for _ in range(4)]
        if self.one_in(50):
            # After the = some may make a value that the kernel refuses.
            at = self.random.randrange(4) if self.invalid else self.pick([0, 1, 3])
            odd = ["\0", "\r"] if at == 3 else ["\0", "\r", "\v", "\f", "\u00a0"]
            blanks[at] = self.pick(odd)
        return (blanks[0] + dash + self.spelling(parts) + blanks[1] + "=" + blanks[2]
                + self.value(parts) + blanks[3])

    def go_on(self, line):
        """A line that goes on in the next one: another line, or the rest of it."""
        at = self.random.randint(0, len(line))
        return line + self.pick(["\\", " \\"]) if self.one_in(3) else line[:at] + "\\\n" + line[at:]

    def file(self, most=8):
        lines = []
        for _ in range(self.random.randint(1, most)):
            # To assign the same again matters to some loaders.
            again = lines and self.one_in(10)
            lines.append(self.pick(lines) if again else self.line())
        if self.bounded:
            lines = [self.go_on(line) if self.one_in(20) else line for line in lines]
        end = "\r\n" if self.one_in(8) else "\n"
        text = end.join(lines) + ("" if self.one_in(6) else end)
        if self.one_in(30):
            text = "\ufeff" + text
        return text.encode()

    def entry(self, name, tree):
        if name == "99-sysctl.conf" and self.one_in(2):
            return self.pick(["../sysctl.conf", CONF])
        kind = self.random.randrange(100)
        if kind < 4:
            return b""
        if kind < 7:
            return "/dev/null"
        if kind < 9:
            return self.pick(["/no/such/file", "gone.conf", name])
        if kind < 11:
            return None
        if kind < 14:
            return self.pick([CONF, "../sysctl.conf"] + [p for p in tree if p.endswith(".conf")])
        return self.file()

    def conf(self, tree):
        """What /etc/sysctl.conf is, where it is."""
        kind = self.random.randrange(20)
        if kind == 0:
            tree[CONF] = self.pick([b"", None, "/no/such/file", "/dev/null", "/run"])
        elif kind == 1:
            tree[CONF] = self.pick([CONF_TARGET, "sysctl.target"])
            tree[CONF_TARGET] = self.file()
        elif kind == 2 and tree:
            tree[CONF] = self.pick(list(tree))
        elif kind < 16:
            tree[CONF] = self.file(20)

    def tree(self):
        tree = {}
        if self.only_conf:
            while CONF not in tree:
                self.conf(tree)
            if isinstance(tree[CONF], bytes):
                tree[CONF] += self.file(30)
            return tree
        for _ in range(self.random.randint(1, 9)):
            name = self.pick(ODD_FILES) if self.one_in(8) else self.pick(FILES) + ".conf"
            at = f"{self.pick(DIRECTORIES)}/{name}"
            if at not in tree:
                tree[at] = self.entry(name, tree)
            if "[" in name:
                tree.setdefault(at.replace("[1]", "1"), self.file())
        self.conf(tree)
        return tree
