"""Whom the peers trust over TLS, and what they show, whichever library they use."""

import ssl


def for_client(options):
    context = ssl.create_default_context(cafile=options.ca)
    if options.cert:
        context.load_cert_chain(options.cert, options.key)
    return context


def for_server(options):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=options.ca)
    context.load_cert_chain(options.cert, options.key)
    if options.ca:
        context.verify_mode = ssl.CERT_REQUIRED
    return context
