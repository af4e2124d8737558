"""What the shop says: pages made of blocks, menus, pictures of the media library, and whether the shop is open.

Always true: a visitor sees the version that somebody published, never a draft; versions are only added, so any of them
can be restored; what is written is stored as plain marked-up text and sanitised when it is shown. The web asks
`public`; nothing below knows of us.
"""
