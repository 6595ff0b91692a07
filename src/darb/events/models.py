"""Sessions, the people called to them, and the leads that they bring."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person, PhoneOwner
from darb.places.models import Site
from darb.trust.models import Scoped

# The room's models are found here.
from .community_models import (  # noqa: F401
    Attendance,
    CommunityLeader,
    Found,
    LeaderLine,
    Rumour,
    RumourAbout,
    RumourState,
    Spread,
    TrainedOn,
)
from .consular_models import Asked, EmbassyQuestion, LinkDrop  # noqa: F401
from .hotline_models import (  # noqa: F401
    CallEnd,
    Caller,
    CallOutcome,
    Direction,
    HotlineCall,
    ReferredTo,
    Topic,
)


class Urgent(models.TextChoices):
    """What can't wait about somebody who left a name."""

    CHILD_ALONE = "child_alone", _("Child alone")
    MEDICAL = "medical", _("Sick or injured")
    PREGNANT = "pregnant", _("Pregnant")
    VIOLENCE = "violence", _("Violence")


class EventKind(models.TextChoices):
    """What people are called to."""

    OUTREACH = "outreach", _("Outreach session")
    CONSULAR = "consular", _("Consular session")


class Mode(models.TextChoices):
    """How a session meets people."""

    DC_VISIT = "dc_visit", _("Visit to a detention centre")
    URBAN = "urban", _("In town")
    OFFICE = "office", _("At our office")
    ONLINE = "online", _("Online")


class Audience(models.TextChoices):
    """Whom an outreach session is for (programmes.md 2.1)."""

    MIGRANTS = "migrants", _("Migrants")
    LEADER_SEMINAR = "leader_seminar", _("Seminar for community leaders")
    LEADER_TRAINING = "leader_training", _("Training of community leaders")
    STAKEHOLDERS = "stakeholders", _("Authorities and partners")


class Privacy(models.TextChoices):
    """Where somebody is heard, and who could listen."""

    ROOM = "room", _("A room of their own")
    APART = "apart", _("Apart from others, out of hearing")
    OVERHEARD = "overheard", _("Guards or others can hear")


FOR_LEADERS = (Audience.LEADER_SEMINAR, Audience.LEADER_TRAINING)
"""Sessions to which community leaders are invited by name."""


class EventState(models.TextChoices):
    """Where a session is. Closed: every line has an outcome, or every message was given."""

    PLANNED = "planned", _("Planned")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    ABANDONED = "abandoned", _("Abandoned")


class LeadSource(models.TextChoices):
    """How we came to hear of somebody."""

    SESSION = "session", _("Outreach session")
    CALL = "call", _("Hotline call")
    FIELD_VISIT = "field_visit", _("Field visit")
    PARTNER = "partner", _("Partner")
    EMBASSY = "embassy", _("Embassy")
    FAMILY = "family", _("Family at home")
    WALK_IN = "walk_in", _("Walk-in")
    FLOW_MONITORING = "flow_monitoring", _("Flow-monitoring point")
    MRRM = "mrrm", _("Migrant Resource and Response Mechanism")


class NextContact(models.TextChoices):
    """How somebody who left a name is found again."""

    CALL = "call", _("Call back")
    VISIT = "visit", _("Visit")
    NONE = "none", _("No contact")


class LeadState(models.TextChoices):
    """Where a lead is on its way to a registration."""

    NEW = "new", _("New")
    CONTACTED = "contacted", _("Contacted")
    BOOKED = "booked", _("Booked for registration")
    REGISTERED = "registered", _("Registered")
    UNREACHABLE = "unreachable", _("Unreachable")
    DECLINED = "declined", _("Declined")
    DUPLICATE = "duplicate", _("The same as another name")
    REFERRED = "referred", _("Passed on")
    CLOSED = "closed", _("Closed")


WAITING_LEADS = (LeadState.NEW, LeadState.CONTACTED, LeadState.BOOKED)
"""States in which somebody waits to hear from us, or to be registered."""


class Event(models.Model):
    """A session at a place and time. Holds no person: those stand on its lines."""

    ref = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    mode = models.CharField(max_length=12, blank=True, choices=Mode.choices)
    meant_for = models.CharField(max_length=16, default=Audience.MIGRANTS, choices=Audience.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    office = models.CharField(max_length=12)
    country = models.CharField(max_length=3, blank=True, help_text="The mission of origin that hears people.")
    attendee = models.CharField(max_length=120, blank=True)
    interpreter = models.CharField(max_length=120, blank=True)
    privacy = models.CharField(max_length=12, blank=True, choices=Privacy.choices)
    slots = models.IntegerField(null=True, help_text="How many can be heard; empty: no limit was told.")
    starts_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=EventState.PLANNED, choices=EventState.choices)
    team = models.CharField(max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list)
    messages = ArrayField(models.CharField(max_length=30), default=list)
    audience = models.JSONField(default=dict, help_text="Headcount: men, women, boys, girls.")
    nationalities = models.JSONField(default=dict, help_text="Headcount by country, as far as it was told.")
    card_batch = models.CharField(max_length=20, blank=True)
    cards = models.IntegerField(default=0)
    card_from = models.IntegerField(null=True, help_text="First number of the batch that was handed out here.")
    card_to = models.IntegerField(null=True)
    materials = models.CharField(max_length=200, blank=True)
    security = models.CharField(max_length=400, blank=True, help_text="Notes on security: places, never persons.")
    topics = ArrayField(models.CharField(max_length=12), default=list, help_text="What leaders were trained on.")
    talking_points = ArrayField(models.CharField(max_length=12), default=list, help_text="Rumours answered here.")
    access_denied = models.BooleanField(default=False)
    questions = models.TextField(blank=True)
    rumours = models.TextField(blank=True)
    why = models.CharField(max_length=200, blank=True, help_text="Why it was abandoned.")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["starts_at"], name="event_by_time")]

    def __str__(self) -> str:
        return self.ref


class ConnectivityCheck(models.Model):
    """Whether the link holds, measured before an online session; a signed exception stands in for a pass."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="checks")
    at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True, help_text="The room or roof where it was measured.")
    provider = models.CharField(max_length=60, blank=True)
    down_mbps = models.FloatField()
    up_mbps = models.FloatField()
    latency_ms = models.IntegerField(null=True)
    camera = models.BooleanField()
    sound = models.BooleanField()
    backup_power = models.BooleanField()
    passed = models.BooleanField()
    fallback = models.CharField(max_length=30, blank=True)
    exception_because = models.CharField(max_length=200, blank=True)
    exception_by = models.BigIntegerField(null=True, help_text="Account of whoever signed it.")
    exception_at = models.DateTimeField(null=True)
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
    source = models.CharField(max_length=20, choices=LeadSource.choices)
    card_batch = models.CharField(max_length=20, blank=True)
    card_number = models.IntegerField(null=True)
    name = models.CharField(max_length=120)
    nationality = models.CharField(max_length=3)
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    phone = models.CharField(max_length=20, blank=True)
    phone_owner = models.CharField(max_length=20, choices=PhoneOwner.choices, default=PhoneOwner.UNKNOWN)
    call_unsafe = models.BooleanField(default=False, help_text="Told that a call would put them at risk.")
    hours = models.CharField(max_length=40, blank=True, help_text="When a call is safe, as 18:00-20:00.")
    language = models.CharField(max_length=3, blank=True)
    group_size = models.IntegerField(default=1)
    urgent = ArrayField(models.CharField(max_length=20, choices=Urgent.choices), default=list)
    by_third_person = models.BooleanField(default=False)
    own_agreement = models.BooleanField(default=False, help_text="Asked themselves, and agreed to hear more.")
    may_contact = models.BooleanField(default=True)
    next_contact = models.CharField(max_length=8, choices=NextContact.choices)
    tries = ArrayField(models.DateTimeField(), default=list, help_text="When nobody was reached.")
    state = models.CharField(max_length=12, default=LeadState.NEW, choices=LeadState.choices)
    referred_to = models.CharField(max_length=12, blank=True, choices=ReferredTo.choices)
    booked_for = models.DateField(null=True, help_text="The day on which they were asked to come and register.")
    booked_place = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="leads")
    taken_at = models.DateTimeField()
    account_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(
                fields=["taken_at"], condition=Q(state__in=["new", "contacted", "booked"]), name="lead_waiting"
            ),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="lead_by_phone"),
            models.Index(fields=["card_batch"], condition=~Q(card_batch=""), name="lead_by_batch"),
            models.Index(fields=["booked_for"], condition=Q(booked_for__isnull=False), name="lead_by_booking"),
        ]
        constraints = [
            models.CheckConstraint(
                name="no_call_to_guards",
                condition=~Q(next_contact="call") | ~Q(phone_owner__in=["guard", "smuggler"]),
            ),
            models.CheckConstraint(name="no_unsafe_call", condition=~Q(next_contact="call") | Q(call_unsafe=False)),
        ]

    def __str__(self) -> str:
        return self.ref
