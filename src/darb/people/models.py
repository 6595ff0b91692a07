"""A person and what is known of them apart from any programme. Facts are appended and superseded."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from darb.places.models import Site
from darb.trust.models import Scoped

from .custody_models import CustodyStep  # noqa: F401  (the room's models are found here)
from .family_models import Checked, KinFact, Relative, Trace  # noqa: F401  (the same)
from .identity_models import (  # noqa: F401  (the room's models are found here)
    Duplicate,
    Judgement,
    Likeness,
    MatchKey,
    Said,
    Stake,
)
from .proof_models import Proof


class Sex(models.TextChoices):
    """As told."""

    FEMALE = "F", _("Female")
    MALE = "M", _("Male")
    UNKNOWN = "U", _("Not told")


class BirthPrecision(models.TextChoices):
    """How much of a birth date is known; the rest of the stored date is the first of the period."""

    EXACT = "exact", _("Exact day")
    MONTH = "month", _("Month and year")
    YEAR = "year", _("Year")
    ESTIMATED = "estimated", _("Estimated age")


class Script(models.TextChoices):
    """The script a name was written in."""

    LATIN = "L", _("Latin")
    ARABIC = "A", _("Arabic")


class Person(Scoped):
    """One person. `name` and `name_arabic` are the preferred told names, kept for lists."""

    person_column = "id"

    ref = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=160)
    name_arabic = models.CharField(max_length=160, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices)
    birth_date = models.DateField(null=True)
    birth_precision = models.CharField(max_length=10, choices=BirthPrecision.choices, default=BirthPrecision.EXACT)
    nationality = models.CharField(max_length=3)
    nationality_verified = models.CharField(max_length=3, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list)
    origin_place = models.CharField(max_length=80, blank=True)
    caseload = models.CharField(max_length=12, default="migrant")
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, help_text="Where the newest stay is.")
    photo_sha256 = models.CharField(max_length=64, blank=True)
    registered_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["scope_id", "-registered_at"], name="person_scope_recent"),
            models.Index(fields=["site"], name="person_site"),
        ]

    def __str__(self) -> str:
        return self.ref


class Name(Scoped):
    """A name in one script, in its parts: as told, on paper, or another used. Never changed, only added to."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="names")
    kind = models.CharField(
        max_length=8, choices=[("told", _("As told")), ("paper", _("On paper")), ("alias", _("Also called"))]
    )
    script = models.CharField(max_length=1, choices=Script.choices)
    given = models.CharField(max_length=60)
    father = models.CharField(max_length=60, blank=True)
    family = models.CharField(max_length=60, blank=True)
    mother = models.CharField(max_length=60, blank=True)
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return " ".join(p for p in (self.given, self.father, self.family) if p)


class Token(Scoped):
    """A folded word that finds a person: of a name, a phone, a document number, a reference.

    Compared by equality and prefix only, which stay fast behind the wall (TRUST.md 2b).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens", db_index=False)
    token = models.CharField(max_length=40)

    class Meta:
        # With the scope beside it, the wall is answered from the index, and common words cost no visit to the table.
        indexes = [
            models.Index(fields=["token", "person"], include=["scope_id"], name="token_finds_person"),
            models.Index(fields=["person", "token"], include=["scope_id"], name="person_has_token"),
        ]

    def __str__(self) -> str:
        return self.token


class PhoneOwner(models.TextChoices):
    """Whose phone it is: a guard's or smuggler's is never called."""

    SELF = "self", _("Own phone")
    FAMILY = "family", _("Family")
    FRIEND = "friend", _("Friend")
    COMMUNITY_LEADER = "community_leader", _("Community leader")
    EMPLOYER = "employer", _("Employer")
    GUARD = "guard", _("Guard")
    SMUGGLER = "smuggler", _("Smuggler")
    UNKNOWN = "unknown", _("Not known")


NEVER_CALLED = frozenset({PhoneOwner.GUARD, PhoneOwner.SMUGGLER})


class Phone(Scoped):
    """A number at which a person may be reached, and whether calling it is safe."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phones")
    number = models.CharField(max_length=20)
    owner = models.CharField(max_length=20, choices=PhoneOwner.choices, default=PhoneOwner.SELF)
    safe_to_call = models.BooleanField(default=False)
    hours = models.CharField(max_length=40, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="never_call_guards", condition=Q(safe_to_call=False) | ~Q(owner__in=["guard", "smuggler"])
            )
        ]

    def __str__(self) -> str:
        return self.number


class Group(models.Model):
    """A family or travel unit."""

    ref = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=12, choices=[("family", _("Family")), ("travel_unit", _("Travel unit"))])
    must_travel_together = models.BooleanField(default=True)
    formed_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return self.ref


class Relation(models.TextChoices):
    """To the head of the group."""

    HEAD = "head", _("Head of the group")
    MOTHER = "mother", _("Mother")
    FATHER = "father", _("Father")
    WIFE = "wife", _("Wife")
    HUSBAND = "husband", _("Husband")
    PARTNER = "partner", _("Partner")
    SON = "son", _("Son")
    DAUGHTER = "daughter", _("Daughter")
    BROTHER = "brother", _("Brother")
    SISTER = "sister", _("Sister")
    UNCLE = "uncle", _("Uncle")
    AUNT = "aunt", _("Aunt")
    GRANDPARENT = "grandparent", _("Grandparent")
    OTHER_FAMILY = "other_family", _("Other family")
    OTHER_NON_FAMILY = "other_non_family", _("Not family")


class Membership(Scoped):
    """A person in a group, until they leave it; `verified` when two independent facts agree on the relation."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=20, choices=Relation.choices)
    verified = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(left_at=None), name="one_standing_group_each")
        ]

    def __str__(self) -> str:
        return f"{self.relation} in group {self.group_id}"


class Stay(Scoped):
    """Where a person was, from a day, as somebody saw or told. The newest by `since` is where they are."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays")
    place = models.ForeignKey(Site, on_delete=models.PROTECT)
    since = models.DateField()
    source = models.CharField(
        max_length=12,
        choices=[
            ("seen", _("Seen by staff")),
            ("told", _("Told by the person")),
            ("told_by_dc", _("Told by the centre")),
            ("phone", _("Told by phone")),
        ],
    )
    certain = models.BooleanField(default=True)
    account_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.place_id} since {self.since}"


class DocumentKind(models.TextChoices):
    """Kinds of document that say who somebody is or let them travel."""

    PASSPORT = "passport", _("Passport")
    LAISSEZ_PASSER = "laissez_passer", _("Laissez-passer")
    COLLECTIVE = "collective_lp", _("Collective laissez-passer")
    UN_RED_CROSS = "un_red_cross", _("Travel document of the UN or the Red Cross")
    NATIONAL_ID = "national_id", _("National identity card")
    BIRTH_CERTIFICATE = "birth_certificate", _("Birth certificate")
    OTHER = "other", _("Other document")


class DocumentState(models.TextChoices):
    """Where a document is in its life (programmes.md 2.3); in custody means that the mission holds it."""

    HELD = "held", _("Held by the person")
    LOST = "lost", _("Lost")
    WITHHELD = "withheld", _("Withheld by an employer or smuggler")
    REQUESTED = "requested", _("Requested from the embassy")
    PRINTED = "printed", _("Printed by the embassy")
    RECEIVED = "received", _("Received from the embassy")
    IN_CUSTODY = "in_custody", _("In our custody")
    HANDED_AT_BOARDING = "handed_at_boarding", _("Handed over at boarding")
    USED = "used", _("Used")
    EXPIRED = "expired", _("Expired")
    RETURNED_FOR_ERROR = "returned_for_error", _("Returned to correct an error")
    CANCELLED = "cancelled", _("Cancelled, returned to the embassy")


class Document(Scoped):
    """A document of a person and where it is now; its earlier places are its custody steps."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    number = models.CharField(max_length=30, blank=True)
    country = models.CharField(max_length=3)
    issued = models.DateField(null=True)
    expires = models.DateField(null=True)
    name_as_printed = models.CharField(max_length=120, blank=True)
    single_journey = models.BooleanField(null=True, help_text="Good for one journey alone; None: as its kind is.")
    state = models.CharField(max_length=20, choices=DocumentState.choices)
    received = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "country", "number"],
                # One collective paper is the document of everyone whom it names.
                condition=~Q(number="") & ~Q(kind="collective_lp"),
                name="one_document_each",
            ),
            models.CheckConstraint(
                name="expires_after_issue",
                condition=Q(issued=None) | Q(expires=None) | Q(expires__gt=F("issued")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Consent(Scoped):
    """A person's agreement to one purpose, live until withdrawn or run out."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=40)
    form = models.CharField(
        max_length=12,
        choices=[
            ("signature", _("Signature")),
            ("thumbprint", _("Thumbprint")),
            ("oral", _("Recorded oral declaration")),
            ("proxy", _("By a guardian")),
        ],
    )
    language = models.CharField(max_length=3)
    interpreter = models.CharField(max_length=80, blank=True)
    witness = models.CharField(max_length=80, blank=True)
    proof = models.ForeignKey(Proof, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    given = models.DateField()
    until = models.DateField(null=True)
    withdrawn = models.DateField(null=True)
    withdrawn_how = models.CharField(max_length=40, blank=True)
    withdrawn_proof = models.ForeignKey(Proof, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    account_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} from {self.given}"


class Photo(Scoped):
    """A photograph of a person, re-encoded nowhere, found by its hash."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="photos")
    image = models.BinaryField()
    mime = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]
