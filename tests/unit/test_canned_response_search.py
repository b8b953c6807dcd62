"""Search over canned responses finds what an agent means, in an order that can be relied on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foyer.domain.canned_response_search import search, within_edits
from foyer.domain.canned_responses import CannedResponse

BLANK = CannedResponse(
    id="",
    shortcut="",
    title="",
    body="Text",
    tags=(),
    scope="company",
    department_id=None,
    agent_id=None,
    version=1,
    updated_at=datetime(2026, 3, 1, tzinfo=UTC),
)


def response(shortcut: str, title: str, body: str = "Text", *tags: str) -> CannedResponse:
    return replace(BLANK, id=f"id-{shortcut}", shortcut=shortcut, title=title, body=body, tags=tags)


LIBRARY = [
    response("hello", "Greeting", "Hello {{visitor.name|friend}}, this is {{agent.name}}. How can I help?", "greeting"),
    response("wait", "Please hold on", "One moment please, I am looking that up for you.", "greeting"),
    response("order-status", "Where is my order", "I will check where your parcel is right now.", "orders", "delivery"),
    response("refund", "Refund policy", "The money is back on your card in three days.", "billing", "returns"),
    response("invoice", "Copy of an invoice", "I have sent a copy to your address.", "billing"),
    response("password", "Reset your password", "The link in the e-mail is good for one hour.", "account"),
    response("late", "Delivery is late", "I am sorry that your parcel is late.", "delivery"),
    response("damaged", "Damaged on arrival", "Could you send us a photograph?", "returns"),
    response("cancel", "Cancel a subscription", "It stays active until the end of the period.", "billing"),
    response("e-mail", "Outside opening hours", "Leave your address and we will answer.", "Öffnungszeiten"),
    response("bonjour", "Présentation générale", "À bientôt", "français"),
    response("tuikuan", "如何退款", "请在三十天内退款", "中文"),
]


def found(query: str, *, tag: str | None = None) -> list[str]:
    return [response.shortcut for response in search(LIBRARY, query, tag=tag)]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("refund", "refund"),
        ("/refund", "refund"),
        (" Refund ", "refund"),
        ("ref", "refund"),
        ("refudn", "refund"),
        ("rfeund", "refund"),
        ("polciy refnd", "refund"),
        ("oder", "order-status"),
        ("passwrod", "password"),
        ("subscribtion", "cancel"),
        ("subscribtoin", "cancel"),
        ("delivr", "late"),
        ("dleiv", "late"),
        ("INVOICE", "invoice"),
        ("presentation generale", "bonjour"),
        ("offnungszeiten", "e-mail"),
        ("orderstatus", "order-status"),
        ("email", "e-mail"),
        ("photo", "damaged"),
        ("graph", "damaged"),
        ("how do i get a refund", "refund"),
        ("my parcel is late", "late"),
        ("退款", "tuikuan"),
    ],
)
def test_the_best_fit_comes_first(query: str, best: str) -> None:
    assert found(query)[0] == best


@pytest.mark.parametrize("query", ["asdf", "xqzvk", "qwerty", "lorem ipsum", "banana", "kangaroo", "???", "🙂", "dog"])
def test_nonsense_finds_nothing(query: str) -> None:
    assert found(query) == []


def test_typos_are_not_forgiven_in_words_of_three_letters_where_everything_is_like_everything() -> None:
    assert "invoice" in found("your")
    assert found("yor") == []


def test_one_meaningful_word_among_others_is_enough_and_one_little_word_is_not() -> None:
    assert found("banana refund") == ["refund"]
    assert found("my banana") == []


@pytest.mark.parametrize("query", ["name", "visitor", "agent"])
def test_the_names_of_variables_are_not_searched_but_fallbacks_are(query: str) -> None:
    assert found(query) == []
    assert found("friend") == ["hello"]


@pytest.mark.parametrize("query", ["", "  ", "/"])
def test_without_a_query_all_are_listed_by_shortcut(query: str) -> None:
    assert found(query) == sorted(response.shortcut for response in LIBRARY)


def test_a_shortcut_counts_more_than_a_title_than_a_tag_than_a_body() -> None:
    library = [
        response("a", "Other", "About shipping"),
        response("b", "Other", "Text", "shipping"),
        response("c", "About shipping"),
        response("shipping-d", "Other"),
    ]

    assert [each.shortcut for each in search(library, "shipping")] == ["shipping-d", "c", "b", "a"]


def test_the_exact_shortcut_comes_first_whatever_else_fits() -> None:
    library = [response("re", "Other"), response("refund", "Re"), response("a-re", "re", "re", "re")]

    assert search(library, "/RE")[0].shortcut == "re"


def test_a_shortcut_without_any_letter_is_found_by_typing_it() -> None:
    assert [each.shortcut for each in search([response("--", "Line"), response("-", "Dash")], "--")] == ["--"]


def test_the_same_word_comes_before_its_continuation_and_that_before_a_typo() -> None:
    library = [response("a", "pasta"), response("b", "paste"), response("c", "pastes")]

    assert [each.title for each in search(library, "paste")] == ["paste", "pastes", "pasta"]


def test_of_equal_fits_the_shorter_title_comes_first() -> None:
    library = [response("a", "Refund for late deliveries"), response("b", "Refund")]

    assert [each.shortcut for each in search(library, "refund")] == ["b", "a"]


def test_the_winner_of_a_shortcut_comes_before_those_it_shadows_even_if_they_fit_better() -> None:
    company = response("sorry", "Late", "Text", "late")
    department = replace(company, id="d", scope="department", department_id="sales", title="Late delivery, sorry")
    own = replace(company, id="o", scope="agent", agent_id="ada", title="Other", tags=(), body="Sorry that it is late")

    for query in ("", "sorry", "late", "lat", "sorri"):
        assert search([company, department, own], query) == [own, department, company]


def test_what_is_shadowed_is_found_by_its_own_words() -> None:
    company = response("sorry", "Apology of the company")
    own = replace(company, id="o", scope="agent", agent_id="ada", title="Mine")

    assert search([company, own], "apology") == [company]


def test_tag_and_scope_narrow_every_query_down() -> None:
    own = replace(response("refund-me", "My refund", "Text", "Billing"), scope="agent", agent_id="ada")
    library = [*LIBRARY, own]

    assert search(library, "", tag=" BILLING ", scope="agent") == [own]
    assert search(library, "refund", scope="agent") == [own]
    assert found("", tag="billing") == ["cancel", "invoice", "refund"]
    assert found("", tag="bill") == []
    assert found("refund", tag="delivery") == []
    assert found("", tag="offnungszeiten") == ["e-mail"]


# Properties

words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
long_words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=12)
titles = st.lists(words, min_size=1, max_size=6)
libraries = st.lists(
    st.builds(response, words, titles.map(" ".join), st.text(max_size=60), words), unique_by=lambda each: each.id
)
queries = st.text(max_size=30) | titles.map(" ".join)


@st.composite
def one_edit(draw: st.DrawFn, word: str) -> str:
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    place = draw(st.integers(0, len(word) - 1))
    before, here, after = word[:place], word[place], word[place + 1 :]
    return draw(
        st.sampled_from(
            [
                before + after,
                before + letter + after,
                before + letter + here + after,
                before + after[:1] + here + after[1:],
            ]
        )
    )


@given(libraries, titles, long_words, st.data())
def test_a_word_of_a_title_is_found_in_spite_of_a_typo(
    library: list[CannedResponse], title: list[str], word: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(title)))
    typo = data.draw(one_edit(word))
    wanted = replace(BLANK, id="wanted", shortcut="wanted", title=" ".join([*title[:place], word, *title[place:]]))

    assert wanted in search([*library, wanted], typo)
    assert wanted in search([*library, wanted], " ".join([*title[:place], typo, *title[place:]]))


@given(libraries, titles, st.data())
def test_the_words_of_a_title_find_it_in_any_order(
    library: list[CannedResponse], title: list[str], data: st.DataObject
) -> None:
    wanted = replace(BLANK, id="wanted", shortcut="wanted", title=" ".join(title))
    everything = [*library, wanted]
    shuffled = " ".join(data.draw(st.permutations(title)))

    assert wanted in search(everything, shuffled)
    if shuffled not in {each.shortcut for each in everything}:
        assert search(everything, shuffled) == search(everything, " ".join(title))


@given(libraries, long_words, st.data())
def test_a_word_is_found_at_every_letter_as_one_types_it(
    library: list[CannedResponse], word: str, data: st.DataObject
) -> None:
    wanted = replace(BLANK, id="wanted", shortcut="wanted", title=word)
    typed = word[: data.draw(st.integers(1, len(word)))]

    assert wanted in search([*library, wanted], typed)


@given(libraries, queries, st.data())
def test_a_result_holds_each_response_at_most_once_in_an_order_that_the_order_given_does_not_change(
    library: list[CannedResponse], query: str, data: st.DataObject
) -> None:
    result = search(library, query)

    assert {each.id for each in result} <= {each.id for each in library}
    assert len({each.id for each in result}) == len(result)
    assert search(data.draw(st.permutations(library)), query) == result


@given(libraries, titles.map(" ".join))
def test_case_and_accents_do_not_matter(library: list[CannedResponse], query: str) -> None:
    result = search(library, query)

    assert search(library, query.upper()) == result
    if query not in {each.shortcut for each in library}:
        assert search(library, query.replace("e", "É").replace("u", "u\u0308")) == result


def distance(one: str, other: str) -> int:
    """The optimal string alignment distance, by the textbook's table."""
    table = {(-1, -1): 0} | {(i, -1): i + 1 for i in range(len(one))} | {(-1, j): j + 1 for j in range(len(other))}
    for i, letter in enumerate(one):
        for j, other_letter in enumerate(other):
            costs = [
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (letter != other_letter),
            ]
            if i and j and letter == other[j - 1] and one[i - 1] == other_letter:
                costs.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(costs)
    return table[len(one) - 1, len(other) - 1]


few_letters = st.text(alphabet="abc", max_size=7)


@given(few_letters, few_letters, st.integers(0, 2))
def test_edits_are_counted_as_the_textbook_does(typed: str, word: str, edits: int) -> None:
    beginnings = [word[:length] for length in range(len(word) + 1)]

    assert within_edits(typed, word, edits=edits) == (distance(typed, word) <= edits)
    assert within_edits(typed, word, edits=edits, unfinished=True) == any(
        distance(typed, beginning) <= edits for beginning in beginnings
    )
