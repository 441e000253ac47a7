"""The other side: mock-bank in a thread, with folders to drop payment files into and pick answers up from."""

from __future__ import annotations

import json
import shutil
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from mockbank import Config, make_server

DEBTOR = "35001234567890123"
# The routing number and accounts of the bank's own customers, by which it knows them closed or not.
OWN_BANK = "999999992"
CLOSED_ACCOUNT = "0000000003"
NOWHERE_ACCOUNT = "0000000004"
PROFILE = f"""\
debtor: {{name: 样例市财政局, account: "{DEBTOR}", bank: "102391000018"}}
format: pain.001.001.09
"""


class Bank:
    """A bank whose clock starts at 09:00 on 2026-11-30, a Monday. It looks at its folder when it is told to,
    and every `interval_ms`."""

    def __init__(self, folder: Path, interval_ms: int = 60_000) -> None:
        self.drop = folder / "to-bank"
        self.pickup = folder / "from-bank"
        self.drop.mkdir(parents=True)
        self.pickup.mkdir()
        self._server = make_server(
            Config(
                port=0,
                quiet=True,
                timezone="Asia/Shanghai",
                clock="2026-11-30T09:00",
                keep_requests=100,
                drop_dir=str(self.drop),
                pickup_dir=str(self.pickup),
                drop_settle_ms=0,
                drop_interval_ms=interval_ms,
            )
        )
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.call(
            "PATCH", "/_mock/accounts/ACME", {"currency": "CNY", "account_number": DEBTOR, "balance": 10**15}
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._server.server_address[1]}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def behave(self, behaviour: str, **parameters: object) -> None:
        self.call("PATCH", "/_mock/accounts/ACME", {"behaviour": behaviour, "parameters": parameters})

    def take(self, *paths: Path) -> None:
        """Hands files over and waits until the bank has read them."""
        for path in paths:
            part = self.drop / f"{path.name}.part"
            shutil.copyfile(path, part)
            part.rename(self.drop / path.name)
        self.scan()

    def scan(self) -> None:
        self.call("POST", "/_mock/drop/scan")

    def advance(self, days: int) -> None:
        self.call("POST", f"/_mock/advance?days={days}")

    def answers(self, kind: str = "") -> list[Path]:
        """The messages about our account in the order they were sent; `kind` such as pain.002."""
        self.call("GET", "/_mock/mailbox?leave")  # releases what is due
        found = [path for path in self.pickup.glob("*.xml") if "-ACME-" in path.name and kind in path.name]
        return sorted(found, key=_number)

    def payments(self) -> list[dict[str, Any]]:
        """What the bank decided on, straight from its books."""
        with self._server.state.lock:
            rows = self._server.state.conn.execute("SELECT * FROM payment").fetchall()
            return [dict(row) for row in rows]


def _number(path: Path) -> int:
    """`camt.054.001.08-ACME-12.xml`: the bank numbers its messages."""
    return int(path.stem.rpartition("-")[2])
