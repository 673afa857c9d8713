"""The console's texts in Chinese, by their English: a table for each part of the navigation."""

from keylease.console.chinese import (
    applications,
    buying,
    calendar,
    expenses,
    frame,
    instances,
    key_import,
    keys,
    logs,
    operator,
    requests,
    secrets,
)

CHINESE: dict[str, str] = {
    **frame.TEXTS,
    **instances.TEXTS,
    **keys.TEXTS,
    **key_import.TEXTS,
    **secrets.TEXTS,
    **applications.TEXTS,
    **buying.TEXTS,
    **expenses.TEXTS,
    **calendar.TEXTS,
    **logs.TEXTS,
    **operator.TEXTS,
    **requests.TEXTS,
}
