"""Signed requests with known results, and builders of signed requests.

Sources: facts/kms-api.md B.1 and B.2. ``CAPTURED`` were recorded from official clients;
``RUN_INSTANCES`` is the worked example of the official page on signature version 3 (its hash and
signature are quoted in facts B.1, and its parameters reproduce them).
"""

from dataclasses import dataclass
from urllib.parse import quote

from keylease.access.request import Request
from keylease.access.signatures import ACS3, parse, read_claim, textbook

ACCESS_KEY_ID = "LTAIthrowawayid"
SECRET = "throwawaysecret"
FORM = "application/x-www-form-urlencoded"
EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
DATE = "2026-11-23T03:20:19Z"
DATE_SECONDS = 1_795_404_019


@dataclass(frozen=True)
class Vector:
    name: str
    request: Request
    secret: str
    string_to_sign: str
    canonical_request: str = ""  # ACS only


def _headers(text: str) -> dict[str, str]:
    lines = [line.split(": ", 1) for line in text.strip().splitlines()]
    return {name.lower(): value for name, value in lines}


ENCRYPT_ACS3 = Vector(
    "ACS3 Encrypt, a space as '+', Chinese, '*' and '~'",
    Request(
        "POST",
        "/",
        "EncryptionContext=%7B%22App%22%3A%22%E6%B5%8B%E8%AF%95+a%2Ab~c%22%2C%22Z%22%3A%221%22%7D"
        "&KeyId=key-abc&Plaintext=SGVsbG8gd29ybGQ%3D",
        _headers(
            """
Accept-Encoding: identity
host: 127.0.0.1:18080
x-acs-version: 2016-01-20
x-acs-action: Encrypt
user-agent: AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2
x-acs-date: 2026-11-23T03:20:19Z
x-acs-signature-nonce: 847a9279b1e572058d1b2c88475f2930
accept: application/json
x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-acs-credentials-provider: static_ak
Authorization: ACS3-HMAC-SHA256 Credential=LTAIthrowawayid,SignedHeaders=accept;host;user-agent;\
x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;x-acs-signature-nonce;\
x-acs-version,Signature=fffb3680a32b7f25172463f51f93e81bcea1da3a67ca28c468ebc8dd6f958791
Content-Length: 0
"""
        ),
        b"",
        "127.0.0.1",
    ),
    SECRET,
    "ACS3-HMAC-SHA256\n2dabb90a3bf1ce759770b0600b2b20fa70fc03a106cdf3b2deaec7f7b57798d5",
    """\
POST
/
EncryptionContext=%7B%22App%22%3A%22%E6%B5%8B%E8%AF%95%20a%2Ab~c%22%2C%22Z%22%3A%221%22%7D\
&KeyId=key-abc&Plaintext=SGVsbG8gd29ybGQ%3D
accept:application/json
host:127.0.0.1:18080
user-agent:AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2
x-acs-action:Encrypt
x-acs-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-acs-credentials-provider:static_ak
x-acs-date:2026-11-23T03:20:19Z
x-acs-signature-nonce:847a9279b1e572058d1b2c88475f2930
x-acs-version:2016-01-20

accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;\
x-acs-signature-nonce;x-acs-version
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""",
)

CREATE_SECRET_ACS3 = Vector(
    "ACS3 CreateSecret with a form body",
    Request(
        "POST",
        "/",
        "EnableAutomaticRotation=False&SecretName=n1&Tags=%5B%7B%22TagKey%22%3A%22k%22%2C%22"
        "TagValue%22%3A%22v%22%7D%5D&VersionId=v1",
        _headers(
            """
Accept-Encoding: identity
host: 127.0.0.1:18080
x-acs-version: 2016-01-20
x-acs-action: CreateSecret
user-agent: AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2
x-acs-date: 2026-11-23T03:20:19Z
x-acs-signature-nonce: 6fc50b41f790ccc43aeb2bea9576db97
accept: application/json
content-type: application/x-www-form-urlencoded
x-acs-content-sha256: 9c1f5ca55ec55216a6cf5235615d4cab42f4b47cfe76075bf8f19ab95b0416e0
x-acs-credentials-provider: static_ak
Authorization: ACS3-HMAC-SHA256 Credential=LTAIthrowawayid,SignedHeaders=accept;content-type;host;\
user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;\
x-acs-signature-nonce;x-acs-version,\
Signature=fb17772a4dd5357c5aa7cc3c6378cdb3b7a4b13d3aa1a3e026e822e6f51b9c6c
Content-Length: 37
"""
        ),
        b"SecretData=a+b%2Bc%2F%3D%26%C3%A9%2A~",
        "127.0.0.1",
    ),
    SECRET,
    "ACS3-HMAC-SHA256\n6739379b01ed55b9ac82196244cc83622b13781999a3c70f67a1f9600f179ade",
    """\
POST
/
EnableAutomaticRotation=False&SecretName=n1&Tags=%5B%7B%22TagKey%22%3A%22k%22%2C%22TagValue%22%3A\
%22v%22%7D%5D&VersionId=v1
accept:application/json
content-type:application/x-www-form-urlencoded
host:127.0.0.1:18080
user-agent:AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2
x-acs-action:CreateSecret
x-acs-content-sha256:9c1f5ca55ec55216a6cf5235615d4cab42f4b47cfe76075bf8f19ab95b0416e0
x-acs-credentials-provider:static_ak
x-acs-date:2026-11-23T03:20:19Z
x-acs-signature-nonce:6fc50b41f790ccc43aeb2bea9576db97
x-acs-version:2016-01-20

accept;content-type;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;\
x-acs-date;x-acs-signature-nonce;x-acs-version
9c1f5ca55ec55216a6cf5235615d4cab42f4b47cfe76075bf8f19ab95b0416e0""",
)

RUN_INSTANCES = Vector(
    "ACS3 RunInstances, the official example",
    Request(
        "POST",
        "/",
        "RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        _headers(
            """
host: ecs.cn-shanghai.aliyuncs.com
x-acs-action: RunInstances
x-acs-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-acs-date: 2023-10-26T10:22:32Z
x-acs-signature-nonce: 3156853299f313e23d1673dc12e1703d
x-acs-version: 2014-05-26
Authorization: ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;\
x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,\
Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0
"""
        ),
        b"",
        "127.0.0.1",
    ),
    "YourAccessKeySecret",
    "ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259",
)

ENCRYPT_RPC = Vector(
    "RPC Encrypt of the core SDK, everything in the query",
    Request(
        "POST",
        "/",
        "KeyId=key-abc&Plaintext=SGVs%2B%2F8%3D&EncryptionContext=%7B%22App%22%3A%22%E6%B5%8B%E8%AF"
        "%95%20a%2Ab~c%22%7D&Version=2016-01-20&Action=Encrypt&Format=JSON&RegionId=cn-hangzhou"
        "&Timestamp=2026-11-23T03%3A22%3A25Z&SignatureMethod=HMAC-SHA1&SignatureType="
        "&SignatureVersion=1.0&SignatureNonce=3e8c4bcca9ec658e5794bf728acadf94"
        "&AccessKeyId=LTAIthrowawayid&Signature=KikNZ00eBsEYneAoUoKLPMT0Zuk%3D",
        _headers(
            """
Host: 127.0.0.1:18080
User-Agent: AlibabaCloud (Linux;x86_64) Python/3.11.7 Core/2.16.1 python-requests/2.18.3
Accept-Encoding: identity
Accept: */*
Connection: keep-alive
x-acs-action: Encrypt
x-acs-version: 2016-01-20
x-sdk-invoke-type: normal
x-sdk-client: python/2.0.0
Content-Length: 0
"""
        ),
        b"",
        "127.0.0.1",
    ),
    SECRET,
    "POST&%2F&AccessKeyId%3DLTAIthrowawayid%26Action%3DEncrypt%26EncryptionContext%3D%257B%2522App"
    "%2522%253A%2522%25E6%25B5%258B%25E8%25AF%2595%2520a%252Ab~c%2522%257D%26Format%3DJSON%26KeyId"
    "%3Dkey-abc%26Plaintext%3DSGVs%252B%252F8%253D%26RegionId%3Dcn-hangzhou%26SignatureMethod%3D"
    "HMAC-SHA1%26SignatureNonce%3D3e8c4bcca9ec658e5794bf728acadf94%26SignatureType%3D%26"
    "SignatureVersion%3D1.0%26Timestamp%3D2026-11-23T03%253A22%253A25Z%26Version%3D2016-01-20",
)

CREATE_INSTANCE_RPC = Vector(
    "RPC CreateInstance of the Node client, a form body that came in chunks",
    Request(
        "POST",
        "/",
        "Action=CreateInstance&Format=json&Timestamp=2026-11-23T03%3A36%3A23Z&Version=2017-12-14"
        "&SignatureNonce=293a79a54183d0802df85ee189cbfcf6&SignatureMethod=HMAC-SHA1"
        "&SignatureVersion=1.0&AccessKeyId=LTAIthrowawayid"
        "&Signature=K0gYtY%2B0wrbFZniA%2BiCa%2B1URxkc%3D",
        _headers(
            """
x-acs-version: 2017-12-14
x-acs-action: CreateInstance
host: 127.0.0.1:18080
user-agent: AlibabaCloud (linux; x64) Node.js/v20.20.2 Core/1.0.1 TeaDSL/2
content-type: application/x-www-form-urlencoded
Connection: keep-alive
Transfer-Encoding: chunked
"""
        ),
        b"ClientToken=t&Parameter.1.Code=Region&Parameter.1.Value=cn-hangzhou"
        b"&Parameter.2.Code=Spec&Parameter.2.Value=1000&ProductCode=kms",
        "127.0.0.1",
    ),
    SECRET,
    "POST&%2F&AccessKeyId%3DLTAIthrowawayid%26Action%3DCreateInstance%26ClientToken%3Dt%26Format%3D"
    "json%26Parameter.1.Code%3DRegion%26Parameter.1.Value%3Dcn-hangzhou%26Parameter.2.Code%3DSpec"
    "%26Parameter.2.Value%3D1000%26ProductCode%3Dkms%26SignatureMethod%3DHMAC-SHA1%26"
    "SignatureNonce%3D293a79a54183d0802df85ee189cbfcf6%26SignatureVersion%3D1.0%26Timestamp%3D"
    "2026-11-23T03%253A36%253A23Z%26Version%3D2017-12-14",
)

CAPTURED = [ENCRYPT_ACS3, CREATE_SECRET_ACS3, ENCRYPT_RPC, CREATE_INSTANCE_RPC]
ALL = [*CAPTURED, RUN_INSTANCES]

#: What an RPC request needs besides its own parameters and its signature.
RPC_COMMON = (
    f"Action=Encrypt&Version=2016-01-20&Timestamp={quote(DATE)}&SignatureMethod=HMAC-SHA1"
    f"&SignatureVersion=1.0&SignatureNonce=n-1&AccessKeyId={ACCESS_KEY_ID}"
)


def acs_request(
    query: str = "KeyId=key-abc",
    body: bytes = b"",
    method: str = "POST",
    algorithm: str = ACS3,
    headers: dict[str, str] | None = None,
    secret: str = SECRET,
) -> Request:
    """A request that signs every header it has; ``headers`` adds to the usual ones."""
    scope = "" if algorithm == ACS3 else "/20261123/cn-hangzhou/Kms/aliyun_v4_request"
    sent = {
        "host": "127.0.0.1:18080",
        "x-acs-action": "Encrypt",
        "x-acs-version": "2016-01-20",
        "x-acs-date": DATE,
        "x-acs-signature-nonce": "n-1",
        **({"content-type": FORM} if body else {}),
        **(headers or {}),
    }
    start = f"{algorithm} Credential={ACCESS_KEY_ID}{scope},SignedHeaders={';'.join(sorted(sent))}"
    request = Request(method, "/", query, sent, body, "127.0.0.1")
    sent["authorization"] = f"{start},Signature=0"
    claim = read_claim(request, parse(request))
    sent["authorization"] = f"{start},Signature={textbook.signature(request, claim, secret)}"
    return request


def rpc_request(
    query: str = "KeyId=key-abc", body: bytes = b"", method: str = "POST", secret: str = SECRET
) -> Request:
    """A request signed by parameters in the query; a body is a form."""
    headers = {"host": "127.0.0.1:18080", **({"content-type": FORM} if body else {})}
    unsigned = "&".join(part for part in (query, RPC_COMMON) if part)
    request = Request(method, "/", f"{unsigned}&Signature=0", headers, body, "127.0.0.1")
    claim = read_claim(request, parse(request))
    signature = quote(textbook.signature(request, claim, secret), safe="")
    request.query = f"{unsigned}&Signature={signature}"
    return request
