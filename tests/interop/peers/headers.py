"""Mailboxes that hold the headers of the call that asks for them."""

import threading

import message

FILE, NAMESPACES, SERVICE = message.FILE, message.NAMESPACES, message.SERVICE


class Handler:
    def __init__(self, idl):
        self.Message = idl.Message
        # What gives the headers of the call that a thread is in.
        self.call = threading.local()

    def receiveMessage(self, recipient):
        headers = self.call.headers()
        return self.Message(content=headers.get(recipient.encode(), b"").decode())


def check(idl, connection, number):
    client = connection.client(idl.service)
    for value in [f"call {number}", "another"]:
        connection.set_headers({"trace": value, "tenant": "blue"})
        assert client.receiveMessage("trace").content == value
        connection.set_headers({"tenant": "red"})
        assert client.receiveMessage("tenant").content == "red"
        connection.set_headers({})
        assert client.receiveMessage("trace").content == ""
