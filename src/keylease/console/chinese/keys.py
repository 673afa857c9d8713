"""The texts of the pages of keys."""

TEXTS: dict[str, str] = {
    "7 to 366": "7 至 366 天",
    "7 to 730; leave it empty for a key that does not rotate by itself. For symmetric keys "
    "only.": "7 至 730 天；留空则不自动轮转。仅适用于对称密钥。",
    "A key encrypts, signs or authenticates for your applications and never leaves the "
    "service. Create the first one in an instance that is enabled.": (
        "密钥为您的应用加密、签名或生成消息认证码，且始终不离开服务。请在已启用的实例中创建第一"
        "个密钥。"
    ),
    "A key is created in an instance of this region that is enabled and has not expired.": (
        "密钥须在该地域已启用且未到期的实例中创建。"
    ),
    "A key that is deleted is gone for good, and what it encrypted cannot be decrypted any "
    "more. Disable the key first if you are not sure. Until the day of the deletion you can "
    "cancel it.": (
        "密钥删除后无法恢复，用它加密的内容也无法再解密。如不确定，请先禁用密钥。删除之前可随时"
        "取消。"
    ),
    "ARN": "ARN",
    "Add Tag": "添加标签",
    "Algorithm": "算法",
    "Alias": "别名",
    "Aliases": "别名",
    "Aliases and tags": "别名与标签",
    "All instances": "全部实例",
    "Another name of the key, like alias/orders: letters, digits, _ - and /": (
        "密钥的另一个名称，形如 alias/orders，可包含字母、数字、_、- 和 /"
    ),
    "Applications can call the key by an alias; you can let an alias stand for another key "
    "later. It is made of letters, digits, _ - and /, like alias/orders.": (
        "应用可通过别名使用密钥，之后可将别名指向其他密钥。别名由字母、数字、_、- 和 / 组成，形"
        "如 alias/orders。"
    ),
    "Applications do the same with the operations AsymmetricSign and AsymmetricVerify. Only "
    "the digest of the message is signed. What you try is counted and recorded like their "
    "calls.": (
        "应用通过 AsymmetricSign 和 AsymmetricVerify 接口完成同样的操作，仅对消息摘要签名。在此"
        "试用与应用调用一样计数并记录审计日志。"
    ),
    "Applications do the same with the operations {one} and {other}. What you try is "
    "counted and recorded like their calls.": (
        "应用通过 {one} 和 {other} 接口完成同样的操作。在此试用与应用调用一样计数并记录审计日志。"
    ),
    "At most 6 KB": "不超过 6 KB",
    "At most {number} bytes": "不超过 {number} 字节",
    "Authenticate messages (MAC)": "消息认证（MAC）",
    "Automatic rotation": "自动轮转",
    "Automatic rotation is off.": "自动轮转已关闭。",
    "Automatic rotation is on.": "自动轮转已开启。",
    "Cancel": "取消",
    "Cancel the deletion": "取消删除",
    "Change the period": "修改周期",
    "Check of the MAC": "消息认证码验证结果",
    "Check of the signature": "验签结果",
    "Choose the instance that holds the key.": "请选择保存密钥的实例。",
    "Ciphertext": "密文",
    "Create Alias": "创建别名",
    "Create Key": "创建密钥",
    "Create the default master key": "创建默认主密钥",
    "Customer Master Keys": "用户主密钥",
    "Days until it is deleted": "预删除周期（天）",
    "Decrypt": "解密",
    "Decrypted text": "解密结果",
    "Decrypts and verifies": "用于解密和验签",
    "Default Keys": "默认密钥",
    "Default keys are free and encrypt what services keep for you in this region. Services "
    "manage their own; the default master key is yours.": (
        "默认密钥免费，用于加密云服务在该地域为您保存的数据。服务密钥由云服务管理，默认主密钥由"
        "您管理。"
    ),
    "Default keys rotate each 365 days, where default key rotation was bought for the region.": (
        "默认密钥每 365 天轮转一次，需先为该地域购买默认密钥轮转服务。"
    ),
    "Default master key": "默认主密钥",
    "Delete {name}": "删除 {name}",
    "Deletion": "删除",
    "Description": "描述",
    "Disable": "禁用",
    "Each {number} days the key gets a new version.": "密钥每 {number} 天生成一个新版本。",
    "Encrypt": "加密",
    "Encrypt and decrypt": "加密解密",
    "Encrypted by the hardware module; symmetric keys can rotate": (
        "由硬件模块加密保存，对称密钥可轮转"
    ),
    "Imported by you": "外部导入",
    "In Base64; needed to decrypt only": "Base64 编码，仅解密时需要",
    "In Base64; needed to verify only": "Base64 编码，仅验证时需要",
    "MAC": "消息认证码",
    "Make the MAC": "生成消息认证码",
    "In hardware": "硬件",
    "In software": "软件",
    "In the hardware module, where it never leaves; does not rotate": (
        "保存在硬件模块内，永不离开，不支持轮转"
    ),
    "It has no alias.": "该密钥没有别名。",
    "It has no tags. Lists, permissions and costs can be told apart by them.": (
        "暂无标签。标签可用于筛选、授权和区分费用。"
    ),
    "It says who may manage and who may use the key, other accounts among them. Each other "
    "account takes an access unit of the instance.": (
        "密钥策略规定谁可以管理、谁可以使用密钥，包括其他账号。每个其他账号占用实例的一个访问管"
        "理数量。"
    ),
    "Key": "密钥",
    "Key material": "密钥材料来源",
    "Key policy": "密钥策略",
    "Key spec": "密钥规格",
    "Keys are kept in an instance. Buy one, enable it, then create keys in it.": (
        "密钥保存在实例中。请先购买并启用实例，再创建密钥。"
    ),
    "Last rotation": "上次轮转",
    "Made by Keylease": "由 Keylease 生成",
    "Managed by": "管理方",
    "Message": "消息",
    "Next rotation": "下次轮转",
    "No default key yet": "还没有默认密钥",
    "No enabled instance": "没有已启用的实例",
    "No key here yet": "此处还没有密钥",
    "Not planned": "未计划",
    "Not yet": "尚未轮转",
    "Of any key of yours: it names its key itself": "可以是您任一密钥的密文，密文中已包含密钥信息",
    "Of the primary version. Whoever has it can verify signatures of this key, or encrypt "
    "for it.": "主版本的公钥。持有者可验证该密钥的签名，或为其加密。",
    "One in each region, free of charge, for encryption by services only. You decide when it "
    "is disabled, rotated or deleted.": (
        "每个地域一个，免费，仅用于云服务加密。由您决定何时禁用、轮转或删除。"
    ),
    "One on each line, like team=payments": "每行一个，形如 team=payments",
    "Pending deletion": "待删除",
    "Policy in JSON": "策略内容（JSON）",
    "Primary": "主版本",
    "Protection": "保护级别",
    "Public key": "公钥",
    "Remove {name}": "移除 {name}",
    "Role": "作用",
    "Rotate now": "立即轮转",
    "Rotates each": "轮转周期",
    "Rotation period in days": "轮转周期（天）",
    "7 to 730": "7 至 730",
    "Save": "保存",
    "Schedule the deletion": "计划删除密钥",
    "See the instance": "查看实例",
    "Show": "查看",
    "Sign": "签名",
    "Sign and verify": "签名验签",
    "Signature": "签名值",
    "Storage": "存储方式",
    "Storage in hardware instances": "硬件实例中的存储方式",
    "Switch it off to schedule the deletion of the key.": "关闭删除保护后才能计划删除密钥。",
    "Switch off automatic rotation": "关闭自动轮转",
    "Tag key": "标签键",
    "Tag value": "标签值",
    "Tags": "标签",
    "Text": "文本",
    "That is suspended until the key is enabled.": "密钥启用前暂停轮转。",
    "The alias is created.": "别名已创建。",
    "The alias is deleted.": "别名已删除。",
    "The alias {name} is in use: choose another.": "别名 {name} 已被使用，请换一个。",
    "The default master key is created.": "默认主密钥已创建。",
    "The deletion of the key is scheduled.": "密钥已计划删除。",
    "The description is changed.": "描述已修改。",
    "The instance of this key is expired: the key is kept, but cannot be used or changed.": (
        "该密钥所在实例已到期：密钥仍保留，但无法使用或修改。"
    ),
    "The instance of this key is not enabled: the key cannot be used or changed.": (
        "该密钥所在实例未启用：密钥无法使用或修改。"
    ),
    "The key can be tried while it is enabled.": "密钥启用时方可试用。",
    "The key does not rotate by itself. Versions made before stay, and decrypt what they "
    "encrypted.": "密钥不自动轮转。轮转后旧版本会保留，用于解密其加密的内容。",
    "The key has a new version.": "密钥已生成新版本。",
    "The key is created, but not its alias. Give it another one here.": (
        "密钥已创建，但别名未创建。请在此设置其他别名。"
    ),
    "The key is created.": "密钥已创建。",
    "The key is disabled.": "密钥已禁用。",
    "The key is enabled.": "密钥已启用。",
    "The key is kept.": "已取消删除密钥。",
    "The key of a service is made when the service first needs it.": (
        "服务密钥在云服务首次使用时创建。"
    ),
    "The key policy is saved.": "密钥策略已保存。",
    "The next version can be made from this moment on:": "可创建下一版本的时间：",
    "The service {name}": "云服务 {name}",
    "The MAC does not fit": "消息认证码不匹配",
    "The MAC fits": "消息认证码匹配",
    "The signature does not fit": "签名不匹配",
    "The signature fits": "签名匹配",
    "The tag is added.": "标签已添加。",
    "The tag is removed.": "标签已移除。",
    "This key does not work like that.": "该密钥不支持这种用法。",
    "This key will be deleted for good at:": "该密钥将被永久删除，时间：",
    "This kind of key does not rotate by itself.": "此类密钥不支持自动轮转。",
    "Try it": "试用",
    "Type a text first.": "请先输入文本。",
    "Type the id of the key to confirm": "输入密钥 ID 以确认",
    "Type the id of the key to confirm that it is to be deleted.": "请输入密钥 ID 以确认删除。",
    "Usage": "密钥用途",
    "Usage and key spec": "密钥用途与规格",
    "Verify": "验签",
    "Verify the MAC": "验证消息认证码",
    "Version": "版本",
    "Versions": "密钥版本",
    "Versions and rotation": "版本与轮转",
    "Waits for its material": "待导入",
    "What it encrypted cannot be decrypted any more then.": "届时用它加密的内容将无法再解密。",
    "{name}: write each tag on a line of its own, like team=payments, not {line!r}.": (
        "{name}：请每行填写一个标签，形如 team=payments；{line!r} 不是。"
    ),
    "You (default master key)": "您（默认主密钥）",
    "and {number} more": "等 {number} 个其他别名",
    "expires": "过期时间",
    "A key of the same region and usage. What calls the alias uses it at once; what was "
    "encrypted before is still decrypted.": (
        "同一地域、同一用途的密钥。使用该别名的调用立即改用新密钥；此前加密的内容仍可解密。"
    ),
    "Applications read a managed data key with GetManagedDataKey and encrypt with it themselves. "
    "Each version is sealed by a key of an instance.": (
        "应用通过 GetManagedDataKey 读取托管数据密钥并自行加密。每个版本由实例中的密钥加密保护。"
    ),
    "Id of the other key": "目标密钥 ID",
    "Last version": "最新版本创建时间",
    "Managed data key": "托管数据密钥",
    "Managed data keys": "托管数据密钥",
    "No managed data key in this region": "该地域没有托管数据密钥",
    "Point to another key": "指向其他密钥",
    "Point to it": "确认",
    "Sealed by": "加密密钥",
    "The alias stands for this key.": "别名已指向该密钥。",
    "The operator makes them for you, with the key of an instance that you name.": (
        "托管数据密钥由运营方使用您指定的实例密钥创建。"
    ),
}
