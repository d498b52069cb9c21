# SPDX-License-Identifier: GPL-2.0-or-later
#
# puppet apply --noop examples/site.pp

class { 'lowmemctl':
  package => 'lowmemctl',
}

lowmemctl::profile { 'highmem-protect':
  content => @(PROFILE),
    version: 1
    name: highmem-protect
    when: {highmem: true}
    lower_zone_protection: 250
    | PROFILE
}

lowmemctl::profile { 'old':
  ensure => absent,
}
