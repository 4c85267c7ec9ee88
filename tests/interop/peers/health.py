"""Asks a server of its health, as what watches servers does: health.py IDL PORT."""

import sys
import time

import thriftpy2
from thriftpy2.rpc import make_client
from thriftpy2.thrift import TApplicationException

idl = thriftpy2.load(sys.argv[1], module_name="fb303_thrift")
client = make_client(idl.FacebookService, "127.0.0.1", int(sys.argv[2]), timeout=10_000)

assert client.getName() == "zamówienia"
assert client.getVersion() == "1.2"
assert client.getStatus() == idl.fb_status.WARNING
assert client.getStatusDetails() == "the disk is nearly full"
counters = client.getCounters()
assert counters["rows"] == 1 << 40 and counters["connections"] == 1, counters
assert client.getCounter("rows") == 1 << 40
assert client.getCounter("unknown") == 0
client.setOption("level", "debug")
assert client.getOption("level") == "debug"
assert client.getOptions() == {"level": "debug"}
try:
    client.setOption("other", "x")
except TApplicationException:
    pass
else:
    raise AssertionError("a caller makes options")
assert client.getCpuProfile(1) == ""
assert abs(client.aliveSince() - time.time()) < 100
client.reinitialize()
client.shutdown()
assert client.getName() == "zamówienia"
