"""What instances, their backups, and the applications that come to them are refused with."""

TEXTS: dict[str, str] = {
    "The specified DKMS Instance is not found.": "指定的实例不存在。",
    "The instance {instance} is not enabled.": "实例 {instance} 未启用。",
    "The instance {instance} is not enabled yet: enable it with ConnectKmsInstance.": (
        "实例 {instance} 尚未启用，请先在实例页面启用。"
    ),
    "The instance {instance} expired at {end} and will be released at {release}; until then its "
    "keys and secrets are kept but cannot be used. Renewing it makes them usable again.": (
        "实例 {instance} 已于 {end} 到期，将于 {release} 释放。在此之前密钥和凭据仍保留，但无法使"
        "用。续费后即可恢复使用。"
    ),
    "The instance {instance} was stopped for debt at {end} and will be released at {release}; "
    "until then its keys and secrets are kept but cannot be used. Paying the debt makes them "
    "usable again.": (
        "实例 {instance} 已于 {end} 因欠费停用，将于 {release} 释放。在此之前密钥和凭据仍保留，但"
        "无法使用。结清欠款后即可恢复使用。"
    ),
    "KMProvider must be {provider}.": "KMProvider 须为 {provider}。",
    "{name} takes 1 to 128 printable characters.": "{name}须为 1 至 128 个可见字符。",
    "{name} must name at least one.": "请填写{name}。",
    "The {name} {given!r} is not well formed.": "{name}：{given!r} 的格式不正确。",
    "The zone {zone!r} is not in {region}: name {region}-a, -b …": (
        "可用区 {zone!r} 不在地域 {region}，请填写 {region}-a、-b 等。"
    ),
    "The parameter {name} is not valid: it takes a JSON array of objects with VpcId, VSwitchId, "
    "RegionId.": "{name}须为 JSON 数组，各对象含 VpcId、VSwitchId、RegionId。",
    "Your kms service has been opened.": "KMS 服务已开通。",
    "Instance Share Quota Exceed Limit: {used} networks and sharing accounts need as many access "
    "units, {bought} were bought for {instance}. Upgrade it (VpcNum) first.": (
        "访问管理数量超限：{used} 个网络和共享账号需要相同数量的访问管理数量，实例 {instance} 已购"
        "买 {bought} 个。请先升级。"
    ),
    "PolicyName takes {allowed}.": "PolicyName 须为 {allowed}。",
    "key versions": "密钥版本",
    "The instance {instance} holds {held:,} of {quota:,} {name}; the backup has {new:,} more: "
    "upgrade it, or restore into another one.": (
        "实例 {instance} 的{name}已用 {held:,} 个，上限 {quota:,} 个，备份中还有 {new:,} 个。请升"
        "级该实例，或恢复到其他实例。"
    ),
    "Policies in the backup let in {number} more accounts than use {instance} now; {bought} "
    "access units were bought for it: upgrade it (VpcNum) first.": (
        "备份中的策略比实例 {instance} 目前多允许 {number} 个账号访问，而该实例已购买的访问管理数"
        "量为 {bought}。请先升级。"
    ),
    "The automatic backup {backup} can be deleted once its instance is released.": (
        "自动备份 {backup} 在其实例释放后才能删除。"
    ),
    "The instance {instance} holds keys or secrets that are in no backup of it: what is encrypted "
    "with them could never be decrypted again. Wait until it is backed up, or set {name} to true "
    "if that is wanted.": (
        "实例 {instance} 中有未备份的密钥或凭据，用它们加密的内容将永远无法解密。请等待备份完成；"
        "如确需释放，请勾选{name}。"
    ),
    "{instance} holds nothing to back up.": "实例 {instance} 中没有可备份的内容。",
    "There are {most} backups of {instance} made by hand: delete one first.": (
        "实例 {instance} 已有 {most} 个手动备份，请先删除一个。"
    ),
    "A backup of a software instance is restored into a software instance; that of a hardware "
    "instance holds metadata only.": (
        "软件实例的备份只能恢复到软件实例；硬件实例的备份仅包含元数据。"
    ),
    "This is too large to be done here: ask the operator for `{command}`.": (
        "数据量过大，无法在此执行，请联系运营方执行 `{command}`。"
    ),
    "{name} has {most} client keys: delete one that is not used.": (
        "{name} 已有 {most} 个 Client Key，请删除不再使用的。"
    ),
    "{name} takes 8 to 64 characters of at least two kinds: digits, letters, and {specials}": (
        "{name}须为 8 至 64 个字符，至少包含数字、字母和 {specials} 中的两类"
    ),
    "NotAfter must be in the future, later than NotBefore, and before the year 9999.": (
        "NotAfter 须为将来的时间，晚于 NotBefore，且早于 9999 年。"
    ),
    "{name} takes 1 to 64 letters, digits, hyphens and underscores.": (
        "{name}须为 1 至 64 个字符，可包含字母、数字、连字符和下划线。"
    ),
    "{name} takes at most {most} characters.": "{name}最多 {most} 个字符。",
    "{name} takes 1 to {most} entries.": "{name}：须选择或填写 1 至 {most} 项。",
    "{name} takes a JSON array of addresses and networks like 10.0.0.0/8.": (
        "{name}须为 IP 地址或网段，例如 10.0.0.0/8，每行一个。"
    ),
    "{name} takes a JSON array of {allowed}.": "{name}：请在所列选项中选择。",
    "{name} takes a JSON array of key/<id>, key/*, secret/<name> and secret/*.": (
        "{name}须为 key/<id>、key/*、secret/<name> 或 secret/*，每行一个。"
    ),
    "There are {most} already in this region: delete some.": "该地域已有 {most} 个，请先删除一些。",
    "The instance {instance} is in {region}: make the policy there.": (
        "实例 {instance} 位于地域 {region}，请在该地域创建策略。"
    ),
    "{name} is needed for every permission but {permission}.": (
        "请选择{name}：只有读取任意实例凭据的权限无需选择。"
    ),
    "{name} takes 1 to {most} names.": "{name}须选择 1 至 {most} 项。",
    "network rule": "网络规则",
    "permission policy": "权限策略",
    "permission policies": "权限策略",
    "access points": "应用接入点",
    "client keys": "Client Key",
    "Resource not found: there is no {kind} {name!r}.": "资源不存在：没有{kind} {name!r}。",
    "It is in use by {number} {kind}, {first} among them: take it away there first.": (
        "该资源正被 {number} 个{kind}使用，例如 {first}，请先在其中移除。"
    ),
    'The parameter {name} is not valid: it takes {{"NetworkRules":[names of network rules]}}.': (
        '{name}须为 {{"NetworkRules":[网络规则名称]}} 的形式。'
    ),
}
