#!/usr/bin/python
# -*- coding: utf-8 -*-
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hands a profile to lowmemctl, and its one JSON document to Ansible.

It decides nothing: what differs, what may be written and what is put back is
the program's business. It runs on what Python the host has, from 2.7 on.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: lowmemctl_profile
short_description: Make a host's memory settings as a lowmemctl profile says
description:
  - Runs C(lowmemctl diff), C(apply), C(persist) or C(unpersist) on the host, and returns the JSON
    document that it prints.
  - A profile is applied as a whole or not at all. When one setting fails, all are put back, and the
    task fails.
version_added: 0.1.0
author: The lowmemctl maintainers
requirements:
  - lowmemctl on the host
options:
  profile:
    description:
      - Names of profiles on the host, or paths there. Of several, later ones win.
      - With I(state=absent), the names under which they were persisted; their files need not be
        there any more.
      - Exactly one of I(profile) and I(content) is needed.
    type: list
    elements: str
    aliases: [profiles]
  content:
    description:
      - The text of a profile, so that no file is needed on the host. It should have a C(name), as
        that is how it is persisted.
      - As nothing has to be copied first, check mode works on a new host, too.
    type: str
  state:
    description:
      - C(present) makes the host as the profile says.
      - C(absent) takes out what was persisted. The running kernel keeps its values, until the next
        boot or C(lowmemctl revert).
    type: str
    choices: [present, absent]
    default: present
  persist:
    description:
      - Whether the settings are to outlast the next boot.
      - The default is C(true), unless I(trial) is given, with which it cannot be combined.
    type: bool
  live:
    description:
      - C(false) leaves the running kernel alone and persists only, for images that are being built.
    type: bool
    default: true
  trial:
    description:
      - Put all back after this time, such as C(5m), unless C(lowmemctl confirm) comes before. It is
        the host itself that does so, reachable or not.
    type: str
  edit_conflicts:
    description:
      - Disable, reversibly, lines in files below C(/etc) that would win over the profile at the
        next boot.
    type: bool
    default: false
  schedules:
    description:
      - Who carries out the schedules of the profile once it is persisted.
    type: str
    choices: [watch, systemd, cron]
  best_effort:
    description:
      - Leave out what a container or a chroot cannot do, instead of failing. C(lowmemctl status)
        lists what was left out.
    type: bool
    default: false
  force:
    description:
      - Also what leaves the OOM killer nothing to kill, or drops caches more often than every 10
        minutes.
    type: bool
    default: false
  loader:
    description:
      - Who reads the persisted settings at boot. By default lowmemctl finds out.
    type: str
    choices: [systemd, procps, busybox, sysctl.conf]
  root:
    description:
      - Take the host's paths below this directory, which holds a tree with C(proc), C(sys) and
        C(etc) of its own.
    type: path
  executable:
    description:
      - The program, where it is not in C(PATH) or one of the C(sbin) directories.
    type: path
attributes:
  check_mode:
    support: full
    description:
      - Nothing is written. Refusals, such as a bad profile, fail as they would without.
      - Where the program is not there yet, C(present) is said to change something.
  diff_mode:
    support: full
    description: Values of the running kernel and of the next boot, and files that are written.
"""

EXAMPLES = r"""
- name: A shipped profile, now and at the next boot
  lowmemctl.memory.lowmemctl_profile:
    profile: database

- name: A profile that is kept beside the playbook
  lowmemctl.memory.lowmemctl_profile:
    content: "{{ lookup('ansible.builtin.file', 'web.yaml') }}"

- name: For five minutes, unless it is confirmed
  lowmemctl.memory.lowmemctl_profile:
    profile: web
    trial: 5m

- name: In an image that is being built
  lowmemctl.memory.lowmemctl_profile:
    profile: container-host
    live: false

- name: No longer
  lowmemctl.memory.lowmemctl_profile:
    profile: web
    state: absent
"""

RETURN = r"""
msg:
  description: What was done or would be, in words; what is wrong, where the task failed.
  returned: always
  type: str
  sample: 2 changed, 1 skipped
command:
  description: The command that was run.
  returned: always
  type: list
  elements: str
  sample: [/usr/sbin/lowmemctl, --json, apply, --persist, web]
rc:
  description: Its exit status, of which lowmemctl(8) has the list.
  returned: when the task failed
  type: int
  sample: 65
document:
  description:
    - The document that it printed (schema C(lowmemctl/1)), with C(items), C(files), C(summary),
      C(diagnostics), and C(entry), the number that C(lowmemctl revert) takes.
  returned: when it printed one
  type: dict
"""

import json

from ansible.module_utils.basic import AnsibleModule

ARGUMENTS = dict(
    profile=dict(type='list', elements='str', aliases=['profiles']),
    content=dict(type='str'),
    state=dict(type='str', choices=['present', 'absent'], default='present'),
    persist=dict(type='bool'),
    live=dict(type='bool', default=True),
    trial=dict(type='str'),
    edit_conflicts=dict(type='bool', default=False),
    schedules=dict(type='str', choices=['watch', 'systemd', 'cron']),
    best_effort=dict(type='bool', default=False),
    force=dict(type='bool', default=False),
    loader=dict(type='str', choices=['systemd', 'procps', 'busybox', 'sysctl.conf']),
    root=dict(type='path'),
    executable=dict(type='path'),
)


def options(params, *names):
    """Those of the parameters that are set, as options of the program."""
    words = []
    for name in names:
        if params[name]:
            words.append('--' + name.replace('_', '-'))
            if params[name] is not True:
                words.append(params[name])
    return words


def subcommand(params, check):
    """The command for the state that is wanted, without its profiles."""
    dry = ['--dry-run'] if check else []
    if params['state'] == 'absent':
        return ['unpersist'] + dry
    if not params['live']:
        return ['persist'] + dry + options(
            params, 'edit_conflicts', 'schedules', 'best_effort', 'force')
    persist = params['persist']
    if persist is None:
        persist = not params['trial']
    words = ['--persist'] if persist else []
    if check and not (params['edit_conflicts'] or params['schedules'] or params['best_effort']):
        # It needs no privilege, which `apply --dry-run` asks for.
        return ['diff'] + words + options(params, 'force')
    return ['apply'] + dry + words + options(
        params, 'edit_conflicts', 'schedules', 'trial', 'best_effort', 'force')


def before_and_after(document):
    before, after = [], []
    for item in document['items']:
        name = ' '.join(word for word in (item['key'], item.get('comm')) if word)
        if 'write' in item['action']:
            now = item['now'] if item['result'] else item['want']
            before.append('%s = %s' % (name, item['live']))
            after.append('%s = %s' % (name, now))
        if 'persist' in item['action']:
            before.append('%s = %s at boot' % (name, item['boot'] or item['boot_status']))
            after.append('%s = %s at boot' % (name, item['want']))
    for entry in document['files']:
        lines = before if entry['action'] == 'remove' else after
        lines.append('%s, written by lowmemctl' % entry['file'])
    return dict(before=''.join(line + '\n' for line in before),
                after=''.join(line + '\n' for line in after))


def in_words(diagnostic):
    if not diagnostic['file']:
        return diagnostic['message']
    return '%(file)s:%(line)d:%(column)d: %(message)s' % diagnostic


def why(document):
    """What went wrong, of all there is; or what the program says of the whole."""
    errors = [in_words(d) for d in document['diagnostics'] if d['severity'] == 'error']
    errors += ['%s: %s' % (item['key'], item['reason']) for item in document['items']
               if item['reason'] and (item['action'] == 'refuse'
                                      or item['result'] in ('failed', 'stuck'))]
    errors += ['%s: %s' % (entry['file'], entry['reason']) for entry in document['files']
               if entry['reason']]
    return '; '.join(errors) or document['comment']


def planned(document):
    """Whether there is something to do."""
    return bool(document['files']) or any(
        item['action'] in ('write', 'persist', 'write+persist') for item in document['items'])


def main():
    module = AnsibleModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=[('profile', 'content')],
        required_one_of=[('profile', 'content')],
        required_if=[('state', 'absent', ('profile',))],
        supports_check_mode=True,
    )
    params = module.params
    if params['persist'] is False and not params['live']:
        module.fail_json(msg='live: false and persist: false leave nothing to do')

    program = params['executable'] or module.get_bin_path('lowmemctl', not module.check_mode)
    if not program:
        # The task before may be the one that installs it.
        module.exit_json(changed=params['state'] == 'present', command=[],
                         msg='lowmemctl is not on this host yet: what it would do is not known')
    command = [program, '--json'] + options(params, 'root', 'loader')
    command += subcommand(params, module.check_mode)
    command += ['--'] + (params['profile'] or ['-'])
    rc, out, err = module.run_command(
        command, data=params['content'], environ_update=dict(LC_ALL='C'))
    result = dict(command=command, changed=False)
    try:
        document = json.loads(out)
        known = document['schema'] == 'lowmemctl/1'
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        module.fail_json(msg='no answer from %s: %s' % (program, err.strip() or out),
                         rc=rc, **result)

    result.update(document=document, msg=document['comment'], changed=document['changed'])
    if module.check_mode:
        result['changed'] = planned(document)
    if module._diff:
        result['diff'] = before_and_after(document)
    for diagnostic in document['diagnostics']:
        if diagnostic['severity'] == 'warning':
            module.warn(in_words(diagnostic))
    if rc == 0 or (rc == 2 and document['command'] == 'diff'):
        # Without `rc`: Ansible takes every one but 0 for a failure.
        module.exit_json(**result)
    result['msg'] = why(document)
    module.fail_json(rc=rc, **result)


if __name__ == '__main__':
    main()
