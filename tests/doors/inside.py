"""A serving process inside the test, so that a part of it can be taken out or held."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from doors.signed import Answer, Signer
from keylease.access.request import Request
from keylease.api.http.response import Response
from keylease.app import accounts
from keylease.app.deployment import Deployment
from keylease.app.serving import ServingProcess


@dataclass
class Inside:
    """A process that listens nowhere."""

    deployment: Deployment
    process: ServingProcess

    @property
    def door(self) -> Any:
        return self.process._door

    def customer(self, name: str) -> Signer:
        """A new account."""
        made = accounts.create_account(self.deployment, name)
        return Signer("127.0.0.1:1", made.access_key_id, made.access_key_secret)

    def service(self, name: str) -> Signer:
        """The storage service, for this account."""
        return Signer("127.0.0.1:1", *accounts.create_service_key(self.deployment, name))

    def send(self, request: Request) -> Answer:
        """What a request is answered."""
        response = asyncio.run(self._answer(request))
        headers = {name.lower(): value for name, value in response.headers}
        return Answer(response.status, headers, response.body.decode())

    async def _answer(self, request: Request) -> Response:
        answer = self.process._route(request)
        return answer if isinstance(answer, Response) else await answer


@contextmanager
def inside(deployment: Deployment) -> Iterator[Inside]:
    """Started as when it serves, and ended. The deployment needs the machine's own clock."""
    process = ServingProcess(deployment, role="serve", runs_agenda=False)
    process._threads.start()
    try:
        yield Inside(deployment, process)
    finally:
        process.close()
