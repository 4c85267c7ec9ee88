"""Calls the calculator at a URL with thriftpy2."""

import pathlib
import sys

import thriftpy2
import thriftpy2.http
from thriftpy2.protocol import TApacheJSONProtocolFactory, TCompactProtocolFactory
from thriftpy2.protocol.binary import TBinaryProtocolFactory
from thriftpy2.thrift import TApplicationException
from thriftpy2.transport.buffered import TBufferedTransportFactory

IDL = pathlib.Path(__file__).parents[3] / "calculator" / "calculator.thrift"
PROTOCOLS = {
    "binary": TBinaryProtocolFactory,
    "compact": TCompactProtocolFactory,
    "json": TApacheJSONProtocolFactory,
}

service = thriftpy2.load(str(IDL)).CalculatorService


def connect(protocol):
    return thriftpy2.http.make_client(
        service,
        url=sys.argv[1],
        proto_factory=protocol(),
        trans_factory=TBufferedTransportFactory(),
    )


for name, protocol in PROTOCOLS.items():
    print(f"{name}: {connect(protocol).add(5, 3)}")
    try:
        # Its JSON takes every message of a client for the first.
        raise AssertionError(connect(protocol).add(2**31 - 1, 1))
    except TApplicationException as error:
        assert "does not fit" in error.message, error
