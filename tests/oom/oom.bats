#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What diagnose makes of logs with labels, whole and damaged: score, mangle.
#
# OOM_CORPUS   another folder of NAME.txt with NAME.expect.json that must not get worse
# OOM_CASES    how many logs are mangled (as many as go into OOM_SECONDS)
# OOM_SECONDS  for how long (60)
# OOM_SEED     other cases

load ../lib/lowmem

setup() {
	requires python3
	corpus=$BATS_TEST_TMPDIR/some/corpus
	recorded=$BATS_TEST_TMPDIR/recorded
	mkdir -p "$corpus"
}

# score ARG...: sets status and output, and shows them
score() {
	run bounded "$BATS_TEST_DIRNAME/score" "$@"
	printf '%s\n' "$output"
}

# answers JSON: write a program that says so of any log
answers() {
	program=$BATS_TEST_TMPDIR/program
	printf '%s\n' '#!/bin/sh' "cat <<'EOT'" "$1" EOT >"$program"
	chmod +x "$program"
}

# logs: two logs of the corpus, each of one report
logs() {
	local name
	for name in kill-line-memcg-only el5-2.6.18-x86_64-dma; do
		cp "$TESTS/fixtures/oom/$name".{txt,expect.json} "$corpus"
	done
}

# labelled NAME: a program that gives the labels of a log for an answer
labelled() {
	answers "$(cat "$TESTS/fixtures/oom/$1.expect.json")"
}

@test "score: no log is judged worse than the last time" {
	local folders=("$TESTS/fixtures/oom")
	[[ -z ${OOM_CORPUS:-} ]] || folders+=("$OOM_CORPUS")
	score "$LOWMEMCTL" "${folders[@]}"
	grep -E '^[^ ]+/[^ ]+: victims ' <<<"$output" | sed 's/^/# note: score: /' >&3
	assert_equal "$status" 0
}

@test "score: every label of our own logs is met" {
	run grep -x 'fixtures/oom 100 100 100 100' "$BATS_TEST_DIRNAME/score.recorded"
	assert_success
}

@test "score: what a log does not say in labels is not judged, and all is counted" {
	logs
	rm "$corpus"/el5*.expect.json
	labelled kill-line-memcg-only
	score "$program" "$corpus" --recorded "$recorded"
	assert_equal "$status" 0
	assert_output 'some/corpus: victims 100 % (1/1), causes 100 % (1/1), fields 100 % (18/18), counts 100 % (1/1)'
}

@test "score: a wrong field is shown with what was wanted" {
	logs
	labelled kill-line-memcg-only
	score "$program" "$corpus" --recorded "$recorded"
	assert_equal "$status" 0
	assert_line "el5-2.6.18-x86_64-dma: report 1: killed_pid: wanted 2810, got 88121"
	assert_line "el5-2.6.18-x86_64-dma: report 1: zones_below_min: wanted ['Node 0 DMA'], got None"
	assert_line --partial 'victims 50 % (1/2), causes 50 % (1/2), fields '
	refute_line --partial 'kill-line-memcg-only: '
}

@test "score: each wrong label is found" {
	local field
	logs
	rm "$corpus"/kill*
	labelled el5-2.6.18-x86_64-dma
	for field in trigger_comm trigger_pid gfp_mask order constraint memcg_path killed_pid killed_comm \
		killed_anon_rss_kb killed_uid killed_oom_score_adj zones_below_min highmem_free_kb \
		lowmem_exhausted fragmented swap_total_kb swap_free_kb cause; do
		cp "$TESTS/fixtures/oom/el5-2.6.18-x86_64-dma.expect.json" "$corpus"
		sed -i "s/\"$field\": \".*\"/\"$field\": \"0xbad\"/; t
			s/\"$field\": [^,[]*,/\"$field\": \"0xbad\",/; s/\"$field\": \[/&\"0xbad\", /" "$corpus"/*.json
		score "$program" "$corpus" --recorded "$recorded"
		assert_line --partial "report 1: $field: wanted "
		assert_line --partial 'fields 94.44 % (17/18)'
	done
}

@test "score: what is the same in other words is no difference" {
	logs
	rm "$corpus"/kill*
	labelled el5-2.6.18-x86_64-dma
	sed -i 's/"0xd1"/"0xD1(GFP_KERNEL|GFP_DMA)"/; s/"constraint": null/"constraint": "none"/' "$program"
	sed -i 's/"cause": "dma"/"also_accept": ["global", "dma"], "cause": "lowmem"/' "$corpus"/*.json
	score "$program" "$corpus" --recorded "$recorded"
	assert_output --partial 'fields 100 % (18/18)'
	sed -i 's/"lowmem_exhausted": false/"lowmem_exhausted": 0/' "$program"
	score "$program" "$corpus" --recorded "$recorded"
	assert_line --partial 'lowmem_exhausted: wanted False, got 0'
}

# el7-3.10-global-then-memcg has two reports.
@test "score: reports too few and too many are told, and the others are still judged" {
	cp "$TESTS"/fixtures/oom/el7-3.10-global-then-memcg.* "$corpus"
	labelled el7-3.10-global-then-memcg
	python3 - "$corpus"/*.json <<-'EOT'
		import json, sys
		path = sys.argv[1]
		labels = json.load(open(path))
		first = dict(labels["reports"][0], killed_pid=77, trigger_comm="x", gfp_mask="0x1", swap_free_kb=1)
		labels["reports"].insert(0, first)
		json.dump(labels, open(path, "w"))
	EOT
	score "$program" "$corpus" --recorded "$recorded"
	assert_line 'el7-3.10-global-then-memcg: reports: wanted 3, got 2'
	assert_line 'el7-3.10-global-then-memcg: report 1: not found'
	assert_line --partial 'victims 66.66 % (2/3), causes 66.66 % (2/3), fields 66.66 % (36/54), counts 0 % (0/1)'
	cp "$TESTS"/fixtures/oom/kill-line-global-only.expect.json "$corpus/el7-3.10-global-then-memcg.expect.json"
	score "$program" "$corpus" --recorded "$recorded"
	assert_line 'el7-3.10-global-then-memcg: reports: wanted 1, got 2'
	assert_line --partial 'not in the labels: killed '
}

@test "score: a program that fails or says no JSON gets nothing for it" {
	logs
	score /bin/false "$corpus" --recorded "$recorded"
	assert_line 'kill-line-memcg-only: exit status 1: '
	assert_line --partial 'victims 0 % (0/2), causes 0 % (0/2), fields 0 % (0/36), counts 0 % (0/2)'
	score /bin/echo "$corpus" --recorded "$recorded"
	assert_line --partial 'kill-line-memcg-only: no JSON with reports: '
}

@test "score: a loss against the recorded score fails, a gain does not" {
	logs
	labelled kill-line-memcg-only
	score "$program" "$corpus" --recorded "$recorded" --record
	assert_equal "$status" 0
	run cat "$recorded"
	assert_line --regexp '^some/corpus 50 50 [0-9.]+ 100$'
	score "$program" "$corpus" --recorded "$recorded"
	assert_equal "$status" 0
	rm "$corpus"/kill*
	score "$program" "$corpus" --recorded "$recorded"
	assert_equal "$status" 1
	assert_line 'some/corpus: victims: 0 % is less than the 50 % that were recorded'
	labelled el5-2.6.18-x86_64-dma
	score "$program" "$corpus" --recorded "$recorded"
	assert_equal "$status" 0
}

@test "score: nothing to judge is no success" {
	score /bin/true "$corpus"
	assert_equal "$status" 1
	score /bin/true
	assert_equal "$status" 64
}

# bats itself ends a test after 180 seconds
@test "mangle: damaged logs name their victims, and nobody else" {
	run timeout -k 5 170 "$BATS_TEST_DIRNAME/mangle" "$LOWMEMCTL" "$TESTS/fixtures/oom" \
		--seconds "${OOM_SECONDS:-60}" --cases "${OOM_CASES:-100000}" --seed "${OOM_SEED:-1}" 3>&-
	printf '%s\n' "$output"
	echo "# note: mangle: ${lines[-1]}" >&3
	assert_equal "$status" 0
}

# mangled ANSWER TEXT: the program's answer does not do for a log
mangled() {
	answers "$1"
	run bounded "$BATS_TEST_DIRNAME/mangle" "$program" "$corpus" --cases 40 --most 100
	printf '%s\n' "$output"
	assert_equal "$status" 1
	assert_output --partial "$2"
}

@test "mangle: who is left out and who is made up is found" {
	logs
	rm "$corpus"/kill*
	mangled '{"reports": []}' '  not named as victims: [2810]'
	mangled '{"reports": []}' '  0 reports, and not 1'
	mangled '{"reports": [{"killed_pid": 4711, "kills": []}]}' '  victims that are not in the log: [4711]'
	mangled '{"reports": [{"killed_pid": 2810, "kills": [{"pid": 4711}]}]}' '  victims that are not in the log: [4711]'
	mangled '{"reports": [{"killed_pid": 2810}]}' "  a report without 'kills'"
	mangled '{' '  no JSON with reports: '
}

@test "mangle: the same seed mangles in the same way" {
	local n
	answers '{'
	for n in 1 2; do
		run bounded "$BATS_TEST_DIRNAME/mangle" "$program" "$TESTS/fixtures/oom" --seed x --case 17 \
			--keep "$BATS_TEST_TMPDIR/kept$n"
	done
	cmp "$BATS_TEST_TMPDIR"/kept[12]
	[[ -s $BATS_TEST_TMPDIR/kept1 ]]
}
