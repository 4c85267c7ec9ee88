"""Peers of Apache's `thrift`, with the stubs that its compiler generated."""

import importlib

import plain
import tls
import web
from thrift.protocol import (
    TBinaryProtocol,
    TCompactProtocol,
    THeaderProtocol,
    TJSONProtocol,
    TMultiplexedProtocol,
)
from thrift.server import THttpServer, TServer
from thrift.Thrift import TApplicationException
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrift.transport import THttpClient, TSocket, TSSLSocket, TTransport, TZlibTransport
from thrift.transport.THeaderTransport import THeaderSubprotocolID, THeaderTransformID

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
IN_HEADER = {"binary": THeaderSubprotocolID.BINARY, "compact": THeaderSubprotocolID.COMPACT}


class CompressingHeaderProtocolFactory(THeaderProtocol.THeaderProtocolFactory):
    def getProtocol(self, transport):
        protocol = super().getProtocol(transport)
        protocol.add_transform(THeaderTransformID.ZLIB)
        return protocol


# In these frames the transport is the protocol's own.
HEADERS = {
    "header": THeaderProtocol.THeaderProtocolFactory,
    "header-zlib": CompressingHeaderProtocolFactory,
    "header-framed": THeaderProtocol.THeaderProtocolFactory,
    "header-http": THeaderProtocol.THeaderProtocolFactory,
}


class ZlibTransportFactory:
    """In place of theirs, which takes connections that begin at once for one another."""

    def getTransport(self, transport):
        return TZlibTransport.TZlibTransport(transport)


TRANSPORTS = {
    "buffered": TTransport.TBufferedTransportFactory,
    "framed": TTransport.TFramedTransportFactory,
    "zlib": ZlibTransportFactory,
    "header": TTransport.TBufferedTransportFactory,
    "header-zlib": TTransport.TBufferedTransportFactory,
    "header-framed": TTransport.TFramedTransportFactory,
    "sasl": plain.ServerTransportFactory,
}
OVER_HTTP = {"http", "header-http"}
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
        # A call over HTTP has a connection of its own.
        self.keeps_order = options.transport not in OVER_HTTP
        self.transport = client_transport(options)
        self.protocol_is_plain = options.transport not in HEADERS
        self.protocol = self.header_protocol = protocol_factory(options).getProtocol(self.transport)
        if options.multiplexed:
            self.protocol = TMultiplexedProtocol.TMultiplexedProtocol(self.protocol, name)

    def client(self, service):
        return service.Client(self.protocol)

    def set_headers(self, headers):
        """Sets what goes beside the next call."""
        if self.protocol_is_plain and isinstance(self.transport, THttpClient.THttpClient):
            self.transport.setCustomHeaders(headers)
        else:
            for name, value in headers.items():
                self.header_protocol.set_header(name.encode(), value.encode())

    def __enter__(self):
        self.transport.open()
        return self

    def __exit__(self, *_):
        self.transport.close()


def protocol_factory(options):
    if options.transport in HEADERS:
        return HEADERS[options.transport](default_protocol=IN_HEADER[options.protocol])
    return PROTOCOLS[options.protocol]()


def client_transport(options):
    if options.transport in OVER_HTTP:
        scheme, context = ("https", tls.for_client(options)) if options.ssl else ("http", None)
        url = f"{scheme}://{options.host}:{options.port}/"
        socket = transport = THttpClient.THttpClient(url, ssl_context=context)
    else:
        if options.domain_socket:
            socket = TSocket.TSocket(unix_socket=options.domain_socket)
        elif options.ssl:
            context = tls.for_client(options)
            socket = TSSLSocket.TSSLSocket(options.host, options.port, ssl_context=context)
        else:
            socket = TSocket.TSocket(options.host, options.port)
        if options.transport == "sasl":
            transport = plain.client_transport(socket, options)
        else:
            transport = TRANSPORTS[options.transport]().getTransport(socket)
    socket.setTimeout(1000 * options.timeout)
    return transport


class HeaderTellingProcessor:
    def __init__(self, processor, handler):
        self.processor = processor
        self.handler = handler

    def process(self, iprot, oprot):
        self.handler.call.headers = iprot.get_headers
        self.processor.process(iprot, oprot)

    def on_message_begin(self, function):
        self.processor.on_message_begin(function)


def serve(idl, handler, options, announce):
    processor = idl.service.Processor(handler)
    if options.multiplexed:
        processor, one = TMultiplexedProcessor(), processor
        processor.registerProcessor(idl.name, one)
    if hasattr(handler, "call"):
        processor = HeaderTellingProcessor(processor, handler)
    protocol = protocol_factory(options)
    if options.transport in OVER_HTTP:
        serve_http(processor, protocol, options, announce)
    else:
        transport = TRANSPORTS[options.transport]()
        socket = server_socket(options)
        listen = socket.listen

        def listen_and_announce():
            listen()
            announce(options.domain_socket or socket.handle.getsockname()[1])

        socket.listen = listen_and_announce
        SERVERS[options.server_type](processor, socket, transport, protocol).serve()


def server_socket(options):
    if options.domain_socket:
        return TSocket.TServerSocket(unix_socket=options.domain_socket)
    if options.ssl:
        context = tls.for_server(options)
        return TSSLSocket.TSSLServerSocket(options.host, options.port, ssl_context=context)
    return TSocket.TServerSocket(options.host, options.port)


def serve_http(processor, protocol, options, announce):
    secure = {"cert_file": options.cert, "key_file": options.key} if options.ssl else {}
    server = THttpServer.THttpServer(
        processor, (options.host, options.port), protocol, server_class=web.HttpServer, **secure
    )
    announce(server.httpd.server_address[1])
    server.serve()
