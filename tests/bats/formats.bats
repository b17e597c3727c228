#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The formats of test results, read by prove, xmllint, libyaml and jq: first with hostile text
# (tests/unit/hostile_run.h), then from a real lab, as a CI system tests it.

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

# Prints each diagnostic of a TAP stream, as libyaml parses it, as a line of JSON.
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

@test "formats: prove reads TAP, counts every expectation, and notices an early end" {
	needs_results
	command -v prove > /dev/null || skip "prove is not installed (Debian: perl)"
	"$RESULTS" tap > run.tap
	run prove -e cat run.tap
	[ "$status" -eq 1 ]
	[[ $output == *"Tests: 7 Failed: 2"* ]]
	[[ $output == *"Failed tests:  3, 5"* ]]
	[[ $output == *"1 skipped subtest"* ]]
	[[ $output != *"Parse errors"* ]]
	"$RESULTS" tap stopped > run.tap
	run prove --exec cat run.tap
	[ "$status" -ne 0 ]
	[[ $output == *"Bailout called"*"Interrupt"* ]]
	"$RESULTS" tap none > run.tap
	run prove -e cat run.tap
	[ "$status" -eq 0 ]
	[[ $output == *"skipped: the file has no expectations"* ]]
	"$RESULTS" tap | sed '/^not ok 5/,/\.\.\.$/d; s/^not ok 3/ok 3/; s/^1\.\.7/1..6/; s/^ok \([67]\)/ok/' > run.tap
	run prove -e cat run.tap
	[ "$status" -eq 0 ]
	# The harness parses each diagnostic as a block of YAML, and knows every line.
	"$RESULTS" tap > run.tap
	[ "$(perl -MTAP::Parser -e '
		my $p = TAP::Parser->new({ exec => [ "cat", "run.tap" ] });
		my (%n, @took);
		while (my $r = $p->next) {
			$n{$r->type}++;
			push @took, $r->data->{took} // "-" if $r->is_yaml;
		}
		print join(" ", (map { "$_=$n{$_}" } sort keys %n), @took, scalar $p->parse_errors)')" = \
		"plan=1 test=7 version=1 yaml=3 - 1.2s 20.5ms 0" ]
}

@test "formats: the diagnostics of TAP are YAML, whatever they contain" {
	needs_results
	/usr/bin/python3 -c 'import yaml' || skip "libyaml is not installed (Debian: python3-yaml)"
	"$RESULTS" tap | diagnostics > found
	[ "$(wc -l < found)" -eq 3 ]
	jq -se '.[0].line == 7 and .[0].file == "dir,one:two/50%.yaml" and
		.[0].expected == "]]> <failure/> & \"quotes\" '"'too'"'" and
		.[0].why == ["a reaches d", "", "  there:", "  ---", "  ...", "Bail out!", "<1b>"] and
		.[1].took == "1.2s" and .[1].lost == 3' found
}

@test "formats: JUnit's XML is valid by the schema of Jenkins, whatever it contains" {
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
	# A schema that accepts everything would prove nothing.
	"$RESULTS" junit | sed 's/<testcase /<testcase line="7" /' > bad.xml
	run xmllint --noout --schema "$TOP/tests/schema/junit.xsd" bad.xml
	[ "$status" -ne 0 ]
}

@test "formats: JSON is valid by its schema" {
	needs_results
	/usr/bin/python3 -c 'import jsonschema' || skip "jsonschema is not installed (Debian: python3-jsonschema)"
	"$RESULTS" json > test.1.json
	"$RESULTS" json stopped > test.2.json
	"$RESULTS" json none > test.3.json
	"$TOP/tests/schema/check" "$TOP/man/schemas" test.?.json
	jq -se '.[0].stopped == null and (.[1].stopped | startswith("Interrupt")) and .[2].results == []' test.?.json
}

@test "formats: every line is a command of GitHub, and no text adds another one" {
	needs_results
	"$RESULTS" github > run
	[ "$(wc -l < run)" -eq 4 ]
	[ "$(grep -cE '^::(error|warning) file=[^:,]*,line=[0-9]+,col=[0-9]+,title=[^:,]*::[^:]' run)" -eq 3 ]
	tail -n 1 run | grep -x 'lab: 4 passed, 2 failed, 1 skipped'
}

# A lab in which one expectation fails.
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

@test "formats: -o writes the file in its format, and standard output stays text" {
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
	[ "$(head -n 2 results.tap)" = $'TAP version 13\n1..2' ]
	run --separate-stderr "$NETEMU" test mine.yaml -o nowhere/results.xml
	[ "$status" -eq 2 ]
	[[ $stderr == *"cannot write 'nowhere/results.xml'"* ]]
	run --separate-stderr "$NETEMU" test mine.yaml --format xml
	[ "$status" -eq 2 ]
	[[ $stderr == *"--format is one of text|tap|junit|json|github, not 'xml'"* ]]
}

# A busy machine may not get far in three seconds. A command that a shell starts in the background,
# as the tests do, ignores an interrupt.
is_bailed_out() {
	env --default-signal=INT timeout -s INT $((3 + pause)) "$NETEMU" test mine.yaml -o results.tap > /dev/null 2>&1 && return 1
	grep -q '^Bail out! Interrupt' results.tap || return "$LATE"
}

@test "formats: an interrupted test does not look like a passed one" {
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

# refused_in_each FORMAT STATUS WORDS ARGUMENT...: runs 'test', which cannot begin, and checks that
# standard output and a file have a report with these words.
refused_in_each() {
	local want=$1 words=$2 suffix format
	shift 2
	for format in tap junit json github; do
		suffix=$format
		[ "$format" != junit ] || suffix=xml
		rm -f out.*
		run --separate-stderr "${as[@]}" "$NETEMU" test --format "$format" "$@"
		[ "$status" -eq "$want" ] || { echo "$format $*: $status"; return 1; }
		[[ $stderr == *"$words"* ]]
		printf '%s\n' "$output" > "out.$suffix"
		says_refused "$format" "out.$suffix" "$words"
		[ "$format" != github ] || continue
		rm "out.$suffix"
		run --separate-stderr "${as[@]}" "$NETEMU" test -o "out.$suffix" "$@"
		[ "$status" -eq "$want" ]
		says_refused "$format" "out.$suffix" "$words"
	done
	run --separate-stderr "${as[@]}" "$NETEMU" test -o out.txt "$@"
	[ "$status" -eq "$want" ]
	[ -z "$output" ]
	grep -F "0 passed, 0 failed; not finished: " out.txt | grep -qFe "$words"
}

# says_refused FORMAT FILE WORDS
says_refused() {
	case $1 in
	tap)
		[ "$(head -n 2 "$2")" = $'TAP version 13\n1..0' ]
		grep '^Bail out! ' "$2" | grep -qFe "$3"
		if command -v prove > /dev/null; then run ! prove -e cat "$2"; fi ;;
	junit)
		xmllint --noout --schema "$TOP/tests/schema/junit.xsd" "$2" 2> /dev/null
		[ "$(xmllint --xpath 'string(/testsuites/@errors)' "$2")" = 1 ]
		[[ $(xmllint --xpath 'string(//testcase/error)' "$2") == *"$3"* ]] ;;
	json)
		cp "$2" "test.$BATS_TEST_NUMBER.json"
		"$TOP/tests/schema/check" "$TOP/man/schemas" "test.$BATS_TEST_NUMBER.json"
		jq -e --arg w "$3" '.stopped != null and any(.findings[]; .severity == "error" and
			(.text | contains($w)))' "$2" ;;
	github)
		grep -q '^::error ' "$2"
		grep '^::error ' "$2" | grep -qFe "$3" ;;
	esac
}

@test "formats: a test that cannot begin has a report in each format" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	command -v xmllint > /dev/null || skip "xmllint is not installed (Debian: libxml2-utils)"
	/usr/bin/python3 -c 'import jsonschema' || skip "jsonschema is not installed (Debian: python3-jsonschema)"
	as=(env)
	write_lab
	sed 's/65020/65021x/; s/from: h1/from: h9/' mine.yaml > wrong.yaml
	echo 'netemu: [' > broken.yaml
	refused_in_each 2 "'asn' needs an AS number" wrong.yaml
	refused_in_each 2 "" broken.yaml
	refused_in_each 2 "cannot read it" missing.yaml
	refused_in_each 2 "cannot read it" .
	refused_in_each 2 "no lab is named 'fo$$'" "fo$$"
	refused_in_each 2 "has no scenarios" --scenario all mine.yaml
	refused_in_each 2 "no scenario is named 'nix'" --scenario nix mine.yaml
	refused_in_each 2 "--tolerance is a time" --tolerance soon mine.yaml
	# The machine lacks open files, a directory for the lab, or namespaces.
	as=(bash -c 'ulimit -n 16; exec "$@"' -)
	refused_in_each 4 "namespaces need" mine.yaml
	as=(env NETEMU_RUN=/dev/null/x)
	refused_in_each 4 "Not a directory" mine.yaml
}

@test "formats: where namespaces are forbidden, each format says so" {
	command -v xmllint > /dev/null || skip "xmllint is not installed (Debian: libxml2-utils)"
	/usr/bin/python3 -c 'import jsonschema' || skip "jsonschema is not installed (Debian: python3-jsonschema)"
	sandbox=$(dirname "$RESULTS")/sandbox
	[ -x "$sandbox" ] || skip "$sandbox is not built (make tests)"
	here=$(mktemp -d /tmp/formats.XXXXXX)
	cp "$NETEMU" "$sandbox" "$TOP/topologies/two-routers.yaml" "$here"
	chmod a+rwx "$here"
	cd "$here"
	as=("$here/sandbox" --forbid)
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all
		--inh-caps -all "${as[@]}")
	NETEMU=$here/$(basename "$NETEMU")
	refused_in_each 3 "needs root or a user namespace" two-routers.yaml
	rm -rf "$here"
}

@test "formats: a wrong file has an annotation of GitHub at the line of each finding" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	write_lab
	sed 's/65010/x%:y/; s/65020/65021x/' mine.yaml > 'a%,:b.yaml'
	run --separate-stderr "$NETEMU" test --format github 'a%,:b.yaml'
	[ "$status" -eq 2 ]
	[ "$(grep -c '^::error file=a%25%2C%3Ab.yaml,line=3,col=[0-9]*,title=bad-number::' <<< "$output")" -eq 2 ]
	[[ $output == *"x%25:y"* ]]
}

# classes FILE: "CLASS|NAME" of each test.
classes() {
	/usr/bin/python3 -c '
import sys, xml.etree.ElementTree as e
for f in sys.argv[1:]:
	for t in e.parse(f).iter("testcase"):
		print(t.get("classname"), t.get("name"), sep="|")' "$@"
}

@test "formats: no two tests of JUnit share class and name, in one file or in two" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	write_lab
	cat >> mine.yaml <<-YAML
		  - { from: h1, to: h2, reachable: true, within: 9s }
		  - { from: h1, to: h2, reachable: true, within: 9s }
		scenarios:
		  lose:
		    - fail: b
		    - expect: { from: h1, to: h2, reachable: false, within: 9s }
		    - restore: b
		    - expect: { from: h1, to: h2, reachable: true, within: 9s }
		    - fail: b
		    - expect: { from: h1, to: h2, reachable: false, within: 9s }
	YAML
	sed "s/^name: .*/name: fp$$/" mine.yaml > yours.yaml
	for name in mine yours; do
		run "$NETEMU" test -q "$name.yaml" -o "$name.xml"
		[ "$status" -eq 1 ] || [ "$status" -eq 0 ]
	done
	classes mine.xml yours.xml > all
	[ "$(wc -l < all)" -eq 20 ]
	[ -z "$(sort all | uniq -d)" ]
	[ "$(grep -c "^fo$$\.lose|" all)" -eq 6 ]
	grep -qx "fo$$.lose|h1 to h2: no answer (2)" all
	grep -qx "fo$$|h1 to h2: an answer (2)" all
}
