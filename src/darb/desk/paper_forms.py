"""The form for one copy of a paper, and what papers can be about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from darb.movements.manifest_queries import missions_of
from darb.movements.models import Flight
from darb.programmes.voluntary_return_papers import OF_A_MISSION, OF_A_VERSION
from darb.rules.paper import Paper
from darb.trust.actor import Actor

from .paper_words import countries


@dataclass(frozen=True)
class Subject:
    """What papers are about: its name in the log, its name for people, its own page, and the flight where it is one."""

    logged: str
    name: str
    page: str
    flight: Flight | None = None


class CopyForm(forms.Form):
    """One copy: in which language, for whom, of which version or mission."""

    language = forms.ChoiceField(label=_("Language of the paper"))
    recipient = forms.CharField(
        label=_("Who gets this copy"), max_length=80, help_text=_("Name and office. It is printed on every page.")
    )
    version = forms.TypedChoiceField(label=_("Version of the manifest"), coerce=int, required=False, empty_value=None)
    mission = forms.ChoiceField(label=_("Receiving mission"))

    def __init__(self, *args: Any, paper: Paper, actor: Actor, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(settings.LANGUAGES)
        self._choose("language", [(code, _(known[code])) for code in paper.languages])
        if paper.recipient:
            del self.fields["recipient"]
        if paper.code in OF_A_VERSION and subject.flight:
            self._choose("version", [(n, str(n)) for n in range(subject.flight.manifest_version, 0, -1)])
        else:
            del self.fields["version"]
        if paper.code in OF_A_MISSION and subject.flight:
            named = countries()
            self._choose("mission", [(c, named.get(c, c)) for c in missions_of(actor, subject.flight)])
        else:
            del self.fields["mission"]

    def _choose(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
