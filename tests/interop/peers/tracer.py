"""A program whose spans Jaeger's client reports; it prints the identifiers of each.

`tracer.py PORT` sends them to an agent at that port of this machine.
"""

import sys
import time

import opentracing
from jaeger_client import Config
from jaeger_client.thrift_gen.jaeger.ttypes import Tag, TagType

START = 1_700_000_000.25


def main():
    config = {
        "sampler": {"type": "const", "param": 1},
        "local_agent": {"reporting_host": "127.0.0.1", "reporting_port": int(sys.argv[1])},
        "generate_128bit_trace_id": True,
        "tags": {"version": "1.2", "replicas": 3},
    }
    tracer = Config(config=config, service_name="zamówienia", validate=True).new_tracer()

    order = tracer.start_span("order", start_time=START)
    order.set_tag("text", "żółć ☃ 𝄞").set_tag("empty", "")
    order.set_tag("count", 5).set_tag("least", -(2**63)).set_tag("most", 2**63 - 1)
    order.set_tag("ratio", 0.1).set_tag("huge", -1.7e308)
    order.set_tag("yes", True).set_tag("no", False)
    order.tags.append(Tag("bytes", TagType.BINARY, vBinary="☃"))
    order.log_kv({"event": "retry", "attempt": 2, "last": False, "after": 0.5}, START + 0.125)
    order.log_kv({"event": "done"}, START + 1)
    finish(order, START + 1.5)

    payment = tracer.start_span("payment", child_of=order, start_time=START + 0.25)
    finish(payment, START + 0.25)

    references = [opentracing.child_of(order.context), opentracing.follows_from(payment.context)]
    delivery = tracer.start_span("delivery", references=references, start_time=START + 2)
    delivery.set_tag("sampling.priority", 1)
    finish(delivery, START + 3600)

    # More than one datagram takes, by default.
    for turn in range(20):
        finish(tracer.start_span(f"turn {turn}", child_of=order, start_time=START), START + turn)

    closed = tracer.close()
    while not closed.done():
        time.sleep(0.01)


def finish(span, at):
    span.finish(at)
    print("span", span.trace_id, span.span_id, span.parent_id or 0)


if __name__ == "__main__":
    main()
