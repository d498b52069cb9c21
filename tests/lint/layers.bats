#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The rooms of src/ know those below them and no others: src/README.md.

bats_require_minimum_version 1.8.0

setup() { cd "$BATS_TEST_DIRNAME/../.." || return; }

allowed() {
	case $1 in
	base) ;;
	sys | knob) echo base ;;
	profile | state) echo knob sys base ;;
	plan | oom) echo profile state knob base ;;
	apply) echo plan state knob sys base ;;
	watch) echo apply plan profile state knob sys base ;;
	render) echo oom apply plan state profile knob base ;;
	cli) echo apply base knob oom plan profile render state sys watch ;;
	*) return 1 ;;
	esac
}

# none TEXT: there must be none of this
none() {
	[[ -z $1 ]] && return
	echo "$1"
	return 1
}

# calls ROOMS NAMES: the lines that call one of these functions, comments left out
calls() {
	local dirs=()
	read -ra dirs <<<"$1"
	grep -nE "(^|[^_[:alnum:]])($2)\(" -r --include='*.[ch]' "${dirs[@]/#/src/}" |
		grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/?\*|//)'
}

@test "layers: every room is known" {
	local room
	for room in src/*/; do
		room=$(basename "$room")
		allowed "$room" >/dev/null || none "src/$room is in no layer"
	done
}

@test "layers: includes name their room, and point down" {
	local file line room to wrong=
	while IFS=: read -r file line to; do
		room=${file#src/} room=${room%%/*} to=${to#*\"}
		[[ $to == */* && " $(allowed "$room") $room " == *" ${to%%/*} "* ]] ||
			wrong+="$file:$line: $room may not include $to"$'\n'
	done < <(grep -nE '^#[[:space:]]*include[[:space:]]*"' -r --include='*.[ch]' --include='*.def' src)
	none "$wrong"
}

@test "layers: plan, oom and render open nothing" {
	local rooms=plan
	[[ ! -d src/oom ]] || rooms+=' oom'
	none "$(calls "$rooms" 'open|openat|openat2|fopen|opendir|read|pread|root_[a-z]+|getenv|stat|access')"
	none "$(calls render 'open|openat|openat2|fopen|opendir|root_[a-z]+')"
}

@test "layers: only cli, daemon and render print, and only cli and daemon exit" {
	local rooms=
	for room in base sys knob oom profile state plan apply; do
		[[ ! -d src/$room ]] || rooms+=" $room"
	done
	none "$(calls "$rooms" 'printf|puts|putchar|perror|vprintf|err|errx|warn|warnx')"
	none "$(calls "$rooms render" 'exit|abort')"
}
