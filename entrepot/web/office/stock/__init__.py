"""The stock desk: what lies where, why, what runs low, what moves between places, what was counted."""
