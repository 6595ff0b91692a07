"""A case and everything that its readiness is read from, and the rows it is kept as."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from darb.people.models import Person
from darb.places.models import Site
from darb.trust.models import Scoped

from .fields import WindowsField
from .homecoming_models import Appointment, CameOfIt, Homecoming  # noqa: F401  (the room's models are found here)
from .referral_models import Referral  # noqa: F401  (the room's models are found here)
from .release_models import (  # noqa: F401  (the room's models are found here)
    RELEASE_AGREED,
    RELEASE_OPEN,
    ReleaseLine,
    ReleaseRequest,
    ReleaseState,
)
from .visa_models import (  # noqa: F401  (the same)
    VISA_GIVEN,
    VISA_PENDING,
    ExitVisa,
    VisaBatch,
    VisaForm,
    VisaQuery,
    VisaState,
    Waiver,
)


class Case(Scoped):
    """One person's way through one programme. `stage` is a key of the programme's declaration."""

    ref = models.CharField(max_length=12, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    programme = models.CharField(max_length=40)
    stage = models.CharField(max_length=30)
    stage_since = models.DateTimeField()
    stage_before = models.CharField(max_length=30, blank=True, help_text="Where a held or withdrawn case resumes.")
    opened = models.DateField()
    closed = models.DateField(null=True)
    closure_code = models.CharField(max_length=40, blank=True)
    return_country = models.CharField(max_length=3)
    return_area = models.CharField(max_length=80, blank=True)
    return_airport = models.CharField(max_length=5, blank=True)
    departure_airport = models.CharField(max_length=5, blank=True)
    counselled = models.DateField(null=True)
    counselled_for = models.CharField(max_length=3, blank=True, help_text="The return that counselling was about.")
    detained = models.BooleanField(default=False)
    unaccompanied = models.BooleanField(default=False)
    vulnerabilities = ArrayField(models.CharField(max_length=8), default=list)
    priority = models.IntegerField(default=0)
    follows = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The case of the return before this.",
    )
    review_on = models.DateField(null=True)
    why = models.CharField(max_length=200, blank=True, help_text="Reason of the side state.")
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["scope_id", "stage"], name="case_scope_stage"),
            models.Index(fields=["person"], name="case_person"),
            # The order of work lists: their first page is read off this, however many cases wait.
            models.Index(fields=["-priority", "opened", "id"], condition=Q(closed=None), name="case_work_list"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["person", "programme"], condition=Q(closed=None), name="one_open_case_each")
        ]

    def __str__(self) -> str:
        return self.ref


class OfCase(Scoped):
    """Base of rows that belong to a case and follow its person."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="%(class)ss")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class StageChange(OfCase):
    """A step taken. Append-only."""

    step = models.CharField(max_length=40)
    from_stage = models.CharField(max_length=30, blank=True)
    to_stage = models.CharField(max_length=30)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.from_stage} to {self.to_stage}"


class Verdict(OfCase):
    """Somebody's word on a gate, standing until superseded. Findings stay with those who made them."""

    gate = models.CharField(max_length=4)
    granted = models.BooleanField()
    code = models.CharField(max_length=40)
    conditions = ArrayField(models.CharField(max_length=30), default=list)
    met = ArrayField(models.CharField(max_length=30), default=list)
    since = models.DateField()
    until = models.DateField(null=True)
    bound = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=40)
    override = models.BooleanField(default=False)
    account_id = models.BigIntegerField()
    at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "gate"], condition=Q(superseded_at=None), name="one_standing_verdict"
            )
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.code}"


class AsylumConcern(OfCase):
    """A wish for protection, or a fear of return (D8). For those alone who may know of it."""

    heard_in = models.CharField(max_length=30)
    words = models.CharField(max_length=500, blank=True)
    raised_at = models.DateTimeField()
    account_id = models.BigIntegerField()
    referral_priority = models.CharField(
        max_length=10,
        choices=[("emergency", _("Emergency (24 hours)")), ("urgent", _("Urgent (72 hours)")), ("normal", _("Normal"))],
    )
    referral_consent = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True)
    settled_as = models.CharField(
        max_length=12, blank=True, choices=[("able", _("Able to return")), ("upheld", _("Needs protection"))]
    )
    settled_by = models.BigIntegerField(null=True)
    record = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"concern {self.pk}"


class Encounter(OfCase):
    """A conversation with the person: counselling, screening, an examination. Answers by question code."""

    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    place = models.ForeignKey(Site, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=12, default="field")
    language = models.CharField(max_length=3)
    interpreter = models.CharField(max_length=80, blank=True)
    interpreter_is = models.CharField(max_length=20, blank=True)
    private = models.BooleanField(default=True)
    not_private_because = models.CharField(max_length=200, blank=True)
    answers = models.JSONField(default=dict)
    data_class = models.CharField(max_length=3, default="D6")
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%F}"


class Task(OfCase):
    """Something a role must do by a day, and why."""

    kind = models.CharField(max_length=40)
    role = models.CharField(max_length=40)
    due = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    raised_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["role", "due", "id"], condition=Q(done_at=None), name="task_open_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.due}"


class Incident(OfCase):
    """Something that went wrong on the way (a code of `programmes.incidents`), and what was done about it.

    `source` is the deed that told of it; `about` what it concerns beside the person: a flight, a place, a day.
    Without a case, it concerns the mission: staff flown out, a country that refuses a landing.
    """

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="incidents")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=4)
    source = models.CharField(max_length=60)
    about = models.CharField(max_length=90, blank=True)
    note = models.CharField(max_length=300, blank=True)
    data_class = models.CharField(max_length=3)
    owner = models.CharField(max_length=40)
    at = models.DateTimeField()
    due = models.DateField()
    account_id = models.BigIntegerField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.BigIntegerField(null=True)
    done = models.CharField(max_length=300, blank=True, help_text="What was done about it.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code", "about"], condition=Q(settled_at=None), name="one_open_incident_each"
            ),
            models.UniqueConstraint(
                fields=["code", "about"], condition=Q(case=None, settled_at=None), name="one_open_of_the_mission_each"
            ),
        ]
        indexes = [models.Index(fields=["due", "id"], condition=Q(settled_at=None), name="incident_open_in_order")]

    def __str__(self) -> str:
        return f"{self.code} of {self.case_id}"


class GateRow(Scoped):
    """Readiness kept as rows: on which dates one gate of one case is green or doesn't apply, and why not else.

    Derived from facts and compared with them by `doctor`, and neither cases nor persons are ever deleted: a
    foreign key would cost as much as the row itself and find nothing.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="gates", db_constraint=False, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    gate = models.CharField(max_length=4)
    windows = WindowsField()
    terms = models.JSONField(default=list, help_text="What it asks, when that holds, and the refusal on other days.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "gate"], name="one_row_a_gate")]

    def __str__(self) -> str:
        return f"{self.gate} {self.windows}"


class Readiness(Scoped):
    """On which dates every gate of a case is green: the intersection of its gate rows.

    `gates` and `windows` say the same as the gate rows, without those that are green on every date, so that the
    whole mission is counted on one row a case (see `kept`). `red` says it once more, for the days from `red_since`
    until `red_until`: bit n stands for the n-th gate of the declaration. With the case's priority and opening day
    beside it, a work list is read off one index, in its order.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ready = WindowsField()
    gates = ArrayField(models.CharField(max_length=4), default=list)
    windows = ArrayField(WindowsField(), default=list)
    red = models.IntegerField(null=True)
    red_since = models.DateField(null=True, help_text="None: since ever.")
    red_until = models.DateField(null=True, help_text="The first day on which it isn't so; None: it stays so.")
    priority = models.IntegerField(default=0)
    opened = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-priority", "opened", "case"],
                include=["scope_id", "red", "red_since", "red_until"],
                name="ready_work_list",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ready)
