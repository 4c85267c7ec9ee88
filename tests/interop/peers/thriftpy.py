"""Peers of `thriftpy2`, which reads the IDL itself."""

import contextlib
import pathlib

import thriftpy2
import thriftpy2.http
import tls
import web
from thriftpy2 import rpc, server
from thriftpy2.protocol import (
    TApacheJSONProtocolFactory,
    TCompactProtocolFactory,
    TCyBinaryProtocolFactory,
    TMultiplexedProtocolFactory,
)
from thriftpy2.protocol.binary import TBinaryProtocolFactory
from thriftpy2.thrift import TApplicationException, TClient, TMultiplexedProcessor, TProcessor
from thriftpy2.transport import (
    TCyBufferedTransportFactory,
    TCyFramedTransportFactory,
    TSSLServerSocket,
)
from thriftpy2.transport.buffered import TBufferedTransportFactory
from thriftpy2.transport.framed import TFramedTransportFactory

CYTHON = {
    "buffered": TCyBufferedTransportFactory,
    "framed": TCyFramedTransportFactory,
    "http": TCyBufferedTransportFactory,
}
PYTHON = {"buffered": TBufferedTransportFactory, "framed": TFramedTransportFactory}

# Protocols, and the transports that work under them.
PROTOCOLS = {
    "binary": (TCyBinaryProtocolFactory, CYTHON),
    "binary-nonstrict": (
        lambda: TCyBinaryProtocolFactory(strict_read=False, strict_write=False),
        CYTHON,
    ),
    "binary-python": (TBinaryProtocolFactory, PYTHON),
    "compact": (TCompactProtocolFactory, CYTHON),
    "json": (TApacheJSONProtocolFactory, CYTHON),
}

ROOT = pathlib.Path(__file__).parents[3]


class Idl:
    """What files declare, by its names, and the service that is tried."""

    TApplicationException = TApplicationException

    def __init__(self, tried):
        file = thriftpy2.load(str(ROOT / tried.FILE))
        self.modules = [file, *file.__thrift_meta__["includes"]]
        self.name = tried.SERVICE
        self.service = getattr(file, tried.SERVICE)

    def __getattr__(self, name):
        return getattr(next(module for module in self.modules if hasattr(module, name)), name)


def factories(options):
    protocol, transports = PROTOCOLS[options.protocol]
    return {"proto_factory": protocol(), "trans_factory": transports[options.transport]()}


class Connection:
    """A connection to a server, over which clients of any service may call."""

    def __init__(self, options, name):
        # A call over HTTP has a connection of its own.
        self.keeps_order = options.transport != "http"
        self.make_client = rpc.make_client
        self.where = {"host": options.host, "port": options.port, "timeout": 1000 * options.timeout}
        self.where.update(factories(options))
        if options.multiplexed:
            protocol = self.where["proto_factory"]
            self.where["proto_factory"] = TMultiplexedProtocolFactory(protocol, name)
        if options.transport == "http":
            self.make_client = thriftpy2.http.make_client
            self.where["path"] = "/"
            self.where["http_header_factory"] = self
            if options.ssl:
                self.where["scheme"] = "https"
                self.where["ssl_context_factory"] = lambda: tls.for_client(options)
        elif options.ssl:
            self.where["ssl_context"] = tls.for_client(options)
        elif options.domain_socket:
            self.where["unix_socket"] = options.domain_socket
        self.reads_one_message = options.protocol == "json"
        self.protocol = None
        self.headers = {}

    def set_headers(self, headers):
        """Sets what goes beside the next call, over HTTP."""
        self.headers = headers

    def get_headers(self):
        return self.headers

    def client(self, service):
        if self.reads_one_message:
            return OneCallEach(service, self.where)
        if self.protocol:
            return TClient(service, self.protocol)
        client = self.make_client(service, **self.where)
        self.protocol = client._iprot
        return client

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.protocol:
            self.protocol.trans.close()


class OneCallEach:
    """A client with a connection for each call, since TApacheJSONProtocol takes every message that
    it is to read for the first."""

    def __init__(self, service, where):
        self.service = service
        self.where = where

    def __getattr__(self, method):
        def call(*arguments):
            with contextlib.closing(rpc.make_client(self.service, **self.where)) as client:
                return getattr(client, method)(*arguments)

        return call


def serve(idl, handler, options, announce):
    processor = TProcessor(idl.service, handler)
    if options.multiplexed:
        processor, one = TMultiplexedProcessor(), processor
        processor.register_processor(idl.name, one)
    if options.transport == "http":
        serve_http(processor, options, announce)
        return
    # A port of 0 means none here, so the real one is set afterwards.
    threaded = rpc.make_server(
        idl.service,
        handler,
        options.host,
        1,
        unix_socket=options.domain_socket,
        client_timeout=None,
        **factories(options),
    )
    if options.ssl:
        context = tls.for_server(options)
        threaded.trans = TSSLServerSocket(options.host, 1, client_timeout=None, ssl_context=context)
    socket = threaded.trans
    socket.port = options.port
    listen = socket.listen

    def listen_and_announce():
        listen()
        announce(options.domain_socket or socket.sock.getsockname()[1])

    socket.listen = listen_and_announce
    threaded.processor = processor
    if options.server_type == "threaded":
        threaded.daemon = True
        threaded.serve()
    else:
        server.TSimpleServer(
            processor, socket, threaded.itrans_factory, threaded.iprot_factory
        ).serve()


def serve_http(processor, options, announce):
    made = factories(options)
    listening = thriftpy2.http.THttpServer(
        processor,
        (options.host, options.port),
        made["trans_factory"],
        made["proto_factory"],
        server_class=web.HttpServer,
    )
    announce(listening.httpd.server_address[1])
    listening.serve()
