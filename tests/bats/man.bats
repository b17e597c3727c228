#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual says what the program does: it is compared with the command table and with the tables of
# the language.

bats_require_minimum_version 1.5.0

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	NETEMU=${NETEMU:-$TOP/build/netemu}
	MAN=$TOP/man
	command -v mandoc > /dev/null || skip "mandoc is not installed"
	cd "$BATS_TEST_TMPDIR" || return
}

# A section of a page as it is read, on one line.
section() { # PAGE TITLE
	local read
	read=$(basename "$1").txt
	[ -e "$read" ] || mandoc -T utf8 -O width=1000 "$1" | LC_ALL=C.UTF-8 col -b > "$read"
	sed "1,/^$2\$/d; /^[A-Z]/,\$d" "$read" | tr -s ' \t\n' ' ' | sed 's/^ //; s/ $//'
}

@test "manual: every command has a page, with its words, its arguments and its options" {
	"$NETEMU" help --json > help.json
	diff <(jq -r '.commands[].name' help.json | sort) \
		<(cd "$MAN" && printf '%s\n' netemu-*.8 | sed 's/^netemu-//; s/\.8$//' | sort)
	for command in $(jq -r '.commands[].name' help.json); do
		page=$MAN/netemu-$command.8
		jq --arg name "$command" '.commands[] | select(.name == $name)' help.json > row.json
		[ "$(section "$page" NAME)" = "netemu-$command – $(jq -r .help row.json)" ] || {
			echo "$command: $(section "$page" NAME)"
			false
		}
		usage="netemu $command$(jq -r 'if .options == [] then "" else " [options]" end' row.json)"
		usage+=$(jq -r 'if .arguments == "" then "" else " " + .arguments end' row.json)
		[ "$(section "$page" SYNOPSIS)" = "$usage" ] || {
			echo "$command: $(section "$page" SYNOPSIS), not $usage"
			false
		}
		diff <(jq -r '.options[] | (if .letter then "-" + .letter + ", " else "" end) + "--" + .name +
				(if .argument then "=" + .argument else "" end)' row.json) \
			<(sed -n '/^\.It Fl/p' "$page" | sed -E 's/^\.It Fl //; s/ Ns = Ns (Cm|Ar) /=/; s/ \| /|/g
				s/^([a-z]) , (Fl )?-/-\1, --/; s/^-([a-z])/--\1/; s/^--([a-z]), --/-\1, --/')
		for title in DESCRIPTION "EXIT STATUS" EXAMPLES "SEE ALSO"; do
			[ -n "$(section "$page" "$title")" ] || { echo "$command: no $title"; false; }
		done
	done
}

@test "manual: every page that another one names is there" {
	for page in "$MAN"/*.[578]; do
		while read -r name volume; do
			[ -e "$MAN/$name.$volume" ] || { echo "$page: $name($volume)"; false; }
		done < <(sed -nE 's/^\.Xr (netemu[a-z-]*) ([0-9]).*/\1 \2/p' "$page")
	done
}

@test "manual: netemu-topology(5) has every key of the language, and no other" {
	"$NETEMU" validate --schema > schema.json
	# (Names of the file's own stand in patterns, not in properties.)
	jq -r '[.. | .properties? // empty | keys[]] | unique[]' schema.json | sort > language
	sed -n '/Cm /p' "$MAN/netemu-topology.5" | tr ' ' '\n' | sort -u > page
	[ -z "$(comm -23 language page)" ] || { comm -23 language page; false; }
	# What stands there as a key with its type must be one.
	grep -E '^\.It Cm [a-z-]+ :' "$MAN/netemu-topology.5" | sed -E 's/^\.It Cm ([a-z-]+) .*/\1/' | sort -u > said
	[ -z "$(comm -13 language said)" ] || { comm -13 language said; false; }
}

@test "manual: netemu-topology(5) has the defaults and the words of the language" {
	page=$MAN/netemu-topology.5
	"$NETEMU" validate --schema > schema.json
	jq -r '[paths(objects) as $p | getpath($p) | select(has("default")) | "\($p | last) \(.default)"] |
		unique[]' schema.json > defaults
	[ "$(wc -l < defaults)" -gt 20 ]
	while read -r key default; do
		grep -qE "^\.It Cm $key : Ar .* Pq default Li $default$" "$page" || { echo "$key: $default"; false; }
	done < defaults
	jq -r '[.. | .enum? // empty | .[] | strings] | unique[]' schema.json > words
	[ "$(wc -l < words)" -gt 20 ]
	while read -r word; do
		grep -qE "^\.(It )?(Cm|Li) .*\b$word\b" "$page" || { echo "$word"; false; }
	done < words
	# Required keys, too.
	jq -r '[.. | .required? // empty | .[]] | unique[]' schema.json | while read -r key; do
		grep -qE "^\.It Cm $key : " "$page"
	done
}

@test "manual: the examples of netemu-topology(5) are topologies" {
	page=$MAN/netemu-topology.5
	sed -n '/^\.Sh EXAMPLES/,/^\.Ed/p' "$page" | sed '1,/^\.Bd/d; /^\.Ed/d' > first.yaml
	"$NETEMU" validate first.yaml
	"$NETEMU" predict first.yaml dc1.lan hub.app | grep -q 'reaches hub.app in 2ms'
	# The others are parts of one: what they name may be missing, their keys and values are right.
	awk '/^\.Bd -literal/ { n++; f = "part" n ".yaml"; print "netemu: 1" > f; next }
		/^\.Ed/ { f = ""; next } f { print > f }' "$page"
	for part in part*.yaml; do
		"$NETEMU" --json validate "$part" > found || true
		jq -e 'all(.code | test("^(syntax|unknown-key|wrong-|missing-key|bad-)") | not)' found > /dev/null ||
			[[ $(grep -c '^netemu: 1' "$part") -eq 2 ]] || {
			cat "$part" found
			false
		}
	done
}

@test "manual: the sections that netemu-topology(5) shows go together" {
	# All but its last example, with the two objects that they name and none of them makes.
	sed -n '/^\.Sh EXAMPLES/q; p' "$MAN/netemu-topology.5" |
		awk '/^\.Bd -literal/ { shown = 1; next } /^\.Ed/ { shown = 0 } shown
			/^private-clouds:/ { print "  pc-b: { region: westeurope, address-block: 10.30.0.0/22 }" }
			/^virtual-networks:/ { print "  spoke: { region: westeurope, address-space: 10.8.0.0/16 }" }' |
		sed '1i netemu: 1
			/^expect:/,$d' > all.yaml
	"$NETEMU" validate all.yaml 2> said
	run cat said
	[ -z "$output" ]
}

@test "manual: help opens the page of an installed netemu for people, and prints for programs" {
	command -v script > /dev/null || skip "script is not installed (Debian: bsdutils)"
	mkdir -p usr/bin usr/share/man/man8 bin
	cp "$NETEMU" usr/bin/netemu
	gzip -c "$MAN/netemu-up.8" > usr/share/man/man8/netemu-up.8.gz
	printf '#!/bin/sh\necho "the page $1"\n' > bin/man
	chmod +x bin/man
	PATH=$PWD/bin:$PATH
	script -qec "usr/bin/netemu help up" /dev/null | grep -q "the page $PWD/usr/share/man/man8/netemu-up.8.gz"
	script -qec "usr/bin/netemu help -q up" /dev/null | grep -q '^usage: netemu up'
	script -qec "usr/bin/netemu help down" /dev/null | grep -q '^usage: netemu down'
	[[ $(usr/bin/netemu help up) == "usage: netemu up"* ]]
	[[ $(script -qec "usr/bin/netemu help --json up" /dev/null) == "{"* ]]
}

@test "manual: every page is clean" {
	mandoc -T lint -W warning "$MAN"/*.[578]
}

@test "manual: the examples are command lines that netemu takes" {
	while read -r line; do
		line=${line%% | *}
		eval "words=($line)"
		run "$NETEMU" "${words[1]}" --help "${words[@]:2}"
		[ "$status" -eq 0 ] || { echo "$line: $output"; false; }
	done < <(sed -nE 's/^\.Dl [$#] (netemu .*)/\1/p' "$MAN"/netemu*.[578])
}
