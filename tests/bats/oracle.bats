#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Routes against BIRD's, router by router: see tests/oracle/compare.
#
#	ORACLE_SEED=N	the first of the random topologies' seeds (1)
#	ORACLE_COUNT=N	how many of each kind (200)

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	ORACLE=${ORACLE:-$TOP/build/plain/tests/oracle}
	export ORACLE
	cd "$TOP" || exit
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	PATH=$PATH:/usr/sbin command -v bird > /dev/null || skip "needs bird (Debian: bird2)"
}

# compare ARGS...: what differs is shown.
compare() {
	timeout 900 tests/oracle/compare "$@" > "$BATS_TEST_TMPDIR/tap" ||
		{ cat "$BATS_TEST_TMPDIR/tap"; return 1; }
	! grep -A60 '^not ok' "$BATS_TEST_TMPDIR/tap"
}

@test "oracle: on random topologies of plain routers netemu's tables are BIRD's" {
	compare -n "${ORACLE_COUNT:-200}" -s "${ORACLE_SEED:-1}"
	[ "$(grep -c '^ok' "$BATS_TEST_TMPDIR/tap")" -eq "${ORACLE_COUNT:-200}" ]
}

@test "oracle: on random clouds, networks, sites and circuits, too" {
	compare -c "$((${ORACLE_COUNT:-200} / 4))" -s "${ORACLE_SEED:-1}"
	[ "$(grep -c '^ok' "$BATS_TEST_TMPDIR/tap")" -eq "$((${ORACLE_COUNT:-200} / 4))" ]
}

@test "oracle: the rules of circuits and gateways, as BIRD filters, on every topology" {
	compare topologies/*.yaml
	# Those with speakers that are not written for BIRD are skipped; most must not be.
	[ "$(grep -c '^ok.*# SKIP' "$BATS_TEST_TMPDIR/tap")" -lt "$(($(grep -c '^ok' "$BATS_TEST_TMPDIR/tap") / 2))" ]
}

@test "oracle: a wrong table is told from a right one" {
	cat > "$BATS_TEST_TMPDIR/lying" <<-'SH'
		#!/bin/sh
		"$REAL_ORACLE" "$@" || exit
		[ "$1" != write ] || sed -i '0,/ best$/s/ best$//' "$3"/*.want
	SH
	chmod +x "$BATS_TEST_TMPDIR/lying"
	REAL_ORACLE=$ORACLE ORACLE=$BATS_TEST_TMPDIR/lying run timeout 300 tests/oracle/compare -n 1 -s 3 -t 10
	[[ $output == *"not ok 1 - random topology of seed 3"* ]]
}
