"""Random lives through the program's own functions and real storage come to what rules.md says."""

from pathlib import Path

import pytest

from comparison.in_storage import StorageMarket
from comparison.timeline import BEGINNING, TimeLine
from conftest import MakeDeployment
from keylease.core.clock import iso
from machine import HeldMachine
from postgres import PostgresServer

COHORT = 50


def lead(make_deployment: MakeDeployment, seeds: range, url: str = "") -> TimeLine:
    deployment = make_deployment(
        url, clock=f"test={iso(BEGINNING)}", machine=HeldMachine(), name=f"lives{seeds.start}"
    )
    line = TimeLine(StorageMarket(deployment), seeds)
    line.run()
    return line


def test_random_lives_in_storage_come_to_the_same(make_deployment: MakeDeployment) -> None:
    lead(make_deployment, range(COHORT))
