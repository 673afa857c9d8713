"""Charts of requests, and what comes next on the overview."""

TEXTS = {
    "1 hour": "1 小时",
    "24 hours": "24 小时",
    "7 days": "7 天",
    "Key or secret": "密钥或凭据",
    "None is planned. Keys and secrets that rotate by themselves, and those whose deletion is "
    "scheduled, stand here.": "暂无计划。自动轮转的以及计划删除的密钥和凭据会显示在此处。",
    "Requests over time; the table has the figures": "请求数随时间的变化；数值见表格",
    "Rotations and deletions of the next 30 days": "未来 30 天的轮转与删除",
    "The figures as a table": "以表格查看数值",
    "There was none in this time. Every call that uses a key or reads a secret in an instance is "
    "counted here by the minute. Try a key on its page, or call Encrypt or GetSecretValue with an "
    "SDK.": (
        "该时间段内没有请求。每次使用实例中的密钥或读取凭据的调用都按分钟计入此处。"
        "可在密钥页面试用密钥，或通过 SDK 调用 Encrypt 或 GetSecretValue。"
    ),
    "in a quarter of an hour": "15 分钟内",
    "in all, at most {number} {within}": "次请求，{within}最多 {number} 次",
    "in one minute": "1 分钟内",
    "in two hours": "2 小时内",
}
