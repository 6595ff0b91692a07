"""AS-09: Ousmane in Tajoura, Aïcha and the baby in Zuwara, Musa, 14, in Zawyah, Mariam, 11, on a street of Tripoli."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from darb.cases.models import GateRow, Readiness
from darb.cases.release_actions import Decision, answer_release, request_release
from darb.cases.release_queries import requests
from darb.people.actions import form_group, give_consents, withdraw_consents
from darb.people.family_actions import TO_TRACE, ToldRelative, check_trace, declare_relatives, trace, verify_kin
from darb.people.family_queries import sought_by, traces
from darb.people.models import Consent, Membership, Relative, Trace
from darb.people.registration import ToldName
from darb.places.models import Site
from darb.reactions import jobs
from darb.rules.refusal import Invalid, Refused
from darb.rules.roles import Role
from darb.trust.action import Act
from darb.trust.actions import grant, open_account
from darb.trust.context import acting
from darb.trust.models import Account
from darb.trust.queries import HOUSE, actor_for
from tests.cast import NOON, TODAY, act_as, actor, case, client_for, in_days, told
from tests.travellers import ready

LEAD = Role.PROTECTION_LEAD
NIGER = {"nationality": "NER", "origin_place": "Agadez"}


@pytest.fixture
def family(house):
    """Each registered where they are, as clerks there wrote it down."""
    there = {"ousmane": "DC-TAJOURA", "aicha": "DC-ZUWARA", "baby": "DC-ZUWARA", "musa": "DC-ZAWYAH-NASR"}
    written = {
        "ousmane": {"given": "Ousmane", "father": "Abdou", "family": "Maïga", "born": date(1980, 1, 1)},
        "aicha": {"given": "عائشة", "father": "إبراهيم", "family": "سيدي", "script": "A", "born": date(1986, 1, 1)},
        "baby": {"given": "Abdou", "father": "Ousmane", "family": "Maïga", "born": date(2018, 11, 1)},
        "musa": {"given": "موسى", "father": "عثمان", "family": "ميغا", "script": "A", "born": date(2005, 1, 1)},
        "mariam": {"given": "Mariama", "father": "Ousmane", "family": "Maïga", "born": date(2008, 1, 1)},
    }
    women = {"aicha", "mariam"}
    return {
        name: case(**told, **NIGER, sex="F" if name in women else "M", site=there.get(name, "DC-TARIQ-SIKKA"))
        for name, told in written.items()
    }


TOLD = {
    "aicha": ToldRelative(ToldName("L", "Aïcha", "Ibrahim", "Sidi"), "wife", "F", 1986, "Zuwara, in spring"),
    "musa": ToldRelative(ToldName("L", "Moussa", "Ousmane", "Maiga"), "son", "M", 2005),
    "mariam": ToldRelative(
        ToldName("L", "Mariam", "Ousmane", "Maiga"), "daughter", "F", 2008, "by a mosque in Tripoli"
    ),
}


def agree(*people) -> None:
    give_consents(
        act_as(), [Consent(person=p, purpose=TO_TRACE, form="oral", language="hau", given=TODAY) for p in people]
    )


def looked_for(family) -> dict[str, Trace]:
    """Ousmane told of three, agreed, and the night looked for them everywhere. The first found, by who it is."""
    ousmane = family["ousmane"].person
    declare_relatives(act_as(), ousmane, list(TOLD.values()))
    agree(ousmane)
    jobs.trace_relatives(timestamp=int(NOON.timestamp()))
    by_person = {c.person_id: name for name, c in family.items()}
    return {by_person[t.found_id]: t for t in Trace.objects.all() if by_person.get(t.found_id) in TOLD}


def test_nobody_is_looked_for_before_the_one_who_asks_agreed(house, family):
    rows = declare_relatives(act_as(), family["ousmane"].person, list(TOLD.values()))
    assert trace(act_as(), rows) == []
    agree(family["ousmane"].person)
    assert trace(act_as(), rows)


def test_each_is_found_at_another_site_and_in_another_script_and_protection_alone_sees_it(house, family, seen_by):
    found = looked_for(family)
    assert set(found) == {"aicha", "musa", "mariam"}
    lead, clerk = actor(LEAD), actor(Role.REGISTRATION_CLERK)
    with seen_by(lead):
        assert traces(lead).count() >= 3
    with seen_by(clerk):
        assert traces(clerk).count() == 0
        assert all(not s.name for s in sought_by(clerk, family["ousmane"].person))
    page = client_for(Role.REGISTRATION_CLERK).get(reverse("desk:person", args=[family["ousmane"].person.ref]))
    assert "looked for" in page.content.decode()
    assert family["aicha"].person.name not in page.content.decode()


def test_nothing_is_told_before_each_was_heard_alone_and_both_agreed(house, family):
    aicha = looked_for(family)["aicha"]
    with pytest.raises(Refused, match="alone"):
        check_trace(act_as(LEAD), aicha, True)
    with pytest.raises(Refused, match="agree"):
        check_trace(act_as(LEAD), aicha, True, each_heard_alone=True)
    agree(family["aicha"].person)
    with pytest.raises(Refused, match="Protection"):
        verify_kin(act_as(LEAD), aicha, ["own_word", "document"])
    check_trace(act_as(LEAD), aicha, True, each_heard_alone=True)
    assert [s.name for s in sought_by(HOUSE, family["ousmane"].person) if s.name] == [family["aicha"].person.name]


def test_a_relative_who_is_a_danger_is_never_told_of_and_never_found_again(house, family, seen_by):
    aicha = looked_for(family)["aicha"]
    check_trace(act_as(LEAD), aicha, False)
    assert not any(s.name for s in sought_by(HOUSE, family["ousmane"].person))
    with seen_by(actor(LEAD)):
        assert aicha.pk not in set(traces(actor(LEAD)).values_list("pk", flat=True))
    before = Trace.objects.count()
    trace(act_as(), list(Relative.objects.all()))
    assert Trace.objects.count() == before


def test_who_takes_the_consent_back_is_told_of_no_more(house, family):
    aicha = looked_for(family)["aicha"]
    agree(family["aicha"].person)
    check_trace(act_as(LEAD), aicha, True, each_heard_alone=True)
    withdraw_consents(act_as(), family["aicha"].person, [TO_TRACE], "oral")
    assert not any(s.name for s in sought_by(HOUSE, family["ousmane"].person))


def test_one_fact_verifies_no_relation(house, family):
    aicha = looked_for(family)["aicha"]
    agree(family["aicha"].person)
    check_trace(act_as(LEAD), aicha, True, each_heard_alone=True)
    with pytest.raises(Invalid, match="Two facts"):
        verify_kin(act_as(LEAD), aicha, ["own_word", "own_word", "a dream"])


def test_an_officer_of_one_site_learns_name_and_place_only_once_it_is_safe(house, family, seen_by):
    aicha = looked_for(family)["aicha"]
    open_account(act_as(), "tajoura", "Tajoura", "a path home for all")
    grant(act_as(), "tajoura", [Role.REGISTRATION_CLERK], site="DC-TAJOURA")
    clerk = actor_for(Account.objects.get(username="tajoura"))
    with seen_by(clerk):
        assert not any(s.name for s in sought_by(clerk, family["ousmane"].person))
    with seen_by(HOUSE):
        agree(family["aicha"].person)
        check_trace(act_as(LEAD), aicha, True, each_heard_alone=True)
    with seen_by(clerk):
        wife = next(s for s in sought_by(clerk, family["ousmane"].person) if s.name)
        assert wife.place.code == "DC-ZUWARA"
        with pytest.raises(Refused):
            check_trace(Act(clerk, NOON), aicha, True, each_heard_alone=True)


def test_the_family_becomes_one_that_travels_together_and_meets_again(house, family):
    found = looked_for(family)
    # Aïcha holds the baby: they came together.
    lead = client_for(LEAD)
    for name, one in found.items():
        agree(family[name].person)
        page = reverse("desk:traced", args=[one.pk])
        lead.post(page, {"safe": "yes", "each_heard_alone": "on", "key": str(uuid4())})
        lead.post(page, {"facts": ["own_word", "same_parents"], "key": str(uuid4())})
    with acting(HOUSE):
        members = Membership.objects.filter(left_at=None, group__must_travel_together=True)
        assert set(members.values_list("person_id", flat=True)) == {
            family[name].person_id for name in ("ousmane", "aicha", "musa", "mariam")
        }
        assert all(members.values_list("verified", flat=True))
        assert {r.relation for r in members} == {"head", "wife", "son", "daughter"}
        rows = GateRow.objects.filter(case__in=[c.pk for c in family.values()], gate="R12")
        assert not any(TODAY in row.windows for row in rows if row.case_id != family["baby"].pk), (
            "none flies while one of them isn't ready: a refused release moves them all"
        )
    airport = Site.objects.filter(type="urban").first() or Site.objects.first()
    for one in found.values():
        lead.post(reverse("desk:traced", args=[one.pk]), {"site": airport.code, "key": str(uuid4())})
    with acting(HOUSE):
        for one in Trace.objects.filter(pk__in=[t.pk for t in found.values()]):
            assert one.reunited_in == airport
            assert one.reunited_by == Account.objects.get(username=LEAD.value).pk
            assert one.reunited_at is not None


def test_whoever_is_in_the_family_already_isnt_looked_for_as_lost(house, family):
    form_group(act_as(), "family", [(family["ousmane"].person, "head", True), (family["baby"].person, "son", True)])
    found = looked_for(family)
    assert family["baby"].person_id not in set(Trace.objects.values_list("found_id", flat=True))
    agree(family["musa"].person)
    check_trace(act_as(LEAD), found["musa"], True, each_heard_alone=True)
    verify_kin(act_as(LEAD), found["musa"], ["own_word", "photo"])
    assert Membership.objects.filter(left_at=None).values("group").distinct().count() == 1


def test_three_releases_are_tracked_and_when_zawyah_refuses_musa_nobody_of_them_flies(house):
    """Ousmane, Aïcha with the baby, and Musa are ready but for their release; three centres are asked."""
    there = {"DC-TAJOURA": [0], "DC-ZUWARA": [1, 2], "DC-ZAWYAH-NASR": [3]}
    unit = ready(
        [
            told("Ousmane", family="Maïga", born=date(1980, 1, 1), site="DC-TAJOURA", **NIGER),
            told("Aïcha", family="Sidi", sex="F", born=date(1986, 1, 1), site="DC-ZUWARA", **NIGER),
            told("Abdou", family="Maïga", born=date(2018, 11, 1), site="DC-ZUWARA", **NIGER),
            told("Musa", family="Maïga", born=date(2005, 1, 1), site="DC-ZAWYAH-NASR", **NIGER),
        ],
        families=[[(0, "head"), (1, "wife"), (2, "son"), (3, "son")]],
    )
    fly = in_days(5)
    liaison = Role.DC_LIAISON
    asked = {
        code: request_release(
            act_as(liaison), [unit[n] for n in who], Site.objects.get(code=code), "voluntary_return", "DCIM"
        )
        for code, who in there.items()
    }
    approved = {"approved_by": "Col. Ahmed", "list_number": "12"}
    for code in ("DC-TAJOURA", "DC-ZUWARA"):
        lines = asked[code].lines.values_list("pk", flat=True)
        answer_release(act_as(liaison), asked[code], [Decision(pk, True) for pk in lines], **approved)
    musa = asked["DC-ZAWYAH-NASR"].lines.get().pk
    answer_release(act_as(liaison), asked["DC-ZAWYAH-NASR"], [Decision(musa, False, "no order")])
    told_of = {r.centre.code: dict(tally.states) for r, tally in requests(HOUSE)}
    assert told_of == {
        "DC-TAJOURA": {"approved": 1}, "DC-ZUWARA": {"approved": 2}, "DC-ZAWYAH-NASR": {"refused": 1},
    }  # fmt: skip
    assert not any(fly in r.ready for r in Readiness.objects.filter(case__in=unit)), "the whole unit waits"
    again = request_release(
        act_as(liaison), [unit[3]], Site.objects.get(code="DC-ZAWYAH-NASR"), "voluntary_return", "DCIM"
    )
    answer_release(act_as(liaison), again, [Decision(again.lines.get().pk, True)], **approved)
    assert all(fly in r.ready for r in Readiness.objects.filter(case__in=unit)), "and goes together on the next"
