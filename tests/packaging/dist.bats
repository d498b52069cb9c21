#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tarball, and the one version that all that is packaged has.

load tree

setup() {
	cd "$TOP" || return
	DIST=$BATS_TEST_TMPDIR/dist
}

dist() { packaging/dist "lowmemctl-$VERSION" "$1" 2>/dev/null; }

@test "dist: the same bytes, by whom and whenever it is packed" {
	local first second
	first=$(dist "$DIST/1")
	second=$(cd / && umask 077 && TZ=Asia/Tokyo LC_ALL=C.UTF-8 "$TOP/packaging/dist" "lowmemctl-$VERSION" "$DIST/2" 2>/dev/null)
	cmp "$first" "$second"
}

@test "dist: what was unpacked packs itself again" {
	local first epoch
	first=$(SOURCE_DATE_EPOCH=1700000000 dist "$DIST/1")
	mkdir "$DIST/x"
	tar -C "$DIST/x" -xzf "$first"
	mkdir -p "$DIST/x/lowmemctl-$VERSION/build/release"
	touch "$DIST/x/lowmemctl-$VERSION/build/release/lowmemctl"
	GIT_CEILING_DIRECTORIES=$DIST "$DIST/x/lowmemctl-$VERSION/packaging/dist" "lowmemctl-$VERSION" "$DIST/2"
	cmp "$first" "$DIST/2/lowmemctl-$VERSION.tar.gz"
}

@test "dist: sorted, of root, of one time, and no more than git knows" {
	local tarball
	tarball=$(SOURCE_DATE_EPOCH=1700000000 dist "$DIST")
	run tar --utc -tvzf "$tarball"
	assert_equal "$(awk '{ print $2, $4, $5 }' <<<"$output" | sort -u)" '0/0 2023-11-14 22:13'
	run tar -tzf "$tarball"
	LC_ALL=C sort -c <<<"$output"
	assert_line "lowmemctl-$VERSION/src/cli/main.c"
	refute_line --regexp '^lowmemctl-[^/]*/(build|\.git)/'
	git rev-parse --git-dir >/dev/null 2>&1 || skip "needs git to know more"
	assert_equal "$(wc -l <<<"$output")" "$(git ls-files | wc -l)"
}

@test "dist: the version is the same wherever it is told" {
	assert_equal "$("$LOWMEMCTL" --version)" "lowmemctl $VERSION"
	assert_equal "$(sed -n '1s/^lowmemctl (\(.*\)-[^-]*).*/\1/p' packaging/debian/changelog)" "$VERSION"
	assert_equal "$(sed -n 's/^Version: *//p' packaging/rpm/lowmemctl.spec)" "$VERSION"
	assert_equal "$(sed -n 's/^## \[\([0-9.]*\)\].*/\1/p' CHANGELOG.md | head -n 1)" "$VERSION"
}

@test "dist: a wrong call is refused" {
	run packaging/dist
	assert_equal "$status" 64
	run packaging/dist --help
	assert_equal "$status" 0
	assert_output --partial Usage:
}
