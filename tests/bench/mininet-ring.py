#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The ring of N routers with a stub host each, built by Mininet: hosts and links only, no switch and
no controller; each node's routes by one `ip -batch`, the quickest way that it leaves.

    tests/bench/mininet-ring.py N

Prints "UP DOWN" in seconds, from the first node on; and the bytes that the machine has less while
the ring stands. Needs root.
"""
import sys
import time

from mininet.link import Link
from mininet.node import Node


def available():
    with open("/proc/meminfo") as lines:
        return next(int(l.split()[1]) for l in lines if l.startswith("MemAvailable")) * 1024


def stub(i, last):
    return f"10.{i // 256}.{i % 256}.{last}"


def wire(i, last):
    return f"172.16.{i // 64}.{i % 64 * 4 + last}"


def batch(node, lines):
    node.cmd("ip -batch - <<'END'\n" + "\n".join(lines) + "\nEND")


def configure(routers, hosts, n):
    for i, router in enumerate(routers):
        before = (i + n - 1) % n
        router.cmd("sysctl -qw net.ipv4.ip_forward=1")
        lines = [
            f"addr add {stub(i, 1)}/24 dev s{i}",
            f"addr add {wire(i, 1)}/30 dev n{i}",
            f"addr add {wire(before, 2)}/30 dev p{i}",
            f"link set s{i} up",
            f"link set n{i} up",
            f"link set p{i} up",
        ]
        for to in range(n):
            if to != i:
                near = (to + n - i) % n <= n // 2
                lines.append(f"route add {stub(to, 0)}/24 via {wire(i, 2) if near else wire(before, 1)}")
        batch(router, lines)
        batch(hosts[i], [f"addr add {stub(i, 2)}/24 dev h{i}", f"link set h{i} up",
                         f"route add default via {stub(i, 1)}"])


def main():
    n = int(sys.argv[1])
    before = available()
    start = time.monotonic()
    routers = [Node(f"r{i}") for i in range(n)]
    hosts = [Node(f"h{i}") for i in range(n)]
    links = [Link(routers[i], hosts[i], intfName1=f"s{i}", intfName2=f"h{i}") for i in range(n)]
    links += [Link(routers[i], routers[(i + 1) % n], intfName1=f"n{i}", intfName2=f"p{(i + 1) % n}")
              for i in range(n)]
    configure(routers, hosts, n)
    up = time.monotonic() - start
    taken = before - available()
    start = time.monotonic()
    for link in links:
        link.delete()
    for node in routers + hosts:
        node.stop()
    print(f"{up:.4f} {time.monotonic() - start:.4f}\n{taken}")


main()
