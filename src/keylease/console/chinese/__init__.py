"""The console's texts in Chinese, by their English: a table for each part of the navigation."""

from keylease.console.chinese import (
    applications,
    buying,
    calendar,
    expenses,
    frame,
    instances,
    keys,
    operator,
    refusals,
    refusals_instances,
    refusals_keys,
    refusals_money,
    refusals_policies,
    refusals_secrets,
    secrets,
)

CHINESE: dict[str, str] = {
    **frame.TEXTS,
    **instances.TEXTS,
    **keys.TEXTS,
    **secrets.TEXTS,
    **applications.TEXTS,
    **buying.TEXTS,
    **expenses.TEXTS,
    **calendar.TEXTS,
    **operator.TEXTS,
    **refusals.TEXTS,
    **refusals_instances.TEXTS,
    **refusals_keys.TEXTS,
    **refusals_money.TEXTS,
    **refusals_policies.TEXTS,
    **refusals_secrets.TEXTS,
}
