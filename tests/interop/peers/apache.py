"""Peers of Apache's `thrift`, with the stubs that its compiler generated."""

import importlib

from thrift.protocol import TBinaryProtocol, TCompactProtocol, TJSONProtocol, TMultiplexedProtocol
from thrift.server import TServer
from thrift.Thrift import TApplicationException
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrift.transport import TSocket, TTransport

PROTOCOLS = {
    "binary": lambda: TBinaryProtocol.TBinaryProtocolFactory(strictRead=True, strictWrite=True),
    "binary-nonstrict": lambda: TBinaryProtocol.TBinaryProtocolFactory(
        strictRead=False, strictWrite=False
    ),
    "binary-accelerated": lambda: TBinaryProtocol.TBinaryProtocolAcceleratedFactory(fallback=False),
    "compact": TCompactProtocol.TCompactProtocolFactory,
    "compact-accelerated": lambda: TCompactProtocol.TCompactProtocolAcceleratedFactory(
        fallback=False
    ),
    "json": TJSONProtocol.TJSONProtocolFactory,
}
TRANSPORTS = {
    "buffered": TTransport.TBufferedTransportFactory,
    "framed": TTransport.TFramedTransportFactory,
}
SERVERS = {
    "simple": TServer.TSimpleServer,
    "threaded": lambda *parts: TServer.TThreadedServer(*parts, daemon=True),
}


class Idl:
    """What files declare, by its names, and the service that is tried."""

    TApplicationException = TApplicationException

    def __init__(self, tried):
        self.modules = [
            importlib.import_module(f"{namespace}.{module}")
            for namespace in tried.NAMESPACES
            for module in ("ttypes", "constants")
        ]
        self.name = tried.SERVICE
        self.service = importlib.import_module(f"{tried.NAMESPACES[0]}.{tried.SERVICE}")

    def __getattr__(self, name):
        return getattr(next(module for module in self.modules if hasattr(module, name)), name)


class Connection:
    """A connection to a server, over which clients of any service may call."""

    def __init__(self, options, name):
        socket = TSocket.TSocket(options.host, options.port)
        socket.setTimeout(1000 * options.timeout)
        self.transport = TRANSPORTS[options.transport]().getTransport(socket)
        self.protocol = PROTOCOLS[options.protocol]().getProtocol(self.transport)
        if options.multiplexed:
            self.protocol = TMultiplexedProtocol.TMultiplexedProtocol(self.protocol, name)

    def client(self, service):
        return service.Client(self.protocol)

    def __enter__(self):
        self.transport.open()
        return self

    def __exit__(self, *_):
        self.transport.close()


def serve(idl, handler, options, announce):
    processor = idl.service.Processor(handler)
    if options.multiplexed:
        processor, one = TMultiplexedProcessor(), processor
        processor.registerProcessor(idl.name, one)

    class Socket(TSocket.TServerSocket):
        def listen(self):
            super().listen()
            announce(self.handle.getsockname()[1])

    SERVERS[options.server_type](
        processor,
        Socket(options.host, options.port),
        TRANSPORTS[options.transport](),
        PROTOCOLS[options.protocol](),
    ).serve()
