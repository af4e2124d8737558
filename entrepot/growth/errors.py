"""Why content is not taken."""

from entrepot.kit.errors import N_, DomainError


class SlugTaken(DomainError):
    code, status, text = "slug_taken", 409, N_("Another page already has the address “{slug}”.")


class InvalidBlock(DomainError):
    """`number` counts from one, as an editor shows the blocks; `field` is the block's own name for it."""

    code, status, text = "invalid_block", 422, N_("Block {number}, {label}: {reason}")


class PictureInUse(DomainError):
    code, status, text = "picture_in_use", 409, N_("This picture is still shown on {count} pages.")


class NoSuchVersion(DomainError):
    code, status, text = "no_such_version", 404, N_("There is no version {number} of this page.")
