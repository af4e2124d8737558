"""What can go wrong with reviews."""

from entrepot.kit.errors import N_, DomainError


class NotReceived(DomainError):
    code, status = "not_received", 409
    text = N_("Reviews are written by people who have received the product.")


class OwnReview(DomainError):
    code, status, text = "own_review", 409, N_("Your own review cannot get your vote.")


class ReviewNot(DomainError):
    code, status, text = "review_not", 409, N_("This review cannot be changed from its present state.")
