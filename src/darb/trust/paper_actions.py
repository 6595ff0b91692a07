"""Paper leaves the house: who gets it, which copy, and what it says are written down with the deed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from darb.rules.paper import Paper
from darb.rules.reference import new_reference
from darb.rules.refusal import Forbidden, Invalid
from darb.rules.words import _

from .action import Act, action

MOST_LETTERS = 80


@dataclass(frozen=True)
class Stamp:
    """What is printed on every page of one copy and on no other."""

    number: str
    recipient: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Printed:
    """A copy as it was set: the PDF, what it is about, and `says`, all that it says apart from its stamp.

    `about` gives, by person id, the scope of that person's rows. `version` is that of the list it shows, where there
    is one; `of` a code that narrows it, such as a country's.
    """

    pdf: bytes
    says: bytes
    subject: str
    about: Mapping[int, int] = field(default_factory=dict)
    version: int | None = None
    of: str = ""


@dataclass(frozen=True)
class HandedOut:
    """A copy on its way: its file, the number on it, and the SHA-256 of the file."""

    pdf: bytes
    number: str
    sha256: str


@action("trust.hand_out")
def hand_out(act: Act, paper: Paper, recipient: str, language: str, make: Callable[[Stamp], Printed]) -> HandedOut:
    """Set one copy of `paper` by `make`, and write down who gets it before anybody holds it.

    Refuses a language in which there is no such paper, a copy for nobody, and whoever isn't among those who hand it
    out wherever the people on it are.
    """
    recipient = str(paper.recipient or recipient.strip()[:MOST_LETTERS])
    if not recipient:
        raise Invalid("recipient_needed", _("Write who gets this copy."), field="recipient")
    if language not in paper.languages:
        raise Invalid("no_such_language", _("This paper isn't written in that language."), field="language")
    _refuse_unless_theirs(act, paper, ())
    stamp = Stamp(new_reference(), recipient, act.at, act.actor.name)
    printed = make(stamp)
    _refuse_unless_theirs(act, paper, printed.about.values())
    handed = HandedOut(printed.pdf, stamp.number, sha256(printed.pdf).hexdigest())
    act.subject = printed.subject
    act.persons = list(printed.about)
    act.detail = {
        "paper": paper.code,
        "copy": handed.number,
        "recipient": recipient,
        "language": language,
        "version": printed.version,
        "of": printed.of,
        "sha256": handed.sha256,
        "says": sha256(printed.says).hexdigest(),
    }
    return handed


def _refuse_unless_theirs(act: Act, paper: Paper, scope_ids: Iterable[int]) -> None:
    theirs = [act.actor.reach[role] for role in paper.printed_by if role in act.actor.reach]
    if not act.actor.house and not (theirs and frozenset().union(*theirs).issuperset(scope_ids)):
        raise Forbidden("paper_not_yours", _("This paper is for another role to hand out."), who=paper.printed_by[0])
