"""What the journeys of what goes wrong share: an officer at a page, and what became of it all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.urls import reverse

from darb.cases.keeping import why
from darb.cases.models import Case, Incident, Task
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import TODAY, client_for


def does(who: Role, page: str, *args: Any, refused: bool = False, asked: Any = (), **told: Any) -> str:
    """The officer with the role `who` sends the form of `page` (with `asked` in its address) once; gives what it says.

    Refuses to go on where the deed was refused (or, with `refused`, where it wasn't).
    """
    client = client_for(who)
    data = {name: value for name, value in told.items() if value is not None}
    address = reverse(f"desk:{page}", args=args) + (f"?{urlencode(asked)}" if asked else "")
    answer = client.post(address, {"key": str(uuid4()), **data})
    said = answer.content.decode().replace("&#x27;", "'")
    assert (answer.status_code >= 400) == refused, f"{answer.status_code}: {notices(said)}"
    _widen()
    return said


def sees(role: Role, page: str, *args: Any, **asked: Any) -> str:
    """What the officer with `role` reads on a page; empty where there is no such page for them."""
    answer = client_for(role).get(reverse(f"desk:{page}", args=args), asked)
    _widen()
    return answer.content.decode().replace("&#x27;", "'") if answer.status_code == 200 else ""


def notices(page: str) -> list[str]:
    """What a page says in its notices and beside its fields."""
    return [
        re.sub(r"<[^>]+>", " ", n) for n in re.findall(r'(?s)class="(?:notice |errors)[^>]*>(.*?)</(?:div|ul)>', page)
    ]


def _widen() -> None:
    """What a request may see is narrowed to its officer until the transaction ends: a test looks at everything."""
    with acting(HOUSE):
        return


def wrong(case: Case) -> dict[str, tuple[str, int]]:
    """What went wrong with a case and is open: by code, who has it, and in how many days it is due."""
    rows = Incident.objects.filter(case=case, settled_at=None)
    return {i.code: (i.owner, (i.due - TODAY).days) for i in rows}


def asked_of(case: Case, *kinds: str) -> dict[str, str]:
    """The open tasks of these kinds about a case, and whose they are."""
    return dict(Task.objects.filter(case=case, kind__in=kinds, done_at=None).values_list("kind", "role"))


def red(case: Case, gate: str, day: date = TODAY) -> str:
    """Why a gate is red on `day`, in its code; empty where it is green."""
    row = case.gates.get(gate=gate)
    refusal = why(row.windows, row.terms, day)
    return refusal.code if refusal else ""


def known_to(code: str, case: Case) -> set[Role]:
    """The roles that find what went wrong on the case's page or on their list."""
    readers = [r for r in Role if r != Role.RECEIVING_MISSION_OFFICER]
    return {r for r in readers if f">{code}<" in sees(r, "incidents") + sees(r, "case", case.ref)}


def again(cases: Sequence[Case]) -> list[Case]:
    """The cases as they are now."""
    return list(Case.objects.filter(pk__in=[c.pk for c in cases]).order_by("pk"))
