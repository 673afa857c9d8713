"""Refusals are told in the language of the page; the API tells them in English."""

import pytest
from alibabacloud_kms20160120.models import EnableKeyRequest
from Tea.exceptions import TeaException

from console.browserlike import Browserlike
from console.people import operators_password
from keylease.billing.catalog import default_price_book_text
from product import Customer, Product, refusal_of

UNKNOWN = "key-hzz0000000000000000000"
ALLOW = '{"Version": "1", "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}'


@pytest.fixture
def reader(product: Product, ada: Customer) -> Browserlike:
    """Ada, who reads Chinese."""
    somebody = Browserlike(product, {"keylease-language": "zh"})
    assert somebody.sign_in("ada", ada.made["console_password"]) == 303
    return somebody


def test_a_refused_form_says_why_with_its_values(reader: Browserlike, ada: Customer) -> None:
    instance = ada.buy(1)["InstanceId"]
    path = f"/console/instances/{instance}/enable"
    fields = {"VSwitchIds": "vsw-1", "ZoneIds": "cn-hangzhou-b", "form_token": reader.form_token}
    status, text = reader.send(path, {"VpcId": "my-network", **fields})
    assert status == 400
    assert "“专有网络”：&#39;my-network&#39; 的格式不正确。" in text
    assert "is not well formed" not in text


def test_the_words_among_the_values_are_said_as_well(reader: Browserlike, ada: Customer) -> None:
    instance = ada.buy(1)["InstanceId"]
    ada.enable(instance)
    fields = {"VpcId": "vpc-1", "VSwitchIds": "vsw-1", "ZoneIds": "cn-hangzhou-b"}
    path = f"/console/instances/{instance}/enable"
    _, text = reader.send(path, {"form_token": reader.form_token, **fields})
    assert f"无法执行“启用实例”：实例 {instance} 的状态为“已启用”。" in text


def test_what_commands_refuse_too_is_said_likewise(reader: Browserlike) -> None:
    root, token = "/console/access", reader.form_token
    reader.send(f"{root}/users", {"form_token": token, "name": "ann"})
    _, text = reader.send(f"{root}/users", {"form_token": token, "name": "ann"})
    assert "用户 ann 已存在，请使用其他名称。" in text
    reader.send(f"{root}/policies", {"form_token": token, "name": "use", "document": ALLOW})
    attach = {"form_token": token, "policy": "use"}
    reader.send(f"{root}/users/ann/attach", attach)
    _, text = reader.send(f"{root}/users/ann/attach", attach)
    assert "权限策略 use 已授权给用户 ann。" in text
    _, text = reader.send(f"{root}/policies/use/delete", {"form_token": token, "typed": "use"})
    assert "权限策略 use 已授权给用户 ann，请先解除授权。" in text


def test_all_that_is_wrong_with_a_price_book_is_said(product: Product) -> None:
    operator = Browserlike(product, {"keylease-language": "zh"})
    operator.sign_in("operator", operators_password(product), "operator")
    token = operator.form_token_of("operator")
    book = default_price_book_text().replace('["USD", "CNY"]', '["EUR"]')
    fields = {"form_token": token, "text": book.replace('12 = "0.85"', "12 = 0.85")}
    _, text = operator.send("/operator/prices/preview", fields)
    assert "价目表有误：第 " in text
    assert "：须为 USD or CNY 的列表，每项一次；第 " in text
    assert "：须为带引号的折扣系数" in text


def test_a_page_that_is_not_there_says_so(reader: Browserlike) -> None:
    assert "页面不存在。" in reader.ask("GET", "/console/none")[1]
    assert "指定的密钥不存在。" in reader.ask("GET", f"/console/keys/{UNKNOWN}")[1]


def test_a_method_that_a_page_does_not_take_is_refused_on_a_page(
    reader: Browserlike, product: Product
) -> None:
    stranger = Browserlike(product, {"keylease-language": "zh"})
    for somebody in (reader, stranger):
        for method, path, allowed in (
            ("PUT", "/console/keys", "GET, HEAD"),
            ("DELETE", "/console/keys/create", "GET, HEAD, POST"),
            ("POST", "/console/none", "GET, HEAD"),
            ("POST", "/console", "GET, HEAD"),
            ("PUT", "/console/static/console.css", "GET, HEAD"),
            ("POST", "/operator/letters", "GET, HEAD"),
        ):
            status, text = somebody.ask(method, path)
            assert status == 405
            assert "此页面不支持这种请求方法。" in text
            assert somebody.header("Allow") == allowed


@pytest.mark.usefixtures("ada")
def test_who_has_not_signed_in_yet_is_told_too(product: Product) -> None:
    somebody = Browserlike(product, {"keylease-language": "zh"})
    _, text = somebody.send("/console/sign-in", {"name": "ada", "password": "wrong"})
    assert "名称或密码错误。" in text
    parts = {"Content-Type": "multipart/form-data"}
    assert "无法读取提交的表单。" in somebody.ask("POST", "/console/sign-in", "?", **parts)[1]
    assert "请求中含有不允许的字符。" in somebody.ask("GET", "/console/%00")[1]


def test_the_api_tells_the_same_in_english(ada: Customer) -> None:
    with pytest.raises(TeaException) as refused:
        ada.kms.enable_key(EnableKeyRequest(key_id=UNKNOWN))
    assert refusal_of(refused.value)[1] == "Forbidden.KeyNotFound"
    assert "The specified Key is not found." in str(refused.value)
