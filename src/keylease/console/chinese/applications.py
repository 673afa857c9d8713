"""The texts of the pages of applications."""

TEXTS = {
    "1 year": "1 年",
    "8 to 64 characters of at least two kinds: digits, letters, and ~!@#$%^&*?_-. Leave it empty, "
    "and one is made for you.": (
        "8 至 64 个字符，至少包含数字、字母和 ~!@#$%^&*?_- 中的两种。留空则自动生成。"
    ),
    "A network rule says from which addresses applications may come. Permission policies name the "
    "rules that hold for them.": "网络规则限定应用的来源地址，由权限策略引用。",
    "A permission policy says which keys and secrets applications may use. Access points name the "
    "policies that hold for them.": "权限策略限定应用可使用的密钥和凭据，由应用接入点引用。",
    "Addresses": "来源地址",
    "Allows": "允许的操作",
    "An access point stands for an application. Its client keys sign the application's calls, its "
    "permission policies say what these may do; no access key of the account is needed.": (
        "应用接入点代表一个应用：Client Key 为应用的调用签名，权限策略限定调用的范围，"
        "无需账号的 AccessKey。"
    ),
    "An application signs its calls with a client key. Make one, and give it and its password to "
    "the application.": "应用使用 Client Key 为调用签名。请创建 Client Key，并将其与口令交给应用。",
    "Authentication": "认证方式",
    "Client key": "Client Key",
    "Client key for the SDKs (JSON)": "SDK 使用的 Client Key（JSON）",
    "Client keys": "Client Key",
    "Create": "创建",
    "Create a permission policy first": "请先创建权限策略",
    "Create access point": "创建应用接入点",
    "Create client key": "创建 Client Key",
    "Create network rule": "创建网络规则",
    "Create permission policy": "创建权限策略",
    "Delete the access point": "删除应用接入点",
    "From anywhere": "不限来源",
    "Keys and secrets": "密钥与凭据",
    "Letters, digits, - and _. It cannot be changed later.": (
        "可包含字母、数字、- 和 _，创建后不可修改。"
    ),
    "No access point in this region yet": "该地域还没有应用接入点",
    "No client key yet": "还没有 Client Key",
    "No network rule in this region yet": "该地域还没有网络规则",
    "No permission policy in this region yet": "该地域还没有权限策略",
    "None: only secrets of the account": "无：仅限账号的凭据",
    "Not valid yet": "尚未生效",
    "One address or network on each line, like 10.0.0.0/8": "每行一个地址或网段，例如 10.0.0.0/8",
    "One on each line: key/* and secret/* are all of them; else key/ and the id of a key, or "
    "secret/ and the name of a secret.": (
        "每行一个：key/* 和 secret/* 表示全部；也可填 key/ 加密钥 ID，或 secret/ 加凭据名称。"
    ),
    "One to three of them; applications may do what any of them allows.": (
        "选择一至三个；任一策略允许的操作，应用均可执行。"
    ),
    "Password of the file": "文件口令",
    "Read secrets of any instance": "读取任意实例的凭据",
    "Read secrets of the instance": "读取该实例的凭据",
    "The access point is created. Its applications need a client key.": (
        "应用接入点已创建。应用还需要 Client Key。"
    ),
    "The access point is deleted.": "应用接入点已删除。",
    "The application's SDK takes the JSON file and the password, and calls the instance's own "
    "address.": "应用的 SDK 使用该 JSON 文件和口令，调用实例的专属地址。",
    "The client key is deleted. Whoever has it is refused from now on.": (
        "Client Key 已删除，此后持有者将被拒绝。"
    ),
    "The network rule is created.": "网络规则已创建。",
    "The network rule is deleted.": "网络规则已删除。",
    "The permission policy is created.": "权限策略已创建。",
    "The permission policy is deleted.": "权限策略已删除。",
    "The policies are saved, and hold from the next request on.": (
        "策略已保存，从下一次请求起生效。"
    ),
    "The same as PKCS#12": "同一密钥的 PKCS#12",
    "This is the only time that the key and its password are shown. Download both now: nobody can "
    "bring them back, only make another key.": (
        "Client Key 与口令仅此一次显示。请立即下载：之后无法找回，只能另行创建。"
    ),
    "Use keys of the instance": "使用该实例的密钥",
    "Valid": "有效",
    "Valid for": "有效期",
    "Valid until": "失效时间",
    "What applications may do": "应用的权限",
    "Without any, applications may come from anywhere.": "不选则不限来源。",
    "{number} years": "{number} 年",
    "Delete the network rule": "删除网络规则",
    "Delete the permission policy": "删除权限策略",
    "From where applications may come": "允许的来源",
    "It can be deleted once no access point names it.": "没有应用接入点引用后方可删除。",
    "It can be deleted once no permission policy names it.": "没有权限策略引用后方可删除。",
    "None names it yet": "暂无引用",
    "The network rule is saved, and holds from the next request on.": (
        "网络规则已保存，从下一次请求起生效。"
    ),
    "The permission policy is saved, and holds from the next request on.": (
        "权限策略已保存，从下一次请求起生效。"
    ),
}
