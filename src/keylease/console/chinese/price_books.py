"""What can be wrong with a price book."""

TEXTS: dict[str, str] = {
    "The price book is not valid: {findings}": "价目表有误：{findings}",
    "line {line}: {place}: {wrong}": "第 {line} 行：{place}：{wrong}",
    "line {line}: not TOML: {error}": "第 {line} 行：不是 TOML：{error}",
    "missing": "缺少该项",
    "missing; it is what a purchase means unless it says more": (
        "缺少该项；购买时未指定版本即为该版本"
    ),
    "unknown; allowed here: {keys}": "未知项；此处可用：{keys}",
    "must be a table": "须为表",
    "must be a whole number from {least} to {most}": "须为 {least} 至 {most} 的整数",
    "must be a list of whole numbers from 1 to {most}": "须为 1 至 {most} 的整数列表",
    "must be a list of {offered}, each once": "须为 {offered} 的列表，每项一次",
    "must be a number of months from 1 to 99": "须为 1 至 99 个月",
    'must be a moment in quotes, like "2027-01-01T00:00:00+08:00"': (
        '须为带引号的时间，例如 "2027-01-01T00:00:00+08:00"'
    ),
    'must be a factor in quotes, like "0.85", above "0.00" up to "1.00"': (
        '须为带引号的折扣系数，例如 "0.85"，大于 "0.00"，不超过 "1.00"'
    ),
    'must be a price in quotes, like "0.013", with up to six decimals, below "1000000"': (
        '须为带引号的价格，例如 "0.013"，最多六位小数，小于 "1000000"'
    ),
    'must be a price in quotes, like "500.00", from "0.00" to "99999999.99"': (
        '须为带引号的价格，例如 "500.00"，从 "0.00" 到 "99999999.99"'
    ),
    "must be lower than the factor from {shorter} months": "须低于 {shorter} 个月起的折扣系数",
    "must be {included} and a whole number of blocks of {block}": (
        "须为 {included} 加 {block} 的整数倍"
    ),
    "must each be {first} and a whole number of blocks of {block}": (
        "每项须为 {first} 加 {block} 的整数倍"
    ),
    "must rise from each number to the next": "须逐项递增",
    "There are accounts in {currency}: the book needs prices in it.": (
        "存在币种为 {currency} 的账号，价目表须包含该币种的价格。"
    ),
    "There are {edition} instances: the book needs that edition.": (
        "存在 {edition} 实例，价目表须包含该版本。"
    ),
    "There are pay-as-you-go {edition} instances: the book needs day prices.": (
        "存在按量付费的 {edition} 实例，价目表须包含其按日价格。"
    ),
    "Until the book comes into force, {missing} can be sold: it needs prices for that too, or "
    "load it on that day, without valid_from.": (
        "价目表生效前仍可出售：{missing}。价目表须包含其价格，或于生效当日加载，不设 valid_from。"
    ),
    "pay-as-you-go {edition}": "按量付费 {edition}",
    "There is no version {number} of the price book: see keylease prices list.": (
        "价目表没有版本 {number}：请查看 keylease prices list。"
    ),
}
