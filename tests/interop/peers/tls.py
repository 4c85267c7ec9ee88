"""Whom the peers trust over TLS, and what they show, whichever library they use."""

import ssl


def for_client(options):
    return ssl.create_default_context(cafile=options.ca)


def for_server(options):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(options.cert, options.key)
    return context
