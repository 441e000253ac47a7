"""The command line while it runs for long: progress, Ctrl-C, a reader that goes away."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zhida
from conftest import AS_OF, command, environment, firms, write_ndjson
from zhida.commands.progress import ProgressLine, duration, line

DATED = ("--as-of", AS_OF)


def test_progress_line() -> None:
    told = line(zhida.Progress(1_200_000, 2_400_000, 0, 0), 1.5)
    assert told == "1,200,000 rows  800,000 rows/s  [############............] 50%  2 s left"
    assert line(zhida.Progress(10, None, 0, 0), 2) == "10 rows  5 rows/s"
    assert [duration(seconds) for seconds in (0.4, 59, 61, 3725)] == ["0 s", "59 s", "1 min 1 s", "1 h 2 min"]
    ProgressLine(True)(zhida.Progress(1, None, 0, 0))


@pytest.fixture
def slow(folder: Path, tmp_path: Path) -> list[str]:
    """A run that goes on until it is stopped: its input never ends."""
    os.mkfifo(tmp_path / "slow.ndjson")
    return command("screen", folder, tmp_path / "slow.ndjson", *DATED, "-o", tmp_path / "pairs.ndjson")


class Feeder:
    """Writes rows into a pipe until the reader has gone."""

    def __init__(self, path: Path) -> None:
        code = (
            "import sys\n"
            'line = b\'{"uscc":"A","staff":20}\\n\' * 1000\n'
            "with open(sys.argv[1], 'wb', 0) as pipe:\n"
            "    while True: pipe.write(line)\n"
        )
        self.process = subprocess.Popen([sys.executable, "-c", code, str(path)], stderr=subprocess.DEVNULL)

    def __enter__(self) -> Feeder:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()


def test_interrupt_ends_a_run_with_130(slow: list[str], tmp_path: Path) -> None:
    with Feeder(tmp_path / "slow.ndjson"):
        process = subprocess.Popen(
            slow, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        )
        part = tmp_path / f".pairs.ndjson.{process.pid}.part"
        deadline = time.monotonic() + 30
        while not (part.exists() and part.stat().st_size > 0) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "zhida: interrupted\n"
    assert out == ""
    assert not (tmp_path / "pairs.ndjson").exists()
    assert not part.exists()


def test_interrupt_ends_a_wait_for_input_with_130(slow: list[str], tmp_path: Path) -> None:
    # A writer that writes nothing: the engine waits in read().
    pipe = os.open(tmp_path / "slow.ndjson", os.O_RDWR)
    try:
        process = subprocess.Popen(
            slow, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        )
        part = tmp_path / f".pairs.ndjson.{process.pid}.part"
        deadline = time.monotonic() + 30
        while not part.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        os.close(pipe)
    assert process.returncode == 130
    assert err == "zhida: interrupted\n"


def test_progress_is_shown_on_a_terminal_only(slow: list[str], tmp_path: Path) -> None:
    main, terminal = pty.openpty()
    with Feeder(tmp_path / "slow.ndjson"):
        process = subprocess.Popen(slow, stdout=subprocess.PIPE, stderr=terminal, env=environment())
        os.close(terminal)
        told = b""
        deadline = time.monotonic() + 30
        while b"rows/s" not in told and time.monotonic() < deadline:
            if select.select([main], [], [], 0.2)[0]:
                told += os.read(main, 4096)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert re.search(rb"[\d,]+ rows  [\d,]+ rows/s", told)
    assert process.returncode == 130
    os.close(main)


def test_a_reader_that_goes_away_is_no_crash(folder: Path, tmp_path: Path) -> None:
    source = write_ndjson(tmp_path / "a.ndjson", firms(20_000))
    process = subprocess.Popen(
        command("screen", folder, source, *DATED, "-o", "-"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    assert process.wait(timeout=60) == 2
    assert b"Traceback" not in err
    assert b"Exception" not in err


def test_installed_command_and_module_are_the_same(folder: Path) -> None:
    ran = subprocess.run(command("check", folder), capture_output=True, text=True, env=environment())
    assert ran.returncode == 0
    assert "demo 1.2.0" in ran.stdout
