"""Who acts for an account besides itself: users, groups, roles, policies and access keys."""

from keylease.console.pages.access import access_keys, granting, groups, policies, roles, users

__all__ = ["access_keys", "granting", "groups", "policies", "roles", "users"]
