"""A calculator in thriftpy2: `server PATH` prints its port, `client PATH HOST PORT` calls one."""

import socket
import sys

import thriftpy2
from thriftpy2.rpc import make_client, make_server


class Calculator:
    def add(self, a, b):
        return a + b

    def subtract(self, a, b):
        return a - b


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


role, path = sys.argv[1:3]
idl = thriftpy2.load(path, module_name="calculator_thrift")
if role == "server":
    port = free_port()
    server = make_server(idl.CalculatorService, Calculator(), "127.0.0.1", port)
    server.trans.listen()
    # To listen again, as `serve` does, closes the socket on which somebody may be waiting by then.
    server.trans.listen = lambda: None
    print("calculator at 127.0.0.1:%d" % port, flush=True)
    server.serve()
else:
    client = make_client(idl.CalculatorService, sys.argv[3], int(sys.argv[4]))
    print(client.add(5, 3), client.subtract(10, 4))
    client.close()
