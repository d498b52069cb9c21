#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load cli

setup() {
	sysroot modern-x86_64
	D=$SYSROOT/etc/sysctl.d
	A=$SYSROOT/etc/lowmemctl/active.d
	profile db <<<$'version: 1\nsysctl: {vm.dirty_bytes: 64M}'
	profile web <<<$'version: 1\nsysctl: {vm.swappiness: 10}'
}

# etc: what lies below etc/, without times
etc() { (cd "$SYSROOT" && find etc -type f -exec cksum {} + | sort); }

@test "unpersist: takes out one profile, by its name or its file, and leaves the others" {
	local before
	before=$(etc)
	lowmemctl persist "$BATS_TEST_TMPDIR/db.yaml" "$PROFILE"
	rm "$BATS_TEST_TMPDIR/db.yaml"
	untouched lowmemctl unpersist -n db
	assert_output --partial 'write: /etc/sysctl.d/90-lowmemctl.conf'
	untouched lowmemctl -2 --json unpersist -n --detailed-exitcode db
	assert_json '[f["file"] + " " + f["action"] for f in j["files"]]' \
		'["/etc/sysctl.d/90-lowmemctl.conf write", "/etc/lowmemctl/active.d/db.yaml remove"]'
	lowmemctl -2 unpersist --detailed-exitcode db
	assert_equal "$(ls "$A")" web.yaml
	assert_equal "$(grep -v '^#' "$D/90-lowmemctl.conf")" $'\nvm.swappiness = 10'
	assert_knob vm.swappiness 60
	lowmemctl unpersist "$PROFILE"
	assert_output --partial '(removed)'
	assert_equal "$(etc)" "$before"
	lowmemctl revert
	grep -qx 'vm.swappiness = 10' "$D/90-lowmemctl.conf"
	assert_exists "$A/web.yaml"
	lowmemctl -2 diff "$PROFILE"
	assert_output --partial 'configured, but not in force'
}

@test "unpersist: of what is not active nothing is touched, and that is said" {
	untouched lowmemctl unpersist web
	assert_output --partial 'nothing of it is persisted'
	echo 'vm.swappiness = 5' >"$D/90-lowmemctl.conf"
	untouched lowmemctl unpersist --detailed-exitcode web
	untouched lowmemctl -64 unpersist
}

@test "unpersist: a disabled line stays so while another profile needs that" {
	printf 'vm.dirty_ratio = 30\nvm.swappiness = 30' >"$SYSROOT/etc/sysctl.conf"
	cp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	lowmemctl --loader procps persist --edit-conflicts "$PROFILE" "$BATS_TEST_TMPDIR/db.yaml"
	assert_equal "$(grep -c '^# lowmemctl persist disabled: ' "$SYSROOT/etc/sysctl.conf")" 2
	lowmemctl --loader procps unpersist web
	assert_equal "$(cat "$SYSROOT/etc/sysctl.conf")" \
		$'# lowmemctl persist disabled: vm.dirty_ratio = 30\nvm.swappiness = 30'
	lowmemctl --loader procps persist --edit-conflicts "$PROFILE"
	lowmemctl --loader procps unpersist web db
	cmp "$SYSROOT/etc/sysctl.conf" "$BATS_TEST_TMPDIR/conf"
	assert_not_exists "$D/90-lowmemctl.conf"
}

@test "unpersist: without privilege nothing is touched (77)" {
	lowmemctl persist "$PROFILE"
	unprivileged
	((EUID == 0)) || skip "needs root"
	untouched lowmemctl -77 unpersist web
}

# text FILE: its bytes into $text; "none" where it is not there
text() {
	text=none
	[[ ! -e $1 ]] || IFS= read -r -d '' text <"$1" || true
}

# is_whole FILE...: it is as one of the two states has it. Nothing is forked.
is_whole() {
	local file text
	for file; do
		text "$SYSROOT/etc/$file"
		[[ $text == "${old[$file]}" || $text == "${new[$file]}" ]] ||
			fail "half written: $file: $text"
	done
}

# states: the old and the new text of ${files[@]}
states() {
	local file text
	for file in "${files[@]}"; do
		text "$BATS_TEST_TMPDIR/without/$file"
		old[$file]=$text
		text "$BATS_TEST_TMPDIR/with/$file"
		new[$file]=$text
	done
}

@test "unpersist: killed at any moment of it or of persist, every file is the old or the new one" {
	local -A old new
	local i delay began took conf=$SYSROOT/etc/sysctl.conf
	local -a files=(sysctl.conf sysctl.d/90-lowmemctl.conf lowmemctl/active.d/web.yaml)
	printf 'vm.swappiness = 30\nkernel.panic = 5' >"$conf"
	cp -a "$SYSROOT/etc" "$BATS_TEST_TMPDIR/without"
	local -a command run=("$LOWMEMCTL" --root "$SYSROOT" --loader procps -q)
	began=${EPOCHREALTIME/./}
	"${run[@]}" persist --edit-conflicts "$PROFILE"
	took=$((${EPOCHREALTIME/./} - began))
	cp -a "$SYSROOT/etc" "$BATS_TEST_TMPDIR/with"
	states
	for ((i = 0; i < 200; i++)); do
		command=(persist --edit-conflicts "$PROFILE")
		((i % 2)) || command=(unpersist web)
		# From half of what a whole run takes, with the program that starts it, to half as long again.
		delay=$((took / 2 + RANDOM * took / 32768))
		printf -v delay '%d.%06d' $((delay / 1000000)) $((delay % 1000000))
		began=${EPOCHREALTIME/./}
		if timeout -s KILL "$delay" "${run[@]}" "${command[@]}" 3>&-; then
			took=$(((took + ${EPOCHREALTIME/./} - began) / 2))
		else
			# Killed too early each time, it would never tell how long it takes.
			took=$((took + took / 20))
		fi
		is_whole "${files[@]}"
	done 2>/dev/null
	[[ -z $(find "$SYSROOT/etc" -name '*.conf' ! -path "$conf" ! -path "$D/90-lowmemctl.conf") ]]
	# Else the moments were not those of writing.
	(($(grep -L '^end ' "$SYSROOT"/var/lib/lowmemctl/journal/* | wc -l) > 0))
	"${run[@]}" persist --edit-conflicts "$PROFILE"
	# The hidden file of a write that was killed stays until that file is written again.
	diff -r -x '.*.lowmemctl-new' "$SYSROOT/etc" "$BATS_TEST_TMPDIR/with"
	"${run[@]}" unpersist web
	cmp "$conf" "$BATS_TEST_TMPDIR/without/sysctl.conf"
	[[ -z $(find "$SYSROOT/etc" -name '*lowmemctl*' -type f) ]]
}
