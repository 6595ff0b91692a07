"""The bench's own database, filled by sets: seeds (`bench_seeds`) copied until the mission is as large as asked.

Copies keep their seed's place, papers and readiness, and get references, names, phones and search words
of their own. Names are drawn so that the n-th commonest is borne by about 1/n as many as the commonest.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

import psycopg

from darb.rules.names import fold
from darb.rules.reference import ALPHABET

from . import database
from .postgres_settings import OWNER

Progress = Callable[[str, int, int], None]

GIVEN, FAMILIES = 4_000, 13_000
_COMMON = (
    "Mohamed=محمد Ibrahim=إبراهيم Ahmed=أحمد Moussa=موسى Ali=علي Fatima=فاطمة Mariam=مريم Abdoulaye=عبدالله Hassan=حسن "
    "Issa=عيسى Ousmane=عثمان Amina=آمنة Omar=عمر Aisha=عائشة Yusuf=يوسف Khaled=خالد Adam=آدم Halima=حليمة Salah=صلاح"
)
_SYLLABLES = (
    "ba=با mo=مو di=دي ka=كا sa=سا ou=و la=لا mi=مي do=دو ra=را ne=ني ma=ما ko=كو ta=تا yo=يو fa=فا si=سي bou=بو "
    "ha=ها na=نا ga=غا ri=ري so=سو wa=وا"
)
_LARGE = [
    "people_person",
    "people_name",
    "people_token",
    "people_stay",
    "people_phone",
    "people_consent",
    "people_document",
    "cases_case",
    "cases_stagechange",
    "cases_verdict",
    "cases_encounter",
    "cases_task",
    "cases_exitvisa",
    "cases_gaterow",
    "cases_readiness",
    "trust_actionlog",
]

# The reference of number n: n scattered over all references (7919000017 and 29 ** 7 have no common factor), then the
# check character of rules/reference.py.
_DIGITS = [f"(x / {29**place} % 29)::int" for place in range(7)]
_REFERENCE = f"""
create function bench_reference(n bigint) returns text language sql immutable parallel safe as $$
  select {" || ".join(f"substr('{ALPHABET}', {digit} + 1, 1)" for digit in _DIGITS)}
    || substr('{ALPHABET}', ({" + ".join(f"{place + 2} * {digit}" for place, digit in enumerate(_DIGITS))}) % 29 + 1, 1)
  from (select n * 7919000017 % {29**7} as x)
$$
"""
_COPIES = """
create table bench_copy as
select n, p.top + n as person_id, case when n <= {cases} then c.top + n end as case_id, d.top + n as document_id,
  s.person_id as seed_person, s.case_id as seed_case,
  bench_reference(n) as ref, bench_reference(n + 30000000) as case_ref,
  floor({given} ^ random())::int as given, floor({given} ^ random())::int as father,
  floor({families} ^ random())::int as family,
  '2189' || lpad(floor(random() * 1e8)::text, 8, '0') as phone
from generate_series(1, {persons}) n
join (select id as case_id, person_id, row_number() over (order by id) - 1 as place from cases_case) s
  on s.place = n % {seeds},
  (select max(id) as top from people_person) p, (select max(id) as top from cases_case) c,
  (select max(id) as top from people_document) d
"""
_OF_PERSON = "join bench_copy b on b.seed_person = s.person_id"
_OF_CASE = "join bench_copy b on b.seed_case = s.case_id and b.case_id is not null"
_IF_CASE = f"{_OF_PERSON} and b.case_id is not null"
_WORDS = (
    "join bench_word g on g.kind = 'given' and g.rank = b.given join bench_word a on a.kind = 'given' and"
    " a.rank = b.father join bench_word f on f.kind = 'family' and f.rank = b.family"
)

# Table, how a row finds its copies, and the columns that a copy has of its own beside person and case.
_COPYING: tuple[tuple[str, str, dict[str, str]], ...] = (
    (
        "people_person",
        f"join bench_copy b on b.seed_person = s.id {_WORDS}",
        {
            "id": "b.person_id",
            "ref": "b.ref",
            "name": "g.latin || ' ' || a.latin || ' ' || f.latin",
            "name_arabic": "case when b.n % 3 = 0 then g.arabic || ' ' || a.arabic || ' ' || f.arabic else '' end",
        },
    ),
    ("people_name", f"{_OF_PERSON} {_WORDS}", {"given": "g.latin", "father": "a.latin", "family": "f.latin"}),
    ("people_stay", _OF_PERSON, {}),
    ("people_phone", _OF_PERSON, {"number": "b.phone"}),
    ("people_consent", _IF_CASE, {}),
    ("people_document", _IF_CASE, {"id": "b.document_id", "number": "s.number || '-' || b.n"}),
    (
        "cases_case",
        "join bench_copy b on b.seed_case = s.id and b.case_id is not null",
        {"id": "b.case_id", "ref": "b.case_ref"},
    ),
    ("cases_stagechange", _OF_CASE, {}),
    ("cases_verdict", _OF_CASE, {}),
    ("cases_encounter", _OF_CASE, {}),
    ("cases_task", _OF_CASE, {}),
    ("cases_exitvisa", _OF_CASE, {"document_id": "b.document_id"}),
    ("cases_gaterow", _OF_CASE, {}),
    ("cases_readiness", _OF_CASE, {}),
)
_TOKENS = f"""
insert into people_token (scope_id, person_id, token)
select p.scope_id, p.id, t.token
from people_person p join bench_copy b on b.person_id = p.id {_WORDS}
left join people_phone h on h.person_id = p.id,
lateral (select distinct w from unnest(array[
  lower(p.ref), g.lt, a.lt, f.lt, h.number,
  case when b.n % 3 = 0 then g.at end, case when b.n % 3 = 0 then a.at end, case when b.n % 3 = 0 then f.at end
]) w where w is not null) t (token)
"""
# A deed about one person for each step of a case, as an office leaves them.
_LOG = """
insert into trust_actionlog (at, account_id, action, subject, persons, detail)
select s.at, s.account_id, 'cases.take_step', b.case_ref, array[b.person_id], jsonb_build_object('step', s.step)
from cases_stagechange s join bench_copy b on b.case_id = s.case_id
"""


def fill(persons: int, cases: int, progress: Progress) -> None:
    """Copy the seeds that are there until there are `persons` persons more, `cases` of them with an open case."""
    with psycopg.connect(database.dsn(OWNER)) as connection:
        _settle(connection)
        _write_words(connection)
        connection.execute("analyze bench_word")
        connection.execute(_REFERENCE)
        connection.execute("select setseed(0.2019)")
        progress("drawing names", 0, 1)
        seeds = connection.execute("select count(*) from cases_case").fetchone()
        assert seeds is not None
        drawn = {"persons": persons, "cases": cases, "seeds": seeds[0], "given": GIVEN, "families": FAMILIES}
        connection.execute(_COPIES.format(**drawn))
        _clear_of_seeds(connection)
        connection.execute("analyze bench_copy")
        with _bare(connection, progress):
            for done, (table, statement) in enumerate(_statements(connection)):
                progress(f"filling {table}", done, len(_LARGE))
                connection.execute(statement)
        for table in ("people_person", "people_document", "cases_case"):
            connection.execute(
                f"select setval(pg_get_serial_sequence(%s, 'id'), (select max(id) from {table})) ", [table]
            )
        connection.execute("drop table bench_copy, bench_word")
        connection.execute("drop function bench_reference")
    with psycopg.connect(database.dsn(OWNER), autocommit=True) as connection:
        progress("counting for the planner", 0, 1)
        connection.execute("vacuum analyze")


def _settle(connection: psycopg.Connection) -> None:
    # A filling that is lost to a power cut is only begun again.
    for setting, value in (
        ("synchronous_commit", "off"),
        ("work_mem", "256MB"),
        ("maintenance_work_mem", "512MB"),
    ):
        connection.execute(f"set {setting} = '{value}'")


def _clear_of_seeds(connection: psycopg.Connection) -> None:
    """Another reference for each copy whose own is a seed's already: theirs are drawn by chance from the same ones."""
    for column, table in (("ref", "people_person"), ("case_ref", "cases_case")):
        further = 60_000_000
        while connection.execute(
            f"update bench_copy set {column} = bench_reference(n + %s) where {column} in (select ref from {table})",
            [further],
        ).rowcount:
            further += 60_000_000


def _write_words(connection: psycopg.Connection) -> None:
    connection.execute("create table bench_word (kind text, rank int, latin text, arabic text, lt text, at text)")
    syllables = _pairs(_SYLLABLES)
    made = [("".join(s[0] for s in w).capitalize(), "".join(s[1] for s in w)) for w in product(syllables, repeat=3)]
    random.Random(2019).shuffle(made)
    with connection.cursor().copy("copy bench_word from stdin") as copy:
        for kind, count in (("given", GIVEN), ("family", FAMILIES)):
            named = [*_pairs(_COMMON), *made][:count] if kind == "given" else [*_pairs(_COMMON), *made[::-1]][:count]
            for rank, (latin, arabic) in enumerate(named, 1):
                copy.write_row((kind, rank, latin, arabic, fold(latin), fold(arabic)))


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(latin, arabic) for latin, arabic in (pair.split("=") for pair in text.split())]


@contextmanager
def _bare(connection: psycopg.Connection, progress: Progress) -> Iterator[None]:
    """The large tables without their secondary indexes and foreign keys, which are put back afterwards, checked."""
    keys = connection.execute(
        "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where contype = 'f' and conrelid = any(%s::regclass[])",
        [_LARGE],
    ).fetchall()
    indexes = connection.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index"
        " where indrelid = any(%s::regclass[]) and not indisunique",
        [_LARGE],
    ).fetchall()
    for table, name, _definition in keys:
        connection.execute(f'alter table {table} drop constraint "{name}"')
    for index, _definition in indexes:
        connection.execute(f"drop index {index}")
    yield
    for done, (index, definition) in enumerate(indexes):
        progress(f"index {index}", done, len(indexes))
        connection.execute(definition)
    for done, (table, name, definition) in enumerate(keys):
        progress(f"foreign keys of {table}", done, len(keys))
        connection.execute(f'alter table {table} add constraint "{name}" {definition}')


def _statements(connection: psycopg.Connection) -> Iterator[tuple[str, str]]:
    """For each large table, the statement that copies its seeds' rows; in the order of the keys between them."""
    for table, join, own in _COPYING:
        columns = [c for c in _columns(connection, table) if c != "id" or "id" in own]
        given = {"person_id": "b.person_id", "case_id": "b.case_id"} | own
        values = ", ".join(given.get(c, f's."{c}"') for c in columns)
        yield table, f"insert into {table} ({', '.join(columns)}) select {values} from {table} s {join}"
    yield "people_token", _TOKENS
    yield "trust_actionlog", _LOG


def _columns(connection: psycopg.Connection, table: str) -> list[str]:
    rows: Sequence[tuple[str]] = connection.execute(
        "select attname::text from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " order by attnum",
        [table],
    ).fetchall()
    return [name for (name,) in rows]
