"""Real listeners on loopback: an HTTP server and syslog sockets, which keep what they get. Not a test."""

import contextlib
import http.server
import socket
import threading
from dataclasses import dataclass, field


@dataclass
class Heard:
    """What came in; ``statuses`` are answered in turn, the last for ever."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [204])
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict] = field(default_factory=list)


@contextlib.contextmanager
def http_listener():
    heard = Heard()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            heard.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            heard.headers.append(dict(self.headers))
            self.send_response(heard.statuses.pop(0) if len(heard.statuses) > 1 else heard.statuses[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    heard.url = f"http://127.0.0.1:{server.server_port}/hook/token-1"
    try:
        yield heard
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def udp_listener():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        yield listening, f"udp://127.0.0.1:{listening.getsockname()[1]}"
