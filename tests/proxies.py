"""A network between a client and a server that fails when it is told to."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """How the line is cut at the first COMMIT: once the server has `heard` it, or before it does.

    `again` is whether who calls back afterwards gets through.
    """

    heard: bool
    again: bool


@dataclass
class Proxy:
    """Forwards to a socket, until it cuts the line."""

    target: str
    line: Line
    port: int = 0
    cut: threading.Event = field(default_factory=threading.Event)

    def serve(self, listener: socket.socket) -> None:
        """Serve one connection after the other until the listener is closed."""
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self.cut.is_set() and not self.line.again:
                client.close()
                continue
            threading.Thread(target=self._forward, args=(client,), daemon=True).start()

    def _forward(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, contextlib.suppress(OSError):
            server.connect(self.target)
            with selectors.DefaultSelector() as ready:
                ready.register(client, selectors.EVENT_READ, server)
                ready.register(server, selectors.EVENT_READ, client)
                while self._pass_on(ready, client, server):
                    pass

    def _pass_on(self, ready: selectors.BaseSelector, client: socket.socket, server: socket.socket) -> bool:
        """Pass on what comes; False once the line is to be cut, or somebody left."""
        for key, _ in ready.select():
            source = key.fileobj
            assert isinstance(source, socket.socket)
            data = source.recv(1 << 16)
            if not data:
                return False
            if source is client and b"COMMIT\0" in data and not self.cut.is_set():
                self.cut.set()
                if self.line.heard:
                    server.sendall(data)
                    server.recv(1 << 16)  # the answer, which nobody gets
                return False
            key.data.sendall(data)
        return True


@contextmanager
def network(target: str, line: Line) -> Iterator[Proxy]:
    """A proxy to the socket `target`, on a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(target, line, listener.getsockname()[1])
        thread = threading.Thread(target=proxy.serve, args=(listener,), daemon=True)
        thread.start()
        yield proxy
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)
