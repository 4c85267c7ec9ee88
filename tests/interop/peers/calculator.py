"""The calculator example, and what its clients rely on."""

import message

FILE = "examples/calculator/calculator.thrift"
NAMESPACES = ["example.calculator"]
SERVICE = "CalculatorService"


class Handler:
    def __init__(self, idl):
        pass

    def add(self, a, b):
        return a + b

    def subtract(self, a, b):
        return a - b


def check(idl, connection, number):
    client = connection.client(idl.service)
    assert client.add(5, 3) == 8
    assert client.subtract(10, 4) == 6
    assert client.subtract(4, 10) == -6
    assert client.add(2**31 - 1, -(2**31)) == -1

    def refused(call, *arguments):
        try:
            raise AssertionError(f"the call gave {call(*arguments)}")
        except idl.TApplicationException as error:
            return error

    error = refused(client.add, 2**31 - 1, 1)
    assert error.type == idl.TApplicationException.INTERNAL_ERROR, error
    assert "does not fit" in error.message, error

    # A service that the server does not have.
    stranger = connection.client(type(idl)(message).service)
    error = refused(stranger.receiveMessage, "nobody")
    assert error.type == idl.TApplicationException.UNKNOWN_METHOD, error

    for turn in range(500):
        assert client.add(turn, number) == turn + number
