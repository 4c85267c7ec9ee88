"""Calls the calculator at a URL with Apache's library."""

import sys

from example.calculator import CalculatorService
from thrift.protocol import TBinaryProtocol, TCompactProtocol, TJSONProtocol
from thrift.Thrift import TApplicationException
from thrift.transport import THttpClient

PROTOCOLS = {
    "binary": TBinaryProtocol.TBinaryProtocol,
    "compact": TCompactProtocol.TCompactProtocol,
    "json": TJSONProtocol.TJSONProtocol,
}

for name, protocol in PROTOCOLS.items():
    transport = THttpClient.THttpClient(sys.argv[1])
    transport.setCustomHeaders({"trace": "7f3a"})
    client = CalculatorService.Client(protocol(transport))
    transport.open()
    print(f"{name}: {client.add(5, 3)}")
    assert transport.headers["trace"] == "7f3a", transport.headers
    assert transport.headers["content-type"] == "application/x-thrift", transport.headers
    try:
        raise AssertionError(client.add(2**31 - 1, 1))
    except TApplicationException as error:
        assert "does not fit" in error.message, error
    transport.close()
