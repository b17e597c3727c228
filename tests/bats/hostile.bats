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

# Everything as another user, below a run directory that this user can look into.
strangers() {
	STRANGER=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	command -v setpriv > /dev/null && "${STRANGER[@]}" true || skip "cannot become another user here"
	THERE=$(mktemp -d /tmp/strangers.XXXXXX)
	chmod 755 "$THERE"
	export NETEMU_RUN=$THERE/run
	mkdir -m 755 "$NETEMU_RUN"
	cat > small.yaml <<- 'END'
		netemu: 1
		hosts: { a: { address: 10.0.1.10/24, listen: [tcp/80] }, b: { address: 10.0.2.10/24 } }
		routers: { r: {} }
		links: { la: { between: [a, r], delay: 1ms }, lb: { between: [b, r] } }
	END
	"$NETEMU" up -q --delay relay --name "$LAB" small.yaml
}

teardown() {
	[ -z "${holders[*]}" ] || kill "${holders[@]}" 2> /dev/null || true
	lab_teardown
	[ -z "$THERE" ] || rm -rf "$THERE"
}

# hold FILE [COMMAND...]: locks it until the test ends, if COMMAND can.
hold() {
	local file=$1
	shift
	"$@" flock -w 10 -o "$file" sleep 300 2> /dev/null 3>&- &
	holders+=($!)
}

@test "no stranger stops root's commands by locking what strangers can open" {
	strangers
	while IFS= read -r file; do hold "$file" "${STRANGER[@]}"; done < <(find "$NETEMU_RUN")
	sleep 0.5
	for cmd in "fail $LAB la" "restore $LAB" "status $LAB" "connect $LAB hosts.h9=10.60.9.10/24" \
		"apply $TOPOLOGIES/two-routers.yaml $LAB" "list" "gc" "up --name $LAB-2 $TOPOLOGIES/two-routers.yaml" \
		"test $TOPOLOGIES/two-routers.yaml" "down $LAB $LAB-2"; do
		# shellcheck disable=SC2086
		timeout -k 1 40 "$NETEMU" $cmd > said 2>&1 || [[ $? -eq 1 || $? -eq 2 ]] || { echo "$cmd"; cat said; false; }
	done
	nothing_left
	[ -z "$(ls -A "$NETEMU_RUN")" ]
}

@test "what strangers may open is no lock, and what they have put in its place is none" {
	strangers
	[ -z "$(find "$NETEMU_RUN" -name '*lock' -perm /077)" ]
	[ "$(find "$NETEMU_RUN" -name '*lock' -perm 600 | wc -l)" -eq 2 ]
	chmod 666 "$NETEMU_RUN/.netemu-lock" "$NETEMU_RUN/$LAB/lock" # as an administrator may, who gives rights to all
	"$NETEMU" fail -q "$LAB" la 2> /dev/null || true
	"$NETEMU" connect -q "$LAB" '{ hosts: { h9: 10.60.9.10/24 }}'
	[ -z "$(find "$NETEMU_RUN" -name '*lock' -perm /077)" ]
	rm "$NETEMU_RUN/.netemu-lock"
	touch "$THERE/other"
	for kind in 'ln -s "$THERE/other"' 'mkfifo' 'mkdir' '"${STRANGER[@]}" touch'; do
		chmod 777 "$NETEMU_RUN" # for a moment
		eval "$kind \"\$NETEMU_RUN/.netemu-lock\""
		chmod 755 "$NETEMU_RUN"
		run timeout -k 1 20 "$NETEMU" connect -q "$LAB" '{ hosts: { h8: 10.60.8.10/24 }}'
		[[ $status -ne 0 && $status -lt 100 && $output == *"$NETEMU_RUN/.netemu-lock"* ]] || { echo "$kind: $status $output"; false; }
		undrifted
		rm -r "$NETEMU_RUN/.netemu-lock"
	done
}

# stopped SIGNAL COMMAND...: it waits, and the signal ends it at once (timeout kills it 9 s later: 137).
stopped() {
	local signal=$1
	shift
	run timeout -k 9 -s "$signal" 4 "$NETEMU" "$@"
	[ "$status" -eq 124 ] || { echo "$*: $status $output"; false; }
	[[ $output == *"waiting for the lock $NETEMU_RUN/"*", which process ${holders[-1]} holds"* ]] || { echo "$*: $output"; false; }
}

@test "a command that waits for a lock says who holds it, and a signal ends it" {
	strangers
	hold "$NETEMU_RUN/$LAB/lock"
	await is_held "$NETEMU_RUN/$LAB/lock"
	stopped INT down "$LAB"
	stopped TERM down "$LAB"
	stopped HUP fail "$LAB" la
	stopped INT up --name "$LAB" "$TOPOLOGIES/two-routers.yaml"
	undrifted
	kill "${holders[@]}"
	hold "$NETEMU_RUN/.netemu-lock"
	await is_held "$NETEMU_RUN/.netemu-lock"
	stopped TERM up --name "$LAB-2" "$TOPOLOGIES/two-routers.yaml"
	stopped INT test "$TOPOLOGIES/two-routers.yaml"
	stopped INT connect "$LAB" '{ hosts: { h9: 10.60.9.10/24 }}'
	undrifted
	[ "$("$NETEMU" list --json | jq '.labs | length')" -eq 1 ]
	stopped INT down "$LAB" # the lab is gone by then
	kill "${holders[@]}" 2> /dev/null || true
	run -2 timeout -k 1 60 "$NETEMU" down "$LAB"
	nothing_left
	[ -z "$(ls -A "$NETEMU_RUN")" ]
}

is_held() {
	! flock -n "$1" true
}

@test "gc and down remove nothing that netemu did not make, however much it looks like a lab" {
	mkdir d d/empty d/lock d/begun d/diary d/other d/files d/old d/.netemu-lab-mine d/.netemu-lab
	touch d/lock/lock d/begun/journal d/file d/files/{state,lock,topology.yaml,origin,new} d/.lock
	echo 'dear diary' > d/diary/journal
	echo 'netemu-journal 1 empty' > d/other/journal # a lab's, but another's
	printf 'netemu-journal 1 old' > d/old/journal
	mkdir d/files/netns d/files/etc
	ln -s /etc d/link
	ln -s empty d/lab
	mkdir -p root/{srv,mnt,media,opt,home/user,proc}
	find d root | sort > before
	for run in d root; do
		NETEMU_RUN=$PWD/$run "$NETEMU" gc
		NETEMU_RUN=$PWD/$run "$NETEMU" down --all
		[ "$(NETEMU_RUN=$PWD/$run "$NETEMU" list --json | jq '.labs | length')" -eq 0 ]
	done
	for name in empty lock begun diary other files old file link lab; do
		run -2 env NETEMU_RUN="$PWD/d" "$NETEMU" down "$name"
		[[ $output == *"no lab is named '$name'"* ]]
		run env NETEMU_RUN="$PWD/d" "$NETEMU" up --name "$name" "$TOPOLOGIES/two-routers.yaml"
		[[ $status -ne 0 && $output == *"$PWD/d/$name exists already and is not netemu's"* ]] || { echo "$output"; false; }
	done
	find d root | sort | diff before -
}

@test "gc ends no process for its name alone" {
	THERE=$(mktemp -d /tmp/strangers.XXXXXX)
	chmod 755 "$THERE"
	export NETEMU_RUN=$THERE/run
	mkdir -p "$NETEMU_RUN/mine"
	cp "$(command -v sleep)" "$THERE/netemu-delay"
	for user in "" "setpriv --reuid 65534 --regid 65534 --clear-groups"; do
		# shellcheck disable=SC2086
		(cd "$NETEMU_RUN/mine" && exec $user "$THERE/netemu-delay" 300) 3>&- &
		holders+=($!)
	done
	sleep 0.5
	"$NETEMU" gc
	kill -0 "${holders[0]}" && kill -0 "${holders[1]}"
}

@test "a run directory that belongs to somebody else, or that others may write to, is not used" {
	strangers
	for mode in 755 700 777; do
		for dir in "$NETEMU_RUN" "$NETEMU_RUN/$LAB"; do
			chmod "$mode" "$dir"
			[ "$mode" = 777 ] || chown 65534 "$dir"
			for cmd in "up --name $LAB $TOPOLOGIES/two-routers.yaml" "down $LAB" "fail $LAB la" "status $LAB"; do
				# shellcheck disable=SC2086
				run timeout -k 1 20 "$NETEMU" $cmd
				[[ $status -ne 0 && $status -lt 100 ]] || { echo "$dir $mode: $cmd: $status $output"; false; }
			done
			"$NETEMU" gc || [ "$dir" = "$NETEMU_RUN" ]
			chmod 755 "$dir"
			chown 0 "$dir"
		done
	done
	undrifted
}
