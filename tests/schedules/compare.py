#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds when a schedule is due against `systemd-analyze calendar`, on random schedules.

A case is a schedule, a moment and a zone: both are asked for the first time after that moment. Forms are
those that both know, so of a day of the month and a day of the week one always begins with a star: cron's
"either of them" is nothing that a calendar event can say.

They differ where clocks are changed, and only there:

- A local time that is skipped is due at once after the jump; for systemd it is not due that day.
- An hour that comes twice: schedules of every hour are due in both, for systemd in the first one. Asked
  from within the second one systemd takes its times for due, which were due in the first one.
- Where a jump forward is not at the full hour (Chatham: from 02:45 to 03:45), systemd also loses times
  that come right after it.

So a case is only set aside where the two answers differ and the earlier one lies within as much time after
a change as clocks were changed by. What is set aside is counted, and held against a model of the rules
instead, which looks at every minute.
"""

import argparse
import errno
import os
import random
import subprocess
import sys
import zoneinfo
from datetime import datetime, timezone

HOUR, DAY = 3600, 86400
FIRST, LAST = 946684800, 2145916800  # 2000 to 2037
NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
# Low and high ends, and what the calendar's fields begin with.
FIELDS = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)]
# Whole and half hours and two, at night and at midnight, of both hemispheres; a winter time that is the
# exception, changes for a month, and a day that was left out.
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin",
         "Africa/Casablanca", "Antarctica/Troll", "Asia/Kathmandu", "America/Sao_Paulo", "Asia/Beirut",
         "Pacific/Apia", "America/St_Johns", "Pacific/Chatham"]
SPECS, ITERATIONS = 10, 5  # of one call
GAVE_UP = os.strerror(errno.EDEADLK)


class Failed(Exception):
    """The comparison cannot be made."""


# Schedules, in both languages


class Schedule:
    """A cron text, its translation, and which numbers its fields stand for."""

    def __init__(self, generator):
        self.random = generator
        fields = [self.field(i) for i in range(5)]
        while not (self.is_both(fields) and self.comes(fields)):
            fields = [self.field(i) for i in range(5)]
        self.cron = " ".join(field[0] for field in fields)
        self.sets = [field[2] for field in fields]
        self.sets[4] = {day % 7 for day in self.sets[4]}
        minute, hour, day, month = (field[1] for field in fields[:4])
        days = "" if len(self.sets[4]) == 7 else ",".join(NAMES[n] for n in sorted(self.sets[4])) + " "
        self.calendar = f"{days}*-{month}-{day} {hour}:{minute}:00"
        self.hourly = len(self.sets[1]) == 24

    @staticmethod
    def is_both(fields):
        """Not cron's "either of them"."""
        return fields[2][0].startswith("*") or fields[4][0].startswith("*")

    @staticmethod
    def comes(fields):
        return any(day <= LONGEST[month - 1] for day in fields[2][2] for month in fields[3][2])

    @staticmethod
    def steps(index, first, step):
        """From there to the field's end, which has to be named: systemd 252 goes beyond it with 0/23, and
        then forgets to begin the smaller fields anew."""
        high = FIELDS[index][1]
        return f"{first}..{high}/{step}", set(range(first, high + 1, step))

    def star(self, index):
        low, high = FIELDS[index]
        step = self.random.randint(1, high if self.random.random() < .9 else 99)
        return f"*/{step}", *self.steps(index, low, step)

    def number(self, index, value):
        """Sometimes with a leading zero, or by its name."""
        if index == 3 and self.random.random() < .3:
            return self.random.choice([str.lower, str.upper, str.title])(MONTHS[value - 1])
        if index == 4 and value < 7 and self.random.random() < .3:
            return self.random.choice([str.lower, str.upper, str.title])(NAMES[value])
        return f"{value:02}" if self.random.random() < .1 else str(value)

    def item(self, index):
        low, high = FIELDS[index]
        first = self.random.randint(low, high)
        last = self.random.randint(first, high)
        step = self.random.randint(1, max(1, (high - low) // 2))
        one, other = self.number(index, first), self.number(index, last)
        kind = self.random.randrange(10)
        if kind < 5:
            return one, str(first), {first}
        if kind < 7:
            return f"{one}-{other}", f"{first}..{last}", set(range(first, last + 1))
        if kind < 8:
            return f"{one}/{step}", *self.steps(index, first, step)
        return f"{one}-{other}/{step}", f"{first}..{last}/{step}", set(range(first, last + 1, step))

    def field(self, index):
        low, high = FIELDS[index]
        kind = self.random.randrange(20)
        if kind < [4, 6, 10, 12, 10][index]:
            return "*", "*", set(range(low, high + 1))
        if kind < 15 and index != 4 or kind < 11:
            return self.star(index)
        items = [self.item(index) for _ in range(self.random.choice([1, 1, 1, 2, 3]))]
        return (",".join(item[0] for item in items), ",".join(item[1] for item in items),
                set().union(*(item[2] for item in items)))

    def shows(self, shown):
        """Whether it is due at a local time, in seconds as if that were UTC."""
        local = datetime.fromtimestamp(shown, timezone.utc)
        return (local.second == 0 and local.minute in self.sets[0] and local.hour in self.sets[1]
                and local.day in self.sets[2] and local.month in self.sets[3]
                and local.isoweekday() % 7 in self.sets[4])


# Zones


class Zone:
    def __init__(self, name):
        self.name = name
        self.info = zoneinfo.ZoneInfo(name)
        days = range(FIRST, LAST, DAY)
        self.changes = [self.change_between(day, day + DAY) for day in days
                        if self.offset(day) != self.offset(day + DAY)]

    def offset(self, at):
        return int(datetime.fromtimestamp(at, self.info).utcoffset().total_seconds())

    def change_between(self, early, late):
        before = self.offset(early)
        while late - early > 1:
            middle = (early + late) // 2
            if self.offset(middle) == before:
                early = middle
            else:
                late = middle
        return late, self.offset(late) - before

    def set_aside(self, at):
        return any(change <= at < change + abs(jump) for change, jump in self.changes)

    def base(self, generator):
        """Often short before clocks are changed, or in the hours when they are."""
        near = generator.choice([None, (-3 * HOUR, 3 * HOUR), (-3 * HOUR, 3 * HOUR), (-2 * DAY, 0)])
        if not self.changes or not near:
            return generator.randint(FIRST, LAST)
        return generator.choice(self.changes)[0] + generator.randint(*near)


def model(zone, schedule, base, until):
    """The first time after base, up to until: minute by minute, a hand that never goes back."""
    at = base - base % 60 - 2 * DAY
    hand = at + zone.offset(at)
    while at < until:
        at += 60
        shown = at + zone.offset(at)
        due = schedule.hourly and schedule.shows(shown)
        while hand < shown:
            hand += 60
            due = due or not schedule.hourly and schedule.shows(hand)
        if due and at > base:
            return at
    return None


# The two that are asked


def sections(text, utc):
    """What systemd-analyze says of each event: how it was written, and the times in seconds."""
    found = []
    original = None
    for line in text.splitlines():
        key, _, value = line.strip().partition(": ")
        if key == "Original form":
            original = value
        elif key == "Normalized form":
            found.append((original or value, []))
            original = None
        elif key == "(in UTC)" or utc and value.endswith(" UTC"):
            moment = datetime.strptime(value, "%a %Y-%m-%d %H:%M:%S UTC")
            found[-1][1].append(int(moment.replace(tzinfo=timezone.utc).timestamp()))
    return found


def ask_systemd(zone, base, schedules):
    """For each the next times; fewer or none where systemd gives up, as it does in a search that is long."""
    moment = datetime.fromtimestamp(base, timezone.utc)
    command = ["systemd-analyze", "calendar", f"--iterations={ITERATIONS}",
               f"--base-time={moment:%Y-%m-%d %H:%M:%S} UTC", *(s.calendar for s in schedules)]
    said = subprocess.run(command, env={**os.environ, "TZ": zone, "LC_ALL": "C"}, check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    errors = said.stderr.decode()
    found = sections(said.stdout.decode(), zone == "UTC")
    answers = []
    for schedule in schedules:
        if found and found[0][0] == schedule.calendar:
            answers.append(found.pop(0)[1])
        elif f"'{schedule.calendar}': {GAVE_UP}" in errors:
            answers.append([])
    if found or len(answers) != len(schedules):
        raise Failed(f"TZ={zone} {subprocess.list2cmdline(command)}: exit status {said.returncode}\n"
                     f"{said.stdout.decode()}{errors}")
    return answers


def ask_ours(program, zone, cases):
    text = "".join(f"{base}\t{schedule.cron}\n" for schedule, base, _ in cases)
    said = subprocess.run([program], env={**os.environ, "TZ": zone}, input=text.encode(), check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    answers = said.stdout.decode().split("\n")[:-1]
    if said.returncode or len(answers) != len(cases):
        raise Failed(f"{program}: {len(answers)} answers to {len(cases)} cases in {zone},"
                     f" exit status {said.returncode}\n{said.stderr.decode()}")
    return [int(answer) if answer.isdigit() else answer for answer in answers]


# The comparison


class Tally:
    def __init__(self):
        self.cases = self.aside = self.silent = self.wrong = 0


def show(zone, schedule, base, theirs, ours, who):
    print(f"{zone}, after {base} ({datetime.fromtimestamp(base, timezone.utc):%F %T} UTC):"
          f" '{schedule.cron}' is '{schedule.calendar}'")
    for name, at in [(who, theirs), ("lowmemctl", ours)]:
        known = isinstance(at, int) and at < 1 << 40
        moment = f" ({datetime.fromtimestamp(at, timezone.utc):%a %F %T} UTC)" if known else ""
        print(f"  {name}: {at}{moment}")


def judge(options, zone, case, ours, tally):
    schedule, base, theirs = case
    who = "systemd"
    tally.cases += 1
    if ours == theirs:
        return
    if isinstance(ours, int) and zone.set_aside(min(ours, theirs)):
        tally.aside += 1
        who = "the model"
        theirs = model(zone, schedule, base, ours)
        if ours == theirs:
            return
    tally.wrong += 1
    if tally.wrong <= options.most:
        show(zone.name, schedule, base, theirs, ours, who)


def cases_of(zone, generator, count, tally):
    cases = []
    while len(cases) < count:
        schedules = [Schedule(generator) for _ in range(SPECS)]
        base = zone.base(generator)
        for schedule, times in zip(schedules, ask_systemd(zone.name, base, schedules)):
            tally.silent += ITERATIONS - len(times)
            for early, late in zip([base, *times], times):
                cases.append((schedule, early, late))
    return cases


def run(options):
    tally = Tally()
    for name in options.zones or ZONES:
        zone = Zone(name)
        generator = random.Random(f"{options.seed}-{name}")
        count = -(-options.cases // len(options.zones or ZONES))
        cases = cases_of(zone, generator, count, tally)
        for case, ours in zip(cases, ask_ours(options.program, name, cases)):
            judge(options, zone, case, ours, tally)
    print(f"{tally.cases} cases, of which {tally.aside} set aside where clocks are changed and held against"
          f" the model; systemd knew no answer {tally.silent} times; {tally.wrong} differences")
    if tally.aside > tally.cases / 10 or tally.silent > tally.cases / 10:
        raise Failed("too few cases were compared for this to tell anything")
    return tally.wrong == 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the one that next.c is built to")
    parser.add_argument("zones", nargs="*", help="only these")
    parser.add_argument("--cases", type=int, default=12000, help="how many, at least (12000)")
    parser.add_argument("--seed", default="1", help="other cases")
    parser.add_argument("--most", type=int, default=3, help="how many differences to show (3)")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(0 if run(arguments()) else 1)
    except Failed as failed:
        print(f"compare.py: {failed}")
        sys.exit(1)
