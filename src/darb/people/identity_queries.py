"""Reads about who is who: the queue of open questions, and two files side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, FloatField, OuterRef, QuerySet, Value
from django.db.models.functions import Abs, Coalesce

from darb.rules.identity import Scored
from darb.rules.reference import tidy
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .matching_queries import Sharing, sharing, weighed
from .models import Document, Duplicate, Judgement, Name, Person, Phone, Said, Stay
from .together import pair, standing


@dataclass(frozen=True)
class Side:
    """One file of a pair, as far as the asker may see it; what they may not see is None."""

    person: Person
    names: Sequence[Name]
    phones: Sequence[Phone] | None
    documents: Sequence[Document] | None
    stays: Sequence[Stay] | None


@dataclass(frozen=True)
class PairFile:
    """Two files side by side, what was said of them, and what the asker may see of that."""

    one: Side
    other: Side
    question: Duplicate | None
    stands: str
    judgements: Sequence[Judgement]
    judged_by_me: bool
    scored: Scored | None
    sharing: Sharing | None

    @property
    def hidden(self) -> bool:
        """Whether score and others' words stay hidden: the pair is judged blind, and not yet by the asker."""
        return bool(self.question and self.question.blind and not self.stands and not self.judged_by_me)


def pair_file(actor: Actor, one: str, other: str) -> PairFile | None:
    """Two persons within reach side by side, or None. A fixed number of statements."""
    if not actor.sees(DataClass.IDENTITY):
        return None
    found = {p.ref: p for p in Person.objects.select_related("site").filter(ref__in=[tidy(one), tidy(other)])}
    if len(found) != 2:
        return None
    first, second = found[tidy(one)], found[tidy(other)]
    ids = pair(first.pk, second.pk)
    judgements = list(Judgement.objects.filter(person=ids[0], other=ids[1]).order_by("-id"))
    open_ones = []
    for j in judgements:
        if j.counts:
            break
        open_ones.append(j)
    sides = {s.person.pk: s for s in _sides(actor, [first, second])}
    return PairFile(
        one=sides[first.pk],
        other=sides[second.pk],
        question=Duplicate.objects.filter(person=ids[0], other=ids[1]).first(),
        stands=(stood if (stood := standing([ids[0]], [ids[1]]).get(ids, "")) != Said.TAKEN_BACK else ""),
        judgements=judgements,
        judged_by_me=any(j.account_id == actor.account_id for j in open_ones),
        scored=weighed(*ids),
        sharing=sharing(*ids),
    )


def _sides(actor: Actor, persons: Sequence[Person]) -> list[Side]:
    ids = [p.pk for p in persons]
    names = list(Name.objects.filter(person__among=ids).order_by("-told_at", "pk"))
    whereabouts = actor.sees(DataClass.WHEREABOUTS)
    phones = list(Phone.objects.filter(person__among=ids).order_by("-told_at")) if whereabouts else None
    stays = list(Stay.objects.filter(person__among=ids).select_related("place").order_by("-since", "-pk"))
    papers = (
        list(Document.objects.filter(person__among=ids).order_by("-pk"))
        if actor.sees(DataClass.TRAVEL_DOCUMENT)
        else None
    )

    def of(rows: Sequence[object] | None, person: Person) -> list[object] | None:
        return None if rows is None else [r for r in rows if r.person_id == person.pk]  # type: ignore[attr-defined]

    return [
        Side(p, of(names, p) or [], of(phones, p), of(papers, p), of(stays, p) if whereabouts else None)  # type: ignore[arg-type]
        for p in persons
    ]


def open_questions(actor: Actor) -> QuerySet[Duplicate]:
    """Open questions of which both persons are within reach and the asker hasn't judged: most at stake first,
    then the most doubtful, then the oldest."""
    decided = Judgement.objects.filter(
        person=OuterRef("person"), other=OuterRef("other"), counts=True, pk__gt=OuterRef("pk")
    )
    mine = Judgement.objects.filter(
        ~Exists(decided), person=OuterRef("person"), other=OuterRef("other"), counts=False, account_id=actor.account_id
    )
    doubt = Abs(Coalesce(F("probability"), Value(0.5), output_field=FloatField()) - 0.5)
    # Both are joined even where rows are only counted: whoever is out of sight isn't counted either.
    rows = Duplicate.objects.filter(settled_at=None, person__ref__gt="", other__ref__gt="")
    return (
        rows.filter(~Exists(mine))
        .select_related("person__site", "other__site")
        .alias(doubt=doubt)
        .order_by("-stake", "doubt", "id")
    )
