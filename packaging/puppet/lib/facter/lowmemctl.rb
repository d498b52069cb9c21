# SPDX-License-Identifier: GPL-2.0-or-later
#
# lowmemctl: what `lowmemctl verify` says of the profiles that are persisted on this host.
# It needs no privilege, changes nothing, and takes some milliseconds.

require 'json'

Facter.add(:lowmemctl) do
  confine { Facter::Core::Execution.which('lowmemctl') }

  setcode do
    answer = Facter::Core::Execution.execute('lowmemctl verify --json 2>/dev/null', on_fail: '')
    begin
      document = JSON.parse(answer)
      {
        'in_sync' => document['in_sync'],
        'comment' => document['comment'],
        'loader' => document['loader'],
        'drifted' => document['items'].select { |item|
          item['live_status'] == 'differs' || %w[differs unset overridden].include?(item['boot_status'])
        }.map { |item| item['key'] },
        'exit_code' => document['exit_code'],
      }
    rescue JSON::ParserError
      nil
    end
  end
end
