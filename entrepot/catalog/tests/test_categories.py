"""The category tree: moves of whole subtrees, circles refused, addresses kept."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from entrepot.catalog import public
from entrepot.catalog.errors import CategoryCycle, SlugTaken, StillInUse
from entrepot.catalog.queries import structure
from entrepot.catalog.tests.factories import BOB, a_product
from entrepot.kit import db
from entrepot.kit.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db


def make(*slugs: str, parent: str | None = None) -> list[int]:
    """A chain of categories, each below the one before."""
    ids = []
    for slug in slugs:
        ids.append(public.create_category(slug, {"en": slug.title(), "zh-hans": f"类{slug}"}, parent, actor=BOB))
        parent = slug
    return ids


def paths() -> dict[str, str]:
    return {r.slug: r.path for r in db.rows(
        "SELECT c.slug, (SELECT string_agg(a.slug, '/' ORDER BY nlevel(a.path)) FROM catalog_category a"
        " WHERE c.path <@ a.path) AS path FROM catalog_category c")}


def test_a_subtree_moves_whole_in_one_statement():
    a, b, _c, _d = make("a", "b", "c", "d")
    make("x")
    with CaptureQueriesContext(connection) as captured:
        public.move_category(b, "x", actor=BOB)
    assert sum("UPDATE catalog_category" in q["sql"] for q in captured) == 1
    assert paths() == {"a": "a", "x": "x", "b": "x/b", "c": "x/b/c", "d": "x/b/c/d"}
    public.move_category(b, None, actor=BOB)
    assert paths()["d"] == "b/c/d"
    assert structure.categories_below(a) == [a]


def test_a_category_cannot_move_below_itself():
    a, b, c = make("a", "b", "c")
    before = paths()
    for target in ("a", "b", "c"):
        with pytest.raises(CategoryCycle):
            public.move_category(a, target, actor=BOB)
    with pytest.raises(NotFound):
        public.move_category(c, "nowhere", actor=BOB)
    assert paths() == before
    assert b in structure.categories_below(a)


@pytest.mark.parametrize("sql", [
    "UPDATE catalog_category SET path = '999' WHERE slug = 'b'",
    "UPDATE catalog_category SET parent_id = NULL WHERE slug = 'b'",
    "UPDATE catalog_category SET parent_id = id WHERE slug = 'a'",
])
def test_the_database_refuses_a_path_that_does_not_fit_the_parent(sql):
    make("a", "b")
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute(sql)


def test_the_tree_is_told_in_a_language_in_one_statement(django_assert_num_queries):
    make("a", "b", "c")
    make("z")
    with django_assert_num_queries(1):
        tree = public.category_tree("zh-hans")
    assert [n.name for n in tree] == ["类a", "类z"]
    assert tree[0].children[0].children[0].slug == "c"


def test_old_slugs_lead_to_the_category():
    (a,) = make("a")
    public.update_category(a, slug="b", actor=BOB)
    public.update_category(a, slug="c", actor=BOB)
    assert [public.resolve_redirect("category", s) for s in ("a", "b", "c")] == ["c", "c", None]
    make("b")
    assert public.resolve_redirect("category", "b") is None
    with pytest.raises(SlugTaken):
        make("c")


def test_a_category_in_use_stays():
    a, b = make("a", "b")
    a_product("Cup", category="b")
    for category in (a, b):
        with pytest.raises(StillInUse):
            public.delete_category(category, actor=BOB)
    (z,) = make("z")
    public.delete_category(z, actor=BOB)
    assert "z" not in paths()


def test_depth_has_a_limit():
    make(*(f"c{n}" for n in range(20)))
    with pytest.raises(InvalidInput):
        make("deeper", parent="c19")


def test_paths_of_names_are_made_once():
    wanted = [("Women", "Shoes"), ("Men", "Shoes"), ("Women",)]
    made = public.ensure_categories(wanted, actor=BOB)
    assert made[("Women", "Shoes")] == "women-shoes"
    assert public.ensure_categories(wanted, actor=BOB) == made
    assert paths() == {"women": "women", "men": "men", "women-shoes": "women/women-shoes", "men-shoes": "men/men-shoes"}


def test_paths_that_join_to_the_same_words_stay_apart():
    wanted = [("Home", "Tea Sets"), ("Home", "Tea", "Sets"), ("Home Tea", "Sets"), ("Home", "Tea", "Sets 2")]
    made = public.ensure_categories(wanted, actor=BOB)
    assert len(set(made.values())) == 7
    where = paths()
    assert where[made["Home", "Tea", "Sets"]] == f"home/{made['Home', 'Tea']}/{made['Home', 'Tea', 'Sets']}"
    assert where[made["Home", "Tea Sets"]] == f"home/{made['Home', 'Tea Sets']}"
    assert where[made["Home Tea", "Sets"]] == f"{made['Home Tea',]}/{made['Home Tea', 'Sets']}"
    assert public.ensure_categories(reversed(wanted), actor=BOB) == made
    assert paths() == where


def test_long_paths_that_begin_alike_stay_apart():
    long = "word " * 30
    made = public.ensure_categories([("Top", long + "one"), ("Top", long + "two")], actor=BOB)
    assert len(set(made.values())) == 3
    assert max(map(len, made.values())) <= 120
    assert public.ensure_categories([("Top", long + "two")], actor=BOB).items() <= made.items()


def test_a_path_still_finds_the_category_that_was_renamed_or_moved():
    first = public.ensure_categories([("Home", "Tea Sets")], actor=BOB)
    make("kitchen")
    category = structure.category_by_slug("home-tea-sets")
    public.update_category(category["id"], name={"en": "Tea time"}, actor=BOB)
    public.move_category(category["id"], "kitchen", actor=BOB)
    assert public.ensure_categories([("Home", "Tea Sets")], actor=BOB) == first


def test_changes_are_announced():
    (a,) = make("a")
    public.update_category(a, name={"en": "New"}, actor=BOB)
    told = db.rows("SELECT payload FROM kit_event WHERE name = 'catalog.category_changed'")
    assert [r.payload for r in told] == [{"category_id": a}] * 2
