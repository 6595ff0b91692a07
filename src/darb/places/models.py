"""Areas, countries, sites with their names in three languages, missions of origin, closures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Country(models.Model):
    """A country by its ISO 3166-1 alpha-3 code."""

    iso3 = models.CharField(max_length=3, primary_key=True)
    iso2 = models.CharField(max_length=2)
    name_en = models.CharField(max_length=80)
    name_ar = models.CharField(max_length=80)
    name_fr = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name_en


class Area(models.Model):
    """An administrative area by its P-code. Levels are those of the COD: 1 region, 2 mantika, 3 baladiya.

    Names repeat between levels (seven of Libya's do): find areas by code, never by name alone.
    """

    pcode = models.CharField(max_length=12, primary_key=True)
    level = models.SmallIntegerField()
    name_en = models.CharField(max_length=80)
    name_ar = models.CharField(max_length=80, blank=True)
    name_fr = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")

    def __str__(self) -> str:
        return f"{self.name_en} ({self.pcode})"


class SiteType(models.TextChoices):
    """Types of place that a person can be at (programmes.md 2.0.2, Stay)."""

    OFFICIAL_DC = "official_dc", _("Detention centre")
    INFORMAL_DC = "informal_dc", _("Informal place of captivity")
    DISEMBARKATION_POINT = "disembarkation_point", _("Disembarkation point")
    ASSEMBLY_POINT = "assembly_point", _("Assembly point")
    TRANSIT_CENTRE = "transit_centre", _("Transit centre")
    SHELTER = "shelter", _("Safe shelter")
    HOST_FAMILY = "host_family", _("Host family")
    COMMUNITY_HOUSING = "community_housing", _("Community housing")
    HOSPITAL = "hospital", _("Hospital")
    URBAN = "urban", _("Town or neighbourhood")
    OFFICE = "office", _("Office of the mission")
    AIRPORT = "airport", _("Airport")
    PORT = "port", _("Port")
    WORKPLACE = "workplace", _("Workplace")
    STREET = "street", _("Street")
    UNKNOWN = "unknown", _("Whereabouts unknown")


COUNTED = frozenset({SiteType.TRANSIT_CENTRE})
"""Types of site that take no more people than they have places, unless somebody decided it."""
DETAINING = frozenset({SiteType.OFFICIAL_DC, SiteType.INFORMAL_DC})


class Site(models.Model):
    """A place where the mission meets people. `restricted`: its whereabouts are shown only to D2 readers."""

    code = models.CharField(max_length=24, unique=True)
    type = models.CharField(max_length=24, choices=SiteType.choices)
    name_en = models.CharField(max_length=120)
    name_ar = models.CharField(max_length=120)
    name_fr = models.CharField(max_length=120)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True)
    office = models.CharField(max_length=12)
    airport = models.CharField(max_length=3, blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    capacity = models.IntegerField(null=True)
    functional = models.BooleanField(default=True)
    restricted = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name_en


class SiteAlias(models.Model):
    """Another spelling of a site's name. `key` is its folded form, which look-ups compare."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=3)
    key = models.CharField(max_length=120, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "key"], name="one_alias_each")]

    def __str__(self) -> str:
        return self.name


class Presence(models.TextChoices):
    """Where the mission of a country sits, seen from Libya (programmes.md 2.3)."""

    RESIDENT = "resident", _("In Libya")
    NON_RESIDENT = "non_resident", _("In another country")
    NONE = "none", _("No mission hears its nationals")


class MissionOfOrigin(models.Model):
    """An embassy or consulate that serves a nationality in Libya, resident or not, and what it accepts and issues."""

    country = models.OneToOneField(Country, on_delete=models.PROTECT, primary_key=True)
    presence = models.CharField(max_length=12, default=Presence.RESIDENT, choices=Presence.choices)
    seat_en = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    jurisdiction = models.CharField(max_length=200, blank=True, help_text="For whom and what it is competent.")
    officers = models.CharField(max_length=400, blank=True, help_text="Its consular officers, and how to reach them.")
    languages = ArrayField(models.CharField(max_length=3), default=list)
    accepts_online = models.BooleanField(default=True)
    accepts_visits = models.BooleanField(default=True, help_text="Its officers go to where people are.")
    accepts_photo_lists = models.BooleanField(default=True, help_text="Decides on lists with photographs.")
    document_kind = models.CharField(max_length=24, default="laissez_passer", help_text="What we ask it for.")
    also_issues = ArrayField(models.CharField(max_length=24), default=list)
    document_days = models.IntegerField(default=90, help_text="How long its document is usually valid.")
    lead_days = models.IntegerField(null=True, help_text="Days from a request to the document, as it says itself.")
    fee = models.DecimalField(max_digits=8, decimal_places=2, null=True, help_text="For one document, paid by us.")
    fee_currency = models.CharField(max_length=3, blank=True)
    version = models.IntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.country_id} in {self.seat_en}"


class OverCapacity(models.Model):
    """A decision that more people may stay at a site than it has places for, through the day before `until`."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="decisions")
    people = models.IntegerField()
    since = models.DateField()
    until = models.DateField()
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    account_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.people} at {self.site_id} until {self.until}"


class RouteClosure(models.Model):
    """A country or place of return, or an airport, closed to movements in [since, until).

    `subject` is written by the functions in `routes`. A closure called off before it began stays as an empty window.
    """

    subject = models.CharField(max_length=90)
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="closure_ends_after_it_begins",
            )
        ]
        indexes = [models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.subject} closed from {self.since}"
