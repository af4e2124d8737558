"""Rules that ask for a review before money or goods move, with reasons."""
