"""Forms about relatives looked for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from darb.people.family_actions import ToldRelative
from darb.people.kin_queries import Kin
from darb.people.models import KinFact, Relation, Script, Sex
from darb.people.registration import ToldName

from .people_forms import BirthMixin, NamesMixin, SiteField


class RelativeForm(BirthMixin, NamesMixin):
    """A relative as the person tells of them."""

    relation = forms.ChoiceField(
        label=_("Who is it to the person?"), choices=[c for c in Relation.choices if c[0] != Relation.HEAD]
    )
    sex = forms.ChoiceField(label=_("Sex"), choices=Sex.choices, widget=forms.RadioSelect)
    last_seen = forms.CharField(
        label=_("Where and when last seen"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    @staticmethod
    def known(kin: Kin) -> dict[str, Any]:
        """What a form about somebody suggested as family begins with: the name told last, in its script."""
        script = "_arabic" if kin.name.script == Script.ARABIC else ""
        parts = {f"{part}{script}": getattr(kin.name, part) for part in ("given", "father", "family")}
        born = kin.person.birth_date
        return {**parts, "relation": kin.relation, "sex": kin.person.sex, "age": str(born.year) if born else ""}

    def told(self) -> ToldRelative:
        """What was told, for the room that keeps it; the Latin name where both scripts were written."""
        v = self.cleaned_data
        born, _precision = self.born()
        name = next(iter(self.names()), ToldName(Script.LATIN, ""))
        return ToldRelative(name, v["relation"], v["sex"], born.year if born else None, v["last_seen"])


class CheckForm(forms.Form):
    """Protection's word before anything is told."""

    safe = forms.ChoiceField(
        label=_("May they be told of one another?"),
        choices=[("yes", _("Yes, it is safe")), ("no", _("No: one may be a danger to the other"))],
        widget=forms.RadioSelect,
    )
    each_heard_alone = forms.BooleanField(label=_("Each of the two was heard alone"), required=False)


class VerifyForm(forms.Form):
    """The facts that verify a relation."""

    facts = forms.MultipleChoiceField(
        label=_("What shows it"),
        choices=KinFact.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Two that don't depend on one another."),
    )


class ReunionForm(forms.Form):
    """Where a family met again."""

    site = SiteField(label=_("Where they met again"))
