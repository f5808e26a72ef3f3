"""A gateway that runs on loopback with the built-in model, and a key for it."""

import contextlib
import threading
import time

import uvicorn

from ai_gov import wiring
from ai_gov.settings import Settings
from tests.registering import key_for


@contextlib.contextmanager
def gateway(data_dir):
    """Its base URL and a key."""
    settings = Settings(data_dir=data_dir)
    opened = wiring.store(settings)
    key = key_for(opened)
    opened.close()
    config = uvicorn.Config(wiring.app(settings), host="127.0.0.1", port=0, log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1", key
    finally:
        server.should_exit = True
        thread.join()
