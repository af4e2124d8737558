"""The pure rules, by properties."""

import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.catalog.contracts import AttributeInfo, Component, Option, OptionValue, TypeInfo
from entrepot.catalog.errors import NotABundlePart, OptionsTaken, SkuTaken
from entrepot.catalog.rules import membership, texts
from entrepot.catalog.rules.attributes import KINDS, check_definition, check_value, check_values
from entrepot.catalog.rules.state import VariantState
from entrepot.catalog.rules.variants import Part, check_components, check_options, check_step, check_variants, matrix
from entrepot.kit.bylanguage import check_texts
from entrepot.kit.errors import InvalidInput
from entrepot.kit.ids import uuid7
from entrepot.kit.json import dumps, loads
from entrepot.kit.links import check_address

CHOICES = {"red": {"en": "Red"}, "blue": {"en": "Blue"}, "green": {"en": "Green"}}
ATTRIBUTES = {kind: AttributeInfo(f"a_{kind}", {"en": kind}, kind, choices=CHOICES if "choice" in kind else {})
              for kind in KINDS}
GOOD = {
    "text": st.text(min_size=1, max_size=50).filter(lambda t: t.strip() and "\x00" not in t),
    "number": st.one_of(st.integers(-10**12, 10**12), st.decimals(-10**6, 10**6, places=4), st.just("12.5")),
    "boolean": st.booleans(),
    "choice": st.sampled_from(sorted(CHOICES)),
    "choices": st.lists(st.sampled_from(sorted(CHOICES)), min_size=1, max_size=5),
    "date": st.dates(),
}
ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                        lambda inner: st.lists(inner, max_size=3)
                        | st.dictionaries(st.text(max_size=5), inner, max_size=3))


@given(st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), GOOD[kind])))
def test_a_stored_value_is_stored_again_the_same_and_survives_json(case):
    kind, value = case
    stored = check_value(ATTRIBUTES[kind], value)
    assert check_value(ATTRIBUTES[kind], stored) == stored
    assert loads(dumps(stored)) == stored


@given(st.sampled_from(KINDS), ANYTHING)
def test_any_value_is_accepted_or_refused_with_the_attribute_named(kind, value):
    refusal = None
    try:
        stored = check_value(ATTRIBUTES[kind], value)
    except InvalidInput as error:
        refusal = error
    if refusal is None:
        assert loads(dumps(stored)) == stored
    else:
        assert refusal.params["field"] == f"attributes.a_{kind}"


@pytest.mark.parametrize(("kind", "value"), [
    ("number", True), ("number", "NaN"), ("number", float("inf")), ("number", "1e400"), ("text", ""),
    ("text", "a\x00b"), ("text", "\ud800"), ("boolean", 1), ("choice", "pink"), ("choices", []),
    ("choices", ["red", "pink"]), ("choices", "red"), ("date", "2026-02-30"), ("date", "20260101"),
])
def test_what_no_kind_accepts(kind, value):
    with pytest.raises(InvalidInput):
        check_value(ATTRIBUTES[kind], value)


def test_values_belong_to_the_product_or_to_its_variants_as_the_type_says():
    kind = TypeInfo(1, "shoe", {"sole": AttributeInfo("sole", {}, "text"), "size": AttributeInfo("size", {}, "number")},
                    frozenset({"sole", "size"}), frozenset({"size"}))
    assert check_values({"sole": "rubber"}, kind, of_variant=False, complete=True) == {"sole": "rubber"}
    assert check_values({"size": "42"}, kind, of_variant=True, complete=True) == {"size": 42}
    with pytest.raises(InvalidInput):
        check_values({"size": 42}, kind, of_variant=False, complete=False)
    with pytest.raises(InvalidInput):
        check_values({}, kind, of_variant=False, complete=True)
    assert check_values({"sole": None}, kind, of_variant=False, complete=False) == {}


def test_choices_belong_to_kinds_that_choose():
    with pytest.raises(InvalidInput):
        check_definition("text", CHOICES)
    with pytest.raises(InvalidInput):
        check_definition("choice", {})
    assert check_definition("choices", CHOICES) == CHOICES


codes = st.text(string.ascii_lowercase, min_size=1, max_size=4)
options = st.lists(st.builds(
    lambda code, values: Option(code, {"en": code}, tuple(OptionValue(v, {"en": v}) for v in values)),
    codes, st.lists(codes, min_size=1, max_size=4, unique=True)), max_size=4, unique_by=lambda o: o.code)


@given(options)
def test_the_matrix_has_every_combination_once_and_passes_the_rules(chosen):
    stored = check_options(chosen)
    combinations = matrix(stored)
    size = 1
    for option in chosen:
        size *= len(option.values)
    assert len(combinations) == size == len({tuple(sorted(c.items())) for c in combinations})
    check_variants(stored, [VariantState(uuid7(), f"S{n}", options=c) for n, c in enumerate(combinations)])


def test_variants_differ_in_sku_and_options():
    sizes = (OptionValue("s", {"en": "S"}), OptionValue("m", {"en": "M"}))
    stored = check_options([Option("size", {"en": "Size"}, sizes)])
    small = VariantState(uuid7(), "A", options={"size": "s"})
    with pytest.raises(SkuTaken):
        check_variants(stored, [small, VariantState(uuid7(), "A", options={"size": "m"})])
    with pytest.raises(OptionsTaken):
        check_variants(stored, [small, VariantState(uuid7(), "B", options={"size": "s"})])
    check_variants(stored, [small, VariantState(uuid7(), "B", options={"size": "s"}, is_active=False)])
    for wrong in ({}, {"size": "xl"}, {"size": "s", "colour": "red"}):
        with pytest.raises(InvalidInput):
            check_variants(stored, [VariantState(uuid7(), "C", options=wrong)])


def test_too_large_a_matrix_is_refused_before_it_is_made():
    values = tuple(OptionValue(f"v{n}", {"en": str(n)}) for n in range(400))
    stored = check_options([Option(f"o{n}", {"en": "o"}, values) for n in range(10)])
    with pytest.raises(InvalidInput):
        matrix(stored)


def test_bundles_take_only_stocked_variants_that_are_no_bundles():
    own, good = uuid7(), Part(uuid7(), is_bundle=False, is_stocked=True)
    known = {"good": good, "bundle": Part(uuid7(), True, True), "service": Part(uuid7(), False, False),
             "own": Part(own, False, True)}
    assert check_components(own, [Component("good", Decimal("1.5"))], known) == ((good.id, Decimal("1.5")),)
    for sku in ("bundle", "service", "own", "unknown"):
        with pytest.raises(NotABundlePart):
            check_components(own, [Component(sku)], known)
    with pytest.raises(InvalidInput):
        check_components(own, [Component("good"), Component("good")], known)


@pytest.mark.parametrize("step", ["0", "-1", "0.0001", "NaN", "Infinity", "1e30"])
def test_quantity_steps_are_positive_with_three_decimals(step):
    with pytest.raises(InvalidInput):
        check_step(Decimal(step))
    assert check_step(Decimal("0.125")) == Decimal("0.125")


@given(st.text(max_size=300))
def test_slugs_are_valid_and_stay_as_they_are(text):
    slug = texts.slugify(text)
    assert texts.slugify(slug) == slug
    if slug:
        texts.check_slug(slug)


def test_slugs_keep_chinese():
    assert texts.slugify("  真皮 手提包 (红) ") == "真皮-手提包-红"
    assert texts.slug_of({"zh-hans": "杯子", "en": "Cup & Saucer"}) == "cup-saucer"


@pytest.mark.parametrize("html", [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=//evil></iframe>", "<svg onload=alert(1)>", "<p style='position:fixed'>x</p>",
    "<form action=//evil><input></form>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
])
def test_html_loses_what_could_act(html):
    clean = texts.html(html).lower()
    assert not any(bad in clean for bad in ("script", "onerror", "onload", "iframe", "style", "form", "data:", "<svg"))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=80))
def test_clean_html_stays_as_it_is(text):
    once = texts.html(f"<p>{text}</p>")
    assert texts.html(once) == once


def test_plain_html_formatting_survives():
    html = '<h2>Care</h2><ul><li>Wash at <strong>30°</strong></li></ul><img src="https://e.com/a.jpg" alt="a">'
    assert texts.html(html) == html


@pytest.mark.parametrize("url", ["", "ftp://e.com/a", "//e.com/a", "/a", "https://u:p@e.com/a", "javascript:alert(1)",
                                 "https://e.com/a b", "http://[", "https://" + "a" * 600])
def test_addresses_are_absolute_and_without_credentials(url):
    with pytest.raises(InvalidInput):
        check_address("url", url)


def test_translations_are_trimmed_and_keyed_by_language():
    assert check_texts("name", {"en": " Cup ", "zh-hans": "杯子", "de": " "}) == {"en": "Cup", "zh-hans": "杯子"}
    for bad in ({"English": "x"}, {"en": "x" * 501}, {"en": "a\x07b"}):
        with pytest.raises(InvalidInput):
            check_texts("name", bad)
    with pytest.raises(InvalidInput):
        check_texts("name", {"en": "  "}, required=True)


leaf = st.one_of(
    st.builds(lambda v: {"field": "brand", "in": v}, st.lists(st.integers(1, 9), min_size=1, max_size=3)),
    st.builds(lambda v: {"field": "tag", "in": v}, st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=2)),
    st.builds(lambda f, v: {"field": f, "is": v}, st.sampled_from(["bundle", "image", "stocked", "shipped"]),
              st.booleans()),
    st.builds(lambda v: {"field": "attribute", "code": "a_number", "at_least": v}, st.integers(-5, 5)),
    st.builds(lambda v: {"field": "attribute", "code": "a_number", "at_most": v}, st.integers(-5, 5)),
    st.builds(lambda v: {"field": "attribute", "code": "a_choice", "in": [v]}, st.sampled_from(sorted(CHOICES))),
    st.builds(lambda v: {"field": "attribute", "code": "a_choices", "in": [v]}, st.sampled_from(sorted(CHOICES))),
    st.builds(lambda v: {"field": "attribute", "code": "a_text", "set": v}, st.booleans()),
)
rules = st.recursive(leaf, lambda r: st.one_of(
    st.builds(lambda parts: {"all": parts}, st.lists(r, min_size=1, max_size=3)),
    st.builds(lambda parts: {"any": parts}, st.lists(r, min_size=1, max_size=3)),
    st.builds(lambda part: {"not": part}, r)), max_leaves=6)
KNOWN = {a.code: a for a in ATTRIBUTES.values()}


@given(rules)
def test_rules_are_read_and_written_the_same(data):
    try:
        rule = membership.parse(data, KNOWN)
    except InvalidInput:  # nested too deep
        return
    assert membership.as_json(rule) == data
    assert membership.read(data) == rule


@given(ANYTHING)
def test_anything_else_is_no_rule(data):
    with pytest.raises(InvalidInput):
        membership.parse(data, KNOWN)


@pytest.mark.parametrize("data", [
    {"field": "brand", "in": ["acme"]}, {"field": "brand", "in": [True]}, {"field": "price", "at_least": 3},
    {"field": "attribute", "code": "a_text", "at_least": "x"}, {"field": "attribute", "code": "unknown", "set": True},
    {"field": "attribute", "code": "a_choice", "in": ["pink"]}, {"all": []}, {"all": [{}]},
    {"field": "brand", "in": [2**70]},
    {"not": {"not": {"not": {"not": {"not": {"field": "image", "is": True}}}}}}, {"field": "tag", "in": ["\ud800"]},
    {"all": [{"field": "image", "is": True}] * 51}, {"field": "image", "is": 1},
])
def test_rules_that_are_refused(data):
    with pytest.raises(InvalidInput):
        membership.parse(data, KNOWN)


