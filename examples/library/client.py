"""A client in Python of the service in Rust: `python client.py library.thrift HOST PORT`.

    cargo run --bin library -- idl > library.thrift
"""

import sys

import thriftpy2
from thriftpy2.rpc import make_client

library_thrift = thriftpy2.load(sys.argv[1], module_name="library_thrift")
client = make_client(library_thrift.Library, sys.argv[2], int(sys.argv[3]))

book = client.find("Moby-Dick")
print(f"{book.title}: {book.copies} copies")
for book in client.findAll(library_thrift.Subject.Bees):
    print(f"about bees: {book.title}")
try:
    client.find("Emma")
except library_thrift.NotFound as missing:
    print(f"there is no {missing.title}")
