"""A real time stamping authority for the tests: ``openssl ts`` behind a small HTTP server, with a root of its own."""

import http.server
import subprocess
import threading
from pathlib import Path

_EXTENSIONS = """[tsa]
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[plain]
basicConstraints=CA:FALSE
keyUsage=critical,digitalSignature
"""
_NEW_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
_CONFIG = """[tsa]
default_tsa=t
[t]
dir=.
serial=serial
crypto_device=builtin
signer_cert={signer}.pem
certs=root.pem
signer_key=tsa.key
signer_digest=sha256
default_policy=1.2.3.4.1
other_policies=1.2.3.4.2
digests=sha256,sha384,sha512
accuracy=secs:1
ordering=yes
tsa_name=yes
ess_cert_id_chain=no
ess_cert_id_alg=sha256
"""


class TimeStampAuthority:
    """``url`` answers queries. Its faults: ``signer`` (tsa, old, plain), ``ask_instead``, ``status``, ``garbage``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.signer = "tsa"
        self.ask_instead: bytes | None = None
        self.status = 200
        self.garbage: bytes | None = None
        self.asked: list[bytes] = []
        (folder / "ext.cnf").write_text(_EXTENSIONS)
        (folder / "serial").write_text("01\n")
        self._openssl(f"req -x509 {_NEW_KEY} -keyout root.key -out root.pem -days 3650 -subj /CN=Sample_Root")
        self._openssl(f"req {_NEW_KEY} -keyout tsa.key -out tsa.csr -subj /CN=Sample_TSA")
        sign = "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -extfile ext.cnf"
        self._openssl(f"{sign} -out tsa.pem -days 30 -extensions tsa")
        self._openssl(f"{sign} -out old.pem -days -1 -extensions tsa")
        self._server: http.server.ThreadingHTTPServer | None = None
        self.port = 0

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/tsa"

    def start(self) -> None:
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                assert self.headers["Content-Type"] == "application/timestamp-query"
                reply = authority.reply(query)
                self.send_response(authority.status)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def reply(self, query: bytes) -> bytes:
        self.asked.append(query)
        if self.garbage is not None:
            return self.garbage
        (self.folder / "ts.cnf").write_text(_CONFIG.format(signer=self.signer))
        (self.folder / "q.tsq").write_bytes(self.ask_instead or query)
        self._openssl("ts -reply -config ts.cnf -queryfile q.tsq -out a.tsr")
        return (self.folder / "a.tsr").read_bytes()

    def verify(self, token: Path, data: Path) -> bool:
        """Whether OpenSSL itself finds that the token is over this file and chains to the root."""
        command = ["openssl", "ts", "-verify", "-in", token, "-data", data, "-CAfile", self.root]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def _openssl(self, arguments: str) -> None:
        subprocess.run(["openssl", *arguments.split()], cwd=self.folder, check=True, capture_output=True)
