"""Sessions, the people called to them, and the leads that they bring."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from darb.cases.models import Case
from darb.people.models import Person, PhoneOwner
from darb.places.models import Site
from django.utils.translation import gettext_lazy as _
from darb.trust.models import Scoped


class Event(models.Model):
    """A session at a place and time. Holds no person: those stand on its lines."""

    ref = models.CharField(max_length=12, unique=True)
    kind = models.CharField(
        max_length=12, choices=[("outreach", _("Outreach session")), ("consular", _("Consular session"))]
    )
    mode = models.CharField(
        max_length=12,
        blank=True,
        choices=[
            ("dc_visit", _("Visit to a detention centre")),
            ("urban", _("In town")),
            ("office", _("At our office")),
            ("online", _("Online")),
        ],
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    office = models.CharField(max_length=12)
    country = models.CharField(max_length=3, blank=True, help_text="The mission of origin that hears people.")
    attendee = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    state = models.CharField(
        max_length=12,
        default="planned",
        choices=[
            ("planned", _("Planned")),
            ("open", _("Open")),
            ("closed", _("Closed")),
            ("abandoned", _("Abandoned")),
        ],
    )
    team = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list)
    messages = ArrayField(models.CharField(max_length=30), default=list)
    audience = models.JSONField(default=dict, help_text="Headcount: men, women, boys, girls.")
    card_batch = models.CharField(max_length=20, blank=True)
    cards = models.IntegerField(default=0)
    questions = models.TextField(blank=True)
    rumours = models.TextField(blank=True)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.ref


class ConnectivityCheck(models.Model):
    """Whether the link holds, measured before an online session; a signed exception stands in for a pass."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="checks")
    at = models.DateTimeField()
    down_mbps = models.FloatField()
    up_mbps = models.FloatField()
    latency_ms = models.IntegerField(null=True)
    camera = models.BooleanField()
    sound = models.BooleanField()
    backup_power = models.BooleanField()
    passed = models.BooleanField()
    fallback = models.CharField(max_length=30, blank=True)
    exception_because = models.CharField(max_length=200, blank=True)
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.down_mbps}/{self.up_mbps} Mbps"


class EventLine(Scoped):
    """One person called to one event. An event closes when every line has an outcome."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="event_lines")
    number = models.IntegerField()
    outcome = models.CharField(max_length=30, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    with_child_officer = models.BooleanField(default=False)
    referred_to = models.CharField(max_length=3, blank=True)
    rebooked_to = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
    account_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "case"], name="called_once"),
            models.UniqueConstraint(fields=["event", "number"], name="one_number_each"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class Lead(Scoped):
    """Somebody who would like to hear more: the least we need to find them again."""

    ref = models.CharField(max_length=12, unique=True)
    event = models.ForeignKey(Event, null=True, on_delete=models.PROTECT, related_name="leads")
    source = models.CharField(
        max_length=20,
        choices=[
            ("session", _("Outreach session")),
            ("call", _("Hotline call")),
            ("field_visit", _("Field visit")),
            ("partner", _("Partner")),
            ("embassy", _("Embassy")),
            ("family", _("Family at home")),
            ("walk_in", _("Walk-in")),
        ],
    )
    card_batch = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120)
    nationality = models.CharField(max_length=3)
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    phone = models.CharField(max_length=20, blank=True)
    phone_owner = models.CharField(max_length=20, choices=PhoneOwner.choices, default=PhoneOwner.UNKNOWN)
    group_size = models.IntegerField(default=1)
    urgent = ArrayField(models.CharField(max_length=20), default=list)
    by_third_person = models.BooleanField(default=False)
    may_contact = models.BooleanField(default=True)
    next_contact = models.CharField(
        max_length=8,
        choices=[("call", _("Call back")), ("visit", _("Visit")), ("none", _("No contact"))],
    )
    state = models.CharField(
        max_length=12,
        default="new",
        choices=[
            ("new", _("New")),
            ("contacted", _("Contacted")),
            ("booked", _("Booked for registration")),
            ("registered", _("Registered")),
            ("unreachable", _("Unreachable")),
            ("declined", _("Declined")),
            ("closed", _("Closed")),
        ],
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="leads")
    taken_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_call_to_guards",
                condition=~Q(next_contact="call") | ~Q(phone_owner__in=["guard", "smuggler"]),
            )
        ]

    def __str__(self) -> str:
        return self.ref
