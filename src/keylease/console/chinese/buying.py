"""The texts of buying, renewing, upgrading and paying."""

TEXTS: dict[str, str] = {
    "Buy a value-added service": "购买增值服务",
    "In effect": "生效中",
    "Needed from the balance": "需余额支付",
    "No value-added service": "暂无增值服务",
    "No value-added service is sold here.": "此处不提供增值服务。",
    "Paid. The service is in effect.": "支付成功，增值服务已生效。",
    "Services that are bought beside instances stand here: each is bought for a region, by the "
    "year.": "实例之外单独购买的增值服务显示在此处：按地域、按年购买。",
    "The default keys of a region can be rotated by themselves, once a year. Without the service "
    "they cannot be rotated.": (
        "购买后，该地域的默认密钥可每年自动轮转一次；未购买时默认密钥不能轮转。"
    ),
    "This cannot be undone. What the service does stops.": "此操作不可撤销，增值服务将停止。",
    "Value-added services": "增值服务",
    "What is bought beside instances, for a region and by the year, like the rotation of default "
    "keys.": "实例之外单独购买，按地域、按年计费，例如默认密钥轮转。",
    "You have it in this region: {service}. Renew that one.": (
        "该地域已有此增值服务 {service}，请直接续费。"
    ),
    " ({percent}% off)": "（优惠 {percent}%）",
    "1 month": "1 个月",
    "A day": "每日",
    "A month": "每月",
    "A software instance to try, for accounts that never bought anything. After that it goes on "
    "as pay-as-you-go, unless you release it.": (
        "供从未购买过的账号试用的软件版实例。试用结束后，除非您释放实例，否则自动转为按量付费。"
    ),
    "An instance holds keys and secrets of one region.": "实例保存一个地域的密钥和凭据。",
    "An order for this instance waits to be paid. Pay it or cancel it first.": (
        "该实例有待支付的订单，请先支付或取消该订单。"
    ),
    "At today's prices; a renewal costs the price in force when it is paid, from vouchers and "
    "balance.": "按当前价格显示；续费按支付时的有效价格，从代金券和余额中扣款。",
    "At {hour}, until one attempt succeeds. An attempt that fails for lack of money is told you "
    "by mail.": "于 {hour} 尝试，成功一次即止。因余额不足失败时将以邮件通知您。",
    "Balance afterwards": "支付后余额",
    "Balance now": "当前余额",
    "Billing method": "付费方式",
    "Buy Now": "立即购买",
    "Buy a subscription": "购买包年包月实例",
    "Buy pay-as-you-go": "购买按量付费实例",
    "By hand; we remind you before it ends": "手动续费，到期前提醒您",
    "By itself, for the period below": "自动续费，按以下时长",
    "Cancel the order": "取消订单",
    "Cancelled": "已取消",
    "Computing performance": "计算性能",
    "Configuration": "配置",
    "Confirm": "确认",
    "Confirm and pay": "确认并支付",
    "Continue": "继续",
    "Counted": "计量方式",
    "Discount": "优惠",
    "Discount of {percent}%": "优惠 {percent}%",
    "Duration": "购买时长",
    "Each key version": "每个密钥版本",
    "Each request a second": "每个每秒请求数（QPS）",
    "Each secret": "每个凭据",
    "Ends, as before": "到期时间（不变）",
    "Ends, if you pay now": "到期时间（现在支付）",
    "Fee": "费用",
    "For how long each time": "每次续费时长",
    "Free trial": "免费试用",
    "Free until": "免费至",
    "From the balance": "余额支付",
    "From the voucher {number}": "代金券 {number} 抵扣",
    "Go to the order": "前往订单",
    "Hardware key management is not offered here, as no hardware security module is connected.": (
        "未接入硬件安全模块，此处不提供硬件密钥管理。"
    ),
    "How it is renewed": "续费方式设置",
    "I have read and accept the terms of service": "我已阅读并同意服务条款",
    "Included: {included}.": "已含 {included}。",
    "Included: {included}. Each {block} more: {price} a month. At most {maximum}.": (
        "已含 {included}；每增加 {block}：{price}/月；最多 {maximum}。"
    ),
    "It can hold up to {keys} key versions, {secrets} secrets and {units} access units, and "
    "answers {qps} requests a second.": (
        "最多可保存 {keys} 个密钥版本和 {secrets} 个凭据，"
        "访问管理数量 {units}，每秒处理 {qps} 次请求。"
    ),
    "It is on, and stays on.": "已开启，不能关闭。",
    "It was cancelled, or not paid in time. Nothing was charged.": (
        "订单已取消或未按时支付，未产生任何扣款。"
    ),
    "Left of the term": "剩余时间",
    "List price": "目录价",
    "Log analysis": "日志分析",
    "Log storage (GB)": "日志存储容量（GB）",
    "Look at the price first, then order.": "请先查看价格，再下单。",
    "It can be paid once the operator has credited what is missing: ask for it, then look here "
    "again. The order is kept until the time above.": (
        "请联系运营方为账户充值，补足差额后刷新本页即可支付。订单保留至上述时间。"
    ),
    "Missing": "差额",
    "More a month": "每月增加",
    "Not at all": "到期不再续费",
    "Not now": "暂不购买",
    "Nothing is charged yet: you confirm and pay on the next page.": (
        "此时不会扣款，您将在下一页确认并支付。"
    ),
    "Nothing is sold by the day here.": "此处不提供按量付费。",
    "Now": "当前应付",
    "Order number": "订单号",
    "Paid": "已支付",
    "Paid at": "支付时间",
    "Paid. The instance is renewed.": "支付成功，实例已续费。",
    "Paid. The instance is upgraded.": "支付成功，实例已升级。",
    "Paid. The instance is yours: enable it to use it.": "支付成功。启用实例后即可使用。",
    "Pay": "支付",
    "Price": "价格",
    "Prices of a day": "每日价格",
    "Quantity": "数量",
    "Raise at least one of the quantities to see what it costs.": (
        "请至少提高一项配置，以查看费用。"
    ),
    "Read the terms of service, and tick that you accept them.": "请阅读服务条款，并勾选同意。",
    "Record the calls of the instance, to be searched": "记录实例的调用日志，供查询分析",
    "Region: {region}. Another one is chosen at the top of the page.": (
        "地域：{region}。可在页面顶部切换地域。"
    ),
    "Renew it by itself before it ends": "到期前自动续费",
    "Rules of unsubscription": "退订规则",
    "Service": "增值服务",
    "Set renewal": "设置续费方式",
    "Show price": "查看价格",
    "Subscription": "包年包月",
    "Terms of service": "服务条款",
    "The balance does not cover it: {amount} is missing.": "余额不足，还差 {amount}。",
    "The bill of a day is made at 10:00 of the next and paid from vouchers and balance. Days are "
    "those of UTC+8.": "每日账单于次日 10:00 生成，从代金券和余额中扣款。按 UTC+8 划分自然日。",
    "The fee is what the upgrade adds to the monthly list price, divided by 720 hours, for the "
    "hours that are left of the term, to the second. It falls as time passes, and is fixed with "
    "the order.": (
        "费用 = 升级后每月目录价的增加额 ÷ 720 小时 × 剩余小时数（精确到秒）。"
        "费用随时间减少，下单时确定。"
    ),
    "It has expired: the new term starts when you pay.": "已到期，新的期限自支付时开始。",
    "Other quantities from the new term on": "从新的期限起变更规格",
    "You can choose more or fewer, but no fewer than are in use.": (
        "可以提高或降低规格，但不能少于已使用的数量。"
    ),
    "They hold at once when you pay.": "支付后立即生效。",
    "Until the new term starts everything stays as it is, and nothing is paid or given back for "
    "the present one.": "新的期限开始前规格保持不变，当前期限不补差价也不退款。",
    "The next term begins with other quantities already; this renewal keeps them. To choose "
    "again, cancel that renewal first.": (
        "下一期限已有规格变更，本次续费将沿用。如需重新选择，请先退订该笔续费。"
    ),
    "As it is now it would cost": "不变更规格的费用",
    "The instance is not renewed any more.": "实例到期后不再续费。",
    "The instance is renewed by hand from now on.": "实例已改为手动续费。",
    "The instance is renewed by itself from now on.": "实例已开启自动续费。",
    "The instance is yours. Enable it to use it.": "实例已购买，启用后即可使用。",
    "The new term starts when the present one ends.": "新的期限自当前期限结束时开始。",
    "The order is cancelled. Nothing was charged.": "订单已取消，未产生任何扣款。",
    "The terms of service have changed: read them, and accept them again.": (
        "服务条款已更新，请重新阅读并同意。"
    ),
    "There is no such order.": "没有该订单。",
    "There is no such version.": "没有该版本。",
    "To be paid until": "支付截止时间",
    "Try it for free": "免费试用实例",
    "Waits to be paid": "待支付",
    "What was ordered cannot be had any more: the money was given back.": (
        "所订购的内容已无法交付，款项已退回。"
    ),
    "What you get": "订单内容",
    "What you pay": "支付信息",
    "When it is tried": "尝试时间",
    "Whole months of 30 days that are left earn the discount for as many months.": (
        "剩余时间按每 30 天为一整月，享受相应时长的优惠。"
    ),
    "With log analysis on it is {least} GB at least, without it nothing.": (
        "开启日志分析时至少 {least} GB，未开启时不计费。"
    ),
    "You choose how much it holds and for how long, and pay before you use it. Longer terms cost "
    "less. What is unused comes back if you unsubscribe.": (
        "选择规格和时长，先付款后使用。时长越长，价格越优惠；退订时退还未使用部分。"
    ),
    "You get more at once, and pay for the rest of the term. Its end does not move. Quantities "
    "cannot fall.": "升级立即生效，按剩余时间补足差价，到期时间不变。规格不能降低。",
    "You pay each day for what was there and used: the instance, its keys and secrets, and the "
    "busiest minute. Release it when you like.": (
        "按日为实际用量付费：实例、密钥、凭据以及当日峰值性能。可随时释放。"
    ),
    "You use it for {days} days for free, whatever it holds. After that each day costs what "
    "stands here, unless you have released it.": (
        "免费使用 {days} 天，不限用量。之后除非您已释放实例，否则每日按此处价格计费。"
    ),
    "at the end of the day": "按当日结束时的数量",
    "at the end of the day; those that wait for deletion are free": (
        "按当日结束时的数量；待删除的密钥不计费"
    ),
    "each day on which it exists": "按实例存在的天数",
    "from {price} a day": "{price}/天起",
    "from {price} a month": "{price}/月起",
    "included": "已含",
    "read": "阅读",
    "the highest average of a minute of the day, rounded up": "当日每分钟平均值的最大值，向上取整",
    "{days} days and {hours} hours": "{days} 天 {hours} 小时",
    "{days} days for free": "免费 {days} 天",
    "{item}: choose one of {offered}.": "{item}：请选择 {offered}。",
    "{item}: choose {least} to {most}, in steps of {step}.": (
        "{item}：请选择 {least} 至 {most}，以 {step} 为单位。"
    ),
    "{number} months": "{number} 个月",
}
