"""Messages over a stream socket: JSON, and beside it blobs of bytes."""

import json
import socket
import struct

FRAME_LIMIT = 600_000_000  # bytes, more than codec.MAX_BYTES
HEADER = struct.Struct("<QQ")  # the bytes of the JSON, and of all blobs


class Closed(Exception):
    """The other side has gone."""


class BadFrame(Exception):
    """What came is no message."""


class Channel:
    """One end of a conversation."""

    def __init__(self, connection: socket.socket):
        self.connection = connection

    def send(self, message: dict, blobs: list[bytes] = ()) -> None:
        """Send a message. Raises Closed."""
        sizes = [len(blob) for blob in blobs]
        text = json.dumps([message, sizes], allow_nan=False).encode()
        try:
            self.connection.sendall(HEADER.pack(len(text), sum(sizes)) + text)
            for blob in blobs:
                self.connection.sendall(blob)
        except OSError as error:
            raise Closed(str(error)) from error

    def receive(self) -> tuple[dict, list[memoryview]]:
        """Wait for a message. Raises Closed or BadFrame; then it is of no more use."""
        length, rest = HEADER.unpack(self._exactly(HEADER.size))
        if length + rest > FRAME_LIMIT:
            raise BadFrame(f"a message of {(length + rest) // 1_000_000} MB")
        text, data = self._exactly(length), self._exactly(rest)
        try:
            message, sizes = json.loads(bytes(text))
            if (
                not isinstance(message, dict)
                or sum(sizes) != rest
                or min(sizes, default=0) < 0
            ):
                raise BadFrame("no message")
        except (ValueError, TypeError, RecursionError) as error:
            raise BadFrame(f"no message: {error}") from error
        blobs, start = [], 0
        for size in sizes:
            blobs.append(data[start : start + size])
            start += size
        return message, blobs

    def close(self) -> None:
        self.connection.close()

    def _exactly(self, size: int) -> memoryview:
        data = memoryview(bytearray(size))
        have = 0
        while have < size:
            try:
                count = self.connection.recv_into(data[have:])
            except OSError as error:
                raise Closed(str(error)) from error
            if not count:
                raise Closed("the other side has gone")
            have += count
        return data
