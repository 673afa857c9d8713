"""Log analysis."""

TEXTS = {
    "An instance that is bought with log analysis keeps an entry of each call that uses its keys "
    "and secrets.": "购买了日志分析的实例会保存每次使用其密钥和凭据的调用记录。",
    "Before (UTC+8)": "截止（UTC+8）",
    "Calls that use keys and secrets of the instance stand here some seconds later. There is "
    "none that fits.": "使用实例密钥和凭据的调用会在数秒后显示在此处。没有符合条件的记录。",
    "{number} calls were looked through, back to:": "已查找 {number} 条调用记录，最早至：",
    "{number} ms": "{number} 毫秒",
    "Each call that used keys and secrets of the instance, the newest first. Entries are kept "
    "for {number} days; a file takes the newest {rows} of the last {looked}.": (
        "使用该实例密钥和凭据的每次调用，最新的在前。记录保留 {number} 天；文件在最近 {looked} "
        "条中取最新的 {rows} 条。"
    ),
    "From (UTC+8)": "起始（UTC+8）",
    "Log analysis is off: no entries are added.": "日志分析未开启：不再新增记录。",
    "Log storage used: {used} of {bought} GB": "日志存储：已用 {used} GB，共 {bought} GB",
    "No such call": "没有符合条件的调用",
    "Request ID": "请求 ID",
    "See each call, and what was refused": "查看每次调用及被拒绝的请求",
    "Subscriptions can have it.": "包年包月实例可以开启日志分析。",
    "This instance keeps no log of its calls": "该实例未开启日志分析",
    "With log analysis each call is kept for 180 days: who used which key or secret from where, "
    "and what was refused. Buy it with storage for the entries; it begins at once.": (
        "开启日志分析后，每次调用保留 180 天：谁从何处使用了哪个密钥或凭据，以及哪些请求被拒"
        "绝。购买时需选择日志存储容量，购买后立即生效。"
    ),
    "Time and request ID": "时间与请求 ID",
}
