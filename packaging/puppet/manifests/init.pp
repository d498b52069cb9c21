# SPDX-License-Identifier: GPL-2.0-or-later
#
# @summary The program, its folder of profiles, and profiles by name, from Hiera for instance.
#
# @param package
#   The package to install; undef where lowmemctl comes otherwise.
# @param profiles
#   What lowmemctl::profile takes, by name.
# @param program
#   The program, by name or path.
# @param root
#   A tree of files to work on instead of the host.
class lowmemctl (
  Optional[String[1]] $package = undef,
  Hash[String[1], Hash] $profiles = {},
  String[1] $program = 'lowmemctl',
  Optional[Pattern[/\A\//]] $root = undef,
) {
  if $package {
    package { $package:
      ensure => installed,
      before => File["${root}/etc/lowmemctl"],
    }
  }

  file { ["${root}/etc/lowmemctl", "${root}/etc/lowmemctl/profiles"]:
    ensure => directory,
    mode   => '0755',
  }

  $profiles.each |$name, $arguments| {
    lowmemctl::profile { $name:
      * => $arguments,
    }
  }
}
