#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Rules of the house that a compiler does not know.

bats_require_minimum_version 1.8.0

setup() { cd "$BATS_TEST_DIRNAME/../.." || return; }

# none TEXT: there must be none of this
none() {
	[[ -z $1 ]] && return
	echo "$1"
	return 1
}

# longer_than LINES FILE...
longer_than() {
	wc -l "${@:2}" | awk -v most="$1" '$2 != "total" && $1 > most { print $2 ": " $1 " lines" }'
}

# code PATTERN GREP_ARG...: matches in src/, comments left out
code() {
	grep -nE "$1" -r --include='*.[ch]' "${@:2}" src |
		grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/?\*|//)'
}

calls() { code "(^|[^_[:alnum:]>.])($1)[[:space:]]*\(" "${@:2}"; }

@test "source: no function is longer than 60 lines" {
	local list
	list=$(ctags -o - -x --languages=C --kinds-C=f --fields=+e --_xformat='%N %n %{end} %F' \
		-R src)
	((${#list} > 0))
	none "$(awk '$3 - $2 + 1 > 60 { print $4 ":" $2 ": " $1 " has " $3 - $2 + 1 " lines" }' \
		<<<"$list")"
}

@test "source: no .c is longer than 500 lines, no .h than 150" {
	none "$(longer_than 500 src/*/*.c)"
	none "$(longer_than 150 src/*/*.h)"
}

@test "source: the helpers of the suites stay under 150 lines" {
	none "$(longer_than 149 tests/lib/lowmem.bash)"
}

# cli/ is what the suites test; a view is tested by what it shows there.  The parts
# of a module (table_fold.c) may share the test of the whole (test_table.c).
@test "source: every module has its unit test" {
	local file module missing=
	for file in src/*/*.c; do
		module=${file#src/} module=${module%.c}
		case $module in
		cli/* | render/view_*) continue ;;
		esac
		[[ -e tests/unit/${module%/*}/test_${module#*/}.c ]] ||
			[[ -e tests/unit/${module%/*}/test_$(cut -d_ -f1 <<<"${module#*/}").c ]] ||
			missing+="$file has no tests/unit/${module%/*}/test_${module#*/}.c"$'\n'
	done
	none "$missing"
}

@test "source: functions that cannot be used safely are not used" {
	none "$(calls 'strcpy|strcat|sprintf|vsprintf|strtok|strtok_r|sscanf|fscanf|scanf|atoi|atol|atoll|gets|alloca|system|popen|mktemp|tmpnam')"
	none "$(calls 'strtol|strtoll|strtoul|strtoull|strtoimax|strtoumax|strtod' --exclude=num.c)"
	none "$(code '(^|[^_[:alnum:]])goto[[:space:]]+[a-z_]+;')"
}

@test "source: memory comes from arenas, which are in base" {
	none "$(calls 'malloc|calloc|realloc|reallocarray|strdup|strndup|asprintf|vasprintf|free' \
		--exclude-dir=base)"
}

@test "source: a header is included once by #pragma once" {
	none "$(grep -L '^#pragma once' src/*/*.h)"
}

@test "source: there is no mutable state outside of functions" {
	local library=${BUILD:-build}/release/liblowmemctl.a sections
	[[ -e $library ]] || skip "nothing is built"
	sections=$(objdump -t "$library")
	((${#sections} > 0))
	none "$(awk '$1 ~ /^[0-9a-f]+$/ && $0 ~ /[ \t]O[ \t]/ {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^\.(data|bss|tdata|tbss)($|\.)/ && $i !~ /^\.data\.rel\.ro/)
				print $NF " in " $i
	}' <<<"$sections")"
}

@test "source: every file says under which license it is" {
	local file missing=
	while read -r file; do
		case $file in
		*.md | *.json | *.txt | .gitignore | LICENSE | packaging/debian/* | packaging/examples/*/debian/* | */README | */expected/*) continue ;;
		esac
		head -n 3 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
			missing+="$file"$'\n'
	done < <(tests/lint/files text)
	none "$missing"
}

@test "source: every suite has tests, with names that begin with a word and a colon" {
	local file n wrong=
	while read -r file; do
		n=$(grep -c '^@test ' "$file") || wrong+="$file: no tests"$'\n'
		[[ $file =~ ^tests/[a-z]+/[a-z_-]+\.bats$ ]] || wrong+="$file: no suite runs it"$'\n'
		[[ $n == "$(grep -cE "^@test ['\"][^:]+: .*['\"] \{" "$file")" ]] ||
			wrong+="$file: a name is not 'command: fact'"$'\n'
	done < <(tests/lint/files bats)
	none "$wrong"
}

# `! command` fails nothing but the last line of a test; a child that keeps descriptor 3
# open hangs the run.
@test "source: the suites avoid what bats cannot see" {
	local files
	mapfile -t files < <(tests/lint/files bats)
	none "$(grep -nE '^[[:space:]]+! ' "${files[@]}")"
	none "$(grep -nE '[^&>]&$' "${files[@]}" | grep -v '3>&-')"
}
