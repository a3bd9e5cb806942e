"""A hub on loopback that answers as huggingface.co does to a download, from folders."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FakeHub:
    """`url` is for HF_ENDPOINT; `requests` are all that came, as `GET /path`."""

    repositories: dict[str, Path]
    url: str = ""
    requests: list[str] = field(default_factory=list)

    def downloads(self) -> list[str]:
        """Return the names of the files that were fetched, sorted."""
        return sorted(r.rpartition("/")[2] for r in self.requests if r.startswith("GET /o"))


@contextmanager
def fake_hub(repositories: dict[str, Path]) -> Iterator[FakeHub]:
    """Serve each folder as the repository `owner/name` that is its key (`owner` starts with o)."""
    hub = FakeHub(repositories)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, hub))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, hub: FakeHub, *arguments: Any) -> None:
        self.hub = hub
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        parts = path.strip("/").split("/")
        api = parts[:2] == ["api", "models"]
        owner_and_rest = parts[2:] if api else parts
        name, rest = "/".join(owner_and_rest[:2]), owner_and_rest[2:]
        folder = self.hub.repositories.get(name)
        if folder is None:
            self._refuse(HTTPStatus.UNAUTHORIZED, "RepoNotFound")
        elif api and rest[:1] == ["tree"]:
            self._send(json.dumps(_tree(folder)).encode(), with_body=with_body)
        elif api:
            info = {"id": name, "modelId": name, "sha": COMMIT, "siblings": [
                {"rfilename": entry["path"]} for entry in _tree(folder)]}  # fmt: skip
            self._send(json.dumps(info).encode(), with_body=with_body)
        elif rest[:1] == ["resolve"] and (folder / "/".join(rest[2:])).is_file():
            content = (folder / "/".join(rest[2:])).read_bytes()
            self._send(content, with_body=with_body, etag=hashlib.sha1(content).hexdigest())
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "EntryNotFound")

    def _send(self, content: bytes, *, with_body: bool, etag: str | None = None) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(content)))
        if etag:
            self.send_header("ETag", f'"{etag}"')
            self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("X-Error-Message", status.phrase)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def _tree(folder: Path) -> list[dict[str, object]]:
    return [
        {"type": "file", "path": path.name, "size": path.stat().st_size,
         "oid": hashlib.sha1(path.read_bytes()).hexdigest()}
        for path in sorted(folder.iterdir())
    ]  # fmt: skip
