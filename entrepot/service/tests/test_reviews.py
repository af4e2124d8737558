"""Reviews: who may write, what is shown, who decides, what remains when the author leaves."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from entrepot.catalog.errors import UnsafeMedia
from entrepot.customers import public as customers
from entrepot.customers.tests.factories import acting, call, make_customer
from entrepot.kit import db, invariants, outbox
from entrepot.kit.actor import ANONYMOUS, Actor, ActorKind, system
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied, Unauthenticated
from entrepot.orders.tests.factories import Shop, a_shop
from entrepot.service import public
from entrepot.service.errors import NotReceived, OwnReview, ReviewNot
from entrepot.service.tests.factories import a_buyer, a_picture, saying

pytestmark = pytest.mark.django_db(transaction=True)
BOB = Actor(ActorKind.STAFF, id="bob", label="Bob", permissions=frozenset({"service.read", "service.moderate"}))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    from entrepot.kit import private

    monkeypatch.setattr(private, "home", lambda: tmp_path)
    return a_shop(items=2)


def test_a_buyer_writes_and_others_read_it_once_the_shop_has_looked(shop: Shop, django_assert_num_queries: Any) -> None:
    alice, (product, _) = a_buyer(shop, items=2)
    written = public.write_review(saying(product, 4), actor=alice)
    assert (written.state, written.author, written.is_verified) == ("waiting", "Alice B.", True)
    assert public.product_reviews(product, "en")[1] == []
    with pytest.raises(NotFound):
        public.get_review(written.id, actor=ANONYMOUS)

    public.publish_review(written.id, actor=BOB)
    with django_assert_num_queries(1):
        summary, shown = public.product_reviews(product, "en")
    assert (summary.count, str(summary.average), summary.by_rating[4]) == (1, "4.0", 1)
    assert [r.text for r in shown] == ["Keeps its shape."]
    assert public.list_reviews(product, actor=ANONYMOUS)[0] == shown


def test_only_who_received_it_may_review(shop: Shop) -> None:
    alice, (product,) = a_buyer(shop, deliver=False)
    for actor in (alice, acting(make_customer("charlie@example.com", "Charlie"))):
        with pytest.raises(NotReceived):
            public.write_review(saying(product), actor=actor)
    with pytest.raises(Unauthenticated):
        public.write_review(saying(product), actor=ANONYMOUS)
    assert public.find_reviews(actor=BOB)[0] == []


@pytest.mark.parametrize(("rating", "text"), [(0, "fine"), (6, "fine"), (3, "  "), (3, "x" * 4001)])
def test_bad_input_writes_nothing(shop: Shop, rating: int, text: str) -> None:
    alice, (product,) = a_buyer(shop)
    with pytest.raises(InvalidInput):
        public.write_review(saying(product, rating, text), actor=alice)
    assert public.find_reviews(actor=BOB)[0] == []


def test_writing_again_replaces_and_is_looked_at_anew(shop: Shop) -> None:
    alice, (product,) = a_buyer(shop)
    first = public.write_review(saying(product), actor=alice)
    public.publish_review(first.id, actor=BOB)
    public.answer_review(first.id, "Thank you!", actor=BOB)
    again = public.write_review(saying(product, 2, "It broke."), actor=alice)
    assert (again.id, again.state, again.answer, again.rating) == (first.id, "waiting", "", 2)
    assert public.review_summary(product).count == 0


def test_the_shop_refuses_with_a_reason_and_strangers_decide_nothing(shop: Shop) -> None:
    alice, (product,) = a_buyer(shop)
    review = public.write_review(saying(product), actor=alice)
    with pytest.raises(PermissionDenied):
        public.publish_review(review.id, actor=alice)
    with pytest.raises(InvalidInput):
        public.refuse_review(review.id, " ", actor=BOB)
    public.refuse_review(review.id, "Not about the product", actor=BOB)
    with pytest.raises(ReviewNot):
        public.refuse_review(review.id, "Once more", actor=BOB)
    assert public.get_review(review.id, actor=alice).reason == "Not about the product"
    with pytest.raises(NotFound):
        public.delete_review(review.id, actor=acting(make_customer("charlie@example.com", "Charlie")))
    public.delete_review(review.id, actor=alice)
    assert public.reviews_by(alice.customer_id or uuid4()) == []


def test_pictures_are_made_anew_and_hidden_until_published(shop: Shop) -> None:
    alice, (product,) = a_buyer(shop)
    with pytest.raises(UnsafeMedia):
        public.write_review(saying(product, photos=(b"<svg onload=alert(1)>",)), actor=alice)
    review = public.write_review(saying(product, photos=(a_picture("JPEG"),)), actor=alice)
    photo = UUID(review.photos[0])
    assert public.review_photo(review.id, photo, actor=alice)[8:12] == b"WEBP"
    with pytest.raises(NotFound):
        public.review_photo(review.id, photo, actor=ANONYMOUS)
    public.publish_review(review.id, actor=BOB)
    assert public.review_photo(review.id, photo, actor=ANONYMOUS)
    with pytest.raises(NotFound):
        public.review_photo(review.id, uuid4(), actor=ANONYMOUS)


def test_a_vote_counts_once_even_when_sent_by_many_at_once(shop: Shop) -> None:
    alice, (product,) = a_buyer(shop)
    review = public.write_review(saying(product), actor=alice)
    charlie = acting(make_customer("charlie@example.com", "Charlie"))
    with pytest.raises(NotFound):
        public.vote(review.id, True, actor=charlie)
    public.publish_review(review.id, actor=BOB)
    with pytest.raises(OwnReview):
        public.vote(review.id, True, actor=alice)

    def votes() -> None:
        public.vote(review.id, True, actor=charlie)
        connection.close()

    threads = [Thread(target=votes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert public.get_review(review.id, actor=ANONYMOUS).helpful_count == 1
    assert public.vote(review.id, False, actor=charlie) == 0
    assert [v for v in invariants.violations() if v.code.startswith("service.")] == []


def test_what_was_published_stays_without_its_author(shop: Shop) -> None:
    alice, (shown, hidden) = a_buyer(shop, items=2)
    review = public.write_review(saying(shown, photos=(a_picture(),)), actor=alice)
    public.publish_review(review.id, actor=BOB)
    public.write_review(saying(hidden), actor=alice)
    assert alice.customer_id is not None
    customers.close_account(alice.customer_id, actor=system("test"))
    outbox.drain()
    left = public.find_reviews(actor=BOB)[0]
    assert [(r.id, r.author, r.photos, r.is_verified) for r in left] == [(review.id, "", [], False)]


def test_what_one_may_review(shop: Shop) -> None:
    alice, (first, second) = a_buyer(shop, items=2)
    public.write_review(saying(second), actor=alice)
    assert alice.customer_id is not None
    found = {r.product_id: r.review is not None for r in public.reviewable(alice.customer_id, actor=alice)}
    assert found == {first: False, second: True}


def test_planted_falsehoods_are_found(shop: Shop) -> None:
    alice, (product,) = a_buyer(shop)
    public.write_review(saying(product), actor=alice)
    charlie = make_customer("charlie@example.com", "Charlie")
    db.execute("UPDATE service_review SET helpful_count = 3, customer_id = %s", [charlie.id])
    assert {v.code for v in invariants.violations() if v.code.startswith("service.")} == {
        "service.helpful_is_votes", "service.review_is_of_a_buyer"}


def test_reviews_over_http(shop: Shop) -> None:
    alice, (product,) = a_buyer(shop)
    review = public.write_review(saying(product), actor=alice)
    assert call(ANONYMOUS, "GET", f"/reviews?product_id={product}")[1]["items"] == []
    assert call(alice, "GET", "/admin/service/reviews")[0] == 403
    waiting = call(BOB, "GET", "/admin/service/reviews?state=waiting")[1]["items"]
    assert [w["id"] for w in waiting] == [str(review.id)]
    assert call(BOB, "POST", f"/admin/service/reviews/{review.id}/publish")[0] == 200
    assert call(BOB, "POST", f"/admin/service/reviews/{review.id}/answer", {"text": "Thanks"})[1]["answer"] == "Thanks"
    seen = call(ANONYMOUS, "GET", f"/reviews?product_id={product}")[1]
    assert (seen["summary"]["count"], seen["items"][0]["author"]) == (1, "Alice B.")
    assert call(alice, "GET", "/account/reviews")[1][0]["state"] == "published"
    assert call(alice, "DELETE", f"/account/reviews/{review.id}")[0] == 204
