#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A file from a stranger: it may be wrong, but it commands nobody, leads nowhere and eats nothing.

bats_require_minimum_version 1.5.0
load lab

# limited ID COMMAND...: refused with that id, in 60 s and with 400 MB or ROOM kB (the sanitizers want
# more).
limited() {
	local id=$1
	shift
	run bash -c "[[ $NETEMU == */san/* ]] || ulimit -v ${ROOM:-400000}; exec timeout 60 \"\$@\"" - "$@"
	[ "$status" -eq 2 ] || { echo "status $status: ${output:0:500}"; false; }
	[[ $output == *"[$id]"* ]] || { echo "${output:0:500}"; false; }
}

@test "a billion laughs, deep nests, long lines and large counts are refused with their limit" {
	{ echo 'a: &a [x,x,x,x,x,x,x,x,x]'; for p in a:b b:c c:d d:e e:f f:g g:h h:i; do
		echo "${p#*:}: &${p#*:} [*${p%:*},*${p%:*},*${p%:*},*${p%:*},*${p%:*},*${p%:*},*${p%:*},*${p%:*}]"; done; } > lol.yaml
	limited unsupported-yaml "$NETEMU" validate lol.yaml
	python3 - <<- 'END'
		def w(name, text): open(name, "w").write("netemu: 1\n" + text)
		w("list.yaml", "name: " + "[" * 100000 + "]" * 100000)
		w("map.yaml", "x: " + "{a: " * 50000 + "1" + "}" * 50000)
		w("indent.yaml", "".join(" " * i + "a:\n" for i in range(1500)))
		w("line.yaml", 'summary: "' + "x" * 4000000 + '"\n')
		w("name.yaml", "hosts: { " + "x" * 4000000 + ": 10.0.0.1/24 }\n")
		w("many.yaml", "routers:\n" + "".join("  r%d: {}\n" % i for i in range(20000)))
		w("vms.yaml", "private-clouds:\n  p: { region: westeurope, address-block: 10.0.0.0/22, segments:"
		  " { web: { prefix: 11.0.0.0/8, vms: [" + ",".join("v%d" % i for i in range(60000)) + "] } } }\n")
		w("pairs.yaml", "private-clouds:\n  p: { region: westeurope, address-block: 10.0.0.0/22, segments:"
		  " { web: { prefix: 11.0.0.0/8, vms: [" + ",".join("v%d" % i for i in range(2000)) + "] } } }\n")
		w("huge.yaml", "routers:\n" + "  # " + "x" * 70 + "\n" + "".join("  #%s\n" % ("y" * 100) for i in range(200000)))
		w("mesh.yaml", "routers:\n" + "".join("  r%d: { asn: %d }\n" % (i, 64512 + i) for i in range(400))
		  + "links:\n" + "".join("  l%d-%d: { between: [r%d, r%d], bgp: true }\n" % (i, j, i, j)
		  for i in range(400) for j in range(i)))
		def joined(n): return ("private-clouds:\n" + "".join("  p%d: { region: westeurope, address-block: 10.%d.%d.0/22 }\n"
		  % (i, i // 64, i % 64 * 4) for i in range(n)) + "interconnects:\n"
		  + "".join("  g%d-%d: [p%d, p%d]\n" % (i, j, i, j) for i in range(n) for j in range(i)))
		w("routes.yaml", "routers:\n" + "".join("  r%d: { asn: %d%s }\n" % (i, 64512 + i, "" if i else
		  ", announce: [" + ",".join("10.%d.%d.0/24" % (k // 256, k % 256) for k in range(65000)) + "]") for i in range(200))
		  + "links:\n" + "".join("  l%d: { between: [r%d, r%d], bgp: true }\n" % (i, i - 1, i) for i in range(1, 200)))
		w("joins.yaml", joined(363))
		w("lab.yaml", joined(183))
	END
	for f in list map indent line name many vms huge mesh joins; do limited limit "$NETEMU" validate $f.yaml; done
	ROOM=3000000 limited limit "$NETEMU" up -q --name "$LAB" routes.yaml # while its links are made
	run ! ls -d "/run/netemu/$LAB" "/run/netns/$LAB".*
	limited limit "$NETEMU" predict pairs.yaml
	run timeout 60 "$NETEMU" up -q lab.yaml
	[ "$status" -eq 2 ]
	[[ $output == *"interfaces: a lab may have at most 65536 [limit]"* ]]
	head -c 3000000 /dev/zero > zero.yaml
	run timeout 60 "$NETEMU" validate zero.yaml
	[ "$status" -eq 2 ]
	run timeout 10 "$NETEMU" validate /dev/zero
	[ "$status" -eq 2 ] || [ "$status" -eq 3 ]
}

@test "a small file with a wide network has one VM, not millions" {
	printf '%s\n' 'netemu: 1' 'private-clouds:' \
		'  p: { region: westeurope, address-block: 10.0.0.0/22, segments: { web: 11.0.0.0/8 } }' > wide.yaml
	run "$NETEMU" validate wide.yaml
	[ "$status" -eq 0 ]
	[[ $output == *'nodes'* ]]
}

@test "names are names: no ways out, no options, no lines, no commands, no escapes" {
	cat > names.yaml <<- 'END'
		netemu: 1
		name: ../../etc
		hosts:
		  "../x": { address: 10.0.0.1/24 }
		  "-c": { address: 10.0.1.1/24 }
		  "a b": { address: 10.0.2.1/24 }
		  "a\n1.2.3.4 bank.example": { address: 10.0.3.1/24 }
		  "\e[31m": { address: 10.0.4.1/24 }
		  "a;reboot": { address: 10.0.5.1/24 }
		  "$(id)": { address: 10.0.6.1/24 }
		  "..": { address: 10.0.7.1/24 }
		  "a\0b": { address: 10.0.8.1/24 }
		  "\u202ereversed": { address: 10.0.9.1/24 }
	END
	run "$NETEMU" validate --json names.yaml
	[ "$status" -eq 2 ]
	[ "$(jq '[.. | objects | select(.code? == "bad-name" or .code? == "encoding")] | length' <<< "$output")" -eq 11 ]
	run "$NETEMU" validate names.yaml
	no_commands "$output"
	for name in ../x -c 'a b' . .. /etc '$(id)' $'a\nb'; do
		run "$NETEMU" up -q --name "$name" "$TOPOLOGIES/two-routers.yaml"
		[ "$status" -eq 2 ]
		run "$NETEMU" down -- "$name"
		[ "$status" -eq 2 ]
	done
}

# Bytes that would command a terminal, and words that would command a CI system's runner: GitHub's
# where a line begins, that of Azure Pipelines anywhere. (What netemu tells GitHub is no word of a file.)
no_commands() {
	! LC_ALL=C grep -E '^[[:space:]]*::[a-z]|##[A-Za-z]*\[' <<< "$1" |
		grep -vE '^::(error|warning|notice) (file=[^:]*,)?title=' || return 1
	! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' <<< "$1" || { cat -v <<< "$1"; false; }
}

@test "no words of a file command a terminal, whoever prints them" {
	for evil in 'x\e]0;owned\a' '\u009b31m' 'a\rb' 'a\bb' 'a\nb' '\u202eb'; do
		printf 'netemu: 1\nsummary: "%s"\nrouters: { r: {} }\n' "$evil" > evil.yaml
		run "$NETEMU" validate evil.yaml
		[[ $status -eq 2 && $output == *'[encoding]'* ]] || { echo "$evil: $output"; false; }
		no_commands "$output"
	done
	evil='::error::no%0A <b>&amp; $(id) %s # not ok 1 ::add-mask::x some words so that cells are wrapped'
	evil+=' ##[error]y more words ###[z ##vso[task.complete result=Succeeded;]z words ##teamcity[x]'
	evil+=' ::set-output name=wrapped-before-this-word-which-is-long::a :::group::b a::b 2001:db8::1'
	cat > evil.yaml <<- END
		netemu: 1
		name: evil
		summary: "$evil"
		hosts: { a: { address: 10.0.1.10/24 }, b: { address: 10.0.2.10/24 } }
		routers: { r: {} }
		links: { la: { between: [a, r] }, lb: { between: [b, r] } }
		expect:
		  - { from: a, to: b, because: "$evil" }
		  - { from: a, to: b, reachable: false, because: "$evil" }
		scenarios:
		  one:
		    - say: "$evil"
		    - fail: la
		    - expect: { from: a, to: b, reachable: true, because: "$evil" }
		    - say: " ::add-mask::x"
		    - restore: la
	END
	"$NETEMU" validate evil.yaml
	for what in "validate evil.yaml" "predict evil.yaml" "explain evil.yaml a b" "plan evil.yaml" \
		"routes evil.yaml r" "graph evil.yaml --format dot" "graph evil.yaml --format mermaid" \
		"graph evil.yaml --format svg"; do
		# shellcheck disable=SC2086
		run "$NETEMU" $what
		no_commands "$output"
	done
	run timeout 60 "$NETEMU" demo --name "$LAB" evil.yaml < /dev/null
	[[ $output == *"<3a>:error::no%0A"*"<3a>:add-mask::x"* ]]
	no_commands "$output"
	for format in text tap junit json github; do
		run timeout 60 "$NETEMU" test -v --format $format --scenario one evil.yaml
		[ "$status" -eq 1 ]
		no_commands "$output"
		run timeout 60 "$NETEMU" test -v --format $format evil.yaml
		[ "$status" -eq 1 ]
		no_commands "$output"
		[ $format = github ] || run ! grep -q '^::error::no' <<< "$output"
	done
	printf 'netemu: 1\n\033[2J\033]0;owned\007: \302\2331m\n' > raw.yaml
	run "$NETEMU" validate raw.yaml
	[ "$status" -eq 2 ]
	no_commands "$output"
	# What is no command stays as it was written.
	run "$NETEMU" test --scenario one evil.yaml
	[[ $output == *" a::b 2001:db8::1"* ]]
	for name in '::add-mask::x.yaml' ' ::error::##vso[a]b.yaml' $'a\n::error::##[error].yaml'; do
		cp raw.yaml "$name"
		for format in text json github; do
			run "$NETEMU" validate --format $format "$name" "none$name"
			[ "$status" -eq 2 ]
			no_commands "$output"
		done
		for format in text tap junit json github; do
			cp raw.yaml "$name"
			run timeout 60 "$NETEMU" test --format $format "$name"
			[ "$status" -eq 2 ]
			no_commands "$output"
			run timeout 60 "$NETEMU" test --format $format "none$name"
			no_commands "$output"
			cp evil.yaml "$name"
			run timeout 60 "$NETEMU" test -v --format $format --scenario one "$name"
			[ "$status" -eq 1 ]
			no_commands "$output"
		done
	done
	cp evil.yaml $'\033[2Jevil.yaml'
	run "$NETEMU" validate $'\033[2Jevil.yaml' $'\033[2Jnone.yaml'
	no_commands "$output"
}

@test "what a node is called never becomes an option of a program" {
	up "$TOPOLOGIES/two-routers.yaml"
	for args in "ping $LAB -f pc2" "traceroute $LAB pc1 -m99" "exec $LAB -c id" "shell $LAB -c"; do
		# shellcheck disable=SC2086
		run timeout 20 "$NETEMU" $args
		[ "$status" -eq 2 ] || { echo "$args: $status $output"; false; }
	done
}
