#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The formats of a test's result, read by other people's programs: prove, xmllint, libyaml, jq. The
# words are hostile (tests/unit/hostile_run.h); then a real lab, as a CI system tests it.

bats_require_minimum_version 1.5.0
load patience

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	RESULTS=${RESULTS:-$TOP/build/plain/tests/results}
	cd "$BATS_TEST_TMPDIR" || return
}

needs_results() {
	[ -x "$RESULTS" ] || skip "$RESULTS is not built (make tests)"
}

# The diagnostics of a TAP stream, each as libyaml reads it, as a line of JSON.
diagnostics() {
	/usr/bin/python3 -c '
import json, sys, yaml
block = None
for line in sys.stdin:
    if line == "  ---\n":
        block = []
    elif line == "  ...\n":
        print(json.dumps(yaml.safe_load("".join(block))))
        block = None
    elif block is not None:
        assert line.startswith("  "), line
        block.append(line[2:])'
}

@test "formats: prove reads TAP, counts every expectation, and sees the end that came too early" {
	needs_results
	command -v prove > /dev/null || skip "prove is not installed (Debian: perl)"
	"$RESULTS" tap13 > run.tap
	run prove --ignore-exit -e cat run.tap
	[ "$status" -eq 1 ]
	[[ $output == *"Tests: 7 Failed: 2"* ]]
	[[ $output == *"Failed tests:  3, 5"* ]]
	[[ $output == *"1 skipped subtest"* ]]
	[[ $output != *"Parse errors"* ]]
	"$RESULTS" tap13 stopped > run.tap
	run prove --ignore-exit -e cat run.tap
	[[ $output == *"Bailout called"*"Interrupt"* ]]
	"$RESULTS" tap13 none > run.tap
	run prove -e cat run.tap
	[ "$status" -eq 0 ]
	[[ $output == *"skipped: the file expects nothing"* ]]
	# Version 14 is known to the harness of Perl 5.40.
	diff <("$RESULTS" tap | sed '1s/14/13/') <("$RESULTS" tap13)
	if perl -MTAP::Parser -e 'exit($TAP::Parser::VERSION < 3.46)'; then
		"$RESULTS" tap > run.tap
		run prove --ignore-exit -e cat run.tap
		[[ $output == *"Failed tests:  3, 5"* && $output != *"Parse errors"* ]]
	fi
}

@test "formats: the diagnostics of TAP are YAML, whatever is in them" {
	needs_results
	/usr/bin/python3 -c 'import yaml' || skip "libyaml is not installed (Debian: python3-yaml)"
	"$RESULTS" tap | diagnostics > found
	[ "$(wc -l < found)" -eq 3 ]
	jq -se '.[0].line == 7 and .[0].file == "dir,one:two/50%.yaml" and
		.[0].expected == "]]> <failure/> & \"quotes\" '"'too'"'" and
		.[0].why == ["a reaches d", "", "  there:", "  ---", "  ...", "Bail out!", "<1b>"] and
		.[1].took == "1.2s" and .[1].lost == 3' found
}

@test "formats: JUnit's XML is as the schema of Jenkins has it, whatever is in it" {
	needs_results
	command -v xmllint > /dev/null || skip "xmllint is not installed (Debian: libxml2-utils)"
	for how in "" stopped none; do
		# shellcheck disable=SC2086
		"$RESULTS" junit $how > run.xml
		xmllint --noout --schema "$TOP/tests/schema/junit.xsd" run.xml
	done
	"$RESULTS" junit stopped > run.xml
	[ "$(xmllint --xpath 'string(/testsuites/@tests)' run.xml)" = 8 ]
	[ "$(xmllint --xpath 'count(//testcase)' run.xml)" = 8 ]
	[ "$(xmllint --xpath 'count(//failure)' run.xml)" = 2 ]
	[ "$(xmllint --xpath 'count(//error)' run.xml)" = 1 ]
	[ "$(xmllint --xpath 'string(//testsuite[2]/@name)' run.xml)" = "lose: the # link" ]
	[[ $(xmllint --xpath 'string(//failure[1])' run.xml) == *$'\na reaches d\n\n  there:'* ]]
	[[ $(xmllint --xpath 'string(//failure[1]/@message)' run.xml) == "expected ]]> <failure/> & "* ]]
	# (A schema that takes everything would prove nothing.)
	"$RESULTS" junit | sed 's/<testcase /<testcase line="7" /' > bad.xml
	run xmllint --noout --schema "$TOP/tests/schema/junit.xsd" bad.xml
	[ "$status" -ne 0 ]
}

@test "formats: JSON is JSON, and as its schema says" {
	needs_results
	/usr/bin/python3 -c 'import jsonschema' || skip "jsonschema is not installed (Debian: python3-jsonschema)"
	"$RESULTS" json > test.1.json
	"$RESULTS" json stopped > test.2.json
	"$RESULTS" json none > test.3.json
	"$TOP/tests/schema/check" "$TOP/man/schemas" test.?.json
	jq -se '.[0].stopped == null and (.[1].stopped | startswith("Interrupt")) and .[2].results == []' test.?.json
}

@test "formats: of GitHub's commands every line is one, and none comes out of a word" {
	needs_results
	"$RESULTS" github > run
	[ "$(wc -l < run)" -eq 4 ]
	[ "$(grep -cE '^::(error|warning) file=[^:,]*,line=[0-9]+,col=[0-9]+,title=[^:,]*::[^:]' run)" -eq 3 ]
	tail -n 1 run | grep -x 'lab: 4 passed, 2 failed, 1 skipped'
}

# A lab of which one expectation fails.
write_lab() {
	cat > mine.yaml <<-YAML
		netemu: 1
		name: fo$$
		routers: { r1: { asn: 65010 }, r2: { asn: 65020 } }
		hosts: { h1: { address: 10.50.1.10/24 }, h2: { address: 10.50.2.10/24 } }
		links: { a: { between: [h1, r1] }, b: { between: [r1, r2], bgp: true }, c: { between: [r2, h2] } }
		expect:
		  - { from: h1, to: h2, reachable: true }
		  - { from: h1, to: h2, reachable: false, because: wishful thinking }
	YAML
}

@test "formats: with -o the file has its format, and people still have their text" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	write_lab
	run --separate-stderr "$NETEMU" test mine.yaml --format junit -o results.xml
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == RESULT*LINE*TEST*EXPECTED*OBSERVED ]]
	[[ $output == *"FAILED mine.yaml:8: h1 to h2"*"because: wishful thinking"*"1 passed, 1 failed" ]]
	[[ $(head -n 1 results.xml) == '<?xml'* ]]
	grep -q '<failure message="expected no answer, observed ' results.xml
	run --separate-stderr "$NETEMU" test mine.yaml --format github -o results.tap
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "::error file=mine.yaml,line=8,col=5,title=h1 to h2::expected no answer"* ]]
	[ "$(head -n 2 results.tap)" = $'TAP version 14\n1..2' ]
	run --separate-stderr "$NETEMU" test mine.yaml -o nowhere/results.xml
	[ "$status" -eq 2 ]
	[[ $stderr == *"cannot write 'nowhere/results.xml'"* ]]
	run --separate-stderr "$NETEMU" test mine.yaml --format xml
	[ "$status" -eq 2 ]
	[[ $stderr == *"--format is one of text|tap|tap13|junit|json|github, not 'xml'"* ]]
}

# (A busy machine may not have come far in three seconds. What a shell starts in the background, the
# tests, too, ignores an interrupt.)
is_bailed_out() {
	env --default-signal=INT timeout -s INT $((3 + pause)) "$NETEMU" test mine.yaml -o results.tap > /dev/null 2>&1 && return 1
	grep -q '^Bail out! Interrupt' results.tap || return "$LATE"
}

@test "formats: a test that is interrupted does not look as if it were well" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	write_lab
	sed -i '/wishful/d' mine.yaml
	for i in $(seq 300); do
		echo "  - { from: h1, to: h2, reachable: true, rtt: ..$i.5ms, within: 60s, because: ever again }"
	done >> mine.yaml
	sed -i 's/from: h1, to: h2, reachable: true }/from: h1, to: h2, rtt: 900ms..990ms, within: 60s }/' mine.yaml
	patiently is_bailed_out
}

@test "formats: validate shows its findings at the lines of the file on GitHub" {
	write_lab
	sed -i 's/65020/65021x/' mine.yaml
	run --separate-stderr "$NETEMU" validate --format github mine.yaml
	[ "$status" -eq 2 ]
	[ -z "$stderr" ]
	[[ ${lines[0]} == "::error file=mine.yaml,line=3,col=43,title=bad-number::'asn' needs an AS number"* ]]
	run --separate-stderr "$NETEMU" validate --format json mine.yaml
	jq -e '.[0].line == 3' <<< "$output"
}
