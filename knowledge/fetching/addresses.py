"""Resolves a host and refuses addresses that only this machine or its own network can see.

The caller connects to the very address that was checked: a name that resolves anew between check and connection
("DNS rebinding") gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket

from knowledge.errors import DocumentError

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def checked_address(host: str, port: int, *, allow_private: bool) -> str:
    """Return an address of the host to connect to; DocumentError if it has none, or any of them is private."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise DocumentError(
            f"{host} is not found.", hint="Check the address and the network.", retryable=True
        ) from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not allow_private and any(_is_private(ipaddress.ip_address(one)) for one in addresses):
        raise DocumentError(
            f"{host} is an address of this machine or its own network.",
            hint="OSAI_ALLOW_PRIVATE_ADDRESSES=true allows it, if you trust what you ingest.",
        )
    return addresses[0]


def _is_private(address: _Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if mapped is not None:
        return _is_private(mapped)
    return not address.is_global or address.is_multicast
