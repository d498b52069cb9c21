#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""salt.py FILE.sls PILLAR [test]: plays the three kinds of states that FILE has.

Salt is in no package of Debian 12. Its documentation says what file.managed with a
check_cmd, file.absent, and a stateful cmd.run with its guards do; this does that, and
prints what became of each state: its result (null: would change), changed, comment.
"""

import json
import os
import subprocess
import sys

import jinja2
import yaml


def run(command):
    return subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True, check=False)


def done(changed, comment='', result=True):
    return dict(result=result, changed=changed, comment=comment)


def file_managed(name, words, test):
    if os.path.exists(name) and open(name).read() == words['contents']:
        return done(False)
    if test:
        return done(False, result=None)
    os.makedirs(os.path.dirname(name), int(words['dir_mode'], 8), exist_ok=True)
    fresh = name + '.tmp'
    with open(fresh, 'w') as file:
        file.write(words['contents'])
    os.chmod(fresh, int(words['mode'], 8))
    check = run('%s %s' % (words['check_cmd'], fresh))
    if check.returncode != 0:
        os.remove(fresh)
        return done(False, check.stderr, result=False)
    os.rename(fresh, name)
    return done(True)


def file_absent(name, _words, test):
    if not os.path.exists(name):
        return done(False)
    if test:
        return done(False, result=None)
    os.remove(name)
    return done(True)


def cmd_run(_name, words, test):
    if 'unless' in words and run(words['unless']).returncode == 0:
        return done(False, 'unless condition is true')
    if 'onlyif' in words and run(words['onlyif']).returncode != 0:
        return done(False, 'onlyif condition is false')
    if test:
        return done(False, result=None)
    answer = run(words['name'])
    document = json.loads(answer.stdout)
    return done(document['changed'], document['comment'], answer.returncode == 0)


KINDS = {'file.managed': file_managed, 'file.absent': file_absent, 'cmd.run': cmd_run}


def main():
    pillar = yaml.safe_load(sys.argv[2])
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters['yaml_dquote'] = json.dumps
    salt = {'pillar.get': lambda key, default: pillar.get(key, default)}
    text = environment.from_string(open(sys.argv[1]).read()).render(salt=salt)
    became, failed = {}, set()
    for name, body in yaml.safe_load(text).items():
        kind, words = (body, []) if isinstance(body, str) else next(iter(body.items()))
        words = {key: value for word in words for key, value in word.items()}
        if name in failed:
            became[name] = done(False, 'requisites failed', result=False)
            continue
        became[name] = KINDS[kind](name, words, len(sys.argv) > 3)
        if became[name]['result'] is False:
            failed.update(value for need in words.get('require_in', []) for value in need.values())
    json.dump(became, sys.stdout)


if __name__ == '__main__':
    main()
