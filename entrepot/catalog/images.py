"""Uploaded bytes to clean pictures: what they are is read from their content, never from a name or a header."""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from entrepot.catalog.errors import MediaTooLarge, UnsafeMedia
from entrepot.catalog.rules.state import MediaState
from entrepot.kit.errors import N_

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 2560  # the stored original; nobody needs more in a shop
CUSTOMERS_SIDE = 1600  # pictures of returned goods and in reviews
WIDTHS = (160, 320, 640, 1280)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image re-encoded as WebP, the largest first. Re-encoding drops EXIF, GPS, comments and anything appended."""

    sizes: tuple[tuple[int, int, bytes], ...]

    def files(self, id_: UUID) -> dict[str, bytes]:
        return {self._name(id_, n): content for n, (_, _, content) in enumerate(self.sizes)}

    def described(self, media: MediaState) -> MediaState:
        renditions = tuple({"file": self._name(media.id, n), "width": w, "height": h, "type": "image/webp"}
                           for n, (w, h, _) in enumerate(self.sizes) if n)
        width, height, _ = self.sizes[0]
        return replace(media, file=self._name(media.id, 0), width=width, height=height, renditions=renditions)

    def _name(self, id_: UUID, n: int) -> str:
        return name(id_, "webp") if n == 0 else name(id_, "webp", self.sizes[n][0])


def name(id_: UUID, suffix: str, width: int = 0) -> str:
    """Our own name below MEDIA_ROOT, spread over folders by the random end of the id."""
    return f"catalog/{id_.hex[-2:]}/{id_.hex}{f'-{width}' if width else ''}.{suffix}"


def renamed(file: str, old: UUID, new: UUID) -> str:
    """The name that a file of the image `old` has as a file of `new`."""
    return f"catalog/{new.hex[-2:]}/{file.rpartition('/')[2].replace(old.hex, new.hex)}"


def prepare(content: bytes) -> Prepared:
    """Raises MediaTooLarge or UnsafeMedia; otherwise the clean sizes."""
    plain = _opened(content)
    return Prepared((_encoded(plain), *(_encoded(_scaled(plain, w)) for w in reversed(WIDTHS) if w < plain.width)))


def clean(content: bytes) -> bytes:
    """One picture of a customer's as WebP without anything that was hidden in it; raises as `prepare` does."""
    return _encoded(_opened(content, CUSTOMERS_SIDE))[2]


def _opened(content: bytes, most: int = MAX_SIDE) -> Image:
    """The picture itself, upright and no larger than needed."""
    from PIL import Image, ImageOps

    if len(content) > MAX_BYTES:
        raise _too_large()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we compare with our own, lower limit
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise _too_large()
                image.draft("RGB", (most, most))  # JPEG decodes straight to a smaller size
                image.load()
                upright = ImageOps.exif_transpose(image)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError, ArithmeticError, EOFError, MemoryError, RuntimeError) as error:
        raise UnsafeMedia(reason=N_("it is not a complete JPEG, PNG, WebP, GIF or AVIF image.")) from error
    if upright.mode.startswith("I"):  # 16 bits of grey: what is above the first 8 would all be white
        upright = upright.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    plain = upright.convert("RGBA" if _transparent(upright) else "RGB")
    plain.thumbnail((most, most), Image.Resampling.LANCZOS)
    return plain


def _transparent(image: Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _scaled(image: Image, width: int) -> Image:
    from PIL.Image import Resampling

    return image.resize((width, max(1, round(image.height * width / image.width))), Resampling.LANCZOS)


def _encoded(image: Image) -> tuple[int, int, bytes]:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return image.width, image.height, out.getvalue()


def _too_large() -> MediaTooLarge:
    return MediaTooLarge(megabytes=MAX_BYTES // 1024 // 1024, megapixels=MAX_PIXELS // 1_000_000)


# What a drawing may not have, should the generator ever be fed with foreign text.
_ACTIVE = re.compile(r"<!doctype|<!entity|<\?(?!xml )|<\s*(script|foreignobject|iframe|embed|object|animate|set|use\s)"
                     r"|\son\w+\s*=|javascript:|(href|src)\s*=\s*[\"'](?!#)|@import|url\(\s*[\"']?(?!#)", re.IGNORECASE)


def check_svg(svg: str) -> None:
    """A still drawing without scripts, handlers or references to elsewhere."""
    if not re.match(r"\s*(<\?xml [^>]*\?>\s*)?<svg[\s>]", svg) or _ACTIVE.search(svg) or len(svg) > 500_000:
        raise UnsafeMedia(reason=N_("it is not a plain drawing."))
