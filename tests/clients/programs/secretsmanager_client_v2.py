"""alibabacloud-secretsmanager-client-v2: the current value of a secret, or the refusal."""

import json
import logging
import sys

from alibabacloud_secretsmanager_client_v2.secret_manager_cache_client_builder import (
    SecretManagerCacheClientBuilder,
)
from alibabacloud_secretsmanager_client_v2.service.default_secret_manager_client_builder import (
    DefaultSecretManagerClientBuilder,
)
from alibabacloud_tea_openapi.models import Config
from Tea.exceptions import TeaException

given = json.load(sys.stdin)
config = Config(
    access_key_id=given["access_key_id"],
    access_key_secret=given["access_key_secret"],
    region_id="cn-hangzhou",
    endpoint=given["endpoint"],
    protocol="http",
)
asking = DefaultSecretManagerClientBuilder.standard().add_config(config).build()
client = (
    SecretManagerCacheClientBuilder.new_cache_client_builder(asking)
    .with_logger(logging.getLogger())
    .build()
)
try:
    secret = client.get_secret_info(given["secret_name"])
    found = {"value": secret.secret_value, "version": secret.version_id}
except TeaException as refusal:
    found = {"refused": refusal.code, "status": refusal.data["statusCode"]}
client.close()
json.dump(found, sys.stdout)
