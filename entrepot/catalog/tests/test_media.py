"""Images: what is let in, what becomes of it, and what never gets near the disk."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from entrepot.catalog import images, public
from entrepot.catalog.actions import drawings
from entrepot.catalog.errors import MediaTooLarge, UnsafeMedia
from entrepot.catalog.tests.factories import BOB, CHARLIE, a_product, variants_of
from entrepot.kit import db
from entrepot.kit.errors import InvalidInput, NotFound, PermissionDenied
from entrepot.kit.ids import uuid7

pytestmark = pytest.mark.django_db

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#abc"/></svg>'


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def picture(width: int = 800, height: int = 600, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(out, kind, **options)
    return out.getvalue()


def located() -> bytes:
    """A photograph that tells where it was taken, on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif)


def files(media: Path) -> list[Path]:
    return [p for p in media.rglob("*") if p.is_file()] if media.exists() else []


def test_an_upload_becomes_clean_webp_in_several_widths(media):
    product = a_product("Cup")
    id_ = public.add_media(product, content=located(), alt={"en": "A cup", "zh-hans": "杯子"}, actor=BOB)
    (medium,) = public.get_product(product)["media"]
    assert (medium["id"], medium["alt"]) == (id_, {"en": "A cup", "zh-hans": "杯子"})
    assert (medium["width"], medium["height"]) == (600, 800), "turned upright"
    assert [r["width"] for r in medium["renditions"]] == [320, 160]
    assert medium["url"].startswith("/media/catalog/")
    stored = files(media)
    assert len(stored) == 3
    for path in stored:
        content = path.read_bytes()
        assert b"SecretCamera" not in content
        with Image.open(io.BytesIO(content)) as image:
            assert image.format == "WEBP"
            assert not image.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_formats_are_read_from_the_content(kind, media):
    public.add_media(a_product("Cup"), content=picture(kind=kind), actor=BOB)
    assert {p.suffix for p in files(media)} == {".webp"}


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("content", [
    b"", b"hello", SVG.encode(), b"<html><script>alert(1)</script></html>", b"GIF89a" + b"\x00" * 20, picture()[:2000],
    b"%PDF-1.7 ...", b"PK\x03\x04" + b"\x00" * 100, b"\xff\xd8\xff\xe0" + b"A" * 100, picture(kind="BMP"),
    picture(kind="TIFF"),
])
def test_what_is_no_whole_picture_is_refused_and_leaves_nothing(content, media):
    product = a_product("Cup")
    with pytest.raises(UnsafeMedia):
        public.add_media(product, content=content, actor=BOB)
    assert files(media) == []
    assert not public.get_product(product)["media"]


@pytest.mark.parametrize("content", [_png_header(60_000, 60_000), _png_header(7_000, 7_000),
                                     b"\xff" * (images.MAX_BYTES + 1)])
def test_giants_are_refused_before_they_are_unpacked(content):
    with pytest.raises(MediaTooLarge):
        public.add_media(a_product("Cup"), content=content, actor=BOB)


def test_a_broken_avif_is_refused_like_any_other() -> None:
    content = bytearray(picture(64, 64, "AVIF"))
    for at in range(content.index(b"mdat") + 4, len(content)):
        content[at] = 0xFF
    with pytest.raises(UnsafeMedia):
        images.prepare(bytes(content))


def test_sixteen_bits_of_grey_are_not_all_white() -> None:
    scan, out = Image.new("I;16", (64, 1)), io.BytesIO()
    for x in range(64):
        scan.putpixel((x, 0), x * 1040)
    scan.save(out, "PNG")
    shown = Image.open(io.BytesIO(images.prepare(out.getvalue()).sizes[0][2])).convert("L")
    assert [abs(shown.getpixel((x, 0)) - x * 4) < 12 for x in (4, 20, 40, 60)] == [True] * 4


def test_a_polyglot_keeps_only_its_picture(media):
    public.add_media(a_product("Cup"), content=picture(kind="PNG") + b"<script>alert(1)</script>", actor=BOB)
    kept = [p.read_bytes() for p in files(media)]
    assert kept
    assert not [content for content in kept if b"<script>" in content]


def test_files_of_a_refused_image_are_removed(media):
    for product in (uuid7(), a_product("Cup")):
        with pytest.raises(NotFound):
            public.add_media(product, content=picture(), variant_id=uuid7(), actor=BOB)
    with pytest.raises(PermissionDenied):
        public.add_media(a_product("Mug"), content=picture(), actor=CHARLIE)
    assert files(media) == []


def test_addresses_elsewhere_are_kept_as_they_are():
    product = a_product("Cup")
    public.add_media(product, url="https://example.com/a.jpg", actor=BOB)
    assert public.get_product(product)["media"][0]["url"] == "https://example.com/a.jpg"
    for url in ("javascript:alert(1)", "http://user:pw@example.com/a.jpg", "/etc/passwd"):
        with pytest.raises(InvalidInput):
            public.add_media(product, url=url, actor=BOB)


def test_order_texts_and_variant_of_images(django_capture_on_commit_callbacks, media):
    product = a_product("Tee", skus=("A", "B"))
    red = variants_of(product)[0]
    first, second = (public.add_media(product, content=picture(), actor=BOB) for _ in range(2))
    public.order_media(product, [second, first], actor=BOB)
    public.update_media(product, first, alt={"en": "Red"}, variant_id=red, actor=BOB)
    told = public.get_product(product)["media"]
    assert [m["id"] for m in told] == [second, first]
    assert (told[1]["alt"], told[1]["variant_id"]) == ({"en": "Red"}, red)
    image = public.variant_facts([red])[red].image
    assert image == told[1]["url"], "a variant's own image goes before the product's"
    with pytest.raises(InvalidInput):
        public.order_media(product, [first], actor=BOB)
    with django_capture_on_commit_callbacks(execute=True):
        public.delete_media(product, first, actor=BOB)
    assert {p.name[:32] for p in files(media)} == {second.hex}


def test_our_own_drawings_are_kept_as_svg(media):
    product = a_product("Cup")
    public.add_generated_svgs({product: [(SVG, {"en": "Cup"}, None)]}, size=9, actor=BOB)
    (path,) = files(media)
    assert path.read_text() == SVG
    assert public.get_product(product)["media"][0]["url"].endswith(".svg")


@pytest.mark.parametrize("svg", [
    "<p>no</p>", SVG.replace("<rect", "<script>alert(1)</script><rect"), SVG.replace("<rect", "<rect onload='x()'"),
    SVG.replace("<rect", "<image href='https://evil.example/x.png'/><rect"), "<!DOCTYPE svg [<!ENTITY a 'b'>]>" + SVG,
    SVG.replace("#abc", "url(https://evil.example)"), SVG.replace("<rect", "<foreignObject/><rect"),
])
def test_a_drawing_that_could_act_is_refused(svg, media):
    with pytest.raises(UnsafeMedia):
        public.add_generated_svgs({a_product("Cup"): [(svg, {}, None)]}, size=9, actor=BOB)
    assert files(media) == []


def waiting_jobs() -> int:
    return db.value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'catalog.render_drawings'")


def test_the_main_drawing_becomes_a_picture_that_others_can_read(django_capture_on_commit_callbacks, media):
    product = a_product("Cup")
    with django_capture_on_commit_callbacks(execute=True):
        public.add_generated_svgs({product: [(SVG, {}, None)] * 2}, size=9, actor=BOB)
    assert waiting_jobs() == 1, "one job for both"
    version = public.get_product(product)["version"]
    assert drawings.render_drawings(10, actor=BOB) == 1, "the main picture alone"
    main, other = public.get_product(product)["media"]
    (png,) = main["renditions"]
    assert (png["width"], png["height"], png["type"]) == (1200, 1200, "image/png")
    assert other["renditions"] == []
    (path,) = media.rglob("*.png")
    with Image.open(path) as image:
        assert (image.size, image.convert("RGB").getpixel((600, 600))) == ((1200, 1200), (0xAA, 0xBB, 0xCC))
    assert public.get_product(product)["version"] == version, "nobody edited it"
    assert drawings.render_drawings(10, actor=BOB) == 0
    public.order_media(product, [other["id"], main["id"]], actor=BOB)
    assert drawings.render_drawings(10, actor=BOB) == 1, "another main picture"
    with django_capture_on_commit_callbacks(execute=True):
        public.delete_media(product, main["id"], actor=BOB)
    assert len(list(media.rglob("*.png"))) == 1


def test_a_drawing_that_was_replaced_meanwhile_is_left_alone(media, monkeypatch):
    product = a_product("Cup")
    public.add_generated_svgs({product: [(SVG, {}, None)]}, size=9, actor=BOB)
    draw = drawings._drawn

    def replaced(row):
        db.execute("UPDATE catalog_media SET file = 'catalog/xx/other.svg'")
        return draw(row)

    monkeypatch.setattr(drawings, "_drawn", replaced)
    drawings.render_drawings(1, actor=BOB)
    assert public.get_product(product)["media"][0]["renditions"] == []


def test_who_may_not_edit_may_not_render(media):
    with pytest.raises(PermissionDenied):
        drawings.render_drawings(1, actor=CHARLIE)
