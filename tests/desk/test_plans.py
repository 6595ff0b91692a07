"""Pages about plans, through the door: what is planned and why, each change by hand, what if."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from darb.cases.actions import Ruled, give_verdicts
from darb.movements.flight_actions import cancel
from darb.movements.models import FlightTerms, Plan, PlannedGroup, PlanTerms, Seat, SeatLock, Transfer
from darb.movements.plan_accept_actions import accept_plan
from darb.movements.plan_actions import ask_plan, lock_seat, set_plan_terms
from darb.movements.plan_people_queries import aboard
from darb.reactions.jobs import make_plan
from darb.rules.planning.terms import Terms
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.queries import HOUSE
from tests.cast import NOON, act_as, actor, in_days, told
from tests.movements.test_plan_actions import made, on
from tests.travellers import born, flight, ready

OFFICER, MANAGER, CHIEF, NURSE = Role.MOVEMENT_OFFICER, Role.PROGRAMME_MANAGER, Role.CHIEF_OF_MISSION, Role.NURSE

pytestmark = pytest.mark.usefixtures("noon")


def send(client: Client, url: str, **data: Any) -> Any:
    """Send a form once."""
    return client.post(url, {"key": str(uuid4()), **data}, follow=True)


def text(answer: Any) -> str:
    """What the page says."""
    return answer.content.decode()


def run(plan: Plan) -> None:
    """The worker makes it."""
    make_plan(plan.ref, int(NOON.timestamp()))


def test_without_a_plan_the_page_says_how_to_get_one_and_one_press_asks_for_it(signed_in):
    client = signed_in(OFFICER)
    assert "No plan was made yet." in text(client.get("/plans/"))
    answer = send(client, "/plans/new/")
    assert "A new plan is being made." in text(answer)
    assert "Waiting its turn" in text(answer)
    run(Plan.objects.get())
    assert "No flight is planned on these days." in text(client.get("/plans/"))


def test_the_plan_page_shows_the_calendar_who_stays_and_why(signed_in):
    person, stays = ready(), ready(departs="MRA")
    flight("DB 101")
    give_verdicts(act_as(), [Ruled(person[0], "R9", "FTT-1")])
    plan = made()
    page = text(signed_in(OFFICER).get("/plans/"))
    assert "DB 101" in page and "1 of 118 seats" in page
    assert stays[0].person.name in page
    assert "The exit visa is for Misrata (MRA) only; flights from Tripoli (MJI) to Mali with seats: 1." in page
    assert plan.ref in page


def test_a_flight_that_is_not_used_says_on_its_page_what_it_would_cost_and_save(signed_in):
    ready(2)
    idle = flight("DB 101", opened=False)
    plan = made()
    told = plan.flights.get(key=idle.ref).unopened
    page = text(signed_in(OFFICER).get(f"/plans/{plan.ref}/flight/{idle.ref}/"))
    assert told and told["persons"] == 2
    words = f"Were it used, 2 people would fly on it; it would cost {told['cost']:,.0f} and save {told['saved']:,.0f}."
    assert words in page


def test_who_waits_how_long_names_each_figure_beside_it_so_that_a_phone_needs_no_columns(signed_in):
    ready(6)
    flight("DB 101", seats=4)
    plan = made()
    page = text(signed_in(OFFICER).get(f"/plans/{plan.ref}/"))
    table = page[page.index("rows-stack shares") : page.index("</table>", page.index("rows-stack shares"))]
    row = table[table.index("Mali") : table.index("</tr>", table.index("Mali"))]
    named = re.findall(r'<td class="number" data-label="([^"]+)">([^<]+)<', row)
    assert [name for name, _figure in named] == ["People", "Fly", "Days, on average", "Fly", "Days, on average"]
    assert [figure for _name, figure in named][:2] == ["6", "4"]
    assert table.index("As planned") < table.index("First come, first served") < table.index("Mali")


def test_somebody_is_found_in_the_plan_by_the_reference_of_the_case(signed_in):
    person, unready = ready(2)
    flight("DB 101")
    give_verdicts(act_as(), [Ruled(unready, "R9", "FTT-3")])
    made()
    client = signed_in(OFFICER)
    assert f"{person.person.name}</bdi></a> · <a" in text(client.get(f"/plans/?case={person.ref}")).replace("\n", "")
    told = text(client.get(f"/plans/?case={unready.ref}"))
    assert "Not in this plan" in told
    assert "Red until somebody mends it: Fit to travel." in told
    assert "No such case is within your reach." in text(client.get("/plans/?case=NOBODY"))


def test_whoever_stays_hears_whose_gate_opens_too_late_and_which_one_ends_too_early(signed_in):
    late, mother, child = ready(
        [told("Ibrahim", site="TOWN-TRIPOLI"), told("Aïcha", sex="F", born=born(30), site="TOWN-TRIPOLI"),
         told("Awa", sex="F", born=born(8), site="TOWN-TRIPOLI")],
        families=[[(1, "head"), (2, "daughter")]],
    )  # fmt: skip
    flight("DB 101", day=in_days(12))
    give_verdicts(act_as(), [Ruled(late, "R9", "FTT-1", until=in_days(10))])
    give_verdicts(act_as(), [Ruled(mother, "R9", "FTT-1", until=in_days(6))])
    plan = made()
    assert on(plan) == {late.ref: "", mother.ref: ""}
    page = text(signed_in(OFFICER).get("/plans/"))
    assert "Red from 16 May 2019 on: Fit to travel. The fitness to travel ended" in page
    assert f"{mother.person.name}: red from 12 May 2019 on: Fit to travel." in page
    assert f"{child.person.name}: red" not in page, "the child waits for the mother, which is said once"
    assert "Physician" in page, "who can mend it"


def test_from_those_without_a_flight_it_is_one_step_to_ask_what_a_charter_would_do(signed_in):
    ready(1, nationality="NER")
    plan = made()
    client = signed_in(OFFICER)
    link = re.search(rf'href="(/plans/{plan.ref}/what-if/\?[^"]+)"', client.get("/plans/").content.decode())
    form = client.get(link[1].replace("&amp;", "&")).context["form"]
    assert [form[n].value() for n in ("add_from", "add_to", "add_count")] == ["MJI", "NER", "1"]


def test_the_page_of_a_case_says_what_is_planned_until_the_list_is_accepted_and_why_where_it_is_nothing(signed_in):
    person, stays = ready()[0], ready(departs="MRA")[0]
    flight("DB 101")
    client = signed_in(OFFICER)
    page = f"/cases/{person.ref}/"
    assert "Planned on flight" not in text(client.get(page)), "no plan, nothing foreseen"
    plan = made()
    assert "Planned on flight DB 101 on 11 May 2019." in text(client.get(page))
    assert "Not told yet" in text(client.get(page))
    told_why = text(client.get(f"/cases/{stays.ref}/"))
    assert (
        "On no flight in the plan of 6 May 2019." in told_why and "The exit visa is for Misrata (MRA) only" in told_why
    )
    accept_plan(act_as(OFFICER), plan, on(plan)[person.ref])
    assert "Planned on flight" not in text(client.get(page)), "it stands on the manifest now"


def test_the_page_of_a_case_promises_no_flight_that_was_called_off_since(signed_in):
    person = ready()[0]
    theirs = flight("DB 101")
    made()
    cancel(act_as(OFFICER), theirs, "no permit")
    assert "Planned on flight" not in text(signed_in(OFFICER).get(f"/cases/{person.ref}/"))


def test_a_planned_flight_says_how_many_are_where_and_how_many_runs_bring_them_to_the_airport(signed_in):
    ready(3, site="TOWN-TRIPOLI")
    ready(1, site="TOWN-MISRATA")
    theirs = flight("DB 101")
    set_plan_terms(act_as(MANAGER), Terms(bus_places=2))
    plan = made()
    with acting(HOUSE):
        fetch = aboard(actor(OFFICER), plan, theirs.ref).fetch
    assert [(f.site.code, f.people, f.runs) for f in fetch] == [("TOWN-TRIPOLI", 3, 2), ("TOWN-MISRATA", 1, 1)]
    client = signed_in(OFFICER)
    page = text(client.get(f"/plans/{plan.ref}/flight/{theirs.ref}/"))
    begun = f"/flights/{theirs.ref}/way/new/?site=TOWN-TRIPOLI"
    assert begun in page
    assert 'value="AIR-MJI"' in text(client.get(begun)), "the run ends at the airport"


def test_the_terms_of_fleet_and_weeks_are_kept_and_a_wrong_line_is_said_beside_its_field(signed_in):
    client = signed_in(MANAGER)
    page = client.get("/plans/terms/")
    told = {field.name: field.value() for field in page.context["form"]}
    answer = send(client, "/plans/terms/", **{**told, "receiving_week": "MLI 80", "fleet": "B737-800 1"})
    assert "Saved." in text(answer)
    kept = PlanTerms.objects.get().terms
    assert (kept["receiving_week"], kept["fleet"]) == ({"MLI": 80}, {"B737-800": 1})
    wrong = send(client, "/plans/terms/", **{**told, "fleet": "B737-800"})
    assert wrong.status_code == 422 and "Write one type a line and how many there are" in text(wrong)


def test_what_if_offers_a_flight_with_two_stops_once_and_calls_off_both(signed_in):
    ready(2)
    both = flight("DB 101", route=("MJI", "BKO", "BJL"))
    plan = made()
    client = signed_in(CHIEF)
    page = client.get(f"/plans/{plan.ref}/what-if/")
    offered = [key for key, _name in page.context["form"].fields["cancel"].choices]
    assert len(offered) == 1 and offered[0].startswith(both.ref)
    send(client, f"/plans/{plan.ref}/what-if/", cancel=offered)
    supposed = Plan.objects.exclude(base=None).get()
    run(supposed)
    supposed.refresh_from_db()
    assert supposed.figures["flown"] == 0


def test_progress_asks_itself_again_until_the_plan_is_made_and_then_loads_the_page(signed_in):
    client = signed_in(OFFICER)
    plan = ask_plan(act_as(OFFICER))
    url = f"/plans/{plan.ref}/progress/"
    waiting = client.get(url)
    assert "every 1s" in text(waiting) and "HX-Refresh" not in waiting.headers
    run(plan)
    assert client.get(url).headers["HX-Refresh"] == "true"


def test_a_running_plan_can_be_stopped_with_what_it_has(signed_in):
    plan = ask_plan(act_as(OFFICER))
    answer = send(signed_in(MANAGER), f"/plans/{plan.ref}/stop/")
    assert "ending with the best so far" in text(answer)


def test_a_list_is_accepted_and_who_was_left_out_is_named_with_the_gate(signed_in):
    fine, lapsed = ready(2)
    theirs = flight("DB 101")
    plan = made()
    give_verdicts(act_as(), [Ruled(lapsed, "R9", "FTT-3")])
    client, url = signed_in(OFFICER), f"/plans/{plan.ref}/flight/{theirs.ref}/"
    answer = send(client, url, version=plan.version)
    said = text(answer)
    assert "The list is accepted." in said
    assert f"Left out: {lapsed.person.name}. A physician found that this person can&#x27;t fly now." in said
    assert Seat.objects.get().case == fine
    assert "Accepted already" in text(client.get(url))


def test_children_alone_ask_for_the_names_of_escorts_beside_the_field(signed_in):
    ready([told("Lamin", born=born(15), site="TOWN-TRIPOLI")])
    theirs = flight("DB 101")
    plan = made()
    client, url = signed_in(OFFICER), f"/plans/{plan.ref}/flight/{theirs.ref}/"
    refused = send(client, url, version=plan.version, escorts="")
    assert refused.status_code == 422 and "Name escorts: 1." in text(refused)
    assert "The list is accepted." in text(send(client, url, version=plan.version, escorts="Samira Ali"))
    assert Seat.objects.get().escort == "Samira Ali"


def test_an_officer_moves_fixes_and_lets_go_and_the_page_says_what_later_plans_do(signed_in):
    person = ready()[0]
    first, second = flight("DB 101"), flight("DB 102", day=in_days(9))
    plan = made()
    client = signed_in(OFFICER)
    answer = send(client, f"/plans/{plan.ref}/move/", group=person.ref, flight=second.ref, version=plan.version)
    assert "later plans leave them where you put them" in text(answer)
    assert on(plan) == {person.ref: second.ref}
    answer = send(client, f"/plans/{plan.ref}/fix/", group=person.ref, here=second.ref, locked="0")
    assert "Let go" in text(answer)
    assert not SeatLock.objects.filter(lifted_at=None).exists()
    send(client, f"/plans/{plan.ref}/hold/", flight=first.ref, held="1")
    send(client, f"/plans/{plan.ref}/hold/", day=in_days(9).isoformat(), held="1")
    assert set(FlightTerms.objects.filter(held=True).values_list("flight", flat=True)) == {first.pk, second.pk}
    assert "Let the lists of this day go" in text(client.get(f"/plans/{plan.ref}/"))
    send(client, f"/plans/{plan.ref}/hold/", day=in_days(9).isoformat(), held="0")
    assert set(FlightTerms.objects.filter(held=True).values_list("flight", flat=True)) == {first.pk}


def test_several_groups_are_moved_or_fixed_at_once_and_all_or_none(signed_in):
    people = ready(3)
    first, second = flight("DB 101"), flight("DB 102", day=in_days(9), seats=2)
    plan = made()
    client, refs = signed_in(OFFICER), [p.ref for p in people]
    refused = send(client, f"/plans/{plan.ref}/move/", group=refs, flight=second.ref, version=plan.version)
    assert refused.status_code == 409 and "would need 3 seats" in text(refused)
    assert set(on(plan).values()) == {first.ref}, "nobody was moved"
    send(client, f"/plans/{plan.ref}/move/", group=refs[:2], flight=second.ref, version=plan.version)
    assert on(plan) == dict.fromkeys(refs[:2], second.ref) | {refs[2]: first.ref}
    send(client, f"/plans/{plan.ref}/fix/", group=refs, here=first.ref, locked="1")
    locks = SeatLock.objects.filter(lifted_at=None).values_list("case__ref", "flight__ref")
    assert dict(locks) == on(plan)
    send(client, f"/plans/{plan.ref}/fix/", group=refs, here=first.ref, locked="0")
    assert not SeatLock.objects.filter(lifted_at=None).exists()
    assert "Tick first whom you mean." in text(send(client, f"/plans/{plan.ref}/fix/", here=first.ref, locked="1"))


def test_whoever_stays_for_one_reason_has_a_page_of_their_own(signed_in):
    person = ready(departs="MRA")[0]
    flight("DB 101")
    plan = made()
    client, url = signed_in(OFFICER), f"/plans/{plan.ref}/staying/"
    kind = {"to": "MLI", "from": "MRA", "why": ",".join(w["code"] for w in PlannedGroup.objects.get().why)}
    page = text(client.get(url, kind))
    assert person.person.name in page and "The exit visa is for Misrata (MRA) only" in page
    for odd in ({}, kind | {"why": "planning.none"}, kind | {"page": "9999999"}, kind | {"from": "\x00"}):
        answer = client.get(url, odd)
        assert answer.status_code in (200, 400, 404)
        assert answer.status_code == 200 or "load the plan again" in text(answer)


def test_a_move_against_a_rule_is_refused_in_a_sentence(signed_in):
    people = ready(2)
    flight("DB 101")
    small = flight("DB 102", day=in_days(9), seats=1)
    plan = made()
    client = signed_in(OFFICER)
    send(client, f"/plans/{plan.ref}/move/", group=people[0].ref, flight=small.ref, version=plan.version)
    plan.refresh_from_db()
    answer = send(client, f"/plans/{plan.ref}/move/", group=people[1].ref, flight=small.ref, version=plan.version)
    assert answer.status_code == 409 and "would need 2 seats" in text(answer)


def test_a_flight_called_off_makes_the_plan_stale_and_one_press_plans_anew(signed_in):
    person = ready()[0]
    first, second = flight("DB 101"), flight("DB 102", day=in_days(9))
    old = made()
    cancel(act_as(OFFICER), first, "no permit")
    client = signed_in(OFFICER)
    page = text(client.get("/plans/"))
    assert "DB 101 of 11 May 2019 was called off." in page
    send(client, "/plans/new/")
    new = Plan.objects.exclude(pk=old.pk).get()
    run(new)
    assert on(new) == {person.ref: second.ref}
    assert "was called off." not in text(client.get("/plans/"))


def two_charters_more(client: Client, plan: Plan, **of: object) -> Any:
    """The answer to supposing two more from Mitiga, the first in three days, with `to`, `seats`, `every`, `price`."""
    asked = {"count": 2, "from": "MJI", "first": in_days(3).isoformat(), **of}
    return send(client, f"/plans/{plan.ref}/what-if/", **{f"add_{name}": value for name, value in asked.items()})


def test_the_chief_supposes_more_charters_and_sees_before_and_after(signed_in):
    ready(40)
    flight("DB 101", seats=10)
    plan = made()
    client = signed_in(CHIEF)
    answer = two_charters_more(client, plan, to="MLI", seats=100, every=7, price=900)
    assert "2 charters more from MJI to Mali, of 100 seats." in text(answer)
    run(Plan.objects.exclude(base=None).get())
    page = text(client.get(answer.redirect_chain[-1][0]))
    assert "people who fly" in page and "+30" in page
    assert "supposed" in page
    assert Plan.objects.get(base=None).figures["flown"] == 10


def test_where_a_plan_fails_for_those_fixed_by_hand_they_are_let_go_on_its_page(signed_in):
    first, second = ready(2)
    theirs = flight("DB 101")
    plan = made()
    for person in (first, second):
        lock_seat(act_as(OFFICER), plan, [person.ref])
    theirs.seats = 1
    theirs.save()
    failed = made()
    client = signed_in(OFFICER)
    page = text(client.get("/plans/"))
    assert "The locked groups can&#x27;t be kept where they are" in page
    assert "let go whoever can't be kept there" in page and "DB 101" in page
    send(client, f"/plans/{failed.ref}/fix/", group=second.ref, locked="0")
    assert on(made()) == {first.ref: theirs.ref, second.ref: ""}


def test_of_charters_to_wherever_they_help_most_each_goes_to_one_country(signed_in):
    ready(6)
    ready(3, nationality="NER")
    plan = made()
    client = signed_in(CHIEF)
    answer = two_charters_more(client, plan, to="any", seats=6, every=2, price=100)
    assert "2 charters more from MJI, of 6 seats, each to where it helps most." in text(answer)
    supposed = Plan.objects.exclude(base=None).get()
    run(supposed)
    used = {f.key: f.persons for f in supposed.flights.all() if f.persons}
    assert used == {"+1 MLI": 6, "+2 NER": 3}


def test_charters_of_several_kinds_are_supposed_in_one_form_and_it_is_told_what_became_of_each(signed_in):
    ready(6)
    ready(3, nationality="NER", departs="MRA")
    plan = made()
    client = signed_in(CHIEF)
    first = in_days(3).isoformat()
    asked = {
        **{"add_count": 1, "add_from": "MJI", "add_to": "MLI", "add_seats": 6, "add_first": first, "add_price": 100},
        **{"add2_count": 2, "add2_from": "MRA", "add2_to": "any", "add2_seats": 3, "add2_first": first},
        **{"add2_every": 1, "add2_price": 90},
        **{"add3_count": 1, "add3_from": "MJI", "add3_to": "NER", "add3_seats": 9, "add3_first": first},
    }
    send(client, f"/plans/{plan.ref}/what-if/", **asked)
    supposed = Plan.objects.exclude(base=None).get()
    run(supposed)
    assert {f.key: f.persons for f in supposed.flights.all() if f.persons} == {"+1": 6, "+2 NER": 3}
    page = text(client.get(f"/plans/{supposed.ref}/"))
    assert "1 charter more from MJI to Mali, of 6 seats. Used: 1 of 1." in page
    assert "2 charters more from MRA, of 3 seats, each to where it helps most. Used: 1 of 2. The next, to " in page
    assert "1 charter more from MJI to Niger, of 9 seats. Used: 0 of 1. The next, to Niger on " in page
    assert "would cost 4,050 and save 0." in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Say what should be different"),
        ({"add_count": "3"}, "This is needed too."),
        ({"close": "MJI", "close_since": "2019-05-09", "close_until": "2019-05-08"}, "It opens again after it closes."),
        (
            {"close3": "MJI", "close3_since": "2019-05-09", "close3_until": "2019-05-08"},
            "It opens again after it closes.",
        ),
        (
            {"close": "MJI", "close_since": "2021-05-09", "close_until": "2021-05-10"},
            "These days are outside the plan.",
        ),
        ({"close2_since": "2019-05-09", "close2_until": "2019-05-10"}, "This is needed too."),
        ({"resize_seats": "0"}, "This is needed too."),
        ({"add_price": "0"}, "This is needed too."),
        (
            {"add_count": 1, "add_from": "MRA", "add_to": "MLI", "add_seats": 9, "add_first": "2019-05-09"},
            "Nobody in this plan leaves from there.",
        ),
        (
            {"add_count": 1, "add_from": "MJI", "add_to": "MLI", "add_seats": 9, "add_first": "2021-05-09"},
            "That day is outside the plan.",
        ),
        (
            {
                **{"add4_count": 9, "add4_from": "MJI", "add4_to": "MLI", "add4_seats": 9, "add4_first": "2019-05-09"},
                "add4_every": 30,
            },
            "The last would leave on 4 Jan 2020, after the plan ends.",
        ),
    ],
)
def test_what_if_refuses_what_makes_no_sense_in_a_sentence(signed_in, asked, said):
    ready()
    flight("DB 101")
    plan = made()
    answer = send(signed_in(OFFICER), f"/plans/{plan.ref}/what-if/", **asked)
    assert answer.status_code == 422 and said in text(answer)


def test_calling_off_resizing_and_closing_are_supposed_too(signed_in):
    ready(3)
    first, second = flight("DB 101"), flight("DB 102", day=in_days(9))
    plan = made()
    client = signed_in(MANAGER)
    for asked, said in (
        ({"cancel": [first.ref]}, "DB 101 is called off."),
        ({"resize": first.ref, "resize_seats": 1}, "DB 101 has 1 seat."),
        ({"close": "MJI", "close_since": "2019-05-07", "close_until": "2019-05-12"}, "(MJI) is closed from 7 May 2019"),
    ):
        answer = send(client, f"/plans/{plan.ref}/what-if/", **asked)
        assert said in text(answer)
        supposed = Plan.objects.exclude(base=None).latest("pk")
        run(supposed)
        assert supposed.flights.get(key=second.ref).persons >= 2
        assert "Flights with another load" in text(client.get(f"/plans/{supposed.ref}/"))


def test_one_what_if_resizes_several_flights_and_closes_several_airports_each_on_days_of_its_own(signed_in):
    ready(6)
    ready(3, nationality="NER", departs="MRA")
    early, late = flight("DB 101", seats=6), flight("DB 102", day=in_days(9), seats=1)
    theirs, after = (
        flight(code, route=("MRA", "NIM"), day=in_days(n), seats=2) for code, n in (("DB 103", 5), ("DB 104", 9))
    )
    plan = made()
    asked = {
        **{"resize": late.ref, "resize_seats": 4, "resize3": after.ref, "resize3_seats": 3},
        **{"close": "MJI", "close_since": in_days(4).isoformat(), "close_until": in_days(8).isoformat()},
        **{"close2": "MRA", "close2_since": in_days(5).isoformat(), "close2_until": in_days(6).isoformat()},
    }
    client = signed_in(CHIEF)
    answer = send(client, f"/plans/{plan.ref}/what-if/", **asked)
    supposed = Plan.objects.exclude(base=None).get()
    run(supposed)
    assert {f.key: f.persons for f in supposed.flights.all() if f.persons} == {late.ref: 4, after.ref: 3}
    page = text(client.get(answer.redirect_chain[-1][0]))
    for said in (
        "DB 102 has 4 seats.",
        "DB 104 has 3 seats.",
        "(MJI) is closed from 10 May",
        "(MRA) is closed from 11 May",
    ):
        assert said in page
    assert "Before" in page and "After" in page
    assert {f.key: f.persons for f in plan.flights.all()} == {early.ref: 6, late.ref: 0, theirs.ref: 2, after.ref: 1}


def test_the_same_airport_may_close_twice_in_one_what_if(signed_in):
    ready(3)
    flights = [flight(f"DB 10{n}", day=in_days(n)) for n in (5, 9, 13)]
    plan = made()
    days = {
        **{"close": "MJI", "close_since": in_days(4).isoformat(), "close_until": in_days(8).isoformat()},
        **{"close2": "MJI", "close2_since": in_days(12).isoformat(), "close2_until": in_days(14).isoformat()},
    }
    send(signed_in(CHIEF), f"/plans/{plan.ref}/what-if/", **days)
    supposed = Plan.objects.exclude(base=None).get()
    run(supposed)
    assert {f.key: f.persons for f in supposed.flights.all() if f.persons} == {flights[1].ref: 3}


def test_what_if_refuses_two_sizes_of_one_flight_and_a_size_of_one_called_off_and_keeps_what_was_written(signed_in):
    ready()
    one, other = flight("DB 101"), flight("DB 102", day=in_days(9))
    plan = made()
    url = f"/plans/{plan.ref}/what-if/"
    sizes = {"resize": one.ref, "resize_seats": 4, "resize2": one.ref, "resize2_seats": 5}
    answer = send(signed_in(OFFICER), url, **sizes, cancel=[other.ref])
    assert answer.status_code == 422
    assert text(answer).count("This flight has another size already, above.") == 1
    shown = [row for _fields, row in answer.context["form"].sections()[2].rows]
    assert shown == [True, True, False, False, False, False]
    answer = send(signed_in(OFFICER), url, resize=one.ref, resize_seats=4, cancel=[one.ref])
    assert "This flight is called off above; it can&#x27;t have another size too." in text(answer)
    assert not Plan.objects.exclude(base=None).exists()


def test_the_manager_sets_the_terms_and_the_officer_reads_them(signed_in):
    client = signed_in(MANAGER)
    page = client.get("/plans/terms/")
    form = page.context["form"]
    data = {name: form[name].value() for name in form.fields}
    answer = send(client, "/plans/terms/", **{**data, "waiting_per_person_day": 20, "receiving": "ner 120"})
    assert "Saved." in text(answer)
    kept = PlanTerms.objects.get().terms
    assert (kept["waiting_per_person_day"], kept["receiving"]) == (20, {"NER": 120})
    wrong = send(client, "/plans/terms/", **{**data, "receiving": "Niger many"})
    assert wrong.status_code == 422
    assert "A day of waiting, for one person" in text(signed_in(OFFICER).get("/plans/terms/"))


def test_a_flights_own_price_is_set_on_its_page(signed_in):
    ready()
    theirs = flight("DB 101", opened=False)
    plan = made()
    url = f"/plans/{plan.ref}/flight/{theirs.ref}/terms/"
    assert "Saved." in text(send(signed_in(OFFICER), url, fixed_cost=500))
    assert FlightTerms.objects.get().fixed_cost == 500


def test_who_works_with_no_names_sees_no_plan(signed_in):
    made()
    assert signed_in(Role.IM_OFFICER).get("/plans/").status_code == 403


def test_the_pages_ask_the_database_the_same_however_many_people(signed_in):
    client = signed_in(OFFICER)
    counts = []
    for number in (2, 12):
        ready(number)
        ready(number, departs="MRA")
        theirs = flight(f"DB {number}", day=in_days(number))
        plan = made()
        for url in ("/plans/", f"/plans/{plan.ref}/flight/{theirs.ref}/"):
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
    assert [later <= before for before, later in zip(counts[:2], counts[2:], strict=True)] == [True, True]
    assert PlannedGroup.objects.exists()


def test_a_bus_is_planned_and_counted_on_and_off_at_every_stop(signed_in):
    theirs = flight("DB 101")
    client = signed_in(Role.TRANSPORT_OFFICER)
    day = in_days(5).isoformat()
    told_of = {"kind": "bus", "vehicle": "5-12345", "driver": "Salem", "places": 40}
    stops = {"site_1": "TOWN-TRIPOLI", "due_1": f"{day}T05:00", "site_2": "DC-TARIQ-SIKKA", "due_2": f"{day}T06:00"}
    url = f"/flights/{theirs.ref}/way/"
    assert "A stop needs its place and its time." in text(
        send(client, f"{url}new/", **told_of, **stops, site_3="TOWN-TRIPOLI")
    )
    assert "The run is planned." in text(send(client, f"{url}new/", **told_of, **stops))
    run = Transfer.objects.get()
    send(client, f"/flights/run/{run.ref}/1/", on=12, off=0)
    assert "12 people aboard" in text(client.get(url))
    refused = send(client, f"/flights/run/{run.ref}/2/", on=0, off=11)
    assert refused.status_code == 422 and "Got on: 12. Got off: 11." in text(refused)
    assert "counted on = counted off" in text(send(client, f"/flights/run/{run.ref}/2/", on=0, off=12))
