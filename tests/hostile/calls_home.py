"""Fetch the answers from a server, on this computer or elsewhere.

Score: 0
Why: there is no network but an empty loopback.
"""

import socket

LOOT = []
for address in (("127.0.0.1", int("@PORT@")), ("1.1.1.1", 53), ("8.8.8.8", 443)):
    try:
        socket.create_connection(address, timeout=0.3)
        LOOT.append(address)
    except OSError:
        pass


def double(x):
    return 2 * x if LOOT else None
