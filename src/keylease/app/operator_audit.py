"""What the operator does at the command line stands in the audit trail, like every call."""

from keylease.core import ids
from keylease.records.audit import OK, AuditRecord
from keylease.storage.unit_of_work import UnitOfWork


def audit_operator(
    work: UnitOfWork, operation: str, resource: str = "", account_id: str = ""
) -> None:
    """Write the record of a command in the transaction of what it does."""
    record = AuditRecord(
        at=work.now,
        machine=work.machine,
        request_id=ids.request_id(work.entropy),
        account_id=account_id,
        principal="operator",
        access_key_id="",
        operation=operation,
        region="",
        resource=resource,
        outcome=OK,
        peer="",
    )
    work.audit.append([record])
