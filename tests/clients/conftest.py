"""A served product for official clients: over HTTP, and over TLS with a private CA."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from doors.house import opened
from keylease.custody.instances.states import InstanceState
from keylease.lifecycle import purchase
from keylease.lifecycle.purchase import Purchase
from product import Customer, serving


@pytest.fixture(scope="session")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Customer]:
    """A customer with money, served over HTTP."""
    with serving(tmp_path_factory.mktemp("clients") / "data") as product:
        yield product.customer("ada", "10000.00")


@pytest.fixture(scope="session")
def instance_id(ada: Customer) -> str:
    """An enabled instance of hers."""
    bought: str = ada.buy()["InstanceId"]
    ada.enable(bought)
    return bought


@pytest.fixture(scope="session")
def grace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Customer]:
    """A customer of a product that is served over TLS only."""
    with serving(tmp_path_factory.mktemp("clients-tls") / "data", "--tls", "auto") as product:
        yield product.customer("grace", "10000.00")


@pytest.fixture(scope="session")
def secure_instance_id(grace: Customer) -> str:
    """An enabled instance of hers, bought beside the server."""
    with opened(grace.product) as deployment, deployment.database.begin() as work:
        asked = Purchase("kms_ddi_public_intl", 1, {}, "ManualRenewal")
        bought = purchase.buy(work, grace.account_id, "cn-hangzhou", asked)
        instance = work.instances.find(bought.instance_id)
        assert instance is not None
        work.instances.update(replace(instance, state=InstanceState.CONNECTED))
        work.changed("instance", instance.id)
    return instance.id


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home for a client's program."""
    made = tmp_path / "home"
    made.mkdir()
    return made
