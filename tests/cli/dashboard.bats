#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The dashboard for Grafana asks for what there is.

load cli

setup() { dashboard=$TESTS/../packaging/grafana/lowmemctl.json; }

# queries: every expression, with Grafana's variables filled in
queries() {
	python3 - "$dashboard" <<-'EOF'
		import json, sys

		def walk(node):
		    if isinstance(node, dict):
		        if isinstance(node.get("expr"), str):
		            yield node["expr"]
		        node = list(node.values())
		    if isinstance(node, list):
		        for one in node:
		            yield from walk(one)

		for expr in walk(json.load(open(sys.argv[1]))):
		    for name, value in (("$__rate_interval", "5m"), ("$__range", "1h"), ("$__interval", "1m"), ("$instance", ".*")):
		        expr = expr.replace(name, value)
		    print(expr)
	EOF
}

@test "dashboard: it is JSON, with panels that do not lie over each other" {
	run python3 - "$dashboard" <<-'EOF'
		import json, sys
		panels = json.load(open(sys.argv[1]))["panels"]
		seen = set()
		for panel in panels:
		    grid = panel["gridPos"]
		    assert grid["x"] + grid["w"] <= 24, panel["title"]
		    for x in range(grid["x"], grid["x"] + grid["w"]):
		        for y in range(grid["y"], grid["y"] + grid["h"]):
		            assert (x, y) not in seen, panel["title"]
		            seen.add((x, y))
		    assert panel["targets"] and panel["description"], panel["title"]
		assert len({panel["id"] for panel in panels}) == len(panels) > 5
	EOF
	assert_success
	assert_output ''
}

@test "dashboard: it asks for metrics that verify writes, by their names" {
	local name
	for name in $(queries | grep -oE 'lowmemctl_[a-z_]+' | sort -u); do
		grep -q "\"${name#lowmemctl_}\"" "$TESTS"/../src/render/view_metrics.c || fail "no $name"
	done
}

@test "dashboard: Prometheus understands its queries" {
	requires promtool
	local n=0 query
	echo 'groups: [{name: dashboard, rules: [' >"$BATS_TEST_TMPDIR/rules.yml"
	while read -r query; do
		n=$((n + 1))
		printf '{record: "query:%d", expr: %s},\n' "$n" "$(json_string "$query")"
	done < <(queries) >>"$BATS_TEST_TMPDIR/rules.yml"
	echo ']}]' >>"$BATS_TEST_TMPDIR/rules.yml"
	run promtool check rules "$BATS_TEST_TMPDIR/rules.yml"
	assert_success
	assert_output --partial "$n rules found"
	((n > 10))
}

# json_string TEXT: as a string of JSON, which is one of YAML
json_string() { python3 -c 'import json, sys; print(json.dumps(sys.argv[1]))' "$1"; }
