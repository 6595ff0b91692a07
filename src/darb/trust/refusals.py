"""Refusals that matter are kept, outside the transaction that they rolled back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from darb.rules.refusal import Refused

from .models import RefusalLog


def note_refusal(account_id: int, at: datetime, match: Any, refused: Refused) -> None:
    """Append a refusal: who, when, which page and reference, which code. Never what was typed."""
    subject = str(next(iter(match.kwargs.values()), "")) if match else ""
    RefusalLog.objects.create(
        account_id=account_id,
        at=at,
        action=(match.view_name if match else "")[:60],
        code=refused.refusal.code,
        subject=subject[:60],
    )
