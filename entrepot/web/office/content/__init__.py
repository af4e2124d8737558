"""The content desks: pages made of blocks, menus, the media library, the sign on the door."""
