#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the JSON Schema of profiles against corpora of good and bad ones.

usage: schema-check.py SCHEMA.json GOOD... -- BAD...

Each GOOD must be valid, each BAD must not: the same that lowmemctl says of them.
The verdicts are TAP.
"""

import json
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2's core schema as far as JSON goes; all else is text."""

    yaml_implicit_resolvers = {}


Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]
)
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789")
)


def construct_map(loader, node):
    """Keys of JSON are texts, whatever they look like."""
    return {
        key.value: loader.construct_object(value, deep=True) for key, value in node.value
    }


Loader.add_constructor("tag:yaml.org,2002:map", construct_map)


def judge(validator, path):
    """None where the profile is valid, else why it is not."""
    with open(path, "rb") as file:
        profile = yaml.load(file.read(), Loader)
    return jsonschema.exceptions.best_match(validator.iter_errors(profile))


def check(validator, number, path, good):
    """One line of TAP; True where the verdict is the right one."""
    try:
        fault = judge(validator, path)
        right = (fault is None) == good
        why = fault.message if fault else "the schema has nothing against it"
    except (yaml.YAMLError, OSError) as error:
        right, why = False, str(error)
    print(f"{'ok' if right else 'not ok'} {number} - schema: {path}")
    if not right:
        print("# " + why.replace("\n", "\n# ")[:600])
    return right


def main(arguments):
    """The exit status."""
    if "--" not in arguments or len(arguments) < 4:
        print(__doc__, file=sys.stderr)
        return 64
    split = arguments.index("--")
    good, bad = arguments[1:split], arguments[split + 1 :]
    with open(arguments[0], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    verdicts = [check(validator, i + 1, path, True) for i, path in enumerate(good)]
    verdicts += [
        check(validator, len(good) + i + 1, path, False) for i, path in enumerate(bad)
    ]
    print(f"1..{len(verdicts)}")
    return 0 if verdicts and all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
