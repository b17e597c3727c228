# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034
# What the benchmarks share: `. common.bash` and, in those that build something, `apart "$@"`.
#
#	NETEMU	the program
#	TOOLS	the programs of tests/tools
#	DATA	a file that the figures are added to, their fields parted by '|', for the report

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
NETEMU=${NETEMU:-$top/build/netemu}
TOOLS=${TOOLS:-$top/build/plain/tests}
DATA=${DATA:-/dev/null}
lab=bench-$$
made=()

# has PROGRAM...: whether all are installed; a line names the first that is missing.
has() {
	local program
	for program in "$@"; do
		command -v "$program" > /dev/null || {
			echo "skipped: $program is not installed (scripts/deps bench)"
			return 1
		}
	done
}

# apart ARGUMENTS...: the script, with these, goes on in a mount namespace of its own, names on a
# tmpfs: /run is one nearly everywhere, and what a disk does with names is not in question. Nobody
# else sees these labs. A function clean() of the script's is called in the end.
apart() {
	local place
	if [[ ${APART:-} != "$$" ]]; then
		APART=$$ exec unshare -m --propagation private "$0" "$@"
	fi
	for place in /run/netns /etc/netns; do
		[[ -d $place ]] || { mkdir -p "$place" && made+=("$place"); }
		mount -t tmpfs bench "$place"
	done
	export NETEMU_RUN=/run/netns/.netemu-bench
}

dir=
temporary() {
	dir=$(mktemp -d)
	mkdir "$dir/notes"
	trap finish EXIT
}

helpers=()

# behind COMMAND...: in the background, until the script or silence() ends it.
behind() {
	"$@" > /dev/null 2>&1 &
	helpers+=($!)
}

silence() {
	[[ ${#helpers[@]} -eq 0 ]] || kill "${helpers[@]}" 2> /dev/null || true
	helpers=()
	wait
}

finish() {
	local left
	silence
	! declare -F clean > /dev/null || clean
	if [[ ${APART:-} == "$$" ]]; then
		for left in "$NETEMU_RUN"/*/; do
			[[ ! -d $left ]] || "$NETEMU" down -q "$(basename "$left")" || true
		done
		umount -l /run/netns /etc/netns
		[[ ${#made[@]} -eq 0 ]] || rmdir "${made[@]}" 2> /dev/null || true
	fi
	rm -rf "$dir"
}

data() { # FIELD...
	(IFS='|' && echo "$*") >> "$DATA"
}

# ---- figures of several rounds, a note for each that is measured ----

# note WHAT FIGURE...: one round's.
note() {
	local what=$1
	shift
	echo "$*" >> "$dir/notes/$what"
}

middle() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# median WHAT [COLUMN [DIGITS]]: or '-', if there is none.
median() {
	[[ -s $dir/notes/$1 ]] || { echo -; return; }
	awk -v c="${2:-1}" '{ print $c }' "$dir/notes/$1" | middle | awk -v d="${3:-}" '{ if (d == "") print; else printf "%.*f\n", d, $1 }'
}

# paired WHAT BY [COLUMN]: the median of both figures' ratios, round by round: what drifts with the
# hour drifts in both.
paired() {
	[[ -s $dir/notes/$1 && -s $dir/notes/$2 ]] || { echo -; return; }
	paste -d ' ' <(awk -v c="${3:-1}" '{ print $c }' "$dir/notes/$1") <(awk -v c="${3:-1}" '{ print $c }' "$dir/notes/$2") |
		awk 'NF == 2 && $2 > 0 { printf "%.3f\n", $1 / $2 }' | middle
}

available() { awk '/^MemAvailable/ { printf "%.0f\n", $2 * 1024 }' /proc/meminfo; }

# took WHAT COMMAND...: notes its seconds, processor seconds, and peak memory.
took() {
	local what=$1
	shift
	"$TOOLS/measure" "$@" 3> "$dir/figures" > /dev/null
	note "$what" "$(tail -n 1 "$dir/figures")"
}

# Waits until the kernel has freed what was let go, and prints the seconds; then until its own sweeping-up
# after that is done, too, which would slow what comes next.
freed() { "$TOOLS/freed"; sleep 0.3; }

# floor N [HOSTS]: notes "SECONDS CPU-SECONDS", floor-steps, floor-memory and floor-freed.
run_floor() {
	"$TOOLS/measure" "$TOOLS/floor" "$@" > "$dir/floor.out" 3> "$dir/figures"
	note floor "$(awk 'NR == 1 { print $5 }' "$dir/floor.out")" "$(cut -d' ' -f2 "$dir/figures")"
	note floor-steps "$(awk 'NR == 1 { print $1, $2, $3, $4 }' "$dir/floor.out")"
	note floor-memory "$(sed -n 2p "$dir/floor.out")"
	sleep 0.06 # its sockets hold its namespaces until RCU lets them go
	note floor-freed "$(awk -v s="$(freed)" 'BEGIN { print s + 0.06 }')"
}
