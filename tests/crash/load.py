"""Customers who buy, renew, make keys, encrypt and decrypt, and write down what they are told.

What a customer wants is in the journal before it is sent, its answer as soon as it is there: so
after a crash the journal says what was acknowledged and what is in doubt.
"""

import base64
import json
import random
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from crash.signed import CONNECTION_ERRORS, SignedClient

KMS, BILLING = "2016-01-20", "2017-12-14"
_BILLING = {
    "CreateInstance",
    "RenewInstance",
    "QueryOrders",
    "QueryAccountBalance",
    "QueryAvailableInstances",
}

#: Refusals that the passing of time explains: the instance expired or was released.
OF_TIME = {(403, "Forbidden.DKMSInstanceStateInvalid"), (400, "ResourceNotExists")}

#: The price book that a new deployment starts with: 500.00 a month, 0.85 from 12 months on.
CENTS = {("CreateInstance", "1"): 50_000, ("CreateInstance", "12"): 510_000}
CENTS |= {("RenewInstance", "1"): 50_000}


@dataclass
class Call:
    """An entry of the journal; ``status`` 0 means that no answer came."""

    action: str
    parameters: dict[str, str]
    status: int = 0
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def order_id(self) -> str:
        """The order that an acknowledged purchase or renewal brought about."""
        return str(self.body["Data"]["OrderId"])

    @property
    def cents(self) -> int:
        """What a purchase or a renewal costs."""
        months = self.parameters.get("Period") or self.parameters["RenewPeriod"]
        return CENTS[self.action, months]


@dataclass
class Ciphertext:
    blob: str
    plaintext: str


class Customer:
    """One account with an instance for a year, in which its keys are, and many for a month."""

    def __init__(self, account_id: str, key_id: str, secret: str, seed: str) -> None:
        self.account_id = account_id
        self.journal: list[Call] = []
        self.keys: list[str] = []
        self.instances: list[str] = []
        self.ciphertexts: list[Ciphertext] = []
        self._credentials = (key_id, secret)
        self._client: SignedClient | None = None
        self._rng = random.Random(seed)

    def connect(self, host_port: str) -> None:
        """From now on the server is there."""
        self.disconnect()
        self._client = SignedClient(host_port, *self._credentials)

    def disconnect(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()

    def settle_in(self) -> None:
        """The instance for a year, enabled, with a first key; and one that is left to expire."""
        home = self.buy(12).body["Data"]["InstanceId"]
        self.call(
            "ConnectKmsInstance",
            KmsInstanceId=home,
            KMProvider="Aliyun",
            VpcId="vpc-bp1example",
            VSwitchIds="vsw-bp1example",
            ZoneIds="cn-hangzhou-a",
        )
        self.create_key()
        self._buy_for_a_month()

    def work(self, stop: threading.Event) -> None:
        """One thing after another, until told to stop or the server is gone."""
        choices = [self._buy_for_a_month, self.renew, self.create_key, self.encrypt, self.decrypt]
        try:
            while not stop.is_set():
                self._rng.choices(choices, weights=[3, 3, 2, 6, 6])[0]()
        except CONNECTION_ERRORS:
            return

    def call(self, action: str, **parameters: str) -> Call:
        """Write down, send, write down the answer."""
        call = Call(action, parameters)
        self.journal.append(call)
        self.send(call)
        return call

    def send(self, call: Call) -> None:
        """Send an entry of the journal, for the first time or again."""
        assert self._client is not None
        version = BILLING if call.action in _BILLING else KMS
        answer = self._client.call(version, call.action, call.parameters)
        if answer.status == 503:  # a worker that ends says so: nothing is acknowledged
            raise ConnectionError(answer.body)
        call.status, call.body = answer.status, answer.body

    def bought(self) -> list[Call]:
        """The acknowledged purchases and renewals, one for each ClientToken."""
        by_token: dict[str, Call] = {}
        for call in self.journal:
            if call.ok and "ClientToken" in call.parameters:
                first = by_token.setdefault(call.parameters["ClientToken"], call)
                assert call.body["Data"] == first.body["Data"], "a token has two answers"
        return list(by_token.values())

    def ask(self, action: str, **parameters: str) -> dict[str, Any]:
        """A call that changes nothing and must succeed."""
        call = self.call(action, **parameters)
        assert call.ok, call
        return call.body

    def buy(self, months: int) -> Call:
        call = self.call(
            "CreateInstance",
            **{"Parameter.1.Code": "ProductVersion", "Parameter.1.Value": "3"},
            ProductCode="kms",
            ProductType="kms_ddi_public_intl",
            SubscriptionType="Subscription",
            Period=str(months),
            ClientToken=str(uuid.uuid4()),
        )
        self.learn(call)
        return call

    def renew(self) -> None:
        """The instance for a year, or one of the newest, so that most of the others expire."""
        newest = self.instances[2:][-3:]
        self.learn(
            self.call(
                "RenewInstance",
                ProductCode="kms",
                InstanceId=self._rng.choice([self.instances[0], *newest]),
                RenewPeriod="1",
                ClientToken=str(uuid.uuid4()),
            )
        )

    def create_key(self) -> None:
        self.learn(self.call("CreateKey", DKMSInstanceId=self.instances[0]))

    def encrypt(self) -> None:
        plaintext = base64.b64encode(self._rng.randbytes(24)).decode()
        key, context = self._rng.choice(self.keys), json.dumps({"for": self.account_id})
        self.learn(self.call("Encrypt", KeyId=key, Plaintext=plaintext, EncryptionContext=context))

    def decrypt(self) -> None:
        if self.ciphertexts:
            self.check_decrypts(self._rng.choice(self.ciphertexts))

    def check_decrypts(self, one: Ciphertext) -> None:
        """The ciphertext gives its plaintext back."""
        context = json.dumps({"for": self.account_id})
        answer = self.ask("Decrypt", CiphertextBlob=one.blob, EncryptionContext=context)
        assert answer["Plaintext"] == one.plaintext, f"{one} decrypts to something else"

    def learn(self, call: Call) -> None:
        """Remember what an answer brought."""
        if not call.ok:
            return
        if call.action == "CreateInstance":
            self.instances.append(call.body["Data"]["InstanceId"])
        elif call.action == "CreateKey":
            self.keys.append(call.body["KeyMetadata"]["KeyId"])
        elif call.action == "Encrypt":
            self.ciphertexts.append(
                Ciphertext(call.body["CiphertextBlob"], call.parameters["Plaintext"])
            )

    def _buy_for_a_month(self) -> None:
        self.buy(1)


@contextmanager
def load(customers: list[Customer]) -> Iterator[list[Future[None]]]:
    """All customers at work at once, each in a thread; at the end whoever still is stops."""
    stop = threading.Event()
    with ThreadPoolExecutor(len(customers)) as threads:
        working = [threads.submit(one.work, stop) for one in customers]
        try:
            yield working
        finally:
            stop.set()
    for one in working:
        one.result()  # raises what an answer was not as it should be for
