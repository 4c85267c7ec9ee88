"""The web server in which both libraries serve HTTP."""

import http.server


class HttpServer(http.server.HTTPServer):
    request_queue_size = 1024

    def __init__(self, address, handler):
        # It prints a line for each request otherwise.
        handler.log_message = lambda *_: None
        super().__init__(address, handler)
