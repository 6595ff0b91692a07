"""Reads about exit visas: the sum of a batch, names that differ, and what the authority asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from darb.people.models import Document, Name
from darb.programmes.voluntary_return_gates import USABLE
from darb.rules.letter_by_letter import Run, same_words, words_side_by_side
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .models import Case
from .visa_models import VisaForm, VisaQuery, VisaState

S = VisaState


@dataclass(frozen=True)
class Tally:
    """The sum of a batch: handed in = approved + queried + rejected + pending, whatever became of a visa later."""

    handed_in: int
    approved: int
    queried: int
    rejected: int
    pending: int


def tally(states: Mapping[str, int]) -> Tally:
    """The sum, from how many applications stand in each state."""
    approved = sum(states.get(state, 0) for state in (S.APPROVED, S.USED, S.EXPIRED, S.FLAGGED))
    queried, rejected, pending = (states.get(state, 0) for state in (S.QUERIED, S.REJECTED, S.SUBMITTED))
    return Tally(sum(states.values()), approved, queried, rejected, pending)


def form_on(day: date) -> VisaForm | None:
    """The authority's form that is taken on `day`; None where none was told. One statement."""
    return VisaForm.objects.filter(since__lte=day).order_by("-since").first()


def forms(actor: Actor) -> list[VisaForm]:
    """Every version of the form that was told, the newest first."""
    return list(VisaForm.objects.order_by("-since")) if actor.sees(DataClass.TRAVEL_DOCUMENT) else []


def recorded_names(persons: Collection[int]) -> dict[int, set[str]]:
    """By person id, the names that a document may carry: each as recorded, whole and without the father's name,
    which many countries print nowhere. One statement."""
    found: dict[int, set[str]] = defaultdict(set)
    parts = Name.objects.filter(person__among=persons).exclude(kind="alias")
    for person, given, father, family in parts.values_list("person_id", "given", "father", "family"):
        found[person] |= {f"{given} {father} {family}", f"{given} {family}"}
    return found


def differing(document: Document, recorded: Collection[str]) -> bool:
    """Whether the name on a document is, letter for letter, none of those `recorded`, in whatever order its words
    stand. A document whose printed name nobody typed is not known to differ."""
    printed = document.name_as_printed
    return bool(printed) and not any(same_words(name, printed) for name in recorded)


@dataclass(frozen=True)
class Names:
    """The name of one person as recorded and as printed, as runs of letters."""

    told: tuple[Run, ...]
    printed: tuple[Run, ...]


@dataclass(frozen=True)
class Compared:
    """By case id: names that differ between record and document, and documents whose printed name nobody typed."""

    differ: dict[int, Names]
    untyped: frozenset[int]


def compare_names(actor: Actor, cases: Collection[Case]) -> Compared:
    """The names of `cases` beside those on the documents in our custody. Two statements."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return Compared({}, frozenset())
    whose = {c.person_id: c.pk for c in cases}
    rows = Document.objects.filter(person__in=whose, state__in=USABLE).select_related("person").order_by("expires")
    newest = {d.person_id: d for d in rows}
    recorded = recorded_names(newest)
    return Compared(
        {
            whose[d.person_id]: Names(*words_side_by_side(d.person.name, d.name_as_printed))
            for d in newest.values()
            if differing(d, recorded[d.person_id])
        },
        frozenset(whose[d.person_id] for d in newest.values() if not d.name_as_printed),
    )


def open_queries(actor: Actor, visas: Collection[int]) -> dict[int, VisaQuery]:
    """By visa id, what the authority asks and nobody has answered. One statement."""
    rows = VisaQuery.objects.filter(visa__in=list(visas), answered_at=None).order_by("pk")
    return {q.visa_id: q for q in rows}


def visa_query(actor: Actor, number: int) -> VisaQuery | None:
    """One query of the authority, with its application; None where there is none within reach."""
    if not actor.sees(DataClass.TRAVEL_DOCUMENT):
        return None
    found = VisaQuery.objects.select_related("visa__batch", "person", "case").filter(pk=number)
    return found.first()
