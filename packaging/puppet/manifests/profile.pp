# SPDX-License-Identifier: GPL-2.0-or-later
#
# @summary A host's memory settings as a lowmemctl profile says, all of them or none.
#
# `lowmemctl verify` says whether there is anything to do, so that a run that changes
# nothing reports nothing, and `--noop` foretells.
#
# @example One that is shipped
#   lowmemctl::profile { 'database': }
#
# @example One of a module's own
#   lowmemctl::profile { 'web':
#     content => file('site/web.yaml'),
#   }
#
# @param ensure
#   absent takes out what was persisted, and the file that `content` made; the running
#   kernel keeps its values, until the next boot or `lowmemctl revert`.
# @param content
#   The profile, which becomes /etc/lowmemctl/profiles/NAME.yaml; without it the host has one
#   of that name. One with mistakes is not written.
# @param persist
#   Whether the settings outlast the next boot.
# @param best_effort
#   Leave out what a container or a chroot cannot do, instead of failing.
# @param edit_conflicts
#   Disable, reversibly, lines in files below /etc that would win at the next boot.
# @param loader
#   Who reads the persisted settings at boot. By default lowmemctl finds out.
define lowmemctl::profile (
  Enum['present', 'absent'] $ensure = 'present',
  Optional[String[1]] $content = undef,
  Boolean $persist = true,
  Boolean $best_effort = false,
  Boolean $edit_conflicts = false,
  Optional[Enum['systemd', 'procps', 'busybox', 'sysctl.conf']] $loader = undef,
) {
  include lowmemctl

  $etc = "${lowmemctl::root}/etc/lowmemctl"
  $options = {
    "--root=${lowmemctl::root}" => $lowmemctl::root,
    "--loader=${loader}"        => $loader,
  }
  $apply_options = {
    '--persist'        => $persist,
    '--edit-conflicts' => $persist and $edit_conflicts,
    '--best-effort'    => $best_effort,
  }
  $program = [$lowmemctl::program] + $options.filter |$option, $given| { $given }.keys
  $apply = ['apply'] + $apply_options.filter |$option, $given| { $given }.keys
  $verify = $persist ? { true => ['verify', '-q', '--persist'], default => ['verify', '-q'] }
  $path = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

  if $ensure == 'present' {
    if $content {
      $check = shellquote($program, 'profile', 'check', '-q')
      file { "${etc}/profiles/${name}.yaml":
        ensure       => file,
        content      => $content,
        mode         => '0644',
        validate_cmd => "${check} %",
        before       => Exec["lowmemctl apply ${name}"],
      }
    }
    # Puppet's noop fails where a guard's program is not there, which the same run may be to install.
    $there = shellquote('command', '-v', $lowmemctl::program)
    exec { "lowmemctl apply ${name}":
      command  => shellquote($program, $apply, $name),
      unless   => "${there} >/dev/null || exit 1; ${shellquote($program, $verify, $name)}",
      provider => shell,
      path     => $path,
      require  => Class['lowmemctl'],
    }
  } else {
    exec { "lowmemctl unpersist ${name}":
      command => shellquote($program, 'unpersist', $name),
      onlyif  => shellquote('test', '-e', "${etc}/active.d/${name}.yaml"),
      path    => $path,
    }
    if $content {
      file { "${etc}/profiles/${name}.yaml":
        ensure => absent,
      }
    }
  }
}
