"""Community leaders, what they were trained on, and rumours: what is said, never who said it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.places.models import Site
from darb.trust.models import Scoped


class TrainedOn(models.TextChoices):
    """What a community leader is trained on."""

    RETURN = "return", _("How voluntary return works")
    FREE = "free", _("That our help is free of charge")
    ASYLUM = "asylum", _("Asking for protection, and whom to ask")
    DATA = "data", _("Keeping what people tell to oneself")
    SAFETY = "safety", _("Abuse, trafficking, and where to report")
    COMPLAINTS = "complaints", _("How to complain")
    RUMOURS = "rumours", _("Telling a rumour from news")


class Attendance(models.TextChoices):
    """What came of an invitation."""

    ATTENDED = "attended", _("Attended")
    IN_PART = "in_part", _("Attended in part")
    EXCUSED = "excused", _("Excused")
    ABSENT = "absent", _("Absent")


class CommunityLeader(Scoped):
    """Somebody whom a community listens to. Trusted once another officer verified them and the code is signed."""

    ref = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    community = models.CharField(max_length=3, help_text="Country of the community, alpha-3.")
    area = models.CharField(max_length=120, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, help_text="Where we meet them.")
    phone = models.CharField(max_length=20, blank=True)
    hours = models.CharField(max_length=40, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list)
    trained_on = ArrayField(models.CharField(max_length=12, choices=TrainedOn.choices), default=list)
    code_signed = models.DateField(null=True, help_text="Day on which the code of conduct was signed.")
    verified_at = models.DateTimeField(null=True)
    verified_by = models.BigIntegerField(null=True)
    risk_note = models.CharField(max_length=400, blank=True, help_text="For those who see protection matters.")
    ended = models.DateField(null=True)
    ended_because = models.CharField(max_length=200, blank=True)
    version = models.IntegerField(default=1)
    account_id = models.BigIntegerField()

    person_column = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=Q(ended=None) & ~Q(phone=""), name="one_leader_a_phone")
        ]

    def __str__(self) -> str:
        return self.ref


class LeaderLine(Scoped):
    """One leader invited to one training or seminar, and what came of it."""

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="leader_lines")
    leader = models.ForeignKey(CommunityLeader, on_delete=models.PROTECT, related_name="lines")
    attendance = models.CharField(max_length=10, blank=True, choices=Attendance.choices)
    at = models.DateTimeField(null=True)
    account_id = models.BigIntegerField(null=True)

    person_column = None

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "leader"], name="invited_once")]

    def __str__(self) -> str:
        return self.attendance or "invited"


class RumourAbout(models.TextChoices):
    """What a rumour is about."""

    MONEY = "money", _("Money or places for sale")
    FLIGHTS = "flights", _("Flights and dates")
    WHO = "who", _("Who may join")
    DANGER = "danger", _("Danger on the way or at home")
    AUTHORITIES = "authorities", _("Authorities, arrests, release")
    EMBASSY = "embassy", _("Embassies and papers")
    HEALTH = "health", _("Health and tests")
    STAFF = "staff", _("Our staff or partners")
    OTHER = "other", _("Something else")


class Spread(models.TextChoices):
    """How a rumour goes round."""

    MOUTH = "mouth", _("From mouth to mouth")
    PHONE = "phone", _("By phone messages")
    SOCIAL = "social", _("On social media")
    BROKER = "broker", _("By brokers or smugglers")
    RADIO = "radio", _("Radio, television, newspapers")
    UNKNOWN = "unknown", _("Not known")


class Found(models.TextChoices):
    """What checking a rumour showed."""

    TRUE = "true", _("True")
    PARTLY = "partly", _("Partly true")
    FALSE = "false", _("False")
    UNCLEAR = "unclear", _("Can't be said")


class RumourState(models.TextChoices):
    """How far a rumour is on its way to an answer."""

    HEARD = "heard", _("Heard")
    CHECKED = "checked", _("Checked")
    ANSWERED = "answered", _("Answered: talking point")
    RETIRED = "retired", _("No longer told")


class Rumour(models.Model):
    """What is being said, and what we say to it. No key of this table leads to a person, nor to a call."""

    ref = models.CharField(max_length=12, unique=True)
    heard_on = models.DateField()
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    office = models.CharField(max_length=12)
    about = models.CharField(max_length=12, choices=RumourAbout.choices)
    spread = models.CharField(max_length=8, choices=Spread.choices)
    words = models.CharField(max_length=400)
    state = models.CharField(max_length=10, choices=RumourState.choices, default=RumourState.HEARD)
    found = models.CharField(max_length=8, blank=True, choices=Found.choices)
    checked_with = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=400, blank=True)
    answered_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["office", "state"], name="rumour_by_office")]

    def __str__(self) -> str:
        return self.ref
