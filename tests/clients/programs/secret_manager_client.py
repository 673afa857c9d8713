"""aliyun-secret-manager-client (https only): the current value of a secret, or the refusal."""

import json
import logging
import sys

from alibaba_cloud_secretsmanager_client.model.region_info import RegionInfo
from alibaba_cloud_secretsmanager_client.secret_manager_cache_client_builder import (
    SecretManagerCacheClientBuilder,
)
from alibaba_cloud_secretsmanager_client.service.default_secret_manager_client_builder import (
    DefaultSecretManagerClientBuilder,
)
from aliyunsdkcore.acs_exception.exceptions import ServerException

given = json.load(sys.stdin)
asking = (
    DefaultSecretManagerClientBuilder.standard()
    .with_access_key(given["access_key_id"], given["access_key_secret"])
    .add_region_info(RegionInfo("cn-hangzhou", vpc=False, endpoint=given["endpoint"]))
    .build()
)
client = (
    SecretManagerCacheClientBuilder.new_cache_client_builder(asking)
    .with_logger(logging.getLogger())
    .build()
)
try:
    secret = client.get_secret_info(given["secret_name"])
    found = {"value": secret.secret_value, "version": secret.version_id}
except ServerException as refusal:
    found = {"refused": refusal.get_error_code(), "status": refusal.get_http_status()}
client.close()
json.dump(found, sys.stdout)
