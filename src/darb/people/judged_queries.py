"""What reviewers judged, as the identity model learns from it."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from django.db.models import Exists, F, OuterRef

from darb.rules.identity import compare, shipped
from darb.rules.identity.training import NOBODY_JUDGED, Judged
from darb.trust.actor import Actor
from darb.trust.powers import DataClass

from .identity_models import Judgement, Likeness, Said
from .likeness import unpacked, version


def judged_levels(actor: Actor) -> Judged:
    """The levels of every pair within reach whose newest judgement that counts is "same" or "different".

    Of several told names the ones that agree best are compared. Files that aren't keyed yet are left out. Two
    statements, however many there are.
    """
    if not actor.sees(DataClass.IDENTITY):
        return NOBODY_JUDGED
    newer = Judgement.objects.filter(
        person_id=OuterRef("person_id"), other_id=OuterRef("other_id"), counts=True, id__gt=OuterRef("id")
    )
    standing = Judgement.objects.filter(~Exists(newer), counts=True, said__in=(Said.SAME, Said.DIFFERENT))
    said = list(standing.annotate(first=F("person_id"), second=F("other_id")).values_list("first", "second", "said"))
    people = {person for one, other, _ in said for person in (one, other)}
    kept = list(Likeness.objects.filter(person_id__in=people, version=version()).values_list("person_id", "packed"))
    rows: dict[int, list[int]] = defaultdict(list)
    for row, (person, _) in enumerate(kept):
        rows[person].append(row)
    met = [(a, b, n) for n, (one, other, _) in enumerate(said) for a in rows[one] for b in rows[other]]
    if not met:
        return NOBODY_JUDGED
    one, other, pair = np.array(met).T
    columns = unpacked([packed for _, packed in kept])
    levels = compare(columns, one, columns, other)
    order = np.lexsort((-shipped().bits(levels), pair))
    best = order[np.unique(pair[order], return_index=True)[1]]
    same = np.array([said[n][2] == Said.SAME for n in pair[best]], dtype=np.float64)
    return Judged({name: level[best] for name, level in levels.items()}, same)
