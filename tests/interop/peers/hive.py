"""A client of HiveServer2, which asks who it is and prints the answer.

It comes by one of several libraries, as a user with a password, or with none of either.
"""

import argparse

TIMEOUT = 30


def with_apache(options):
    """The transport of Apache's `thrift`, under PyHive's client."""
    from pyhive import hive
    from thrift.transport import TSocket, TTransport

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

    def client():
        return PureSASLClient(options.host, username=options.user, password=options.password)

    transport = thrift_sasl.TSaslClientTransport(client, "PLAIN", socket(TSocket, options))
    return hive.Connection(thrift_transport=transport, username=options.user)


def with_pyhive(options):
    """PyHive as it comes, or with a password."""
    from pyhive import hive

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

    return dbapi.connect(
        options.host,
        port=options.port,
        auth_mechanism="PLAIN",
        user=options.user,
        password=options.password,
        timeout=TIMEOUT,
        retries=1,
    )


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
