"""Made-up bank accounts for made-up firms, without which nobody could be paid.

An account follows from the firm's credit code alone, as it hangs on the firm in life. One in 199 is not in
the firm's name; the demo's bank has closed one in 499.
"""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from os import PathLike

__all__ = ["CLOSED_EVERY", "add_accounts", "with_account"]

CLOSED_EVERY = 499  # by the account's digits
_OTHER_NAME_EVERY = 199
_OTHER_NAME = "张三"
_BANK = "105397000017"
_HEAD = re.compile(rb'\{"uscc":"([^"]*)","name":("[^"]*")')


def with_account(line: bytes) -> bytes:
    """A line of demo_firms.lines() with the account's name, number and bank behind the firm's name."""
    head = _HEAD.match(line)
    if head is None:
        return line
    digits = int(sha256(head[1]).hexdigest()[:12], 16)
    name = (
        json.dumps(_OTHER_NAME, ensure_ascii=False).encode() if digits % _OTHER_NAME_EVERY == 0 else head[2]
    )
    account = b',"account_name":%b,"account":"6222%015d","bank":"%b"' % (name, digits, _BANK.encode())
    return line[: head.end()] + account + line[head.end() :]


def add_accounts(source: str | PathLike[str], target: str | PathLike[str]) -> None:
    """Writes the firms of a file with accounts to another, which appears when whole; both may be the same."""
    part = f"{os.fspath(target)}.{os.getpid()}.part"
    try:
        with open(source, "rb") as firms, open(part, "wb") as out:
            out.writelines(map(with_account, firms))
        os.replace(part, target)
    finally:
        if os.path.exists(part):
            os.remove(part)
