"""What the catalogue refuses."""

from entrepot.kit.errors import N_, DomainError


class SlugTaken(DomainError):
    code, status, text = "slug_taken", 409, N_("The address “{slug}” is already in use.")


class SkuTaken(DomainError):
    code, status, text = "sku_taken", 409, N_("The SKU “{sku}” already belongs to another variant.")


class ExternalIdTaken(DomainError):
    code, status = "external_id_taken", 409
    text = N_("The id “{value}” of “{system}” already belongs to another product.")


class CodeTaken(DomainError):
    code, status, text = "code_taken", 409, N_("The code “{value}” is already in use.")


class OptionsTaken(DomainError):
    code, status = "options_taken", 409
    text = N_("Another active variant has the same options as “{sku}”.")


class CategoryCycle(DomainError):
    code, status, text = "category_cycle", 409, N_("A category cannot move below itself.")


class StillInUse(DomainError):
    code, status, text = "still_in_use", 409, N_("This is still in use and cannot be removed.")


class NotABundlePart(DomainError):
    code, status = "not_a_bundle_part", 422
    text = N_("“{sku}” cannot be part of a bundle: parts are stocked variants that are no bundles themselves.")


class PartOfBundle(DomainError):
    code, status = "part_of_bundle", 409
    text = N_("“{sku}” is part of a bundle and must stay a stocked variant.")


class RuleCollection(DomainError):
    code, status = "rule_collection", 409
    text = N_("The products of this collection are chosen by its rule.")


class UnsafeMedia(DomainError):
    code, status, text = "unsafe_media", 422, N_("This file cannot be used: {reason}")


class MediaTooLarge(DomainError):
    code, status = "media_too_large", 413
    text = N_("Images may have at most {megabytes} MB and {megapixels} megapixels.")
