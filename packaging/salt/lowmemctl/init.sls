# SPDX-License-Identifier: GPL-2.0-or-later
#
# Profiles of lowmemctl, from the pillar:
#
#   lowmemctl:
#     profiles:
#       database: {}                 # one that is shipped
#       web:                         # one that is kept in the pillar
#         content: |
#           version: 1
#           name: web
#           sysctl: {vm.swappiness: 10}
#       old: {absent: true}
#
# `verify` guards each of them, so that test=True foretells, and a host that is as wanted
# reports no change. `apply --json` speaks the protocol of stateful commands.

{%- set lowmemctl = salt['pillar.get']('lowmemctl', {}) %}
{%- set program = lowmemctl.get('program', 'lowmemctl') %}
{%- set root = lowmemctl.get('root', '') %}
{%- set command = program ~ (' --root ' ~ root if root else '') %}

{%- for name, profile in lowmemctl.get('profiles', {}).items() %}
{%- if profile.get('absent') %}

lowmemctl unpersist {{ name }}:
  cmd.run:
    - name: {{ command }} unpersist --json {{ name }}
    - onlyif: test -e {{ root }}/etc/lowmemctl/active.d/{{ name }}.yaml
    - stateful: True

{{ root }}/etc/lowmemctl/profiles/{{ name }}.yaml:
  file.absent
{%- else %}
{%- if profile.get('content') %}

{{ root }}/etc/lowmemctl/profiles/{{ name }}.yaml:
  file.managed:
    - contents: {{ profile.content | yaml_dquote }}
    - mode: "0644"
    - dir_mode: "0755"
    - makedirs: True
    - check_cmd: {{ command }} profile check -q
    - require_in:
      - cmd: lowmemctl apply {{ name }}
{%- endif %}

lowmemctl apply {{ name }}:
  cmd.run:
    - name: {{ command }} apply --persist --json {{ name }}
    - unless: {{ command }} verify -q --persist {{ name }}
    - stateful: True
{%- endif %}
{%- endfor %}
