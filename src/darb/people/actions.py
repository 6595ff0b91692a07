"""Writes about persons. Work that comes in sets is done in sets: a person is a list of one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import F

from darb.places.models import Country, Site
from darb.places.queries import room_at, sites_by_code
from darb.rules.names import digits, fold
from darb.rules.reference import tidy
from darb.rules.refusal import Invalid, Missing, Refused, Stale
from darb.rules.roles import Role
from darb.rules.words import _
from darb.trust import scopes
from darb.trust.action import Act, action
from darb.trust.context import whole_house
from darb.trust.copying import change_in, copy_in, copy_rows
from darb.trust.references import unused_references
from darb.trust.scopes import Where

from . import rows
from .custody import NOT_TOLD, Hands, check_order
from .custody_actions import write_steps
from .likeness_actions import remember, remember_again
from .models import (
    BirthPrecision,
    Consent,
    Document,
    DocumentKind,
    DocumentState,
    Group,
    Membership,
    Name,
    Person,
    Phone,
    Photo,
    Relation,
    Script,
    Stay,
    Token,
)
from .registration import Registration, ToldName, ToldPhone

ALIAS = "alias"


@action("people.register")
def register(act: Act, registrations: Sequence[Registration]) -> list[Person]:
    """Register people as they told who they are: persons, names, phones, where they are, search words.

    Gives the persons in the order of `registrations`; all or none. Raises Invalid for the first that
    can't be right.
    """
    wanted = [r.checked(act.day) for r in registrations]
    sites = sites_by_code({r.site for r in wanted})
    _known_countries({r.nationality for r in wanted})
    where = scopes.scope_ids({Where(s.office, s.code) for s in sites.values()})
    act.within(where.values())
    for code, coming in Counter(r.site for r in wanted).items():
        _room_for(act, sites[code], coming)
    scope_of = {s.code: where[Where(s.office, s.code)] for s in sites.values()}
    persons = [
        _person(r, ref, sites[r.site], scope_of[r.site], act.at)
        for r, ref in zip(wanted, unused_references(Person, len(wanted)), strict=True)
    ]
    copy_in(persons)
    both = list(zip(persons, wanted, strict=True))
    stays = [rows.stay(act, p, sites[r.site], r.stay_since or act.day, "seen", True) for p, r in both]
    copy_rows(Name, rows.NAME, [row for p, r in both for row in rows.names(p, r.names, act.at)])
    copy_rows(Phone, rows.PHONE, [row for p, r in both for row in rows.phones(p, r.phones, act.at)])
    copy_rows(Stay, rows.STAY, stays)
    copy_rows(Token, rows.TOKEN, [row for p, r in both for row in rows.tokens(p, r.names, r.phones)])
    remember(both)
    act.persons = [p.pk for p in persons]
    act.subject = persons[0].ref if len(persons) == 1 else ""
    act.detail = {"count": len(persons)}
    return persons


@action("people.add_phone")
def add_phone(act: Act, person: Person, phone: ToldPhone) -> Phone:
    """Add a number at which `person` may be reached."""
    act.within([person.scope_id])
    row = Phone(**dict(zip(rows.PHONE, next(rows.phones(person, [phone], act.at)), strict=True)))
    row.save()
    Token.objects.create(person=person, scope_id=person.scope_id, token=digits(phone.number))
    remember_again([person.pk])
    _about(act, [person])
    return row


@action("people.correct")
def correct(
    act: Act,
    person: Person,
    *,
    expected: int,
    names: Sequence[ToldName] = (),
    birth_date: date | None = None,
    birth_precision: str | None = None,
    sex: str | None = None,
) -> Person:
    """Correct what was told. New names stand beside the old ones; the page must show the newest version."""
    held = hold(act, [person.pk], {person.pk: expected})[0]
    if birth_date and birth_date > act.day:
        raise Invalid(
            "born_in_future",
            _("The birth date {date} has not come yet: check the day, month and year."),
            field="birth_date",
            date=birth_date.isoformat(),
        )
    if birth_date:
        held.birth_date, held.birth_precision = birth_date, birth_precision or BirthPrecision.EXACT
    if sex:
        held.sex = sex
    copy_rows(Name, rows.NAME, list(rows.names(held, [n.checked() for n in names], act.at)))
    for name in names:
        if name.kind == ALIAS:
            continue  # found by it, and not called by it
        if name.script == Script.ARABIC:
            held.name_arabic = name.whole()
        else:
            held.name = name.whole()
    copy_rows(Token, rows.TOKEN, list(rows.tokens(held, names, [])))
    held.version += 1
    held.save()
    remember_again([held.pk])
    _about(act, [held])
    act.detail = {"changed": [k for k, v in {"names": names, "birth_date": birth_date, "sex": sex}.items() if v]}
    return held


@action("people.record_stay")
def record_stay(act: Act, person: Person, site: Site, since: date, source: str, *, certain: bool = True) -> Stay:
    """Record where one person is. The rows about them follow to the new place's office and site."""
    return _stay(act, [person], site, since, source, certain)[0]


@action("people.move")
def move(act: Act, persons: Sequence[Person], site: Site, since: date, source: str) -> int:
    """Move many people to one site in one deed; gives how many were not there already."""
    away = [p for p in persons if p.site_id != site.pk]
    if away:
        _stay(act, away, site, since, source, True)
    return len(away)


@action("people.mark_left")
def mark_left(act: Act, persons: Sequence[int]) -> int:
    """Persons (ids) have left the country: they are at none of its sites any more; where they were stays known."""
    act.persons = list(persons)
    return Person.objects.filter(pk__among=list(persons)).update(site=None, version=F("version") + 1)


def _room_for(act: Act, site: Site, coming: int) -> None:
    """Refuse more people at a transit centre than it may take on this day."""
    most = room_at(site, act.day)
    if most is None or not coming:
        return
    with whole_house():
        there = Person.objects.filter(site=site).count()
    if there + coming > most:
        raise Refused(
            "over_capacity",
            _("{place} may take {most} people and has {there}: somebody must decide first that it takes more."),
            who=Role.PROGRAMME_MANAGER,
            place=site.name_en,
            most=most,
            there=there,
        )


def _stay(act: Act, persons: Sequence[Person], site: Site, since: date, source: str, certain: bool) -> list[Stay]:
    if since > act.day:
        raise Invalid(
            "stay_in_future",
            _("The person can't be there since {date}, a day still to come."),
            field="since",
            date=since.isoformat(),
        )
    held = hold(act, [p.pk for p in persons])
    _room_for(act, site, sum(p.site_id != site.pk for p in held))
    stays = copy_in(
        [
            Stay(
                person=p,
                scope_id=p.scope_id,
                place=site,
                since=since,
                source=source,
                certain=certain,
                account_id=act.actor.account_id,
                recorded_at=act.at,
            )
            for p in held
        ]
    )
    Person.objects.filter(pk__among=[p.pk for p in held]).update(site=site, version=F("version") + 1)
    with whole_house():
        scopes.move([p.pk for p in held], office=site.office, site=site.code)
    _about(act, held)
    act.detail = {"to": site.code, "count": len(held)}
    return stays


Kin = tuple[Person, str, bool]
"""A member of a group: the person, their relation to the head, and whether that is verified."""


@action("people.form_group")
def form_groups(
    act: Act, kind: str, groups: Sequence[Sequence[Kin]], *, must_travel_together: bool = True
) -> list[Group]:
    """Form families or travel units, in the order of `groups`: all or none.

    Exactly one member of each is the head. Refuses somebody who stands in another group, or in two of these.
    """
    if any([relation for _p, relation, _v in members].count(Relation.HEAD) != 1 for members in groups):
        raise Invalid("one_head", _("A group has exactly one head: choose who speaks for it."), field="head")
    everyone = [p.pk for members in groups for p, _r, _v in members]
    held = {p.pk: p for p in hold(act, everyone)}
    if len(held) < len(everyone) or Membership.objects.filter(person__among=held, left_at=None).exists():
        raise Invalid("in_other_group", _("Somebody here is in another group already: take them out of it first."))
    formed = copy_in(
        [
            Group(ref=ref, kind=kind, must_travel_together=must_travel_together, formed_at=act.at)
            for ref in unused_references(Group, len(groups))
        ]
    )
    copy_in(
        [
            _member(act, group, held[p.pk], relation, verified)
            for group, members in zip(formed, groups, strict=True)
            for p, relation, verified in members
        ]
    )
    _about(act, list(held.values()))
    act.subject = formed[0].ref if len(formed) == 1 else ""
    act.detail = {"groups": len(formed)}
    return formed


def form_group(act: Act, kind: str, members: Sequence[Kin], *, must_travel_together: bool = True) -> Group:
    """As `form_groups`, one group."""
    return form_groups(act, kind, [members], must_travel_together=must_travel_together)[0]


@action("people.join_group")
def join_group(act: Act, group: Group, members: Sequence[Kin]) -> Group:
    """Add people to a group that stands, each with the relation to its head.

    Refuses a second head, and somebody who stands in a group already.
    """
    if any(relation == Relation.HEAD for _p, relation, _v in members):
        raise Invalid("one_head", _("A group has exactly one head: choose who speaks for it."), field="head")
    held = {p.pk: p for p in hold(act, [p.pk for p, _r, _v in members])}
    if len(held) < len(members) or Membership.objects.filter(person__among=held, left_at=None).exists():
        raise Invalid("in_other_group", _("Somebody here is in another group already: take them out of it first."))
    copy_in([_member(act, group, held[p.pk], relation, verified) for p, relation, verified in members])
    _about(act, [*held.values(), *(m.person for m in group.memberships.filter(left_at=None).select_related("person"))])
    act.subject = group.ref
    act.detail = {"joined": len(held)}
    return group


def _member(act: Act, group: Group, person: Person, relation: str, verified: bool) -> Membership:
    return Membership(
        group=group,
        person=person,
        scope_id=person.scope_id,
        relation=relation,
        verified=verified,
        joined_at=act.at,
    )


@action("people.split_group")
def leave_group(act: Act, person: Person, because: str) -> None:
    """Let one person leave their group, with the reason. Who stays is concerned too: they wait for one less."""
    hold(act, [person.pk])
    left = Membership.objects.filter(person=person, left_at=None)
    others = Membership.objects.filter(group__in=left.values("group"), left_at=None).exclude(person=person)
    staying = [m.person for m in others.select_related("person")]
    left.update(left_at=act.at, left_because=because)
    _about(act, [person, *staying])


@action("people.record_document")
def record_documents(act: Act, documents: Sequence[Document]) -> list[Document]:
    """Record documents (unsaved rows; `person` set) as held, lost, withheld, requested or received.

    Refuses a number that another person holds: somebody mistyped, or one of them is not who they say.
    """
    held = {p.pk: p for p in hold(act, [d.person_id for d in documents])}
    for d in documents:
        d.scope_id = held[d.person_id].scope_id
        d.number = tidy(d.number)
        if d.issued and d.expires and d.expires <= d.issued:
            raise Invalid(
                "expires_before_issue",
                _("The document would expire on {expires}, before it was issued: check both dates."),
                field="expires",
                expires=d.expires.isoformat(),
            )
    numbers_free(documents)
    copy_in(documents)
    copy_in([Token(person_id=d.person_id, scope_id=d.scope_id, token=fold(d.number)) for d in documents if d.number])
    write_steps(act, documents)
    remember_again({d.person_id for d in documents if d.number})
    _about(act, list(held.values()))
    return list(documents)


@action("people.receive_document")
def move_documents(act: Act, documents: Sequence[Document], state: str, hands: Hands = NOT_TOLD) -> list[Document]:
    """Move documents along their life, all or none: printed, into custody, handed at boarding, used, returned.

    Refuses, naming it, one whose life doesn't go that way (`custody.NEXT`). Each step is added to the chain.
    """
    hold(act, [d.person_id for d in documents])
    rows = Document.objects.filter(pk__among=[d.pk for d in documents])
    check_order(rows.order_by("pk"), state)
    if state == DocumentState.IN_CUSTODY:
        rows.exclude(state=state).update(received=act.day)
    rows.update(state=state, version=F("version") + 1)
    now = rows.in_bulk()
    write_steps(act, list(now.values()), hands)
    act.persons = [d.person_id for d in documents]
    act.detail = {"documents": [d.pk for d in documents], "state": state}
    return [now[d.pk] for d in documents]


@action("people.verify_nationality")
def verify_nationality(act: Act, persons: Sequence[Person], country: str | None) -> None:
    """Record that a mission of origin confirms `country` as nationality, or (None) that it doesn't."""
    held = hold(act, [p.pk for p in persons])
    Person.objects.filter(pk__among=[p.pk for p in held]).update(
        nationality_verified=country or "", version=F("version") + 1
    )
    _about(act, held)
    act.detail = {"country": country}


@action("people.give_consent")
def give_consents(act: Act, consents: Sequence[Consent]) -> list[Consent]:
    """Record consents (unsaved rows; `person`, `purpose`, `form`, `language`, `given` set)."""
    held = {p.pk: p for p in hold(act, [c.person_id for c in consents])}
    for c in consents:
        if c.given > act.day:
            raise Invalid("consent_in_future", _("A consent can't be given on a day still to come."), field="given")
        c.scope_id, c.account_id, c.recorded_at = held[c.person_id].scope_id, act.actor.account_id, act.at
    copy_in(consents)
    _about(act, list(held.values()))
    act.detail = {"purposes": sorted({c.purpose for c in consents})}
    return list(consents)


@action("people.withdraw_consent")
def withdraw_consents(act: Act, person: Person, purposes: Iterable[str], how: str) -> int:
    """End every live consent of `person` to `purposes`, at once; gives how many there were."""
    hold(act, [person.pk])
    ended = Consent.objects.filter(person=person, purpose__in=list(purposes), withdrawn=None).update(
        withdrawn=act.day, withdrawn_how=how
    )
    _about(act, [person])
    act.detail = {"how": how, "ended": ended}
    return ended


@action("people.take_photo")
def take_photos(act: Act, photos: Sequence[tuple[Person, bytes]]) -> list[Photo]:
    """Keep photographs: JPEG, PNG or WebP, at most 200 kB each."""
    held = {p.pk: p for p in hold(act, [p.pk for p, _b in photos])}
    rows = copy_in([_photo(held[p.pk], image, act.at) for p, image in photos])
    for row in rows:
        held[row.person_id].photo_sha256 = row.sha256
        held[row.person_id].version += 1
    change_in(held.values(), ["photo_sha256", "version"])
    _about(act, list(held.values()))
    return rows


def hold(act: Act, persons: Sequence[int], expected: Mapping[int, int] | None = None) -> list[Person]:
    """Lock persons in sight for this deed, in order of id, and check reach and the versions a page showed."""
    held = list(Person.objects.select_for_update(no_key=True).filter(pk__among=set(persons)).order_by("pk"))
    if len(held) != len(set(persons)):
        raise Missing("no_person", _("No such person is within your reach."))
    act.within({p.scope_id for p in held})
    for p in held:
        if expected and expected.get(p.pk, p.version) != p.version:
            raise Stale(
                "stale",
                _("Somebody changed this person since you opened the page: load it again, then repeat your change."),
            )
    return held


def _about(act: Act, persons: Sequence[Person]) -> None:
    act.persons = [p.pk for p in persons]
    if len(persons) == 1:
        act.subject = persons[0].ref


def _known_countries(codes: set[str]) -> None:
    known = set(Country.objects.filter(pk__in=codes).values_list("pk", flat=True))
    for code in sorted(codes - known):
        raise Invalid(
            "no_country", _("{code} is not a country's three-letter code."), field="nationality", code=code or "''"
        )


def _person(r: Registration, ref: str, site: Site, scope_id: int, at: datetime) -> Person:
    latin = next((n.whole() for n in r.names if n.script == Script.LATIN), "")
    arabic = next((n.whole() for n in r.names if n.script == Script.ARABIC), "")
    return Person(
        scope_id=scope_id,
        ref=ref,
        name=latin or arabic,
        name_arabic=arabic,
        sex=r.sex,
        birth_date=r.birth_date,
        birth_precision=r.birth_precision,
        nationality=r.nationality,
        languages=list(r.languages),
        origin_place=r.origin_place,
        caseload=r.caseload,
        site=site,
        registered_at=at,
    )


def numbers_free(documents: Sequence[Document]) -> None:
    """Refuse the first document whose number another one carries, anywhere in the mission or in this set.

    A collective paper is the document of everyone whom it names.
    """
    documents = [d for d in documents if d.kind != DocumentKind.COLLECTIVE]
    with whole_house():
        taken = set(
            Document.objects.filter(number__in=[d.number for d in documents if d.number]).values_list(
                "kind", "country", "number"
            )
        )
    for d in documents:
        here = (d.kind, d.country, d.number)
        if d.number and here in taken:
            raise Invalid(
                "document_twice",
                _("Document {number} of {country} is recorded for somebody already: check the number on the paper."),
                field="number",
                number=d.number,
                country=d.country,
            )
        taken.add(here)


_MIMES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"RIFF": "image/webp"}
PHOTO_BYTES = 200_000


def _photo(person: Person, image: bytes, at: datetime) -> Photo:
    mime = next((m for magic, m in _MIMES.items() if image.startswith(magic)), None)
    if mime is None or len(image) > PHOTO_BYTES:
        raise Invalid("bad_photo", _("A photo is a JPEG, PNG or WebP file of at most 200 kB."), field="photo")
    return Photo(
        person=person,
        scope_id=person.scope_id,
        image=image,
        mime=mime,
        sha256=hashlib.sha256(image).hexdigest(),
        taken_at=at,
    )
