"""The operations on application access points.

Shapes: facts/kms-api.md A (Access: application access points).
"""

from typing import Any

from keylease.api.rpc.arguments import invalid, missing
from keylease.api.rpc.call import Answer, ApiWork, Call
from keylease.api.rpc.kms.application_shapes import description, json_text, page_of, place
from keylease.custody.applications import rules
from keylease.custody.applications.model import AUTHENTICATION_METHOD, AccessPoint


def create(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """CreateApplicationAccessPoint."""
    arguments = call.arguments
    name = arguments.required("Name")
    if arguments.optional("AuthenticationMethod") not in {AUTHENTICATION_METHOD, None}:
        raise invalid("AuthenticationMethod", "takes {allowed}", allowed=AUTHENTICATION_METHOD)
    policies = arguments.json_texts("Policies")
    if policies is None:
        raise missing("Policies")
    about = arguments.text("Description")
    asked = AccessPoint(call.account_id, call.region, name, policies, about, work.now)
    made = rules.create_access_point(work, asked)
    return _shown(made), made.name


def list_points(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """ListApplicationAccessPoints, by name."""

    def shown(one: AccessPoint) -> dict[str, str]:
        return {"Name": one.name, "AuthenticationMethod": one.authentication_method}

    names = "ApplicationAccessPoints", "ApplicationAccessPoint"
    return page_of(call, work.applications.access_points, names, shown), ""


def describe(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DescribeApplicationAccessPoint."""
    name = call.arguments.required("Name")
    return _shown(rules.found(work.applications.access_points, place(call), name)), name


def update(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """UpdateApplicationAccessPoint: what is not sent stays."""
    name = call.arguments.required("Name")
    policies = call.arguments.json_texts("Policies")
    rules.update_access_point(work, place(call), name, policies, description(call))
    return {}, name


def delete(call: Call, work: ApiWork) -> tuple[Answer, str]:
    """DeleteApplicationAccessPoint, which may have no client keys."""
    name = call.arguments.required("Name")
    rules.delete_access_point(work, place(call), name)
    return {}, name


def _shown(point: AccessPoint) -> dict[str, Any]:
    return {
        "Name": point.name,
        "Arn": point.resource_name,
        "AuthenticationMethod": point.authentication_method,
        "Policies": json_text(point.policies),
        "Description": point.description,
    }
