"""Reads over HTTP: listing, product, search; the web process itself; and the import that fills them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from urllib.parse import quote

from bench import read_data
from bench.harness import CONNECTIONS, Job, Load, Row, Server, Stage, at_least, at_most, drive

RIVAL_LISTING, RIVAL_PRODUCT, RIVAL_SEARCH = 264, 238, 24.3  # the best of the rivals, on two cores
PAGES, PRODUCTS, QUERIES = 40, 400, 400


def _bare(stage: Stage) -> tuple[dict[str, str], list[str], list[str]]:
    """The statements for the bare views, and the real paths that ask the same."""
    from entrepot.catalog import public as catalog
    from entrepot.kit import db
    from entrepot.showcase import queries
    from entrepot.showcase.contracts import ListingRequest

    read_data.load(stage)
    channel = catalog.default_channel()
    pages, paths, cursor = [], [], ""
    for _ in range(PAGES):
        request = ListingRequest(channel.id, "en", cursor=cursor)
        sql, params = queries.page_statement(request)
        pages.append(params)
        paths.append("/api/v1/products" + (f"?cursor={cursor}" if cursor else ""))
        cursor = json.loads(queries.get_page(request) or b"{}")["next"]
    slugs = [r.slug for r in db.rows("SELECT slug FROM showcase_document ORDER BY id %% 997, id LIMIT %s", [PRODUCTS])]
    statements = {"listing": sql, "pages": pages, "product": queries.DOCUMENT,
                  "slugs": [[channel.id, "en", slug] for slug in slugs]}
    return ({"ENTREPOT_BENCH_STATEMENTS": json.dumps(statements)}, paths, [f"/api/v1/products/{s}" for s in slugs])


def _better(left: Load, right: Load) -> Load:
    return left if left.rate >= right.rate else right


def _side_by_side(real: tuple[Server, Sequence[str]], bare: tuple[Server, Sequence[str]]) -> tuple[Load, Load]:
    """Both in turn, twice, the better run of each: neighbours on the machine disturb both alike."""
    pairs = [(drive(*real), drive(*bare)) for _ in range(2)]
    return _better(pairs[0][0], pairs[1][0]), _better(pairs[0][1], pairs[1][1])


def _rows(job: str, load: Load, limit: Load, share: float, rival: float) -> list[Row]:
    return [
        at_least(job, load.rate, "req/s", limit=limit.rate, share=share, least=rival * 10),
        at_most(f"{job} p50", load.p50_ms, "ms", limit=limit.p50_ms),
        at_most(f"{job} p99 at {CONNECTIONS} connections", load.p99_ms, "ms", limit=limit.p99_ms, most=50),
        at_most(f"{job} errors", load.errors + limit.errors, "answers", most=0),
    ]


def listing(stage: Stage) -> list[Row]:
    env, paths, _ = _bare(stage)
    with stage.serving() as real, stage.serving("bench.read_bare:application", env=env) as bare:
        _same(real, paths[0], bare, "/listing/0")
        load, limit = _side_by_side((real, paths), (bare, [f"/listing/{n}" for n in range(PAGES)]))
    return _rows("listing of 24", load, limit, 0.70, RIVAL_LISTING)


def product(stage: Stage) -> list[Row]:
    env, _, paths = _bare(stage)
    with stage.serving() as real, stage.serving("bench.read_bare:application", env=env) as bare:
        _same(real, paths[0], bare, "/product/0")
        load, limit = _side_by_side((real, paths), (bare, [f"/product/{n}" for n in range(PRODUCTS)]))
    return _rows("product by slug", load, limit, 0.70, RIVAL_PRODUCT)


def _same(real: Server, path: str, bare: Server, bare_path: str) -> None:
    """A comparison is only fair when both return the same: the cursor, which the bare view cannot know, aside."""
    left, right = json.loads(real.get(path)[1]), json.loads(bare.get(bare_path)[1])
    for answer in (left, right):
        answer.pop("next", None)
    if left != right:
        raise SystemExit(f"{path} and {bare_path} differ: {str(left)[:300]} / {str(right)[:300]}")


def search_http(stage: Stage) -> list[Row]:
    env, _, _ = _bare(stage)
    paths = [f"/api/v1/search?q={quote(text)}" for text in questions(QUERIES)]
    with stage.serving() as real, stage.serving("bench.read_bare:application", env=env) as bare:
        status, answer = real.get(paths[0])
        if status != 200 or not json.loads(answer)["facets"]:
            raise SystemExit(f"search does not answer with facets: {answer[:300]!r}")
        load, limit = _side_by_side((real, paths), (bare, [f"/listing/{n}" for n in range(PAGES)]))
    return _rows("search over HTTP", load, limit, 0.35, RIVAL_SEARCH)


def questions(count: int, seed: int = 7) -> list[str]:
    """One to three words that follow each other in a title: what people type who look for a thing."""
    chosen, found = random.Random(seed), []
    titles = read_data.frame()["title"].to_list()
    while len(found) < count:
        words = [w.strip("|,()-\"'") for w in chosen.choice(titles).split()]
        words = [w for w in words if len(w) > 2 and w.isalpha()]
        size = chosen.choice((1, 1, 2, 2, 3))
        if len(words) >= size:
            at = chosen.randrange(len(words) - size + 1)
            found.append(" ".join(words[at:at + size]).lower())
    return found


def web_process(stage: Stage) -> list[Row]:
    _, pages, products = _bare(stage)
    searches = [f"/api/v1/search?q={quote(text)}" for text in [*questions(50), "无线耳机", "gutiar"]]
    with stage.serving() as server:
        drive(server, [*pages, *products, *searches], seconds=4)
        resident, started = max(server.resident_mb()), server.started_s
    return [at_most("web process, resident under load", resident, "MB", most=160),
            at_most("web process, start to first answer", started, "s", most=3)]


def bulk_import(stage: Stage) -> list[Row]:
    """In a database of its own, from nothing, with a worker beside: until documents and index show the last product."""
    stage.drop_database("bench_import")
    stage.use_database("bench_import")
    try:
        _forget()
        with stage.working():
            took = read_data.import_watched()
    finally:
        stage.use_database("entrepot")
        _forget()
        stage.drop_database("bench_import")
    count, unit = took["products"], "products/s"
    return [at_least("bulk import with documents and index", count / took["shown"], unit, least=2000),
            at_least("bulk import, catalogue alone", count / took["import"], unit)]


def _forget() -> None:
    """What the process remembers of another database."""
    from entrepot.catalog.queries import channels
    from entrepot.showcase import merchandising

    channels.forget()
    merchandising.forget()


JOBS = {"bulk_import": Job(bulk_import), "listing": Job(listing), "product": Job(product),
        "search_http": Job(search_http), "web_process": Job(web_process)}
