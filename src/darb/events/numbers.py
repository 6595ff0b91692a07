"""Numbers that nobody calls: whoever told us that one is a guard's, told it for everybody."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from darb.people.models import NEVER_CALLED, Phone, Token
from darb.trust.context import whole_house

from .models import HotlineCall, Lead


def never_called(numbers: Collection[str]) -> set[str]:
    """Those of `numbers` (digits only) that somewhere in the mission are known as a guard's or smuggler's."""
    asked = set(numbers) - {""}
    if not asked:
        return set()
    theirs = Q(phone_owner__in=NEVER_CALLED)
    with whole_house():
        on_file = Token.objects.filter(token__in=asked).values("person")
        return {
            *Lead.objects.filter(theirs, phone__in=asked).values_list("phone", flat=True),
            *HotlineCall.objects.filter(theirs, number__in=asked).values_list("number", flat=True),
            *Phone.objects.filter(person__in=on_file, number__in=asked, owner__in=NEVER_CALLED).values_list(
                "number", flat=True
            ),
        }
