"""What happens around the hearing itself: the link that drops, and what an embassy asks beyond who somebody is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.cases.models import Case
from darb.people.models import Person
from darb.trust.models import Scoped


class LinkDrop(models.Model):
    """The link of an open session was lost; with `on` it went on over another line, or the rest waits for another day.

    Holds no person.
    """

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="drops")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    on = models.CharField(max_length=12, blank=True, help_text="Code of the fallback, once it ended.")
    account_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event"], condition=Q(ended_at=None), name="one_drop_at_a_time")]

    def __str__(self) -> str:
        return f"{self.at} {self.on}"


class Asked(models.TextChoices):
    """What an embassy asked that it isn't told, or isn't owed."""

    WHEREABOUTS = "whereabouts", _("Where somebody is")
    OTHER_DATA = "other_data", _("Other things about somebody")
    MONEY = "money", _("Money from migrants")


class EmbassyQuestion(Scoped):
    """Something that an embassy asked and was refused. Told to whoever must know; never answered from here."""

    event = models.ForeignKey("events.Event", on_delete=models.PROTECT, related_name="embassy_questions")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="embassy_questions")
    asked = models.CharField(max_length=12, choices=Asked.choices)
    words = models.CharField(max_length=400)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    owner = models.CharField(max_length=40, help_text="Role that looks into it.")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    done = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [models.Index(fields=["owner"], condition=Q(settled_at=None), name="question_open")]

    def __str__(self) -> str:
        return f"{self.asked} {self.at}"
