"""A client or a server of one of the services, as a Python program of the field would be.

A server prints the port or path that it listens on, and ends when its standard input does.
A client exits with status 0 if every answer was right.
"""

import argparse
import importlib
import os
import pathlib
import sys
import threading


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("role", choices=["client", "server"])
    parser.add_argument("--library", choices=["apache", "thriftpy"], required=True)
    parser.add_argument("--service", required=True)
    parser.add_argument("--stubs", help="where Apache's compiler put what it generated")
    parser.add_argument("--idl", help="a file in place of the service's own, without a namespace")
    parser.add_argument("--protocol", default="binary")
    parser.add_argument("--multiplexed", action="store_true", help="calls name the service")
    parser.add_argument("--transport", default="buffered")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--domain-socket")
    parser.add_argument("--ssl", action="store_true")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--ca")
    parser.add_argument("--server-type", choices=["simple", "threaded"], default="threaded")
    parser.add_argument("--connections", type=int, default=1, help="of a client, at once")
    parser.add_argument("--timeout", type=int, default=30, help="seconds that an answer may take")
    return parser.parse_args()


def run_server(library, tried, options):
    def end_with_standard_input():
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end_with_standard_input, daemon=True).start()
    idl = library.Idl(tried)
    library.serve(idl, tried.Handler(idl), options, lambda place: print(place, flush=True))


def run_client(library, tried, options):
    idl = library.Idl(tried)
    failures = []

    def run(number):
        try:
            with library.Connection(options, idl.name) as connection:
                tried.check(idl, connection, number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=[n]) for n in range(options.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def main():
    options = arguments()
    if options.stubs:
        sys.path.append(options.stubs)
    library = importlib.import_module(options.library)
    tried = importlib.import_module(options.service)
    if options.idl:
        tried.FILE, tried.NAMESPACES = options.idl, [pathlib.Path(options.idl).stem]
    {"server": run_server, "client": run_client}[options.role](library, tried, options)


if __name__ == "__main__":
    main()
