"""The walls as they stand in the database's own catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from django.db import connection

from darb.trust.scopes import scoped_models

from .source import modules

SCOPES = (
    "(scope_id = ANY (( SELECT (NULLIF(current_setting('darb.scopes'::text, true), ''::text))::integer[]"
    ' AS "nullif")::integer[]))'
)
POLICIES = {
    ("app", "darb_app", "*", SCOPES, SCOPES),
    ("owner", "darb_owner", "*", "true", "true"),
    ("backup", "darb_backup", "r", "true", None),
}
SEALED = {
    "care_exam": "'D4'::text",
    "care_contact": "'D4'::text",
    "cases_asylumconcern": "'D8'::text",
    "cases_encounter": "(data_class)::text",
    "cases_referral": "(data_class)::text",
}
"""Tables with a second wall, and the class of data that whoever asks must read to find a row."""
CLASSES = (
    "({} = ANY (( SELECT (NULLIF(current_setting('darb.classes'::text, true), ''::text))::text[]"
    ' AS "nullif")::text[]))'
)
# Who sees every class of data for a moment, and what for. What is read there must not reach the person acting.
PAST_THE_SEAL = {
    "care.queries.to_ask_carrier": "whom a physician must ask the carrier about, as a flag; the weeks stay sealed",
    "care.opening_queries.opened": "a record opened in an emergency, for an hour, by whoever opened and reasoned it",
    "cases.actions.record_encounters": "writes what whoever heard it may not read again",
    "cases.needs._in_danger": "whether a danger was told of, as points of a priority",
    "cases.reading._concerned": "that travel must stop, never why",
    "cases.release_actions.hand_over_released": "writes an injury that medical staff alone read",
    "cases.screening_queries._with_talk": "who was screened and with which result, as a figure",
    "trust.figures.value": "numbers alone; the rows stay sealed",
}
# Who may look past the walls, and what for. What is read there must not reach the person acting.
PAST_THE_WALLS = {
    "care.actions.examine_all": "the family of somebody on a public-health hold, wherever they are",
    "cases.actions.take_step": "facts of those who must travel along",
    "cases.actions.refresh_readiness": "the house's own round over every case",
    "cases.actions.hold": "cases that another room vouches for",
    "cases.again_actions.returns_of": "on which days a person came home, in whatever file",
    "cases.asylum_actions.raise_asylum_concern": "freezes what the officer who heard it can't see",
    "cases.asylum_actions.settle_asylum_concern": "unfreezes the same",
    "cases.incident_actions.note_of_mission": "the scope of what concerns the mission, and whether it is told already",
    "cases.queries.case_file": "whether a companion is ready, as a yes or no",
    "cases.queries.steps_refused": "the same, for many",
    "cases.queries.turning_red": "which gate of a companion turns red, never why",
    "events.consular_actions.call": "whether something unsaid forbids the embassy",
    "events.consular_actions.settle": "outcomes reach cases wherever their people are now",
    "events.hotline_actions.keep": "a fear told by phone is closed to whoever heard it",
    "events.numbers.never_called": "a guard's phone is a guard's for everybody; nobody learns who told it",
    "movements.airport_queries.visas_turned_red": "how many visas a move turns red; names only of those within reach",
    "movements.arranging_queries.cost_of": "how many people flew, as a number",
    "movements.sending_queries._readers_of": "how many go home to which country, as numbers",
    "movements.actions.free": "seats of one manifest, whatever sites its people come from",
    "movements.actions._refuse_left_infants": "the same",
    "movements.actions.refuse_twice": "whether another file of the same person has a seat: its flight, nothing else",
    "movements.actions._write_links": "the same",
    "movements.boarding_actions.withdraw_booked": "whoever hears it acts, wherever the person stands",
    "movements.boarding_actions._leave_behind": "the infant on that lap, wherever it stands",
    "movements.boarding_actions.reconcile": "everyone who was ever on the manifest",
    "movements.flight_actions.depart": "everyone on board",
    "movements.flight_actions._arrive": "everyone on board",
    "movements.flight_actions._note_stop": "everyone on board",
    "movements.flight_actions.move_papers": "papers of everyone on board",
    "movements.handover_actions.offer": "everyone who came home",
    "movements.manifest_queries.handed_to": "whose papers a mission was handed, as numbers for the log",
    "movements.night_actions.notify": "how many people of the flight are where, as numbers",
    "movements.night_actions.place_for_night": "everyone of the flight; a site's free places as a number",
    "movements.preparing_actions.close_flight": "whether anybody is still on the way, as a number",
    "movements.plan_accept_actions.accept_plan": "everyone planned on the flight; who is out of reach refuses it",
    "movements.plan_accept_actions._standing": "who of them has a seat already",
    "movements.plan_accept_actions._write": "the plan as it stands after",
    "movements.plan_actions._groups_of": "whether a flight of the plan has room",
    "movements.receiving_queries.receiving_sides": "numbers of the whole mission by country, never names",
    "movements.reading.standing": "everyone on the manifest",
    "movements.reading.riders": "names are told only of those within reach",
    "movements.standby_actions.end_all": "everyone who stood by for a flight that has gone",
    "people.actions._room_for": "how many people a transit centre has, as a number",
    "people.actions._stay": "where the rest of the family is",
    "people.actions.numbers_free": "a document number is one person's in the whole mission",
    "people.family_actions.trace": "relatives at every site, found for protection alone",
    "people.family_actions.check_trace": "whether both agreed",
    "people.family_actions.verify_kin": "the family that both stand in from then on",
    "people.family_queries.sought_by": "name and place of a relative, once both agreed and protection said safe",
    "people.identity_actions._sides": "what stands between the files that a judgement would join or part",
    "people.identity_actions.take_back": "everybody's files that the judgement held together are looked at again",
    "reactions.after.judge_again": "readiness of everyone whom a deed concerns",
    "reactions.after.judge_route_again": "readiness of everyone on a route",
    "reactions.after.ask_the_family": "whether somebody must travel together with others, wherever they are",
    "reactions.after.confirmed_no_more": "what was arranged on a flight for whoever left it",
    "reactions.after._raise": "tasks for other offices",
    "reactions.after.off_release_lists": "whoever left a centre is asked of it no more, wherever they are now",
    "reactions.after.rank_again": "who travels first among everyone whom a deed concerns",
    "reactions.after.hold_those_told_of": "papers that run out, wherever their people are",
    "reactions.alerts.tell": "the same",
    "reactions.incidents.notice": "what went wrong with everyone whom a deed concerns",
    "reactions.incidents.route_closed": "everyone on a route that closes",
    "reactions.after.done_by_deed": "tasks of other offices that a ruling fulfils",
    "reactions.who_is_who.fit_together": "files and cases of one person, wherever they are",
    "reactions.who_is_who.weigh_what_was_asked": "flights and help that hang on a question",
    "trust.references.unused_references": "a reference is one row's in the whole mission; only fresh ones are told",
}


def test_every_scoped_table_has_its_wall_and_exactly_the_three_policies(db: Any) -> None:
    for model in scoped_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute("select relrowsecurity, relforcerowsecurity from pg_class where oid = %s::regclass", [table])
            assert cursor.fetchone() == (True, True), table
            cursor.execute(
                "select polname, polpermissive, "
                " (select string_agg(rolname, ',') from pg_roles where oid = any(polroles)), polcmd,"
                " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)"
                " from pg_policy where polrelid = %s::regclass",
                [table],
            )
            found = cursor.fetchall()
        sealed = {(n, r, c, q, w) for n, permissive, r, c, q, w in found if not permissive}
        assert {(n, r, c, q, w) for n, permissive, r, c, q, w in found if permissive} == POLICIES, table
        of = SEALED.get(table)
        assert sealed == ({("sealed", "darb_app", "*", CLASSES.format(of), "true")} if of else set()), table


def test_every_table_with_a_scope_is_known_as_scoped(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where a.attname = 'scope_id' and c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
        )
        assert {name for (name,) in cursor.fetchall()} == {m._meta.db_table for m in scoped_models()}


def test_views_look_with_the_eyes_of_who_asks(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, coalesce(reloptions, '{}') from pg_class"
            " where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
        )
        assert [n for n, options in cursor.fetchall() if "security_invoker=true" not in options] == []


def test_the_tests_run_as_the_application_which_is_nobody_special(db: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles"
            " where rolname = current_user"
        )
        assert cursor.fetchone() == ("darb_app", False, False, False, False)
        cursor.execute("select count(*) from pg_class where relowner = 'darb_app'::regrole and relpersistence <> 't'")
        assert cursor.fetchone() == (0,)
        cursor.execute("select pg_has_role('darb_app', 'darb_owner', 'member')")
        assert cursor.fetchone() == (False,)


def test_only_the_listed_functions_look_past_the_walls() -> None:
    assert set(lookers("whole_house")) == set(PAST_THE_WALLS)


def test_only_the_listed_functions_see_every_class_of_data() -> None:
    assert set(lookers("unsealed")) == set(PAST_THE_SEAL)


def lookers(by: str) -> Iterator[str]:
    """Every function that widens its sight with `by`, as room.module.function."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef) and any(_widens(each, by) for each in ast.walk(node)):
                yield f"{module.name.removeprefix('darb.')}.{node.name}"


def _widens(node: ast.AST, by: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return getattr(called, "id", getattr(called, "attr", "")) == by
