"""What somebody hostile tries with the pages: each is tried, none works."""

import re
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from console.browserlike import FORM, Browserlike
from console.people import opened
from console.town import fill_with_people
from keylease.access.sign_in import Failures
from product import Customer, Product
from waiting import until

EVIL = "https://evil.example"


@pytest.fixture
def hostile(product: Product, ada: Customer) -> Browserlike:
    somebody = Browserlike(product)
    assert somebody.sign_in("ada", ada.made["console_password"]) == 303
    return somebody


@pytest.fixture(scope="module")
def bob(product: Product) -> Customer:
    return product.customer("bob", "10000")


@pytest.fixture(scope="module")
def others(product: Product, bob: Customer) -> dict[str, str]:
    """Bob's people, by the page that lists them."""
    named = fill_with_people(product, bob.account_id, "bobs")
    plural = {"user": "users", "group": "groups", "role": "roles", "policy": "policies"}
    held = product.cli("access-key", "list", "bob", "--user", named["user"])
    return {plural[kind]: name for kind, name in named.items()} | {
        "access_key": held[0]["access_key_id"]
    }


@pytest.mark.parametrize(
    "path", ["/console/", "/console/sign-in", "/console/none", "/console/static/console.css"]
)
def test_every_answer_has_the_headers_that_keep_others_out(hostile: Browserlike, path: str) -> None:
    hostile.ask("GET", path)
    policy = hostile.header("Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert hostile.header("X-Frame-Options") == "DENY"
    assert hostile.header("X-Content-Type-Options") == "nosniff"
    assert hostile.header("Referrer-Policy") == "same-origin"


def test_pages_are_kept_by_no_cache_and_files_by_every(hostile: Browserlike) -> None:
    _, text = hostile.ask("GET", "/console/")
    assert hostile.header("Cache-Control") == "no-store"
    sheet = re.search(r'href="(/console/static/console\.css\?[0-9a-f]+)"', text)
    assert sheet is not None
    hostile.ask("GET", sheet[1])
    assert "immutable" in hostile.header("Cache-Control")


def test_pages_hold_no_script_and_no_style_of_their_own(hostile: Browserlike) -> None:
    _, text = hostile.ask("GET", "/console/")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    product: Product, ada: Customer
) -> None:
    somebody = Browserlike(product)
    somebody.sign_in("ada", ada.made["console_password"])
    cookie = somebody.header("Set-Cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/console" in cookie


def test_a_session_that_was_planted_before_signing_in_is_worth_nothing(
    product: Product, ada: Customer
) -> None:
    somebody = Browserlike(product, {"keylease-console": "ab" * 32})
    somebody.sign_in("ada", ada.made["console_password"])
    assert somebody.cookies["keylease-console"] != "ab" * 32
    planted = Browserlike(product, {"keylease-console": "ab" * 32})
    assert planted.ask("GET", "/console/")[0] == 303


def test_a_form_without_its_token_or_from_another_site_does_nothing(
    hostile: Browserlike, ada: Customer
) -> None:
    instance = ada.buy(1)["InstanceId"]
    path = f"/console/instances/{instance}/rename"
    token = hostile.form_token
    assert hostile.post(path, InstanceName="stolen") == 403
    assert hostile.post(path, InstanceName="stolen", form_token="0" * 64) == 403
    for headers in ({"Origin": EVIL}, {"Sec-Fetch-Site": "cross-site"}):
        assert hostile.post(path, headers, InstanceName="stolen", form_token=token) == 403
    assert "stolen" not in hostile.ask("GET", "/console/instances")[1]
    assert hostile.post(path, InstanceName="hers", form_token=token) == 303


@pytest.mark.parametrize("origin", ["null", "http://[", "http://", "evil"])
def test_a_form_from_nowhere_that_has_a_name_is_refused(hostile: Browserlike, origin: str) -> None:
    assert hostile.post("/console/preferences", {"Origin": origin}, language="zh") == 403


@pytest.mark.parametrize("path", ["sign-in", "preferences", "sign-out"])
def test_other_sites_can_neither_sign_in_nor_out_nor_set_preferences(
    hostile: Browserlike, path: str
) -> None:
    before = dict(hostile.cookies)
    fields = {"name": "bob", "password": "x", "language": "zh", "form_token": hostile.form_token}
    assert hostile.post(f"/console/{path}", {"Origin": EVIL}, **fields) == 403
    assert hostile.cookies == before


@pytest.mark.parametrize(
    "onward",
    [
        *(EVIL, "//evil.example", "/\\evil.example", "/console\\..//evil.example", "https:evil"),
        *("//[", "http://["),
    ],
)
def test_nobody_is_led_to_another_site(product: Product, ada: Customer, onward: str) -> None:
    somebody = Browserlike(product)
    fields = {"name": "ada", "password": ada.made["console_password"], "next": onward}
    assert somebody.post("/console/sign-in", **fields) == 303
    assert somebody.header("Location") == "/console/"
    assert somebody.post("/console/preferences", language="zh", next=onward) == 303
    assert somebody.header("Location") == "/console/"


def test_guessing_has_to_wait_and_so_does_the_right_password_meanwhile(
    product: Product, bob: Customer
) -> None:
    somebody = Browserlike(product)
    assert [somebody.sign_in("bob", "wrong") for _ in range(5)] == [403] * 5
    with opened(product) as beside, beside.database.begin() as work:
        assert work.sign_ins.failures("bob").count == 5
        work.sign_ins.note_failures("bob", Failures(10, work.machine))  # it has to wait 32 s
    assert somebody.sign_in("bob", bob.made["console_password"]) == 429


def test_guessing_from_elsewhere_keeps_nobody_out_of_a_browser_that_signed_in_before(
    hostile: Browserlike, product: Product
) -> None:
    known, password = Browserlike(product), product.customer("ivy").made["console_password"]
    assert known.sign_in("ivy", password) == 303
    assert known.answer is not None
    *_, kept = known.answer.headers.get_all("Set-Cookie") or ()
    for word in ("HttpOnly", "SameSite=strict", "Path=/console/sign-in", "Max-Age=31536000"):
        assert word in kept
    with opened(product) as beside, beside.database.begin() as work:
        work.sign_ins.failures("ivy")
        work.sign_ins.note_failures("ivy", Failures(1000, work.machine))
    (hers,), (adas,) = (
        [name for name in one.cookies if name.startswith("keylease-console-")]
        for one in (known, hostile)
    )
    for cookies in (
        {},
        hostile.cookies,
        {hers: hostile.cookies[adas]},
        {adas: known.cookies[hers]},
    ):
        assert Browserlike(product, dict(cookies)).sign_in("ivy", password) == 429
    assert known.sign_in("ivy", password) == 303


def test_who_guesses_passwords_makes_nobody_wait_for_a_page(
    hostile: Browserlike, product: Product
) -> None:
    with ThreadPoolExecutor(8) as guessing:
        tries = [
            guessing.submit(Browserlike(product).sign_in, f"nobody-{n}", "wrong") for n in range(8)
        ]
        until(lambda: any(one.done() for one in tries))
        assert hostile.ask("GET", "/console/")[0] == 200
        assert sum(one.done() for one in tries) < 5
        assert {one.result() for one in tries} == {403}


def test_only_a_form_is_a_try_to_sign_in(product: Product) -> None:
    somebody = Browserlike(product)
    assert [somebody.ask("HEAD", "/console/sign-in")[0] for _ in range(6)] == [200] * 6


def test_each_console_has_its_own_people(product: Product, ada: Customer) -> None:
    somebody = Browserlike(product)
    assert somebody.sign_in("ada", ada.made["console_password"], "operator") == 403
    somebody.sign_in("ada", ada.made["console_password"])
    somebody.cookies["keylease-operator"] = somebody.cookies["keylease-console"]
    assert somebody.ask("GET", "/operator/")[0] == 303


def test_somebody_elses_instance_looks_like_one_that_is_not_there(
    hostile: Browserlike, product: Product
) -> None:
    carl = product.customer("carl", "10000")
    theirs = carl.buy(1)["InstanceId"]
    token = hostile.form_token
    for name in (theirs, "kst-hzz0000000000000000000"):
        status, text = hostile.ask("GET", f"/console/instances/{name}")
        assert status == 404
        assert text.count(name) <= 3  # in what leads back here, and in the message
        path = f"/console/instances/{name}/rename"
        assert hostile.post(path, InstanceName="mine", form_token=token) == 404


@pytest.mark.parametrize("kind", ["users", "groups", "roles", "policies"])
def test_somebody_elses_people_look_like_some_who_are_not_there(
    hostile: Browserlike, others: dict[str, str], kind: str
) -> None:
    token = hostile.form_token
    for name in (others[kind], "nobody"):
        path = f"/console/access/{kind}/{name}"
        status, text = hostile.ask("GET", path)
        assert status == 404
        assert "There is nothing of this name in this account." in text
        for what in ("delete", "attach", "detach", "add", "remove", ""):
            fields = {"typed": name, "policy": others["policies"], "user": others["users"]}
            done = f"{path}/{what}".rstrip("/")
            assert hostile.post(done, form_token=token, **fields) in {404, 405}


def test_somebody_elses_access_keys_look_like_some_that_are_not_there(
    hostile: Browserlike, others: dict[str, str], bob: Customer, ada: Customer
) -> None:
    token = hostile.form_token
    theirs = (others["access_key"], bob.made["access_key_id"], "LTAI0000000000000000")
    for key_id in theirs:
        for what in ("enable", "disable", "delete"):
            fields = {"AccessKeyId": key_id, "typed": key_id, "form_token": token}
            path = f"/console/access/access-keys/{what}"
            status, text = hostile.ask("POST", path, urlencode(fields), **FORM)
            assert status == 404
            assert "There is nothing of this name in this account." in text
    path = f"/console/access/users/{others['users']}/access-keys"
    assert hostile.post(path, form_token=token) == 404
    assert ada.made["access_key_id"] in hostile.ask("GET", "/console/access/access-keys")[1]
    assert bob.kms.describe_regions().status_code == 200


def test_what_is_typed_into_a_name_is_shown_and_never_run(
    hostile: Browserlike, ada: Customer
) -> None:
    instance = ada.buy(1)["InstanceId"]
    script = '"><script>alert(1)</script>{{7*7}}'
    path = f"/console/instances/{instance}"
    fields = {"InstanceName": script, "form_token": hostile.form_token}
    assert hostile.post(f"{path}/rename", **fields) == 303
    for page in (path, "/console/instances", "/console/"):
        _, text = hostile.ask("GET", page)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in text


@pytest.mark.parametrize(
    "path",
    ["/console/instances?page=%00", "/console/%00", "/console/instances/%00", "/console/%ff"],
)
def test_characters_that_no_name_has_are_refused(hostile: Browserlike, path: str) -> None:
    assert hostile.ask("GET", path)[0] in {400, 404}


@pytest.mark.parametrize("sent", ["one=%00", "many=%00&many=plain"])
def test_no_field_of_a_form_holds_them(hostile: Browserlike, sent: str) -> None:
    body = f"{sent}&form_token={hostile.form_token}"
    status, text = hostile.ask("POST", "/console/calendar/feed", body, **FORM)
    assert status == 400
    assert "a character that is not allowed" in text


@pytest.mark.parametrize("sent", ["Basic \xff", "Basic !", "Basic /w==", "Basic", "Digest YTpi"])
def test_what_is_no_name_and_password_opens_no_calendar(product: Product, sent: str) -> None:
    somebody = Browserlike(product)
    assert somebody.ask("GET", "/console/calendar/feed.ics", Authorization=sent)[0] == 401


def test_a_stolen_session_changes_no_password_and_guesses_no_faster_than_at_the_door(
    product: Product,
) -> None:
    gil = product.customer("gil")
    thief = Browserlike(product)
    thief.sign_in("gil", gil.made["console_password"])
    fields = {"new": "long enough", "again": "long enough", "form_token": thief.form_token}
    path = "/console/security/password"
    with opened(product) as beside:
        assert thief.post(path, **fields) == 403
        assert thief.post(path, present="wrong", **fields) == 403
        with beside.database.begin() as work:
            assert work.sign_ins.failures("gil").count == 2
            work.sign_ins.note_failures("gil", Failures(20, work.machine))
    assert thief.post(path, present=gil.made["console_password"], **fields) == 429
    assert "long enough" not in thief.ask("GET", "/console/security")[1]


def test_nobody_ends_somebody_elses_session(hostile: Browserlike, product: Product) -> None:
    hal = product.customer("hal")
    victim = Browserlike(product)
    victim.sign_in("hal", hal.made["console_password"])
    digest = sha256(victim.cookies["keylease-console"].encode()).hexdigest()
    path, token = "/console/security/sessions/end", hostile.form_token
    for name in (digest, digest[:16], "0" * 16, ""):
        assert hostile.post(path, session=name, form_token=token) == 404
    hostile.post("/console/security/sessions/end-others", form_token=token)
    assert victim.ask("GET", "/console/")[0] == 200
    assert digest[:16] in victim.ask("GET", "/console/security")[1]
    assert digest not in victim.ask("GET", "/console/security")[1]


def test_signing_out_everywhere_ends_every_session(product: Product) -> None:
    dora = product.customer("dora")
    two = [Browserlike(product), Browserlike(product)]
    for one in two:
        assert one.sign_in("dora", dora.made["console_password"]) == 303
    two[0].post("/console/sign-out", form_token=two[0].form_token, everywhere="yes")
    assert [one.ask("GET", "/console/")[0] for one in two] == [303, 303]
