"""What operations on secrets are refused with."""

TEXTS: dict[str, str] = {
    "The secret {name} already exists.": "凭据 {name} 已存在。",
    "The secret {name} is planned to be deleted: RestoreSecret, or choose another name.": (
        "凭据 {name} 已计划删除，请恢复该凭据或使用其他名称。"
    ),
    "The secret {name} is being rotated: try again later.": "凭据 {name} 正在轮转，请稍后重试。",
    "exceed secret limits error: the instance {instance} holds {quota:,} secrets, all that were "
    "bought: upgrade it to create more.": (
        "凭据数量超限：实例 {instance} 已有 {quota:,} 个凭据，达到购买的数量，请升级后再创建。"
    ),
    "The specified DKMS Instance is not found in {region}: it is in {place}.": (
        "指定的实例不在地域 {region}，而在 {place}。"
    ),
    "{name} of a RAMCredentials secret takes {auto}.": "RAM 凭据的{name}由 RAM 用户决定：{auto}。",
    "{name} takes at most {most} letters, digits and _/+=.@-, at most {chinese} of them Chinese.": (
        "{name}最多 {most} 个字符，可包含字母、数字和 _/+=.@-，其中汉字最多 {chinese} 个。"
    ),
    "{name} of an ECS secret begins with {prefix}.": "ECS 凭据的{name}须以 {prefix} 开头。",
    "{name} of a {kind} secret does not begin with {prefix}.": (
        "{kind} 类型的凭据，{name}不能以 {prefix} 开头。"
    ),
    "{name} takes at most {most} letters, digits and _/+=.@-:.": (
        "{name}最多 {most} 个字符，可包含字母、数字和 _/+=.@-:。"
    ),
    "{name} has {given:,} bytes; a secret takes at most {most:,}.": (
        "{name}有 {given:,} 字节，最多 {most:,} 字节。"
    ),
    "SecretDataType of a {kind} secret takes {allowed}.": (
        "{kind} 类型的凭据，SecretDataType 的可选值为 {allowed}。"
    ),
    "The parameter {name} is not valid: it does not go with ForceDeleteWithoutRecovery.": (
        "{name}：不能与 ForceDeleteWithoutRecovery 同时使用。"
    ),
    "The parameter {name} is not valid: it takes 1 to {most} secrets.": (
        "{name}须为 1 至 {most} 个凭据。"
    ),
    "The parameter {name} is not valid: it takes objects with a SecretName.": (
        "{name}：各对象须含 SecretName。"
    ),
    "The parameter {name} is not valid: it takes objects of texts.": "{name}：各对象的值须为文本。",
    "PasswordLength takes {least} to {most}.": "PasswordLength 的取值范围为 {least} 至 {most}。",
    "No character is left to make a password of.": "没有可用于生成密码的字符。",
    "ExcludeCharacters leaves nothing of a type that RequireEachIncludedType asks for.": (
        "ExcludeCharacters 排除了 RequireEachIncludedType 所要求的某一类字符的全部字符。"
    ),
    "ExtendedConfig takes at most {most:,} characters.": (
        "填写的内容过长，各项合计最多 {most:,} 个字符。"
    ),
    "ExtendedConfig of a {kind} secret takes a JSON object.": (
        "{kind} 类型的凭据，ExtendedConfig 须为 JSON 对象。"
    ),
    "ExtendedConfig of a {kind} secret takes SecretSubType {allowed}.": (
        "请选择凭据的种类：{allowed}。"
    ),
    "ExtendedConfig of a {kind} secret needs a text {name}.": "请填写{name}。",
    "ExtendedConfig takes MySQL or PostgreSQL as DBType.": "数据库类型须为 MySQL 或 PostgreSQL。",
    "ExtendedConfig takes at most {most} pairs of texts as CustomData.": (
        "ExtendedConfig 中 CustomData 最多 {most} 对文本键值。"
    ),
    "ExtendedConfig takes AccountName and _clone as CloneAccountName.": (
        "ExtendedConfig 中 CloneAccountName 须为 AccountName 加 _clone。"
    ),
    "ExtendedConfig: a Generic secret has no CustomData.": (
        "ExtendedConfig：通用凭据没有 CustomData。"
    ),
    "{name} of a secret of this type names two different accounts.": (
        "此类凭据的{name}须包含两个不同的账号。"
    ),
    "{name} of a secret of this type takes a JSON object with the texts {names}.": (
        "此类凭据的{name}须为 JSON 对象，含文本 {names}。"
    ),
    "{name} of a secret of this type takes {form} with {counts} of them.": (
        "此类凭据的{name}须为 {form} 的形式，项数为 {counts}。"
    ),
    "{name} takes a key of the same instance.": "{name}须为同一实例中的密钥。",
    "{name} takes a symmetric key.": "{name}须为对称密钥。",
    "The specified parameter {name} is not valid: it takes 6h to 8760h.": (
        "凭据的轮转周期为 6 小时至 365 天。"
    ),
    "This action is not supported: there is no rotator for {kind} secrets here. Change the "
    "password yourself and write it with PutSecretValue.": (
        "此处没有 {kind} 凭据的轮转程序。请自行修改密码，并将其添加为新版本。"
    ),
    "This action is not supported: the operator has not told where the database {name} is "
    "(keylease rotation-target add).": (
        "不支持此操作：运营方尚未登记数据库 {name} 的地址（keylease rotation-target add）。"
    ),
    "This action is not supported: a Generic secret is rotated with PutSecretValue.": (
        "通用凭据不支持自动轮转，请添加新版本。"
    ),
    "Unsupported operation: no version is {previous}, whose account is reset.": (
        "不支持的操作：没有状态为 {previous} 的版本，无法重置其账号。"
    ),
    "A stage is {current}, {previous}, or a name of your own of 1 to 64 letters, digits and "
    "_/+=.@- that does not begin with ACS.": (
        "状态标签须为 {current}、{previous}，或 1 至 64 个字符的自定义名称，可包含字母、数字和 "
        "_/+=.@-，且不能以 ACS 开头。"
    ),
    "A version is not both {current} and {previous}.": (
        "一个版本不能同时为 {current} 和 {previous}。"
    ),
    "Unsupported operation: the version is {current}; move that stage first, and the version "
    "before becomes {previous} by itself.": (
        "不支持的操作：该版本为 {current}。请先移动该状态标签，原版本会自动成为 {previous}。"
    ),
    "A secret takes at most {most} stages of your own: remove one first.": (
        "每个凭据最多 {most} 个自定义状态标签，请先移除一个。"
    ),
    "Say MoveToVersion, RemoveFromVersion, or both of them.": (
        "请指定 MoveToVersion、RemoveFromVersion 或两者。"
    ),
    "param mismatch: RemoveFromVersion does not have {stage}.": (
        "参数不匹配：RemoveFromVersion 指定的版本没有状态标签 {stage}。"
    ),
    "{stage} is moved, not removed: say MoveToVersion.": (
        "{stage} 只能移动，不能移除，请指定 MoveToVersion。"
    ),
    "The resource already exists: the version has another value, and a version is written once. "
    "Choose another VersionId.": (
        "资源已存在：该版本已有其他值，且版本只能写入一次。请使用其他版本号。"
    ),
    "Resource not found: there is no such version.": "资源不存在：没有该版本。",
    "VersionStage of a {kind} secret takes {current} or {previous}.": (
        "{kind} 类型的凭据，VersionStage 的可选值为 {current} 或 {previous}。"
    ),
}
