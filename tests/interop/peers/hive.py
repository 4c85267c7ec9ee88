"""A client of HiveServer2, which asks who it is and prints the answer.

It comes by one of several libraries, as a user with a password, with none of either, or with a ticket of
Kerberos.
"""

import argparse

TIMEOUT = 30


def with_apache(options):
    """The transport of Apache's `thrift`, under PyHive's client."""
    from pyhive import hive
    from thrift.transport import TSocket, TTransport

    if options.kerberos:
        transport = TTransport.TSaslClientTransport(
            socket(TSocket, options), options.host, "hive", mechanism="GSSAPI", qops=[options.kerberos.encode()]
        )
        return hive.Connection(thrift_transport=transport)
    transport = TTransport.TSaslClientTransport(
        socket(TSocket, options),
        options.host,
        "hive",
        mechanism="PLAIN",
        username=options.user,
        password=options.password,
    )
    return hive.Connection(thrift_transport=transport, username=options.user)


def with_thrift_sasl(options):
    """The transport of `thrift_sasl`, under PyHive's client."""
    import thrift_sasl
    from pyhive import hive
    from pyhive.sasl_compat import PureSASLClient
    from thrift.transport import TSocket

    if options.kerberos:
        transport = thrift_sasl.TSaslClientTransport(lambda: Tickets(options), "GSSAPI", socket(TSocket, options))
        return hive.Connection(thrift_transport=transport)

    def client():
        return PureSASLClient(options.host, username=options.user, password=options.password)

    transport = thrift_sasl.TSaslClientTransport(client, "PLAIN", socket(TSocket, options))
    return hive.Connection(thrift_transport=transport, username=options.user)


def with_pyhive(options):
    """PyHive as it comes, or with a password."""
    from pyhive import hive

    if options.kerberos:
        return hive.connect(options.host, port=options.port, auth="KERBEROS", kerberos_service_name="hive")
    if options.user is None:
        return hive.connect(options.host, port=options.port)
    return hive.connect(
        options.host,
        port=options.port,
        username=options.user,
        password=options.password,
        auth="CUSTOM",
    )


def with_impyla(options):
    """The client of Impala."""
    from impala import dbapi

    if options.kerberos:
        return dbapi.connect(
            options.host,
            port=options.port,
            auth_mechanism="GSSAPI",
            kerberos_service_name="hive",
            timeout=TIMEOUT,
            retries=1,
        )
    return dbapi.connect(
        options.host,
        port=options.port,
        auth_mechanism="PLAIN",
        user=options.user,
        password=options.password,
        timeout=TIMEOUT,
        retries=1,
    )


def Tickets(options):
    """What `thrift_sasl` wants of a client: that of PyHive has two methods the wrong way round."""
    import struct

    from pyhive.sasl_compat import PureSASLClient

    class Client(PureSASLClient):
        def encode(self, message):
            token = self.wrap(message)
            if token is message:
                return True, message
            return True, struct.pack(">I", len(token)) + token

        def decode(self, frame):
            return True, self.unwrap(frame[4:])

    return Client(options.host, service="hive", qops=[options.kerberos.encode()])


def socket(module, options):
    socket = module.TSocket(options.host, options.port)
    socket.setTimeout(1000 * TIMEOUT)
    return socket


WAYS = {
    "apache": with_apache,
    "thrift_sasl": with_thrift_sasl,
    "pyhive": with_pyhive,
    "impyla": with_impyla,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("port", type=int)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--kerberos", metavar="QUALITY", help="a quality of protection")
    options = parser.parse_args()
    try:
        connection = WAYS[options.way](options)
        cursor = connection.cursor()
        cursor.execute("SELECT current_user()")
        rows = cursor.fetchall()
        cursor.close()
        connection.close()
    except Exception as error:
        print(f"refused: {error!r}")
    else:
        print(f"rows: {rows}")


if __name__ == "__main__":
    main()
