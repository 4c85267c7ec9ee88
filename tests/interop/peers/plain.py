"""SASL by the mechanism PLAIN, of whose two sides Apache's library has the client's alone."""

import io
import struct

from thrift.transport.TTransport import TSaslClientTransport, TTransportBase, TTransportException

USER = "alice"
PASSWORD = "zażółć"

START, OK, BAD, ERROR, COMPLETE = range(1, 6)
HEADER = struct.Struct("!BI")
LENGTH = struct.Struct("!I")


def client_transport(socket, options):
    return TSaslClientTransport(
        socket, options.host, "tried", mechanism="PLAIN", username=USER, password=PASSWORD
    )


class ServerTransport(TTransportBase):
    """Negotiates before the first read; frames follow."""

    def __init__(self, transport):
        self.transport = transport
        self.is_negotiated = False
        self.input = io.BytesIO()
        self.output = io.BytesIO()

    def isOpen(self):
        return self.transport.isOpen()

    def close(self):
        self.transport.close()

    def read(self, size):
        if not self.is_negotiated:
            self.negotiate()
        read = self.input.read(size)
        if not read and size > 0:
            (length,) = LENGTH.unpack(self.transport.readAll(LENGTH.size))
            self.input = io.BytesIO(self.transport.readAll(length))
            read = self.input.read(size)
        return read

    def write(self, written):
        self.output.write(written)

    def flush(self):
        written = self.output.getvalue()
        self.output = io.BytesIO()
        self.transport.write(LENGTH.pack(len(written)) + written)
        self.transport.flush()

    def negotiate(self):
        status, mechanism = self.receive()
        if status != START:
            self.refuse(ERROR, "START is expected")
        if mechanism != b"PLAIN":
            self.refuse(BAD, "only PLAIN is supported")
        status, login = self.receive()
        if status not in (OK, COMPLETE):
            self.refuse(ERROR, "OK or COMPLETE is expected")
        if login.split(b"\0")[1:] != [USER.encode(), PASSWORD.encode()]:
            self.refuse(BAD, "wrong user or password")
        self.send(COMPLETE, b"")
        self.is_negotiated = True

    def receive(self):
        status, length = HEADER.unpack(self.transport.readAll(HEADER.size))
        return status, self.transport.readAll(length)

    def send(self, status, payload):
        self.transport.write(HEADER.pack(status, len(payload)) + payload)
        self.transport.flush()

    def refuse(self, status, why):
        self.send(status, why.encode())
        raise TTransportException(TTransportException.NOT_OPEN, why)


class ServerTransportFactory:
    """A server asks for the transport of what it reads, and for that of what it writes."""

    def getTransport(self, transport):
        if not hasattr(transport, "negotiating"):
            transport.negotiating = ServerTransport(transport)
        return transport.negotiating
