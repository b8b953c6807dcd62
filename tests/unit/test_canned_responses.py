"""Canned responses: what a caller may write, who may use and change them, and how variables are filled in."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foyer.domain.canned_responses import (
    BODY_LIMIT,
    SHORTCUT_LIMIT,
    TAG_LIMIT,
    TAGS_LIMIT,
    TITLE_LIMIT,
    VARIABLES,
    CannedResponse,
    CannedResponseDraft,
    Staff,
    effective,
    fill,
    from_draft,
    may_edit,
    may_use,
    normalised,
    normalised_shortcut,
    problems,
    slot,
    version_tag,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DRAFT = CannedResponseDraft(shortcut="refund", title="Refund policy", body="You can return it.", tags=("billing",))

COMPANY = CannedResponse(
    id="r-company",
    shortcut="hello",
    title="Hello",
    body="Hello!",
    tags=(),
    scope="company",
    department_id=None,
    agent_id=None,
    version=1,
    updated_at=NOW,
)
SALES = replace(COMPANY, id="r-sales", scope="department", department_id="sales")
SUPPORT = replace(COMPANY, id="r-support", scope="department", department_id="support")
ADAS = replace(COMPANY, id="r-ada", scope="agent", agent_id="ada")

ADA = Staff(id="ada", department_ids=frozenset({"sales"}), admin=False)
GRACE = Staff(id="grace", department_ids=frozenset(), admin=False)
ROOT = Staff(id="root", department_ids=frozenset({"support"}), admin=True)

plain_text = st.text().filter(lambda text: "{" not in text)
any_values = st.dictionaries(st.sampled_from(sorted(VARIABLES)), st.none() | st.text())


def fields(draft: CannedResponseDraft) -> list[str]:
    return [problem.field for problem in problems(draft)]


# What a caller may write


@pytest.mark.parametrize("written", ["hello", "/hello", "//hello", " /Hello ", "HELLO", "/ hello"])
def test_a_shortcut_has_one_spelling(written: str) -> None:
    assert normalised_shortcut(written) == "hello"


def test_a_shortcut_is_the_same_in_every_encoding_of_its_letters() -> None:
    assert normalised_shortcut("gru\u0308sse") == normalised_shortcut("GRÜSSE") == "grüsse"


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=8))
def test_a_shortcut_in_its_one_spelling_stays_as_it_is(text: str) -> None:
    once = normalised_shortcut(text)

    assert normalised_shortcut(once) == once


def test_texts_are_trimmed_and_each_tag_is_kept_once_as_first_written() -> None:
    draft = replace(DRAFT, shortcut=" /Refund ", title=" Refunds ", body="\nText \n", tags=(" VIP", "vip ", "late"))

    assert normalised(draft) == CannedResponseDraft(
        shortcut="refund", title="Refunds", body="Text", tags=("VIP", "late")
    )


@pytest.mark.parametrize(
    "draft",
    [
        DRAFT,
        replace(DRAFT, shortcut="s" * SHORTCUT_LIMIT, title="t" * TITLE_LIMIT, body="b" * BODY_LIMIT, tags=()),
        replace(DRAFT, body="😀" * BODY_LIMIT),
        replace(DRAFT, body=f"  {'b' * BODY_LIMIT}  "),
        replace(DRAFT, shortcut="a-b_1"),
        replace(DRAFT, shortcut="привет"),
        replace(DRAFT, tags=tuple(f"{number:0{TAG_LIMIT}}" for number in range(TAGS_LIMIT))),
        replace(DRAFT, tags=("same",) * (TAGS_LIMIT + 1)),
        replace(DRAFT, scope="company"),
        replace(DRAFT, scope="department", department_id="sales"),
    ],
)
def test_a_draft_within_the_limits_has_no_problem(draft: CannedResponseDraft) -> None:
    assert problems(draft) == []


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(DRAFT, shortcut=""), "shortcut"),
        (replace(DRAFT, shortcut=" / "), "shortcut"),
        (replace(DRAFT, shortcut="s" * (SHORTCUT_LIMIT + 1)), "shortcut"),
        (replace(DRAFT, shortcut="two words"), "shortcut"),
        (replace(DRAFT, shortcut="a/b"), "shortcut"),
        (replace(DRAFT, shortcut="{{name}}"), "shortcut"),
        (replace(DRAFT, title="   "), "title"),
        (replace(DRAFT, title="t" * (TITLE_LIMIT + 1)), "title"),
        (replace(DRAFT, body="\n"), "body"),
        (replace(DRAFT, body="b" * (BODY_LIMIT + 1)), "body"),
        (replace(DRAFT, tags=("",)), "tags"),
        (replace(DRAFT, tags=("t" * (TAG_LIMIT + 1),)), "tags"),
        (replace(DRAFT, tags=tuple(f"tag{number}" for number in range(TAGS_LIMIT + 1))), "tags"),
        (replace(DRAFT, scope="department"), "department_id"),
        (replace(DRAFT, scope="department", department_id=""), "department_id"),
        (replace(DRAFT, scope="company", department_id="sales"), "department_id"),
        (replace(DRAFT, scope="agent", department_id="sales"), "department_id"),
    ],
)
def test_a_draft_out_of_bounds_has_a_problem_that_names_the_field(draft: CannedResponseDraft, field: str) -> None:
    assert fields(draft) == [field]


def test_all_problems_are_told_at_once() -> None:
    assert fields(replace(DRAFT, shortcut="", title="", body="", tags=("",), scope="department")) == [
        "shortcut",
        "title",
        "body",
        "tags",
        "department_id",
    ]


def test_a_response_made_from_a_draft_is_normalised_and_belongs_to_its_author_if_personal() -> None:
    response = from_draft(
        replace(DRAFT, shortcut="/Refund"), response_id="r-1", author_id="ada", version=1, updated_at=NOW
    )

    assert (response.id, response.shortcut, response.agent_id, response.version) == ("r-1", "refund", "ada", 1)


@pytest.mark.parametrize(
    "draft", [replace(DRAFT, scope="company"), replace(DRAFT, scope="department", department_id="sales")]
)
def test_a_shared_response_belongs_to_no_agent(draft: CannedResponseDraft) -> None:
    response = from_draft(draft, response_id="r-1", author_id="root", version=1, updated_at=NOW)

    assert response.agent_id is None
    assert response.department_id == draft.department_id


# Who may use and change them


@pytest.mark.parametrize(
    ("agent", "usable", "editable"),
    [
        (ADA, {"r-company", "r-sales", "r-ada"}, {"r-ada"}),
        (GRACE, {"r-company"}, set()),
        (ROOT, {"r-company", "r-support"}, {"r-company", "r-sales", "r-support"}),
    ],
    ids=["agent", "agent without department", "admin"],
)
def test_who_may_use_and_edit_what(agent: Staff, usable: set[str], editable: set[str]) -> None:
    everything = [COMPANY, SALES, SUPPORT, ADAS]

    assert {response.id for response in everything if may_use(response, agent)} == usable
    assert {response.id for response in everything if may_edit(response, agent)} == editable


def test_a_shortcut_is_taken_only_within_its_owner() -> None:
    graces = replace(ADAS, id="r-grace", agent_id="grace")
    others = [COMPANY, SALES, SUPPORT, ADAS, graces]

    assert len({slot(response) for response in others}) == len(others)
    for response in others:
        assert slot(replace(response, id="r-new", title="Other", version=2)) == slot(response)
        assert slot(replace(response, shortcut="other")) != slot(response)


def test_a_department_and_an_agent_with_the_same_id_do_not_share_shortcuts() -> None:
    assert slot(replace(SALES, department_id="x")) != slot(replace(ADAS, agent_id="x"))


@pytest.mark.parametrize(
    ("usable", "winner"),
    [
        ([COMPANY, SALES, ADAS], ADAS),
        ([COMPANY, SUPPORT], SUPPORT),
        ([SUPPORT, SALES, COMPANY], SALES),
        ([COMPANY], COMPANY),
    ],
    ids=["the agent's own", "the department's", "of two departments the lower id", "the company's"],
)
def test_the_narrower_scope_wins_a_shortcut(usable: list[CannedResponse], winner: CannedResponse) -> None:
    assert effective(usable) == effective(usable[::-1]) == {"hello": winner}


def test_different_shortcuts_do_not_compete() -> None:
    bye = replace(ADAS, id="r-bye", shortcut="bye")

    assert list(effective([COMPANY, bye]).items()) == [("bye", bye), ("hello", COMPANY)]


# Filling in


@pytest.mark.parametrize(
    ("body", "values", "text"),
    [
        ("Hi {{visitor.name}}!", {"visitor.name": "Eve"}, "Hi Eve!"),
        ("Hi {{visitor.name}}!", {}, "Hi !"),
        ("Hi {{visitor.name|there}}!", {"visitor.name": "Eve"}, "Hi Eve!"),
        ("Hi {{visitor.name|there}}!", {}, "Hi there!"),
        ("Hi {{visitor.name|there}}!", {"visitor.name": None}, "Hi there!"),
        ("Hi {{visitor.name|there}}!", {"visitor.name": ""}, "Hi there!"),
        ("Hi {{visitor.name|there}}!", {"visitor.name": "  "}, "Hi there!"),
        ("Hi {{ visitor.name | my dear guest }}!", {}, "Hi my dear guest!"),
        ("Hi {{visitor.name|}}!", {}, "Hi !"),
        ("{{visitor.name|a|b}}", {}, "a|b"),
        ("{{agent.name}} of {{department.name}}", {"agent.name": "Ada", "department.name": "Sales"}, "Ada of Sales"),
        ("{{visitor.name}}{{visitor.email}}", {"visitor.name": "E", "visitor.email": "e@x.y"}, "Ee@x.y"),
    ],
)
def test_variables_are_filled_in(body: str, values: dict[str, str | None], text: str) -> None:
    assert fill(body, values) == text


@pytest.mark.parametrize(
    "body",
    [
        "{{order.number}}",
        "{{order.number|soon}}",
        "{{Visitor.Name}}",
        "{{visitor}}",
        "{{visitor.name",
        "{visitor.name}",
        "{{}}",
        "{{|there}}",
        "{{visitor name}}",
    ],
)
def test_what_is_no_variable_stays_as_it_stands(body: str) -> None:
    assert fill(body, {"visitor.name": "Eve", "order.number": "7"}) == body


def test_an_unclosed_variable_does_not_swallow_the_next_one() -> None:
    assert fill("{{visitor.name|oh {{agent.name}}", {"agent.name": "Ada"}) == "{{visitor.name|oh Ada"


@given(st.text(alphabet="{}| .visitornameagentx"), any_values)
def test_filling_in_never_fails(body: str, values: dict[str, str | None]) -> None:
    assert isinstance(fill(body, values), str)


@given(plain_text, any_values)
def test_a_text_without_braces_stays_as_it_is(body: str, values: dict[str, str | None]) -> None:
    assert fill(body, values) == body


@given(plain_text, st.sampled_from(sorted(VARIABLES)), st.sampled_from(sorted(VARIABLES)), plain_text)
def test_a_value_is_never_expanded_again(before: str, outer: str, inner: str, after: str) -> None:
    value = f"{{{{{inner}|expanded}}}}"
    values = dict.fromkeys(VARIABLES, "secret") | {outer: value}

    assert fill(f"{before}{{{{{outer}}}}}{after}", values) == f"{before}{value}{after}"


def test_values_side_by_side_do_not_make_a_variable() -> None:
    values = {"visitor.name": "{{agent", "visitor.email": ".name}}", "agent.name": "secret"}

    assert fill("{{visitor.name}}{{visitor.email}}", values) == "{{agent.name}}"


# The entity tag

stored = st.lists(
    st.builds(replace, st.just(COMPANY), id=st.text(min_size=1), version=st.integers(min_value=1)),
    unique_by=lambda response: response.id,
)


@given(stored, st.data())
def test_the_tag_does_not_depend_on_the_order(responses: list[CannedResponse], data: st.DataObject) -> None:
    assert version_tag(data.draw(st.permutations(responses))) == version_tag(responses)


@given(stored.filter(bool), st.data())
def test_the_tag_changes_with_any_change(responses: list[CannedResponse], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(responses) - 1))
    changed = responses[place]
    rest = responses[:place] + responses[place + 1 :]

    tags = {
        version_tag(responses),
        version_tag(rest),
        version_tag([*rest, replace(changed, version=changed.version + 1)]),
        version_tag([*rest, replace(changed, id=changed.id + "'")]),
    }
    assert len(tags) == 4


def test_ids_and_versions_do_not_run_into_each_other() -> None:
    one = [replace(COMPANY, id="a", version=11)]
    other = [replace(COMPANY, id="a1", version=1)]

    assert version_tag(one) != version_tag(other)


def test_the_tag_is_a_strong_entity_tag() -> None:
    for responses in ([], [COMPANY]):
        tag = version_tag(responses)
        assert tag.startswith('"')
        assert tag.endswith('"')
        assert tag[1:-1].isalnum()
