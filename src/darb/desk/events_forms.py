"""Forms about sessions, the people called to them, the names they bring and the papers that come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from darb.events.actions import AUDIENCE, Hearing, Plan, Report
from darb.events.lead_actions import ToldLead
from darb.events.models import (
    Asked,
    Audience,
    Event,
    EventKind,
    EventLine,
    Lead,
    LeadSource,
    LeadState,
    Mode,
    NextContact,
    Privacy,
    ReferredTo,
    Rumour,
    Urgent,
)
from darb.events.opening import DOWN_MBPS, FALLBACKS, UP_MBPS, Link
from darb.events.question_actions import Question
from darb.people.custody import Hands
from darb.people.models import NEVER_CALLED, PhoneOwner
from darb.places.queries import country_names, missions_of_origin
from darb.programmes.voluntary_return_codes import MANDATORY_MESSAGES, OUTREACH_MESSAGES

from .booking_fields import BookingForm
from .headcounts import HeadcountsField
from .language_fields import LanguageField, LanguagesField
from .people_forms import TEL, SiteField, countries
from .registering_forms import RegistrationForm

COUNT = {"inputmode": "numeric"}


class HearingForm(forms.Form):
    """How a consular session hears people."""

    attendee = forms.CharField(label=_("Who comes from the embassy"), required=False, max_length=120)
    team = forms.CharField(label=_("Our team"), required=False, max_length=200)
    interpreter = forms.CharField(label=_("Interpreter"), required=False, max_length=120)
    privacy = forms.ChoiceField(
        label=_("How private it is"), required=False, choices=[("", _("Not told yet")), *Privacy.choices]
    )
    slots = forms.IntegerField(
        label=_("How many can be heard"),
        required=False,
        min_value=1,
        max_value=500,
        widget=forms.NumberInput(attrs=COUNT),
        help_text=_("Empty: no limit."),
    )

    @staticmethod
    def shown(event: Event) -> dict[str, Any]:
        """What is known, for the form's fields."""
        return {name: getattr(event, name) for name in HearingForm.base_fields}

    @staticmethod
    def told(v: dict[str, Any]) -> Hearing:
        """What was entered, for the room that keeps it."""
        return Hearing(**{name: v[name] for name in HearingForm.base_fields})


class PlanForm(HearingForm):
    """A session to hold: where, when, by whom."""

    field_order = ("site", "starts_at", "mode", "country", *HearingForm.base_fields)

    site = SiteField(label=_("Place"), help_text=_("Where the people are. Begin to write the name."))
    starts_at = forms.DateTimeField(label=_("Begins"), widget=forms.DateTimeInput())
    mode = forms.ChoiceField(label=_("How we meet"), choices=[])
    country = forms.ChoiceField(label=_("Embassy or consulate"), choices=[])
    meant_for = forms.ChoiceField(label=_("For whom"), required=False, choices=Audience.choices)
    languages = LanguagesField(label=_("Languages"), required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind == EventKind.OUTREACH:
            for name in ("country", "attendee", "interpreter", "privacy", "slots"):
                del self.fields[name]
            self.fields["mode"].choices = [c for c in Mode.choices if c[0] != Mode.ONLINE]
        else:
            names = country_names(get_language() or "en")
            del self.fields["meant_for"]
            self.fields["mode"].choices = Mode.choices
            self.fields["country"].choices = [("", ""), *((m.pk, names[m.pk]) for m in missions_of_origin())]

    @staticmethod
    def shown(event: Event) -> dict[str, Any]:
        """What the form begins with for the same session on another day."""
        kept = ("mode", "country", "meant_for", "attendee", "team", "interpreter", "privacy", "slots", "languages")
        return {name: getattr(event, name) for name in kept} | {"site": event.site.code}

    def plan(self) -> Plan:
        """What was entered, for the room that keeps it."""
        told = self.cleaned_data | {"meant_for": self.cleaned_data.get("meant_for") or Audience.MIGRANTS}
        return Plan(kind=self.kind, **told)


class ReportForm(forms.Form):
    """What an outreach session came to."""

    messages = forms.MultipleChoiceField(
        label=_("What we explained"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The first four must be given before the session closes."),
    )
    men = forms.IntegerField(label=_("Men"), required=False, min_value=0, widget=forms.NumberInput(attrs=COUNT))
    women = forms.IntegerField(label=_("Women"), required=False, min_value=0, widget=forms.NumberInput(attrs=COUNT))
    boys = forms.IntegerField(label=_("Boys"), required=False, min_value=0, widget=forms.NumberInput(attrs=COUNT))
    girls = forms.IntegerField(label=_("Girls"), required=False, min_value=0, widget=forms.NumberInput(attrs=COUNT))
    card_batch = forms.CharField(
        label=_("Batch of the cards"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters"}),
        help_text=_("Whoever calls with a card of this batch is known to come from this session."),
    )
    cards = forms.IntegerField(
        label=_("Cards handed out"), required=False, min_value=0, widget=forms.NumberInput(attrs=COUNT)
    )
    card_from = forms.IntegerField(
        label=_("First number of the cards"), required=False, min_value=1, widget=forms.NumberInput(attrs=COUNT)
    )
    card_to = forms.IntegerField(
        label=_("Last number"), required=False, min_value=1, widget=forms.NumberInput(attrs=COUNT)
    )
    nationalities = HeadcountsField(
        label=_("Nationalities"),
        required=False,
        max_length=400,
        help_text=_("Countries with headcounts, as far as told: Mali 40, Gambia 24"),
    )
    materials = forms.CharField(label=_("Leaflets and posters"), required=False, max_length=200)
    talking_points = forms.MultipleChoiceField(
        label=_("Rumours that we answered"), required=False, widget=forms.CheckboxSelectMultiple
    )
    security = forms.CharField(
        label=_("Security"), required=False, max_length=400, help_text=_("About the place, never about a person.")
    )
    questions = forms.CharField(label=_("What was asked"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    rumours = forms.CharField(
        label=_("Rumours heard"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("No names: what is said, not who said it."),
    )

    def __init__(self, *args: Any, points: Iterable[Rumour] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["talking_points"].choices = [(p.ref, f"{p.words} – {p.answer}") for p in points]
        if not self.fields["talking_points"].choices:
            del self.fields["talking_points"]
        order = [*MANDATORY_MESSAGES, *(m for m in OUTREACH_MESSAGES if m not in MANDATORY_MESSAGES)]
        self.fields["messages"].choices = [(code, gettext(OUTREACH_MESSAGES[code])) for code in order]

    @staticmethod
    def shown(event: Event) -> dict[str, Any]:
        """What the form begins with: what was written so far."""
        return {
            "messages": event.messages,
            **{group: event.audience.get(group) for group in AUDIENCE},
            "card_batch": event.card_batch,
            "cards": event.cards or None,
            "card_from": event.card_from,
            "card_to": event.card_to,
            "nationalities": event.nationalities,
            "materials": event.materials,
            "security": event.security,
            "talking_points": event.talking_points,
            "questions": event.questions,
            "rumours": event.rumours,
        }

    def report(self) -> Report:
        """What was entered, for the room that keeps it."""
        v = self.cleaned_data
        return Report(
            messages=v["messages"],
            audience={group: v[group] or 0 for group in AUDIENCE},
            card_batch=v["card_batch"],
            cards=v["cards"] or 0,
            card_from=v["card_from"],
            card_to=v["card_to"],
            nationalities=v["nationalities"],
            materials=v["materials"],
            security=v["security"],
            talking_points=v.get("talking_points", ()),
            questions=v["questions"],
            rumours=v["rumours"],
        )


class SessionLeadForm(forms.Form):
    """A name left at a session: quick to add, one after the other."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"data-focus": ""}))
    nationality = forms.ChoiceField(label=_("Nationality"))
    phone = forms.CharField(label=_("Phone"), required=False, max_length=20, widget=forms.TextInput(attrs=TEL))
    phone_owner = forms.ChoiceField(
        label=_("Whose phone is it?"),
        choices=PhoneOwner.choices,
        initial=PhoneOwner.UNKNOWN,
        help_text=_("A guard's or smuggler's phone is never called: somebody goes there instead."),
    )
    call_unsafe = forms.BooleanField(label=_("Don't call this number: it isn't safe for them"), required=False)
    hours = forms.CharField(
        label=_("When a call is safe"), required=False, max_length=40, help_text=_("As 18-20; empty: at any hour.")
    )
    language = LanguageField(label=_("Language"), required=False)
    card_number = forms.IntegerField(
        label=_("Number on the card"), required=False, min_value=1, widget=forms.NumberInput(attrs=COUNT)
    )
    group_size = forms.IntegerField(
        label=_("How many people"), initial=1, min_value=1, max_value=200, widget=forms.NumberInput(attrs=COUNT)
    )
    urgent = forms.MultipleChoiceField(
        label=_("What can't wait"), required=False, choices=Urgent.choices, widget=forms.CheckboxSelectMultiple
    )
    by_third_person = forms.BooleanField(label=_("Somebody else left this name"), required=False)
    may_contact = forms.BooleanField(label=_("May be contacted"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nationality"].choices = countries()

    def lead(self, event: Event) -> ToldLead:
        """What was entered, for the room that keeps it."""
        return ToldLead(
            source=LeadSource.SESSION, event=event, site=event.site, card_batch=event.card_batch, **self.cleaned_data
        )


class LeadForm(SessionLeadForm):
    """A name that came by phone, through a partner, from a family, at our door."""

    source = forms.ChoiceField(
        label=_("Where from"), choices=[c for c in LeadSource.choices if c[0] != LeadSource.SESSION]
    )
    site = SiteField(label=_("Where the person is"), help_text=_("Begin to write the name."))
    card_batch = forms.CharField(
        label=_("Batch on the card"), required=False, max_length=20, widget=forms.TextInput(attrs={"dir": "ltr"})
    )

    field_order = ("source", "card_batch", "name", "nationality", "site", "phone", "phone_owner")

    def told(self) -> ToldLead:
        """What was entered, for the room that keeps it."""
        return ToldLead(**self.cleaned_data)


class ContactForm(BookingForm):
    """What came of a call or a visit."""

    result = forms.ChoiceField(label=_("What came of it"), widget=forms.RadioSelect)
    referred_to = forms.ChoiceField(label=_("Passed on to"), required=False, choices=[("", ""), *ReferredTo.choices])
    own_agreement = forms.BooleanField(label=_("Asked in person, and agrees to hear more"), required=False)

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calling = lead.next_contact == NextContact.CALL
        self.fields["result"].choices = [
            (LeadState.CONTACTED.value, _("Reached, will come back to us")),
            (LeadState.BOOKED.value, LeadState.BOOKED.label),
            ("no_answer", _("No answer") if calling else _("Not found there")),
            (LeadState.DECLINED.value, _("Doesn't want to")),
            (LeadState.REFERRED.value, LeadState.REFERRED.label),
            (LeadState.DUPLICATE.value, LeadState.DUPLICATE.label),
            (LeadState.CLOSED.value, _("Nothing more to do")),
        ]
        if lead.own_agreement:
            del self.fields["own_agreement"]
        self.put_after("result")


class LeadRegistrationForm(RegistrationForm):
    """A registration that begins with what the lead told."""

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, initial=self.begun(lead), **kwargs)
        if not lead.own_agreement:
            self.fields["own_agreement"] = forms.BooleanField(
                label=_("The person was asked themselves, and agrees"),
                required=False,
                help_text=_("Somebody else left this name."),
            )
            self.order_fields(["own_agreement"])

    @staticmethod
    def begun(lead: Lead) -> dict[str, Any]:
        """The fields that the lead fills: the first word as the given name, the last as the family's."""
        words = lead.name.split()
        parts = {"given": words[0], "father": " ".join(words[1:-1]), "family": words[-1] if len(words) > 1 else ""}
        # A guard's or smuggler's number has no place in the person's file.
        theirs = lead.phone_owner not in NEVER_CALLED
        script = "_arabic" if any("\u0600" <= c <= "\u06ff" for c in lead.name) else ""
        return {f"{part}{script}": word for part, word in parts.items()} | {
            "nationality": lead.nationality,
            "site": lead.site.code,
            "phone": lead.phone if theirs else "",
            "phone_owner": lead.phone_owner if theirs else PhoneOwner.SELF,
            "unaccompanied": Urgent.CHILD_ALONE in lead.urgent,
        }


class LinkForm(forms.Form):
    """A link as measured where the people are."""

    down_mbps = forms.FloatField(
        label=_("Down, Mbit/s"),
        min_value=0,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    up_mbps = forms.FloatField(
        label=_("Up, Mbit/s"),
        min_value=0,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    latency_ms = forms.IntegerField(
        label=_("There and back, milliseconds"), required=False, min_value=0, widget=forms.NumberInput(attrs=COUNT)
    )
    camera = forms.BooleanField(label=_("The camera shows a picture"), required=False)
    sound = forms.BooleanField(label=_("The sound comes through both ways"), required=False)
    backup_power = forms.BooleanField(label=_("A generator or battery is ready"), required=False)
    fallback = forms.ChoiceField(label=_("If the link drops"), required=False, choices=[])
    provider = forms.CharField(label=_("Provider"), required=False, max_length=60)
    place = forms.CharField(
        label=_("Measured where"), required=False, max_length=120, help_text=_("The room, the roof, the gate.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fallback"].choices = [("", ""), *((code, gettext(words)) for code, words in FALLBACKS.items())]
        self.fields["down_mbps"].help_text = _("At least %(speed)s.") % {"speed": DOWN_MBPS}
        self.fields["up_mbps"].help_text = _("At least %(speed)s.") % {"speed": UP_MBPS}

    def link(self) -> Link:
        """What was measured, for the room that keeps it."""
        return Link(**self.cleaned_data)


class QuestionForm(forms.Form):
    """What an embassy asked beyond its due."""

    asked = forms.ChoiceField(label=_("What it asked"), choices=Asked.choices, widget=forms.RadioSelect)
    line = forms.TypedChoiceField(label=_("About whom on the list"), required=False, coerce=int, empty_value=None)
    words = forms.CharField(label=_("In its own words"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, people: Iterable[EventLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [  # type: ignore[attr-defined]
            ("", _("Nobody on the list")),
            *((line.pk, f"{line.number}. {line.person.name}") for line in people),
        ]

    @staticmethod
    def told(v: dict[str, Any]) -> Question:
        """What was entered, for the room that keeps it."""
        return Question(v["asked"], v["words"], v["line"])


class SettledForm(forms.Form):
    """What was done about it."""

    done = forms.CharField(label=_("What was done"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


class BecauseForm(forms.Form):
    """The reason of a decision."""

    because = forms.CharField(
        label=_("Why"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("It stays on record.")
    )


class NotHeldForm(BecauseForm):
    """Why a session can't be held."""

    access_denied = forms.BooleanField(
        label=_("We weren't let in"), required=False, help_text=_("Plan it again, and tell protection.")
    )


class KeptForm(forms.Form):
    """Where documents are kept, and by whom."""

    place = forms.CharField(label=_("Where they are kept"), required=False, max_length=120)
    holder = forms.CharField(
        label=_("Who holds them"), required=False, max_length=120, help_text=_("Empty: whoever records it.")
    )

    def hands(self) -> Hands:
        """Where and who, as entered."""
        return Hands(self.cleaned_data["place"], self.cleaned_data["holder"])


class PaperForm(forms.Form):
    """One document that came, in a table of them. A row left empty didn't come."""

    number = forms.CharField(
        label=_("Number"), required=False, max_length=30, widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    issued = forms.DateField(label=_("Issued on"), required=False, widget=forms.DateInput())
    expires = forms.DateField(label=_("Valid until"), required=False, widget=forms.DateInput())
    name_as_printed = forms.CharField(label=_("Name as printed"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        """A document that came has a number and both dates."""
        v = super().clean() or self.cleaned_data
        if v.get("number") or v.get("issued") or v.get("expires"):
            for name, sentence in (
                ("number", _("Write the number that is printed on it.")),
                ("issued", _("Write the day of issue.")),
                ("expires", _("Write until when it is valid.")),
            ):
                if not v.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return v
