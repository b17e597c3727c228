# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A chain of namespaces for tests of the delay line:
#
#	P-n0 --e1====w0a [P-dl] w0b====e0-- P-n1 --e1====w1a [P-dl] w1b====e0-- P-n2 ...
#
# Node i has 10.77.i.1/24 on e1 and 10.77.(i-1).2/24 on e0; every node has routes to all.
# Sourced by relay.bats and by the benchmark; P is the prefix of all names.

chain_end() { # DEVICE LINK HOST
	echo "link set $1 up"
	echo "addr add 10.77.$2.$3/24 dev $1"
	echo "addr add fd77:$2::$3/64 dev $1 nodad"
}

chain_up() { # P LINKS
	local p=$1 k=$2 i j
	# The namespaces first: what a new one inherits must not be waited for below.
	for ((i = 0; i <= k; i++)); do ip netns add "$p-n$i"; done
	ip netns add "$p-dl"
	ip netns exec "$p-dl" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
		net.ipv6.conf.default.disable_ipv6=1
	for ((i = 0; i < k; i++)); do
		ip link add e1 netns "$p-n$i" type veth peer name "w${i}a" netns "$p-dl"
		ip link add e0 netns "$p-n$((i + 1))" type veth peer name "w${i}b" netns "$p-dl"
		ip -n "$p-dl" -batch - <<-END
			link set w${i}a mtu 65535 up
			link set w${i}b mtu 65535 up
		END
	done
	for ((i = 0; i <= k; i++)); do
		{
			echo "link set lo up"
			((i == k)) || chain_end e1 "$i" 1
			((i == 0)) || chain_end e0 $((i - 1)) 2
			for ((j = i + 1; j < k; j++)); do
				echo "route add 10.77.$j.0/24 via 10.77.$i.2"
			done
			for ((j = 0; j < i - 1; j++)); do
				echo "route add 10.77.$j.0/24 via 10.77.$((i - 1)).1"
			done
		} | ip -n "$p-n$i" -batch -
		ip netns exec "$p-n$i" sysctl -qw net.ipv4.ip_forward=1
	done
}

chain_down() { # P
	local n
	for n in $(ip netns list | awk -v p="$1-" 'index($1, p) == 1 { print $1 }'); do
		ip netns del "$n"
	done
}

# The links of a chain as relay-lab wants them, all impaired alike.
chain_links() { # LINKS IMPAIRMENT
	local i
	for ((i = 0; i < $1; i++)); do echo "l$i/w${i}a/w${i}b/$2"; done
}
