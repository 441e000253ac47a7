"""
The C API of libzhida, as it is. Use the package zhida, which stands on it.
"""

from collections.abc import Sequence


def version() -> str:
    """The version of libzhida, such as 0.1.0."""

class Pack:
    @staticmethod
    def load(folders: Sequence[str], search_path: Sequence[str], threads: int, settings: Sequence[tuple[str, str]]) -> Pack: ...

    @staticmethod
    def load_files(files: dict[str, bytes], threads: int, settings: Sequence[tuple[str, str]]) -> Pack: ...

    def describe(self) -> str:
        """JSON: what zhida_pack_describe returns."""

    def deadline(self, calendar: str, received: int, received_at_s: int, closing_s: int, on: int, days: int, stops: Sequence[tuple[int, int]]) -> str:
        """JSON: what zhida_pack_deadline returns."""

    def test(self) -> str:
        """JSON: what zhida_pack_test returns."""

class Engine:
    @staticmethod
    def create(pack: Pack, as_of: int, threads: int) -> Engine: ...

    def match(self, subject: str | bytes, policies: Sequence[str], outcomes: int, clauses: bool, facts_date: int, known_on: int, undated_is_stale: bool) -> str:
        """JSON: what zhida_engine_match returns."""

    def explain(self, subject: str | bytes, policy: str, facts_date: int, known_on: int, undated_is_stale: bool) -> str:
        """JSON: what zhida_engine_explain returns."""

    def best(self, subject: str | bytes, policies: Sequence[str], facts_date: int, known_on: int, undated_is_stale: bool) -> str:
        """JSON: what zhida_engine_best returns."""

    def paper(self, subject: str | bytes, nearest: int, near_only: bool, facts_date: int, known_on: int, undated_is_stale: bool) -> str:
        """JSON: what zhida_engine_paper returns."""

    def with_policies(self, text: str | bytes, label: str) -> Engine: ...

    def without_policies(self, ids: Sequence[str]) -> Engine: ...

    def policies(self) -> str:
        """JSON: what zhida_engine_policies returns."""

    def costs(self) -> str:
        """JSON: what zhida_engine_costs returns."""

    def plan(self) -> str:
        """The compiled plan, for people."""

class Population:
    pass

class Simulation:
    @staticmethod
    def create(against: Engine | None, sweep: Sequence[Engine], group_by: Sequence[str], forecast: bool) -> Simulation: ...

class RunOptions:
    @staticmethod
    def make(policies: Sequence[str], outcomes: int, columns: int, facts_date: int, known_on: int, undated_is_stale: bool, rejects_path: str, near_path: str, blocked: bool, block_rows: int, by: int, what: int, population: Population | None, simulation: Simulation | None) -> RunOptions: ...

class Screen:
    @staticmethod
    def open_ndjson(engine: Engine, paths: Sequence[str], options: RunOptions, progress: object | None) -> Screen: ...

    @staticmethod
    def open_arrow(engine: Engine, source: object, options: RunOptions, progress: object | None) -> Screen: ...

    @staticmethod
    def open_coded(engine: Engine, path: str, options: RunOptions, progress: object | None) -> Screen: ...

    def run(self) -> None:
        """To the end, without rows."""

    def encode(self, path: str) -> None:
        """To the end, into a coded file instead of judging."""

    def export_stream(self, foreign: bool) -> object:
        """
        The rows, once: a capsule `arrow_array_stream`. `foreign`: the consumer is not this package.
        """

    def raise_stopped(self) -> None:
        """
        Raises the exception that stopped the run, if a signal or the progress function did.
        """

    def summary(self) -> str:
        """JSON: what zhida_screen_summary returns."""

    def population(self) -> Population:
        """What a run that counts has counted, once it has ended."""

    def cancel(self) -> None: ...

class Ledger:
    @staticmethod
    def open(url: str, must_exist: bool) -> Ledger: ...

    def close(self) -> None: ...

    def set_budget(self, pool: str, year: int, total_fen: int, actor: str, at: int) -> None: ...

    def close_year(self, pool: str, year: int, actor: str, at: int) -> None: ...

    def carry_over(self, pool: str, year: int, actor: str, at: int) -> int: ...

    def reserve(self, requests: Sequence[tuple[tuple[str, str, str, int, str], str, str, int, int, tuple[str, str, str], str, str, str, str]], actor: str, at: int) -> list: ...

    def reserve_arrow(self, source: object, actor: str, at: int) -> list: ...

    def apply(self, changes: Sequence[tuple[str, str, int, str, str, str]], actor: str, at: int) -> list: ...

    def retry(self, id: str, payee: Sequence[tuple[str, str, str]], actor: str, at: int) -> list: ...

    def export(self, file: str, digest: str, supersedes: str, ids: Sequence[str], actor: str, at: int) -> None: ...

    def record_answer(self, file: str, digest: str, count: int, total_fen: int, actor: str, at: int) -> bool: ...

    def payment(self, id: str) -> str: ...

    def attempts(self, key: tuple[str, str, str, int, str]) -> str: ...

    def status(self) -> str: ...

    def audit(self, anchor_seq: int, anchor_digest: str) -> str: ...

    def payments(self, state: str, pool: str, file: str, subject: str) -> object:
        """
        A capsule `arrow_array_stream`, read on one thread at a time with everything else.
        """

    def entries(self, after_seq: int) -> object:
        """Likewise."""

class Health:
    @staticmethod
    def create(pack: Pack, as_of: int, threads: int) -> Health: ...

    def engine(self) -> Engine:
        """The engine of the pack's policies and their variants."""

    def add_claims(self, source: object) -> None:
        """Anything with __arrow_c_stream__."""

    def set_published(self, file: str, policies: Sequence[str]) -> None: ...

    def report(self, counts: Sequence[int], subjects: int) -> str:
        """
        JSON: what zhida_health_report returns; `counts` has five numbers a policy of the engine.
        """

def payment_export(ledger: Ledger, profile: str, profile_name: str, folder: str, execution: int, pool: str, again: str, supersede: str, actor: str, at: int, on_progress: object | None) -> str: ...

def payment_reconcile(ledger: Ledger, answer: bytes, name: str, actor: str, at: int) -> str: ...

def payment_mark_unanswered(ledger: Ledger, before: int, actor: str, at: int) -> int: ...

def payment_read_answer(answer: bytes, name: str) -> str: ...

def payment_check_profile(profile: str, name: str) -> None: ...

class Settlement:
    @staticmethod
    def create(engine: Engine) -> Settlement: ...

    def add_awards(self, source: object) -> None:
        """Anything with __arrow_c_stream__; all awards before the payments."""

    def add_payments(self, source: object) -> None: ...

    def run(self) -> None: ...

    def export_stream(self) -> object:
        """The plan: a capsule `arrow_array_stream`."""

    def summary(self) -> str:
        """JSON: what zhida_settlement_summary returns."""
