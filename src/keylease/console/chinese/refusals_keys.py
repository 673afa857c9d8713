"""What operations on keys, their material and what they encrypt are refused with."""

TEXTS: dict[str, str] = {
    "The specified Key is not found.": "指定的密钥不存在。",
    "The specified Alias is not found.": "指定的别名不存在。",
    "The key {key} has no version {version!r}.": "密钥 {key} 没有版本 {version!r}。",
    "The key is for {usage}; this operation needs one for {needed}.": (
        "该密钥的用途为 {usage}，此操作需要用途为 {needed} 的密钥。"
    ),
    "A key of KeySpec {spec} can be used for {allowed} only.": (
        "规格为 {spec} 的密钥只能用于 {allowed}。"
    ),
    "This KeySpec is not offered: choose one of {allowed}.": (
        "不提供该密钥规格，请从以下规格中选择：{allowed}。"
    ),
    "{algorithm} signs a digest of {size} bytes, not of {given}.": (
        "{algorithm} 对 {size} 字节的摘要签名，而不是 {given} 字节。"
    ),
    "{algorithm} with a {spec} key encrypts {least} to {most} bytes, not {given}.": (
        "{algorithm} 使用 {spec} 密钥可加密 {least} 至 {most} 字节，而不是 {given} 字节。"
    ),
    "A key of KeySpec {spec} does not do this: it encrypts with Encrypt and Decrypt.": (
        "规格为 {spec} 的密钥不支持此操作，只能用于加密和解密。"
    ),
    "Algorithm takes {allowed} for a {spec} key.": "{spec} 密钥的 Algorithm 可选值为 {allowed}。",
    "{name} has {given} characters, at most {most} are allowed, which is 6 KB in Base64: encrypt "
    "large data with a data key (GenerateDataKey).": (
        "{name}有 {given} 字节，此处最多加密 {most} 字节。大量数据请在应用中使用数据密钥加密。"
    ),
    "The ciphertext is invalid: send {name} exactly as it was returned, with the "
    "EncryptionContext that it was encrypted with.": (
        "{name}无效：请原样粘贴显示的内容。使用加密上下文加密的内容只能由应用解密。"
    ),
    "EncryptionContext is too long: at most {most} characters are allowed.": (
        "EncryptionContext 过长，最多 {most} 个字符。"
    ),
    "EncryptionContext holds half of a surrogate pair: send text that UTF-8 can write.": (
        "EncryptionContext 含有不完整的代理对，请传入能以 UTF-8 表示的文本。"
    ),
    "The hardware module does not do {algorithm} with a {spec} key.": (
        "硬件模块不支持使用 {spec} 密钥执行 {algorithm}。"
    ),
    "The hardware module does not hold this key: contact support.": (
        "硬件模块中没有该密钥，请联系技术支持。"
    ),
    "The hardware module is not available at the moment. Try again later.": (
        "硬件模块暂时不可用，请稍后重试。"
    ),
    "The hardware module does not offer {spec}.": "硬件模块不提供 {spec}。",
    "Keys of KeySpec {spec} are kept as HsmInternal only.": (
        "规格为 {spec} 的密钥只能存储在硬件模块内。"
    ),
    "This node has no hardware security module: try another node.": (
        "该节点没有硬件安全模块，请尝试其他节点。"
    ),
    "Material for {spec} is a private key in PKCS#8 DER.": (
        "{spec} 的密钥材料须为 PKCS#8 DER 格式的私钥。"
    ),
    "Material for {spec} is {size} random bytes.": "{spec} 的密钥材料须为 {size} 字节的随机数。",
    "EC_SM2 is not offered: this system's OpenSSL has no SM2.": (
        "不提供 EC_SM2：该系统的 OpenSSL 不支持 SM2。"
    ),
    "EC_SM2 is not offered: this system has no SM2.": "不提供 EC_SM2：该系统不支持 SM2。",
    "Material of {spec} cannot be imported.": "不支持导入 {spec} 的密钥材料。",
    "key material is invalid: wrap it with the public key and the WrappingAlgorithm of the same "
    "GetParametersForImport.": (
        "密钥材料无效：请使用与导入令牌一同下载的公钥，按所选的方式加密密钥材料。"
    ),
    "PublicKeyBlob takes the Base64 of a DER SubjectPublicKeyInfo of an {spec} key that the data "
    "fits.": (
        "PublicKeyBlob 须为 {spec} 公钥（DER 格式的 SubjectPublicKeyInfo）的 Base64 编码，且数据"
        "长度与其相符。"
    ),
    "WrappingKeySpec and WrappingAlgorithm take {allowed}.": (
        "请选择密钥材料的加密方式：{allowed}。"
    ),
    "{name} takes 0 for never, or a moment in the future, in seconds.": (
        "{name}须为将来的时间，留空表示永不过期。"
    ),
    "This key origin is not valid for this api: create the key with Origin EXTERNAL.": (
        "该密钥不支持导入密钥材料，请创建材料来源为外部导入的密钥。"
    ),
    "import token is invalid: send the one that came with this key's public key.": (
        "导入令牌无效：请使用与该密钥的公钥一同下载的令牌。"
    ),
    "import token is expired: ask for new parameters.": "导入令牌已过期，请重新下载令牌和公钥。",
    "key material is invalid: only the material that was imported first fits this key.": (
        "密钥材料无效：该密钥只能导入与首次导入时相同的密钥材料。"
    ),
    "It is not Base64, or too long: send what was returned.": (
        "内容不是 Base64 编码或过长，请原样粘贴显示的内容。"
    ),
    "Unsupported operation: the service {service} manages the key {key}.": (
        "不支持的操作：密钥 {key} 由云服务 {service} 管理。"
    ),
    "{name} takes at most {most:,} characters.": "{name}最多 {most:,} 个字符。",
    "The specified key does not support key policy: only keys in an instance do.": (
        "指定的密钥不支持密钥策略，只有实例中的密钥支持。"
    ),
    "A default key has no key policy.": "默认密钥没有密钥策略。",
    "The specified parameter {name} is not valid: it takes 7d to 730d.": (
        "{name}的取值范围为 7 至 730 天。"
    ),
    "Unsupported operation: a {spec} key does not rotate by itself.": (
        "不支持的操作：{spec} 密钥不支持自动轮转。"
    ),
    "Unsupported operation: its material is imported.": "不支持的操作：密钥材料为外部导入。",
    "Unsupported operation: the service {service} manages it.": (
        "不支持的操作：该密钥由云服务 {service} 管理。"
    ),
    "Unsupported operation: only keys with KeyStorageMechanism {storage} rotate in hardware.": (
        "硬件实例中只有由硬件模块加密存储的密钥可以轮转。"
    ),
    "Unsupported operation: a key whose material is imported, or that a service manages, gets no "
    "further version.": "不支持的操作：外部导入或由云服务管理的密钥不能创建新版本。",
    "The key {key} has {most} versions, all it can have.": (
        "密钥 {key} 已有 {most} 个版本，达到上限。"
    ),
    "Unsupported operation: the next version of this key can be made {days} days after the last "
    "one.": "不支持的操作：距上一版本 {days} 天后才能创建该密钥的下一版本。",
    "{name} takes {least} to {most}.": "{name}的取值范围为 {least} 至 {most}。",
    "The key {key} is protected from deletion: switch that off first (SetDeletionProtection).": (
        "密钥 {key} 已开启删除保护，请先关闭。"
    ),
    "{name} takes 7 to 255 letters, digits, '_', '-' and '/', begins with alias/, and not with "
    "alias/acs.": (
        "{name}须为 1 至 249 个字符，可包含字母、数字、“_”、“-”和“/”，且不能以 acs 开头。"
    ),
    "The alias {name} is in use: choose another, or UpdateAlias.": (
        "别名 {name} 已被使用，请换一个。"
    ),
    "There are {most:,} aliases in {region}, all that there can be: delete some first.": (
        "地域 {region} 已有 {most:,} 个别名，达到上限，请先删除一些。"
    ),
    "An alias stands for a key of its own region.": "别名只能指向同一地域的密钥。",
    "The alias stands for a key for {usage}; name another one for that.": (
        "该别名指向的密钥用途为 {usage}，请指定用途相同的密钥。"
    ),
    "A key outside an instance is a default key: {spec}, {usage}. Name an instance "
    "(DKMSInstanceId) for other keys.": (
        "不属于实例的密钥为默认密钥：{spec}，{usage}。其他密钥请选择实例。"
    ),
    "There is a default master key in this region already: name an instance (DKMSInstanceId) to "
    "create more keys.": "该地域已有默认主密钥，如需创建更多密钥，请选择实例。",
    "The instance {instance} holds {quota:,} key versions, all that were bought: upgrade it to "
    "create more.": "实例 {instance} 已有 {quota:,} 个密钥版本，达到购买的数量，请升级后再创建。",
    "RotationInterval of a default key is 365d.": "默认密钥的轮转周期只能为 365 天。",
    "Rotation of the default key is a value-added service: buy it for this region first "
    "(ProductVersion 4, ValueAddedService 2).": "默认密钥轮转为增值服务，请先为该地域购买。",
    "KeyStorageMechanism takes {internal} or {database}.": ("请选择硬件实例中密钥的存储方式。"),
    "Origin takes {own} or {external}, written like that.": ("请选择密钥材料的来源。"),
    "The name takes 1 to 192 letters, digits and _ / + = . @ -": (
        "名称须为 1 至 192 个字符，可包含字母、数字和 _ / + = . @ -"
    ),
    "There is a data key {name!r} already.": "数据密钥 {name!r} 已存在。",
    "A data key has at most {most} versions.": "数据密钥最多有 {most} 个版本。",
    "A data key takes a key of an instance that encrypts.": "数据密钥须使用实例中用于加密的密钥。",
    "Message takes 1 to {most} bytes.": "Message 须为 1 至 {most} 字节。",
    "NumberOfBytes takes 1 to {most}.": "NumberOfBytes 的取值范围为 1 至 {most}。",
    "KeySpec takes {allowed}.": "KeySpec 的可选值为 {allowed}。",
    "This action is not supported: a {spec} key has no public key.": (
        "不支持此操作：{spec} 密钥没有公钥。"
    ),
    "This action is not supported: {key} is a {spec} key.": "不支持此操作：{key} 是 {spec} 密钥。",
    "This action is not supported: {key} is a {spec} key for {usage}.": (
        "不支持此操作：{key} 是用途为 {usage} 的 {spec} 密钥。"
    ),
    "This action is not supported: what was encrypted is no text. Decrypt it at the instance "
    "gateway, where it was encrypted.": (
        "不支持此操作：加密的内容不是文本。请在加密时使用的实例网关解密。"
    ),
    "Recipient: attested enclaves are not offered.": "Recipient：不提供可信执行环境证明。",
    "This action is not supported: attested enclaves are not offered.": (
        "不支持此操作：不提供可信执行环境证明。"
    ),
    "The request would have succeeded, but DryRun is set.": "请求本可成功，但设置了 DryRun。",
    "The parameter {name} is not valid: it is chosen by the service, so that none comes twice: "
    "leave it out.": "{name}：该值由服务选取以避免重复，请勿传入。",
    "The parameter {name} is not valid: it takes NO_PADDING: Galois/Counter mode pads nothing.": (
        "{name}须为 NO_PADDING，GCM 模式不填充。"
    ),
    "The parameter {name} is not valid: it takes the ARN of a key or an instance.": (
        "{name}须为密钥或实例的 ARN。"
    ),
}
