# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/uml: a command inside a user-mode Linux guest, with VRF and netem.
# shellcheck disable=SC2016,SC1003,SC2009,SC2154 # the guest's shell expands; run sets stderr

bats_require_minimum_version 1.5.0
load patience

setup() {
	uml=$BATS_TEST_DIRNAME/../../scripts/uml
}

# The tests are of the runner, so they have nothing to say inside the guest itself.
needs_guest() {
	command -v linux.uml >/dev/null || skip "linux.uml is not installed (Debian: user-mode-linux)"
	[ "$(uname -r)" != "$(linux.uml --version)" ] || skip "a guest cannot run inside a guest"
	grep -q 4294967295 /proc/self/uid_map || skip "a guest needs the machine's own users, not a user namespace's"
	[ -x /sbin/modprobe ] || skip "modprobe is not installed (Debian: kmod)"
}

@test "uml: an unknown option or no command is refused with the usage" {
	run "$uml" --wrong
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "uml: unknown option '--wrong'" ]
	run "$uml" --mem lots -- true
	[ "$status" -eq 2 ]
	run "$uml" --
	[ "$status" -eq 2 ]
}

@test "uml: without linux.uml it exits 77 and says in one line what to install" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(command -v bash)" "$BATS_TEST_TMPDIR/bin/"
	PATH=$BATS_TEST_TMPDIR/bin run "$uml" -- true
	[ "$status" -eq 77 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ ${lines[0]} == *"apt-get install user-mode-linux"* ]]
}

@test "uml: the command's exit status is passed back" {
	needs_guest
	run "$uml" --timeout 120 -- sh -c 'exit 43'
	[ "$status" -eq 43 ]
}

@test "uml: a command ended by a signal gives 128 and the signal's number" {
	needs_guest
	run "$uml" --timeout 120 -- sh -c 'kill -KILL $$'
	[ "$status" -eq 137 ]
}

@test "uml: arguments with spaces, quotes, newlines and nothing in them survive" {
	needs_guest
	local args=('a  b' "it's" '"$HOME" `x` \' $'two\nlines' '' '*' -- --mem)

	run --separate-stderr "$uml" --timeout 120 -- printf '<%s>\n' "${args[@]}"
	[ "$status" -eq 0 ]
	[ "$output" = "$(printf '<%s>\n' "${args[@]}")" ]
	[ "$stderr" = "" ]
}

@test "uml: the working directory and NETEMU variables are handed over, stdin is empty" {
	needs_guest
	mkdir "$BATS_TEST_TMPDIR/a dir"
	cd "$BATS_TEST_TMPDIR/a dir"
	NETEMU_X=$'a\nb' OTHER=1 run "$uml" --timeout 120 -- sh -c 'pwd; echo "$NETEMU_X${OTHER-}"; cat' <<<"not seen"
	[ "$status" -eq 0 ]
	[ "$output" = "$PWD"$'\na\nb' ]
}

@test "uml: stdout and stderr stay apart, and their bytes are not touched" {
	needs_guest
	run --separate-stderr "$uml" --timeout 120 -- sh -c 'printf "o\n\ttab\r\n"; echo e >&2'
	[ "$status" -eq 0 ]
	[ "$output" = $'o\n\ttab\r' ]
	[ "$stderr" = e ]
	"$uml" --timeout 120 -- head -c 300000 /bin/bash | cmp - <(head -c 300000 /bin/bash)
}

@test "uml: the guest has VRF devices that route, and netem that delays" {
	needs_guest
	run "$uml" --timeout 120 -- sh -e -c '
		ip netns add far
		ip link add red type vrf table 1000
		ip link set red up
		ip link add near type veth peer name far netns far
		ip link set near master red up
		ip address add 192.0.2.1/24 dev near
		ip -n far address add 192.0.2.2/24 dev far
		ip -n far link set far up
		tc qdisc add dev near root netem delay 30ms
		ip route show vrf red | grep -q 192.0.2.0/24
		! ip route show | grep -q 192.0.2.0/24
		ping -I red -c 1 -W 5 192.0.2.2'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ time=([0-9]+) ]]
	[ "${BASH_REMATCH[1]}" -ge 30 ]
}

@test "uml: what the guest writes in /run, /etc, /tmp or here is not on the host" {
	needs_guest
	local name=netemu-uml-test.$$

	cd "$BATS_TEST_TMPDIR"
	echo host >mine
	run "$uml" --timeout 120 -- sh -e -c '
		mkdir -p /etc/netns
		for d in /run /etc /etc/netns /tmp /var/tmp /dev/shm .; do echo guest >"$d/$0"; cat "$d/$0"; done
		ip netns add "$0"
		echo guest >mine
		cat mine' "$name"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 8 ]
	for d in /run /etc /etc/netns /tmp /var/tmp /dev/shm . /run/netns; do
		[ ! -e "$d/$name" ]
	done
	[ "$(cat mine)" = host ]
}

# (A busy machine may take longer for the good one, too.)
is_run_inside() {
	local limit=$((5 + 3 * pause))
	BATS_TEST_TIMEOUT=$limit run "$uml" --timeout 180 -- bats --tap "$BATS_TEST_TMPDIR/inner.bats"
	echo "$output"
	[ "$status" -eq 1 ] || return 1
	[[ ${lines[1]} != "not ok 1 good"*timeout* ]] || return "$LATE"
	[ "${lines[1]}" = "ok 1 good" ] && [[ ${lines[2]} == "not ok 2 slow"*timeout* ]]
}

@test "uml: bats runs in the guest, and its run and its timeout work" {
	needs_guest
	printf '%s\n' \
		'@test "good" { run sh -c "echo x; exit 3"; [ "$status" -eq 3 ]; [ "$output" = x ]; }' \
		'@test "slow" { sleep 300; }' >"$BATS_TEST_TMPDIR/inner.bats"
	patiently is_run_inside
}

# (A busy machine may take longer until it is started.)
is_ended() {
	local limit=$((3 + 3 * pause))
	run --separate-stderr "$uml" --timeout "$limit" -- sh -c 'echo started; trap "" TERM; sleep 600'
	[ "$status" -eq 124 ] || return 1
	[[ $stderr == "uml: ended after $limit seconds: "* ]] || return 1
	[ "$output" = started ] || return "$LATE"
}

@test "uml: a guest that hangs is ended when its time runs out, with all that it had said" {
	needs_guest
	patiently is_ended
}

@test "uml: a guest that dies without a status gives 125 and its last words" {
	needs_guest
	run "$uml" --timeout 120 -- sh -c 'echo c >/proc/sysrq-trigger'
	[ "$status" -eq 125 ]
	[[ $output == *"died without a status"*"Kernel panic"* ]]
}

@test "uml: a runner that is killed leaves no process and no directory" {
	needs_guest
	local runner dir tries=0

	# The first process's arguments tell the directory that the runner made.
	"$uml" -- sh -c 'tr "\0" "\n" </proc/1/cmdline | grep "/init$"; sleep 60' \
		>"$BATS_TEST_TMPDIR/out" 3>&- &
	runner=$!
	until [ -s "$BATS_TEST_TMPDIR/out" ]; do
		kill -0 "$runner"
		sleep 0.1
	done
	dir=$(dirname "$(cat "$BATS_TEST_TMPDIR/out")")
	[ -d "$dir" ]
	kill -KILL "$runner"
	wait "$runner" || :

	while [ -d "$dir" ] || ps -ww -eo args= | grep -F "uml_dir=$dir" | grep -v grep; do
		[ "$((++tries))" -lt 600 ]
		sleep 0.1
	done
}
