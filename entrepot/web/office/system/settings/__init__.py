"""Every setting of the business: what it is for, how it stands, and the form that changes it through its action."""
