"""Users, groups and roles of accounts, and the policies that are attached to them.

`model` says what they are, `directory` how they change, `grants` what somebody was given,
`assuming` who may become what for a while.
"""
