"""Calls of the hotline: taken, left on the machine, made by us. Whoever may never be called never is."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person, PhoneOwner
from darb.places.models import Site
from darb.trust.models import Scoped


class Direction(models.TextChoices):
    """Who rang whom."""

    INBOUND = "in", _("They called us")
    OUTBOUND = "out", _("We called them")


class CallEnd(models.TextChoices):
    """How the telephone answered. A call that we began and haven't reported yet has none."""

    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Missed")
    VOICEMAIL = "voicemail", _("Voicemail")
    NO_ANSWER = "no_answer", _("No answer")


class Caller(models.TextChoices):
    """Who was on the telephone."""

    SELF = "self", _("The person themselves")
    FAMILY = "family", _("Somebody of the family")
    LEADER = "leader", _("Community leader")
    OTHER = "other", _("Somebody else")


class Topic(models.TextChoices):
    """What a call was about."""

    REGISTER = "register", _("Wants to register")
    QUESTION = "question", _("Asks how return works")
    MY_CASE = "my_case", _("Asks about their case")
    CHANGE = "change", _("Moved, or has a new number")
    HELP_HERE = "help_here", _("Needs help here")
    FEAR = "fear", _("Fears to return")
    WITHDRAW = "withdraw", _("Doesn't want to return any more")
    MISSING = "missing", _("Looks for a relative")
    FRAUD = "fraud", _("Somebody asks for money in our name")
    COMPLAINT = "complaint", _("Complains")
    RUMOUR = "rumour", _("Asks whether a rumour is true")
    OTHER = "other", _("Something else")


class CallOutcome(models.TextChoices):
    """What came of a call in which we spoke."""

    LEAD = "lead", _("Name taken")
    INFORMED = "informed", _("Question answered")
    BOOKED = "booked", _("Booked for registration")
    REFERRED = "referred", _("Passed on")
    CONCERN = "concern", _("Protection told at once")
    WITHDREW = "withdrew", _("Withdrew")
    UNPROVEN = "unproven", _("Wants to withdraw; not known for sure who it was")
    CALL_AGAIN = "call_again", _("Asked to be called again")
    DECLINED = "declined", _("Doesn't want to hear from us")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    CUT_OFF = "cut_off", _("Cut off")


class ReferredTo(models.TextChoices):
    """To whom a call or a name is passed on."""

    MOBILE_TEAM = "mobile_team", _("Mobile team")
    HEALTH = "health", _("Health")
    PROTECTION = "protection", _("Protection")
    CHILD = "child", _("Child protection")
    UNHCR = "unhcr", _("UNHCR, by protection")
    CASEWORK = "casework", _("Voluntary return caseworker")
    MANAGEMENT = "management", _("Complaints: programme manager")


class HotlineCall(Scoped):
    """One call. Its number is as closed as whereabouts are; a fear that was told is closed to whoever heard it."""

    ref = models.CharField(max_length=12, unique=True)
    at = models.DateTimeField()
    direction = models.CharField(max_length=3, choices=Direction.choices)
    end = models.CharField(max_length=10, blank=True, choices=CallEnd.choices)
    number = models.CharField(max_length=20, blank=True)
    phone_owner = models.CharField(max_length=20, choices=PhoneOwner.choices, default=PhoneOwner.UNKNOWN)
    call_unsafe = models.BooleanField(default=False, help_text="Told that a call would put them at risk.")
    hours = models.CharField(max_length=40, blank=True, help_text="When a call is safe, as 18:00-20:00.")
    language = models.CharField(max_length=3, blank=True)
    caller = models.CharField(max_length=8, choices=Caller.choices, default=Caller.SELF)
    name = models.CharField(max_length=120, blank=True)
    nationality = models.CharField(max_length=3, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    topic = models.CharField(max_length=12, blank=True, choices=Topic.choices)
    urgent = ArrayField(models.CharField(max_length=20), default=list)
    outcome = models.CharField(max_length=14, blank=True, choices=CallOutcome.choices)
    referred_to = models.CharField(max_length=12, blank=True, choices=ReferredTo.choices)
    taken_over_at = models.DateTimeField(null=True)
    taken_over_by = models.BigIntegerField(null=True)
    minutes = models.IntegerField(null=True)
    private = models.BooleanField(null=True, help_text="Whether they could speak freely; None: not asked.")
    note = models.CharField(max_length=400, blank=True)
    card_batch = models.CharField(max_length=20, blank=True)
    lead = models.ForeignKey("events.Lead", null=True, on_delete=models.PROTECT, related_name="calls")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    answers = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="answered_by")
    callback_due = models.DateTimeField(null=True, help_text="Until when they are to be called back.")
    called_back_at = models.DateTimeField(null=True, help_text="When we first tried.")
    reached_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    account_id = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="call_by_time"),
            models.Index(fields=["number"], condition=~Q(number=""), name="call_by_number"),
            models.Index(
                fields=["callback_due"],
                condition=Q(callback_due__isnull=False, reached_at=None, given_up_at=None),
                name="call_to_answer",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="never_ring_guards",
                condition=~Q(direction="out") | (~Q(phone_owner__in=["guard", "smuggler"]) & Q(call_unsafe=False)),
            ),
            models.CheckConstraint(
                name="no_callback_to_guards",
                condition=Q(callback_due=None) | ~Q(phone_owner__in=["guard", "smuggler"]) & Q(call_unsafe=False),
            ),
        ]

    def __str__(self) -> str:
        return self.ref
