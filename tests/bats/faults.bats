#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A failure at any step: a clear word, everything taken back, nothing left.
#
#	NETEMU_FAULTY	the program built with -DNETEMU_FAULTS (build/faults/bin/netemu)
#	NETEMU_STRIDE	of the largest topology's requests every how manyeth fails (61); 1: each

bats_require_minimum_version 1.5.0
load lab

setup() {
	lab_setup
	FAULTY=${NETEMU_FAULTY:-$TOP/build/faults/bin/netemu}
	STRIDE=${NETEMU_STRIDE:-61}
	largest=$TOPOLOGIES/prefix-limit.yaml
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	[ -z "${lock:-}" ] || exec {lock}>&-
	if mountpoint -q run 2> /dev/null; then
		NETEMU_RUN=$PWD/run "$NETEMU" down -q --all || true
		umount run
	fi
	lab_teardown
}

# sweep EACH STRIDE COMMAND...: the n-th request of the command fails, for every n, until it has no
# n-th request any more; EACH looks at what came of each, in $output.
sweep() {
	local each=$1 stride=$2 n=1
	shift 2
	[ -x "$FAULTY" ] || skip "needs $FAULTY, built with -DNETEMU_FAULTS"
	while true; do
		run env NETEMU_FAIL_AT=$n "$FAULTY" "$@"
		[ "$status" -ne 0 ] || break
		[[ $status == [34] ]] || { echo "request $n: status $status: $output"; false; }
		grep -q 'error: ' <<< "$output" ||
			{ echo "request $n: no word of it: $output"; false; }
		"$each" || { echo "after request $n: $output"; false; }
		swept=$n
		n=$((n + stride))
	done
	echo "# ${1}: up to request $swept, every $stride" >&3
}

# It tells of the kernel's refusals by the line of what was refused.
placed() {
	[[ $output != *'[kernel]'* || $output == *delay-line* || $output =~ prefix-limit.yaml:[0-9]+:[0-9]+:\ error: ]] || return 1
	nothing_left
}

@test "up: whichever request to the kernel fails, the line is named and nothing is left" {
	sweep placed "$STRIDE" up -q "${BACKENDS[@]}" --name "$LAB" "$largest"
	"$NETEMU" down -q "$LAB"
	nothing_left
}

@test "apply, fail, restore: whichever request fails, the lab is what it was" {
	up "$largest"
	sweep undrifted "$STRIDE" apply -q "$TOPOLOGIES/global-reach-mesh.yaml" "$LAB"
	undrifted
	"$NETEMU" apply -q "$largest" "$LAB" 2> /dev/null
	sweep undrifted $((STRIDE / 10 + 1)) fail "$LAB" er-dc1.primary
	sweep undrifted $((STRIDE / 10 + 1)) restore "$LAB" er-dc1.primary
}

@test "connect, impair, disconnect: whichever request fails, the lab is what it was" {
	cat > more.yaml <<- 'END'
		virtual-networks:
		  more:
		    region: westeurope
		    address-space: 10.9.0.0/16
		    subnets: { app: 10.9.1.0/24 }
		    gateways: { expressroute: {} }
		gateway-connections: { more-dc1: { gateway: more, circuit: er-dc1 } }
	END
	up "$largest"
	sweep undrifted $((STRIDE / 6 + 1)) connect "$LAB" more.yaml
	in_node dc1.lan ping -n -q -c 1 -W 5 more.app > /dev/null
	sweep undrifted 1 impair "$LAB" er-dc1.primary delay=5ms
	sweep undrifted $((STRIDE / 10 + 1)) disconnect "$LAB" more-dc1
}

# What could not be removed can be removed the next time.
second_time() {
	"$NETEMU" down -q "$LAB" 2> /dev/null || [ -z "$(left)" ] || return 1
	nothing_left && up "$again"
}

@test "down: whichever step fails, the next down removes all" {
	for again in "$TOPOLOGIES/tcp-services.yaml" "$largest"; do
		up "$again"
		sweep second_time 1 down "$LAB"
		nothing_left
	done
}

# traced ARGUMENT...: of strace. (Gcc's leak checker traces, too: two cannot.)
traced() {
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 timeout 60 strace "$@"
}

# strike EACH CALL ERROR COMMAND...: each of the command's system calls of that name says so, in turn;
# EACH looks at what came of it. ALONE=1: of its first process and thread only; those that outlive
# it would be waited for.
strike() {
	local each=$1 call=$2 error=$3 n=1 follow=(-f --seccomp-bpf)
	shift 3
	[ -z "${ALONE:-}" ] || follow=()
	while true; do
		run traced "${follow[@]}" -o trace -e trace="$call" \
			-e inject="$call:error=$error:when=$n" "$@"
		# Ahead of main() the dynamic linker has its own words.
		[ "$status" -eq 127 ] || [ "$status" -eq 0 ] || [ -n "$output" ] ||
			{ echo "$call $n: status $status without a word"; false; }
		"$each" || { echo "$call $n: $output"; false; }
		grep -q INJECTED trace || break
		n=$((n + ${STRIDES:-1}))
	done
	[ "$n" -gt 1 ] || { echo "no $call"; false; }
}

# It came up, and goes, or it left nothing.
gone() {
	[ "$status" -ne 0 ] || "$NETEMU" down -q "$LAB" 2> /dev/null || true
	nothing_left
}

plain_file() {
	cat <<- 'END'
		netemu: 1
		hosts: { a: { address: 10.0.1.10/24 }, b: { address: 10.0.2.10/24 } }
		routers: { r: {} }
		links: { la: { between: [a, r] }, lb: { between: [b, r] } }
	END
}

@test "system calls that fail: no memory, no descriptors, no processes, answers that are lost" {
	command -v strace > /dev/null || skip "needs strace"
	plain_file > plain.yaml
	cmd=("$NETEMU" up -q "${BACKENDS[@]}" --name "$LAB" plain.yaml)
	strike gone recvmsg ENOBUFS "${cmd[@]}"
	strike gone sendto ENOBUFS "${cmd[@]}"
	strike gone clone3 EAGAIN "${cmd[@]}"
	# Without a thread for what is done beside the links, the last one, it is done before them.
	strace -f --seccomp-bpf -o trace -e trace=clone3 "${cmd[@]}"
	"$NETEMU" down -q "$LAB"
	strace -f --seccomp-bpf -o trace -e trace=clone3 \
		-e inject=clone3:error=EAGAIN:when="$(grep -c 'clone3(' trace)" "${cmd[@]}"
	grep -q INJECTED trace
	in_node a ping -n -q -c 1 -W 5 b
	"$NETEMU" down -q "$LAB"
	strike gone socket EMFILE "${cmd[@]}"
	strike gone unshare ENOSPC "${cmd[@]}"
	strike gone mount ENOMEM "${cmd[@]}"
	strike gone renameat ENOSPC "${cmd[@]}"
	strike gone symlinkat ENOSPC "${cmd[@]}"
	STRIDES=3 strike gone write ENOSPC "${cmd[@]}"
	STRIDES=7 strike gone openat EMFILE "${cmd[@]}"
}

# The change was made, and is taken back, or the lab is what it was.
unchanged() {
	undrifted || return 1
	[ "$status" -ne 0 ] || "$NETEMU" apply -q plain.yaml "$LAB"
}

@test "system calls that fail while a lab is changed, or goes" {
	command -v strace > /dev/null || skip "needs strace"
	plain_file > plain.yaml
	again=$PWD/plain.yaml ALONE=1
	up plain.yaml
	sed 's/^links: {/& lc: { between: [c, r], delay: 1ms },/; s/^hosts: {/& c: { address: 10.0.3.10\/24 },/' plain.yaml > more.yaml
	cmd=("$NETEMU" apply -q more.yaml "$LAB")
	for call in recvmsg sendto; do strike unchanged $call ENOBUFS "${cmd[@]}"; done
	strike unchanged clone EAGAIN "${cmd[@]}"
	strike unchanged flock ENOLCK "${cmd[@]}"
	STRIDES=3 strike unchanged write ENOSPC "${cmd[@]}"
	cmd=("$NETEMU" down -q "$LAB")
	strike second_time umount2 EBUSY "${cmd[@]}"
	strike second_time flock ENOLCK "${cmd[@]}"
	STRIDES=3 strike second_time unlinkat EIO "${cmd[@]}"
}

# A lock that was not had is nobody's to remove: what it is in goes with the next command that has it.
collected() {
	[ "$status" -eq 0 ] || "$NETEMU" gc -q
	gone
}

@test "processes that cannot be made, locks that cannot be had: said so, and nothing left" {
	command -v strace > /dev/null || skip "needs strace"
	cmd=("$NETEMU" up -q --delay relay --name "$LAB" "$TOPOLOGIES/tcp-services.yaml") ALONE=1
	for n in 1 2 3 4; do
		run traced -o trace -e trace=clone -e inject=clone:error=EAGAIN:when=$n+ "${cmd[@]}"
		[ "$status" -ne 0 ]
		[[ $output == *'error: '*': Resource temporarily unavailable ['* ]]
		nothing_left
	done
	strike collected flock ENOLCK "${cmd[@]}"
}

@test "calls that are interrupted are made again" {
	command -v strace > /dev/null || skip "needs strace"
	plain_file > plain.yaml
	traced -o trace -P plain.yaml -e trace=read -e inject=read:error=EINTR:when=1+2 "$NETEMU" validate plain.yaml
	grep -q INJECTED trace
	for call in recvmsg sendto read write flock wait4; do
		traced -f --seccomp-bpf -o trace -e trace=$call \
			-e inject=$call:error=EINTR:when=40+2 "$NETEMU" up -q --name "$LAB" plain.yaml
		"$NETEMU" down -q "$LAB"
	done
	traced -f --seccomp-bpf -o trace -e trace=recvmsg,sendto,flock \
		-e inject=recvmsg,sendto,flock:error=EINTR:when=1+2 "$NETEMU" up -q --name "$LAB" plain.yaml
	grep -q INJECTED trace
	for cmd in "apply -q $TOPOLOGIES/two-routers.yaml $LAB" "apply -q plain.yaml $LAB" "down -q $LAB"; do
		# shellcheck disable=SC2086
		traced -o trace -e trace=recvmsg,sendto,flock,wait4 \
			-e inject=recvmsg,sendto,flock,wait4:error=EINTR:when=1+2 "$NETEMU" $cmd
		grep -q INJECTED trace
	done
	nothing_left
}

@test "a file that comes byte by byte is read whole" {
	plain_file > plain.yaml
	while IFS= read -r -n 1 -d '' c; do printf %s "$c"; done < plain.yaml | "$NETEMU" validate -
}

@test "a full disk under the run directory: said so, and nothing left" {
	mkdir run
	mount -t tmpfs -o mode=755,size=16k,nr_inodes=1k tmpfs run
	run env NETEMU_RUN="$PWD/run" "$NETEMU" up -q --name "$LAB" "$largest"
	[ "$status" -eq 4 ]
	[[ $output == *'No space left on device'* ]]
	[ -z "$(find run -mindepth 1)" ]
	nothing_left
	umount run
	mount -t tmpfs -o mode=755,nr_inodes=8 tmpfs run
	run env NETEMU_RUN="$PWD/run" "$NETEMU" up -q --name "$LAB" "$TOPOLOGIES/tcp-services.yaml"
	[ "$status" -eq 4 ]
	[[ $output == *'No space left on device'* ]]
	[ -z "$(find run -mindepth 1)" ]
	nothing_left
}

@test "a run directory that cannot be made is said, not waited for" {
	for run in "$PWD/no/such" /proc; do
		run -2 env NETEMU_RUN="$run" timeout -k 1 60 "$NETEMU" up -q --name "$LAB" "$TOPOLOGIES/two-routers.yaml"
		[[ $output == *"$run/$LAB: No such file or directory [run-directory]"*"mkdir -p $run"* ]]
	done
	nothing_left
}

@test "a disk that is full when a lab is changed, or goes: the lab is what it was, and goes" {
	mkdir run
	mount -t tmpfs -o mode=755,size=200k tmpfs run
	export NETEMU_RUN=$PWD/run
	up "$TOPOLOGIES/two-routers.yaml"
	dd if=/dev/zero of=run/.filler bs=1k 2> /dev/null || true
	for cmd in "apply -q $TOPOLOGIES/tcp-services.yaml $LAB" "fail -q $LAB r1-r2"; do
		# shellcheck disable=SC2086
		run "$NETEMU" $cmd
		[ "$status" -eq 4 ]
		[[ $output == *'No space left on device'* && $output != *half-changed* ]]
		[ ! -e "run/$LAB/new" ] # nor is what could not be written in its way
		undrifted
	done
	rm run/.filler
	"$NETEMU" apply -q "$TOPOLOGIES/tcp-services.yaml" "$LAB"
	dd if=/dev/zero of=run/.filler bs=1k 2> /dev/null || true
	"$NETEMU" down -q "$LAB"
	nothing_left
}

@test "no open files left: said so, with the remedy, and nothing left" {
	for n in 12 16 24 32 64; do
		run bash -c "ulimit -n $n; exec setpriv --bounding-set -sys_resource --inh-caps -sys_resource \
			\"\$@\"" - "$NETEMU" up -q --name "$LAB" "$largest"
		[ "$status" -ne 0 ]
		[[ $output == *error:* ]] || { echo "$n files: $output"; false; }
		nothing_left
	done
	[[ $output == *'open files'* ]]
}

@test "a file that is refused leaves no process behind" {
	command -v strace > /dev/null || skip "needs strace"
	echo 'netemu: 0' > refused.yaml
	run strace -f -o trace -e trace=none "$NETEMU" up --name "$LAB" refused.yaml
	[ "$status" -eq 2 ]
	[ "$(grep -c '+++' trace)" -gt 1 ]
	[[ $(tail -n 1 trace) == *'+++ exited with 2 +++' ]]
}

@test "standard descriptors that are closed are no file of a lab" {
	command -v strace > /dev/null || skip "needs strace"
	# shellcheck disable=SC2016
	run bash -c '"$@" <&- >&- 2>&-' - strace -o trace -e trace=openat,socket \
		"$NETEMU" up --delay relay --name "$LAB" "$TOPOLOGIES/two-routers.yaml"
	[ "$status" -eq 4 ] # its result could not be written
	grep -q '"journal", .* = [0-9]*$' trace
	! grep -vE '"/(dev/null|etc/ld|lib|usr)' trace | grep -E ' = [012]$' || false
	"$NETEMU" down -q "$LAB"
}

# Somebody took away what the change is about.
@test "a change that fails in a lab that has drifted says what to do, and that helps" {
	up "$TOPOLOGIES/two-routers.yaml"
	in_node r1 ip link del r2
	run "$NETEMU" fail -q "$LAB" r1-r2
	[ "$status" -eq 4 ]
	[[ $output == *'two-routers.yaml:'*' in r1: '*"lab '$LAB' could not be made again what it was"* ]]
	[[ $output == *"hint: netemu down $LAB, then up again"* ]]
	[[ $output != *'no carrier'* ]] # nobody waits for what is not there
	"$NETEMU" status "$LAB" 2> /dev/null | grep '^condition *half-changed$'
	for cmd in "restore $LAB r1-r2" "apply $TOPOLOGIES/two-routers.yaml $LAB"; do
		# shellcheck disable=SC2086
		run "$NETEMU" $cmd
		[ "$status" -eq 4 ]
		[[ $output == *"hint: netemu down $LAB, then up again"* ]]
	done
	"$NETEMU" down -q "$LAB"
	nothing_left
	up "$TOPOLOGIES/two-routers.yaml"
}

# Links with a delay have a delay line where the kernel has no netem.
delay_line() {
	"$NETEMU" up -q --vrf "${NETEMU_VRF:-auto}" --delay relay --name "$LAB" "$TOPOLOGIES/two-routers.yaml"
	pid=$("$NETEMU" status --json "$LAB" | jq '.. | objects | ."delay-line"? // empty | .pid? // .' | head -1)
	[ "$pid" -gt 1 ]
}

@test "the delay line killed: seen in status, and down works" {
	delay_line
	kill -KILL "$pid"
	while [[ $(ps -o stat= -p "$pid") == [!Z]* ]]; do sleep 0.1; done
	run "$NETEMU" status "$LAB"
	[[ $output == *"the delay line, process $pid, is gone"* ]]
	"$NETEMU" down -q "$LAB"
	nothing_left
}

@test "the delay line stopped: nobody waits for ever, and down works" {
	delay_line
	kill -STOP "$pid"
	run timeout 30 "$NETEMU" status "$LAB"
	[[ $output == *"the delay line, process $pid, does not answer"* ]]
	run timeout 30 "$NETEMU" impair "$LAB" r1-r2 delay=1ms
	[ "$status" -eq 4 ]
	[[ $output == *'two-routers.yaml:'*'timed out [delay-line]'* ]]
	timeout 30 "$NETEMU" down -q "$LAB"
	nothing_left
}

@test "the delay line starved: late, but every frame comes, in order" {
	delay_line
	chrt -o -p 0 "$pid" 2> /dev/null || true
	renice -n 19 -p "$pid" > /dev/null
	# All on one processor: others may be free.
	cpu=$(awk '/^Cpus_allowed_list:/ { split($2, a, /[-,]/); print a[1] }' /proc/self/status)
	taskset -apc "$cpu" "$pid" > /dev/null
	for _ in 1 2 3 4; do timeout 8 taskset -c "$cpu" sh -c 'while :; do :; done' 3>&- & done
	run in_node pc1 ping -n -c 100 -i 0.02 -w 60 pc2
	[ "$(sed -n 's/.*icmp_seq=\([0-9]*\) ttl.*/\1/p' <<< "$output")" = "$(seq 100)" ]
	run timeout 60 "$NETEMU" status -v "$LAB"
	[[ $output == *'delay line: frames leave '*' late in the median'* ]]
	timeout 60 "$NETEMU" down -q "$LAB"
	nothing_left
}
