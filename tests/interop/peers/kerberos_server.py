"""A server of HiveServer2's service that takes clients by Kerberos, with PyPI's `gssapi`.

It prints its port, and ends with its input. A session's configuration is sent back, with who has opened it.
"""

import argparse
import socket
import struct
import sys
import threading

import gssapi
from TCLIService import TCLIService
from TCLIService.ttypes import (
    THandleIdentifier,
    TOpenSessionResp,
    TSessionHandle,
    TStatus,
    TStatusCode,
)
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TTransport import TTransportBase, TTransportException

START, OK, BAD, ERROR, COMPLETE = 1, 2, 3, 4, 5
BUFFER = 10_000


class Refused(Exception):
    pass


class SaslServerTransport(TTransportBase):
    """The server's side of `TSaslTransport`, with the mechanism GSSAPI (RFC 4752)."""

    def __init__(self, stream, quality):
        self.stream = stream
        self.quality = quality
        self.incoming = b""
        self.outgoing = b""
        self.context = gssapi.SecurityContext(creds=gssapi.Credentials(usage="accept"), usage="accept")
        self.largest = 0
        self.caller = None

    def negotiate(self):
        status, mechanism = self.receive()
        if (status, mechanism) != (START, b"GSSAPI"):
            raise Refused(f"{mechanism!r} is not GSSAPI")
        status, token = self.receive()
        while not self.context.complete:
            self.send(OK, self.context.step(token) or b"")
            status, token = self.receive()
        if token:
            raise Refused("the context was complete")
        offer = struct.pack(">I", self.quality << 24 | (BUFFER if self.quality > 1 else 0))
        self.send(OK, self.context.wrap(offer, False).message)
        status, token = self.receive()
        if status not in (OK, COMPLETE):
            raise Refused(token)
        choice = self.context.unwrap(token).message
        (word,) = struct.unpack(">I", choice[:4])
        if word >> 24 != self.quality:
            raise Refused(f"{word >> 24} was not offered")
        self.largest = word & 0xFFFFFF
        self.caller = str(self.context.initiator_name)
        if choice[4:]:
            self.caller += f" as {choice[4:].decode()}"
        self.send(COMPLETE, b"")

    def receive(self):
        status, length = struct.unpack(">BI", self.read_all(5))
        return status, self.read_all(length)

    def send(self, status, payload):
        self.stream.sendall(struct.pack(">BI", status, len(payload)) + payload)

    def read_all(self, size):
        read = b""
        while len(read) < size:
            piece = self.stream.recv(size - len(read))
            if not piece:
                raise TTransportException(TTransportException.END_OF_FILE)
            read += piece
        return read

    def read(self, size):
        while not self.incoming:
            (length,) = struct.unpack(">I", self.read_all(4))
            token = self.read_all(length)
            if self.quality > 1:
                if length > BUFFER:
                    raise Refused(f"{length} bytes exceed {BUFFER}")
                opened = self.context.unwrap(token)
                if opened.encrypted != (self.quality == 4):
                    raise Refused(f"encrypted: {opened.encrypted}")
                token = opened.message
            self.incoming = token
        read, self.incoming = self.incoming[:size], self.incoming[size:]
        return read

    def write(self, piece):
        self.outgoing += piece

    def flush(self):
        rest, self.outgoing = self.outgoing, b""
        secret = self.quality == 4
        most = len(rest)
        if self.quality > 1:
            most = self.context.get_wrap_size_limit(self.largest, secret)
        while rest:
            piece, rest = rest[:most], rest[most:]
            if self.quality > 1:
                piece = self.context.wrap(piece, secret).message
            self.stream.sendall(struct.pack(">I", len(piece)) + piece)


class Hive:
    def __init__(self, caller):
        self.caller = caller

    def OpenSession(self, request):
        identifier = THandleIdentifier(guid=b"7" * 16, secret=b"7" * 16)
        return TOpenSessionResp(
            status=TStatus(statusCode=TStatusCode.SUCCESS_STATUS),
            serverProtocolVersion=request.client_protocol,
            sessionHandle=TSessionHandle(sessionId=identifier),
            configuration={"caller": self.caller, **(request.configuration or {})},
        )


def serve(stream, quality):
    transport = SaslServerTransport(stream, quality)
    try:
        transport.negotiate()
    except (Refused, gssapi.exceptions.GSSError) as error:
        transport.send(BAD, str(error).encode())
        stream.close()
        return
    except TTransportException:
        return
    processor = TCLIService.Processor(Hive(transport.caller))
    protocol = TBinaryProtocol(transport)
    try:
        while True:
            processor.process(protocol, protocol)
    except TTransportException:
        stream.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("quality", type=int, choices=[1, 2, 4])
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)

    def accept():
        while True:
            stream, _ = listener.accept()
            threading.Thread(target=serve, args=(stream, options.quality), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    sys.stdin.read()


if __name__ == "__main__":
    main()
