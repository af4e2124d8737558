"""The toolbox below every context: money, ids, clock, errors, actors, audit, outbox, embedded database.

The pure part (money, ids, clock, errors, text, actor, event) imports no Django, so that contracts, events,
errors and rules of every context can use it. Nothing here knows a business word.
"""
