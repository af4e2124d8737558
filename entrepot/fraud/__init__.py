"""Rules that ask for a review before money or goods move, with reasons.

Always true: a decision keeps its inputs, the versions of the rules it used and what they found, so that it can be
replayed; no version of a rule ever changes; no address, e-mail or IP is stored in the clear. Checkout calls `assess`.
"""
