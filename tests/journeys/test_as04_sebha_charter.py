"""AS-04: a charter from Sebha, 122 names with nine infants; one has a fever, one withdraws at the stairs, 120 fly."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from darb.cases.actions import set_return
from darb.cases.models import Case, Task
from darb.movements.boarding_actions import Checked, check_boarding
from darb.movements.models import Flight, ManifestVersion, Seat
from darb.rules.roles import Role
from darb.trust.context import acting
from darb.trust.models import ActionLog
from darb.trust.queries import HOUSE
from tests.cast import act_as, told
from tests.journeys.browsing import Page, Somebody
from tests.travellers import born, ready

OFFICER, NURSE, DRIVER = "movement_officer", "nurse", "transport_officer"
HERS = ("B1", "B3", "B4", "B5", "B6", "B7")
"""What the movement officer may check; B2 is the clinic's."""
READERS = (("authorities", "Passports, Tamanhent"), ("airline", "Buraq Air"), ("mission", "IOM Lagos"))


@pytest.fixture
def travellers(db) -> list[Case]:
    """76 men in Brak and Sebha, 31 women, 6 children and 9 infants of Nigeria, ready to leave from Tamanhent; and one
    more who is ready, but whose exit visa is for Mitiga."""
    with acting(HOUSE):
        now = timezone.localtime()
        today = timezone.localdate()
        sebha = {"nationality": "NGA", "site": "TOWN-SEBHA"}
        mothers = [told(f"Mother{n}", sex="F", born=born(25, today), **sebha) for n in range(9)]
        babies = [told(f"Baby{n}", sex="F", born=born(0.8, today), **sebha) for n in range(9)]
        children = [told(f"Child{n}", born=born(6, today), **sebha) for n in range(6)]
        women = [told(f"Woman{n}", sex="F", born=born(30, today), **sebha) for n in range(22)]
        men = [
            told(f"Man{n}", born=born(28, today), nationality="NGA", site="TOWN-BRAK" if n < 46 else "TOWN-SEBHA")
            for n in range(76)
        ]
        families = [[(n, "head"), (9 + n, "daughter"), *([(18 + n, "son")] if n < 6 else [])] for n in range(9)]
        people = ready([*mothers, *babies, *children, *women, *men], departs="SEB", families=families, at=now)
        ready([told("Standby", born=born(30, today), **sebha)], departs="SEB", at=now)
        return people


def test_sebha_charter(travellers: list[Case]) -> None:
    leaves = timezone.localtime() + timedelta(days=1)
    officer = Somebody(OFFICER)
    page = plan_the_charter(officer, leaves)
    ref = page.url.rstrip("/").rsplit("/", 1)[1]
    adding = page.follow("Add people")
    standby = _ref("Standby")
    chosen = [v for v in adding.form("Add those chosen").choices["case"] if standby not in v]
    page = adding.send("Add those chosen", case=chosen)
    assert "122" in page.text and "113" in page.text, "113 seats"
    page = page.send("Lock the manifest")
    first = _version(ref, 1)
    assert [first[k] for k in ("people", "men", "women", "children", "infants", "seats")] == [122, 76, 31, 6, 9, 113]
    with acting(HOUSE):
        laps = Seat.objects.filter(flight__ref=ref).exclude(lap_of=None).values_list("lap_of", flat=True)
        assert len(laps) == len(set(laps)) == 9, "nine distinct adults carry nine infants"
    naming = officer.open(f"{page.url}standby/")
    listed = naming.send("Put on the standby list", case=naming.form("Put on the standby list").choices["case"])
    assert "Standby Moussa Keita" in listed.text
    _other_airport(standby)
    for of, recipient in READERS:
        assert "Off since" not in send_out(officer, ref, of, recipient)
    assert "Everybody who must have version 1 has it." in officer.open(f"{page.url}sending/").text
    assert "Manifest submitted" in officer.open("/flights/").text
    bring_them(ref, leaves)
    look_at_everyone(ref)
    offload(officer, page.url, "Man0 ")
    officer.open(page.url).send("Clear everyone to board")
    withdraw(page.url, "Woman0 ")
    offered = officer.open(f"{page.url}standby/")
    assert "Standby Moussa Keita" in offered.text and "exit visa" in offered.text.lower()
    refused = offered.send("Give them seats", waiting=offered.form("Give them seats").choices["waiting"], reason="free")
    assert refused.status == 409, "nobody on standby has a visa for this airport"
    assert _version(ref, 3)["people"] == 120
    older(officer, ref)
    board_all(ref)
    page = officer.open(page.url).send("Off blocks").follow("Landed at").send("Record the landing").follow("Reconcile")
    assert "Boarded 120" in page.text and "Offloaded on medical grounds 1" in page.text and "Withdrew 1" in page.text
    assert "120 + 1 + 1 = 122 adds up" in page.text
    page.send("Reconcile")
    last = _version(ref, 3)
    assert [last[k] for k in ("people", "men", "women", "children", "infants", "seats")] == [120, 75, 30, 6, 9, 111]
    report = officer.open("/figures/flights/").text
    counts = {
        "People who left": 120,
        "of them men": 75,
        "of them women": 30,
        "of them under 18": 15,
        "of them under 2": 9,
    }
    for label, number in counts.items():
        assert f"{label} {number}" in report, report


def plan_the_charter(officer: Somebody, leaves) -> Page:
    """118 seats and at most 12 infants, from Tamanhent to Lagos."""
    planned = officer.open("/flights/new/").send(
        "Plan the flight",
        code="DB 108",
        operator="Buraq Air",
        aircraft="Boeing 737",
        seats=118,
        infant_limit=12,
        origin="SEB",
        departs_1=f"{leaves:%Y-%m-%dT%H:%M}",
        to_1="LOS",
        arrives_1=f"{leaves + timedelta(hours=5):%Y-%m-%dT%H:%M}",
    )
    return planned.send("The carrier has confirmed").send("Open the manifest")


def send_out(officer: Somebody, ref: str, of: str, recipient: str) -> str:
    """A copy of the newest manifest goes out by the page that says who must get it; gives what it says."""
    label = {"authorities": "for the authorities", "airline": "for the carrier", "mission": "for a receiving"}[of]
    rows = officer.open(f"/flights/{ref}/sending/")
    url = next(u for u in re.findall(r'href="(/papers/flight/[^"]+)"', rows.html) if f"manifest_{of}" in u)
    assert label in rows.text
    page = officer.open(url.replace("&amp;", "&"))
    form = next(form for form in page.forms if "recipient" in form.values)
    had = form.values["recipient"][0]
    assert had in ("", recipient), "who has the older version is filled in"
    made = page.send(form.buttons[0][0], recipient=recipient)
    with acting(HOUSE):
        deed = ActionLog.objects.filter(action="trust.hand_out", subject=ref).latest("pk")
        assert (deed.detail["paper"], deed.detail["recipient"]) == (f"manifest_{of}", recipient)
    return " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(made.file)).pages).split())


def look_at_everyone(ref: str) -> None:
    """The nurse's page: 121 are clear to embark, one has a high fever and is held."""
    page = Somebody(NURSE).open(f"/clinic/flights/{ref}/")
    ill = _ref("Man0")
    told_of = {name: "PEC-C" for name in page.form("Record those marked").values if name.endswith("-code")}
    told_of |= {f"{ill}-code": "PEC-H", f"{ill}-temperature": "39.8"}
    assert len(told_of) == 123
    assert "0 not seen, 1 held, 121 clear" in page.send("Record those marked", **told_of).text


def bring_them(ref: str, leaves) -> None:
    """Buses from Brak, 80 km (46 people), and from Sebha, 30 km (76): counted on, counted off."""
    driver = Somebody(DRIVER)
    assert "122 to fetch" in driver.open(f"/flights/{ref}/way/").text
    for site, places, people in (("TOWN-BRAK", 50, 46), ("TOWN-SEBHA", 80, 76)):
        page = driver.open(f"/flights/{ref}/way/new/").send(
            "Save",
            kind="bus",
            vehicle=f"5-{places}",
            driver="Salem",
            places=places,
            permit="MoI 17",
            site_1=site,
            due_1=f"{leaves - timedelta(hours=5):%Y-%m-%dT%H:%M}",
            site_2="AIR-SEB",
            due_2=f"{leaves - timedelta(hours=3):%Y-%m-%dT%H:%M}",
        )
        page = page.follow("Count heads").send("Save", on=people)
        wrong = page.follow("Count heads").send("Save", off=people - 1)
        assert wrong.status == 422 and "Write what became of the others" in wrong.text
        page = page.follow("Count heads").send("Save", off=people)
    assert page.text.count("counted on = counted off") == 2


def offload(officer: Somebody, flight: str, name: str) -> None:
    """A high fever at the check: off the list, which becomes version 2."""
    seat = _seat(name)
    page = officer.open(f"{flight}take-off/?seat={seat}")
    page.send("Take off", outcome="med_offloaded", reason="high fever at the check")


def withdraw(flight: str, name: str) -> None:
    """She says so at the stairs; the officer of the buses hears it: one button."""
    driver = Somebody(DRIVER)
    page = driver.open(f"{flight}seat/{_seat(name)}/withdraw/").send("They don't go", how="said at the stairs")
    assert "A safe way back and other help are now tasks" in page.text
    with acting(HOUSE):
        case = Case.objects.get(person__name__startswith=name)
        tasks = set(Task.objects.filter(case=case, done_at=None).values_list("kind", "role"))
        assert case.stage == "withdrawn"
        assert {("safe_way_back", "transport_officer"), ("offer_other_help", "vhr_caseworker")} <= tasks
    ref = flight.rstrip("/").rsplit("/", 1)[1]
    leaves = timezone.localtime(Flight.objects.get(ref=ref).departs_at)
    back = driver.open(f"/flights/{ref}/way/new/").send(
        "Save",
        kind="minibus",
        vehicle="5-9",
        driver="Hadi",
        places=8,
        back="on",
        site_1="AIR-SEB",
        due_1=f"{leaves:%Y-%m-%dT%H:%M}",
        site_2="TOWN-SEBHA",
        due_2=f"{leaves + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    )
    assert "120 to fetch" in back.text, "her place on the bus is free"


def older(officer: Somebody, ref: str) -> None:
    """All three have version 1 still: version 3 goes to each of them with who came off since, and never why."""
    page = officer.open(f"/flights/{ref}/sending/")
    assert page.text.count("has only version 1") == 3
    for of, recipient in READERS:
        said = send_out(officer, ref, of, recipient)
        assert "Version 3" in said and "Changed since version 1" in said
        assert said.count("Off since") == 2 and "Man0" in said and "Woman0" in said
        assert "fever" not in said and "stairs" not in said
    assert "Everybody who must have version 3 has it." in officer.open(f"/flights/{ref}/sending/").text
    versions = officer.open(f"/flights/{ref}/versions/").text
    assert re.search(r"Woman0.*Man0", versions), "the newest difference first"


def board_all(ref: str) -> None:
    """A mother's slip is scanned, what is the officer's to check passed, and she goes up with her infant; the others
    are checked by the same hand, and everybody goes up."""
    officer, at = Somebody(OFFICER), f"/flights/{ref}/boarding/"
    mother, baby = _ref("Mother0"), _ref("Baby0")
    for one in (baby, mother):
        card = officer.open(f"{at}scan/?code={one}").send("All that is mine to check")
    assert "With Baby0" in card.text
    assert "2 of 120 aboard" in officer.open(f"{at}scan/?code={mother}").send("Board").somebody.open(at).text
    with acting(HOUSE):
        made, now = Flight.objects.get(ref=ref), timezone.localtime()
        seats = list(Seat.objects.filter(flight=made, removed_in=None, boarded_at=None).values_list("pk", flat=True))
        check_boarding(act_as(Role.MOVEMENT_OFFICER, at=now), made, [Checked(s, c) for s in seats for c in HERS])
    assert "120 of 120 aboard" in officer.open(at).send("Board 118").text


def _other_airport(ref: str) -> None:
    """The plan of the one on standby changes: the exit visa is for another airport from here on."""
    with acting(HOUSE):
        case = Case.objects.get(ref=ref)
        set_return(act_as(at=timezone.localtime()), case, expected=case.version, departure_airport="MJI")


def _version(ref: str, number: int) -> dict:
    with acting(HOUSE):
        return ManifestVersion.objects.get(flight__ref=ref, number=number).counts


def _ref(name: str) -> str:
    with acting(HOUSE):
        return Case.objects.get(person__name__startswith=f"{name} ").ref


def _seat(name: str) -> int:
    with acting(HOUSE):
        return Seat.objects.get(person__name__startswith=name, removed_in=None).pk
