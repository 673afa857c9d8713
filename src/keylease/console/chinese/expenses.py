"""The texts of the pages of expenses."""

TEXTS: dict[str, str] = {
    "I have read and accept the rules of unsubscription": "我已阅读并同意退订规则",
    "Read the rules of unsubscription, and tick that you accept them.": (
        "请阅读退订规则，并勾选同意。"
    ),
    "The rules of unsubscription have changed: read them, and accept them again.": (
        "退订规则已更新，请重新阅读并同意。"
    ),
    "3 to 63 of a-z, 0-9 and -": "3 至 63 个字符：a-z、0-9 和 -",
    "A longer file goes on in another one.": "超出的内容写入下一个文件。",
    "Billable items of each instance (CSV)": "各实例计费项汇总（CSV）",
    "Bills are not written as files here: the operator has to name a directory for them first "
    "(export_dir).": "此处尚未启用账单文件：需由运营方先指定目录（export_dir）。",
    "Bills as files": "账单文件订阅",
    "Choose what you want to have and where; a folder gets its name here.": (
        "请选择文件类型和存放位置，并为目录命名。"
    ),
    "Each day at 12:30 UTC+8 the files that you subscribe to are written into a folder of yours, "
    "which the operator keeps for you.": (
        "订阅的文件于每日 12:30（UTC+8）写入运营方为您保存的目录。"
    ),
    "Folder": "目录",
    "From the month": "起始账期",
    "Like bills/2026; empty is the folder itself.": "例如 bills/2026；留空则为目录本身。",
    "Lines in a file": "单个文件行数",
    "No more of these files are written. Those that are there stay.": (
        "不再写入此类文件，已有文件保留。"
    ),
    "No subscription to files": "暂无订阅",
    "Of each sort there is one; subscribing again changes where it goes.": (
        "每种类型一个订阅；再次订阅将更改存放位置。"
    ),
    "Path in the folder": "目录内路径",
    "Split items (CSV)": "分账明细（CSV）",
    "Subscribe": "订阅",
    "Subscribed": "订阅时间",
    "The files are written from the next 12:30 UTC+8 on.": "将自下一个 12:30（UTC+8）起写入文件。",
    "a file for each day, and one for the month": "每日一个文件，每月一个文件",
    "one for the month, anew each day": "每月一个文件，每日更新",
    "one when the month is over": "月末后一个文件",
    "A file is being made: wait until it is ready.": "正在生成文件，请等待完成。",
    "Amortised costs (CSV)": "分摊成本（CSV）",
    "Download": "下载文件",
    "Exports": "导出",
    "Files of any length are made here, one at a time, for spreadsheets and other programs.": (
        "可在此导出任意长度的文件，每次一个，供电子表格等程序使用。"
    ),
    "It is kept for a day, or until you make another one.": (
        "文件保留一天，或保留至生成下一个文件。"
    ),
    "Look again": "刷新",
    "Make a file": "导出文件",
    "Make the file": "开始导出",
    "Month, for bills": "账期（仅账单）",
    "Orders (CSV)": "订单（CSV）",
    "The file was not finished. Make it again.": "文件未能完成，请重新导出。",
    "This file is long: make it on the page Exports, which tells how far it is.": (
        "文件较长，请在“导出”页面生成，并可查看进度。"
    ),
    "Transactions (CSV)": "收支明细（CSV）",
    "What it has lines of": "导出内容",
    "Written": "已写入",
    "You can leave this page: the file goes on being written.": "可以离开此页面，文件会继续生成。",
    "{done} of {total} lines": "{done} / {total} 行",
    "A bill was not covered by the balance: {amount} is missing.": (
        "余额不足以支付账单：欠款 {amount}。"
    ),
    "A month is written like 2026-01.": "月份格式形如 2026-01。",
    "A month's bill has a line for each order, refund and day of pay-as-you-go. It is final "
    "at 12:00 on day 2 of the next month.": (
        "月账单包含每笔订单、退款和按量付费日账单，次月 2 日 12:00 出账。"
    ),
    "A renewal that is paid but has not begun stands here. It can be cancelled alone: the "
    "instance goes on until the end before it.": (
        "已支付但尚未生效的续费显示在此处，可单独退订；实例仍可使用至续费前的到期时间。"
    ),
    "Active instances": "退订使用中的实例",
    "Adjustment": "调账",
    "After 15 days: it stops now, and can be renewed until then": (
        "15 天后释放：立即停用，期间可续费恢复"
    ),
    "After the month": "本月之后",
    "All amounts in {currency}.": "金额单位：{currency}。",
    "Amortised costs": "分摊成本",
    "An order for this instance waits to be paid: pay it or cancel it first.": (
        "该实例有待支付的订单，请先支付或取消。"
    ),
    "An order's price is spread evenly over the days of its term; a refund belongs whole to "
    "the month in which it was made. Orders of earlier months are listed while their term "
    "reaches into this one.": (
        "订单金额按服务期内的天数平均分摊；退款全部计入退款当月。服务期延续至本月的往月订单也"
        "会列出。"
    ),
    "Ask in a ticket for what cannot be done here: money back for an order, or the end of an "
    "instance for which nothing comes back.": (
        "无法自助办理的事项可提交工单：例如申请订单退款，或退订可退金额为零的实例。"
    ),
    "At most {number} characters": "最多 {number} 个字符",
    "At once": "立即释放",
    "At today's prices.": "按当前价格估算。",
    "Automatic renewals of the next 30 days": "未来 30 天的自动续费",
    "Available": "可用",
    "Spent": "已用完",
    "Balance after it": "交易后余额",
    "Before the month": "本月之前",
    "Begins": "生效时间",
    "Bill of {month}": "{month} 账单",
    "Billable items (CSV)": "计费项明细（CSV）",
    "By": "统计周期",
    "By instance (CSV)": "按实例汇总（CSV）",
    "By voucher": "代金券抵扣",
    "Came back later": "已退金额",
    "Cancel the later one first, or it is covered by an upgrade.": (
        "请先退订更晚的续费；若续费后已升级则无法单独退订。"
    ),
    "Cancel the renewal": "退订续费",
    "Cancel the renewal of {name}": "退订 {name} 的续费",
    "Charged": "应付金额",
    "Choose": "选择",
    "Close the ticket": "关闭工单",
    "Closed": "已关闭",
    "Comes back": "可退金额",
    "Comes back in all": "可退总额",
    "Comes back now": "当前可退金额",
    "Costs by month": "月度费用趋势",
    "Costs of the last twelve months; the table has the figures": "最近十二个月的费用，数值见表格",
    "Cut short": "提前终止时间",
    "Day": "天",
    "Days used": "已用天数",
    "Deletion protection is on: switch it off first.": "删除保护已开启，请先关闭。",
    "Discount earned": "已用时长折扣",
    "Downloads": "下载",
    "Each automatic renewal adds": "每次自动续费时长",
    "Final since:": "出账时间：",
    "From": "开始时间",
    "From then on each of its days is billed, unless it is released.": (
        "试用结束后按日计费，直至实例被释放。"
    ),
    "Choose all": "全选",
    "Given back": "退款时间",
    "Good for": "适用范围",
    "Hour": "小时",
    "How it is worked out": "退款计算明细",
    "If it is settled, close it.": "如问题已解决，请关闭工单。",
    "In all": "合计",
    "In the month": "本月",
    "Instance it is about": "关联实例",
    "It went to the balance.": "已退回余额。",
    "Its id, if it is about one": "如有关联，请填写 ID",
    "Key versions": "密钥版本数",
    "Keys and secrets are counted for pay-as-you-go instances, at the end of each day.": (
        "仅按量付费实例在每日结束时统计密钥和凭据数量。"
    ),
    "Last change": "最近更新",
    "Lines": "明细数",
    "Lines (CSV)": "账单明细（CSV）",
    "Log storage, GB": "日志存储容量（GB）",
    "Make a backup first": "请先备份",
    "Month": "月份",
    "Most requests a second": "每秒请求峰值",
    "No bill yet": "暂无账单",
    "No order fits what was asked for: choose another type or status.": (
        "没有符合条件的订单，请选择其他类型或状态。"
    ),
    "No order yet": "暂无订单",
    "No pending renewal": "没有未生效的续费",
    "No subscription here": "没有包年包月资源",
    "No such order": "没有符合条件的订单",
    "No ticket yet": "暂无工单",
    "No transaction": "暂无收支记录",
    "No usage in this time": "该时段没有用量",
    "No voucher": "暂无代金券",
    "Not final yet": "未出账",
    "Not settled": "未结清",
    "Nothing in this month": "本月没有账单",
    "Nothing to unsubscribe": "没有可退订的实例",
    "Nothing was bought, given back or used by the day in this month.": (
        "本月没有订单、退款或按量付费用量。"
    ),
    "Nothing would come back, so it cannot be unsubscribed here: let it run to its end, or "
    "ask in a ticket.": "可退金额为零，无法自助退订：请使用至到期，或提交工单。",
    "Open a ticket": "提交工单",
    "Order it is about": "关联订单",
    "Order paid": "订单支付",
    "Ordered": "下单时间",
    "Outstanding": "欠费金额",
    "Paid in cash": "现金支付",
    "Pay-as-you-go bill": "按量付费账单",
    "Pay-as-you-go bills": "按量付费账单",
    "Pay-as-you-go instances stop on:": "按量付费实例停用时间：",
    "Pending renewals": "退订未生效的续费",
    "Price a month": "月单价",
    "Purchase": "新购",
    "Record": "订单/账单号",
    "Refers to": "关联订单号",
    "Refund": "退款",
    "Refunds": "退款",
    "Renewal order": "续费",
    "Requests": "请求数",
    "Requests to your instances are counted here. There were none in the days asked for.": (
        "实例的请求数统计在此处。所选日期内没有请求。"
    ),
    "Running subscriptions stand here with what would come back for each. You have none.": (
        "使用中的包年包月实例及其可退金额显示在此处。您目前没有此类实例。"
    ),
    "Set": "设置",
    "Set the renewal of the ticked instances": "批量设置所选实例的续费方式",
    "Settled": "已结清",
    "Statement (PDF)": "月结单（PDF）",
    "Subscription orders": "预付费订单",
    "Subscriptions of all regions stand here, with when they end and how they are renewed.": (
        "所有地域的包年包月资源及其到期时间和续费方式显示在此处。"
    ),
    "Term": "服务期",
    "The figures can change until:": "以下时间前金额可能变化：",
    "The money goes to the balance at once. The current term and every renewal that has not "
    "begun end.": "款项立即退回余额。当前服务期和所有未生效的续费将一并终止。",
    "The money goes to the balance at once. The instance works on, and ends when it would "
    "have without this renewal:": "款项立即退回余额。实例继续可用，并在未续费时的到期时间到期：",
    "The instance is unsubscribed; the money is on the balance.": "实例已退订，款项已退回余额。",
    "The renewal is cancelled; the money is on the balance.": "续费已退订，款项已退回余额。",
    "The order is cancelled.": "订单已取消。",
    "The renewal of {number} instances is set.": "已设置 {number} 个实例的续费方式。",
    "The ticket is closed.": "工单已关闭。",
    "The ticket is open: you get an answer by mail and here.": (
        "工单已提交，回复将发送至邮箱并显示在此处。"
    ),
    "The way out: have at least this amount credited to the account by the operator. What "
    "stopped works again at once.": (
        "解决办法：请联系运营方为账户至少充值上述金额。结清后停用的实例立即恢复。"
    ),
    "There is no such file.": "没有此文件。",
    "The month is too long for a statement: export its lines.": (
        "该月明细过多，无法生成对账单，请导出明细。"
    ),
    "They are released for good on:": "永久释放时间：",
    "This cannot be undone. Key versions in the instance: {keys}, secrets: {secrets}. Once "
    "it is released, what was encrypted with its keys cannot be read any more.": (
        "此操作不可撤销。实例中有密钥版本 {keys} 个、凭据 {secrets} 个。实例释放后，使用其密"
        "钥加密的数据将无法解密。"
    ),
    "This month so far": "本月累计费用",
    "This order waits to be paid, until:": "订单待支付，支付截止时间：",
    "This ticket is over: open another if you need to.": "该工单已结束，如有需要请另行提交。",
    "Tick the instances that you want to change.": "请勾选需要修改的实例。",
    "To and including": "截止日期（含）",
    "Top-up": "充值",
    "Type the name of the instance, {name}, to confirm.": "请输入实例名称 {name} 以确认。",
    "Unpaid": "待支付",
    "Unsubscribe for good": "确认退订",
    "Unsubscribe {name}": "退订 {name}",
    "Until": "失效时间",
    "Used up": "已消费金额",
    "Face value": "面额",
    "Value-added service": "增值服务",
    "Voucher": "代金券",
    "Vouchers pay before the balance does. The operator grants them.": (
        "代金券优先于余额抵扣，由运营方发放。"
    ),
    "What comes back": "可退金额",
    "What comes back is what was paid in cash, less what was used up: the list price of the "
    "days used, at the discount that so many days alone would have earned. Vouchers do not "
    "come back.": (
        "可退金额 = 现金支付金额 − 已消费金额；已消费金额按目录价和已用天数计算，并适用已用时"
        "长对应的折扣。代金券抵扣部分不退。"
    ),
    "What do you ask for, and why?": "申请事项及原因",
    "What it is made up of": "费用构成",
    "Whatever adds to your balance or takes from it stands here, with the balance after it.": (
        "所有余额变动及变动后的余额显示在此处。"
    ),
    "Whatever you buy, renew, upgrade or give back is an order and stands here.": (
        "新购、续费、升级和退订产生的订单显示在此处。"
    ),
    "When it is released": "释放时间",
    "Withdrawal": "提现",
    "Write a message": "添加留言",
    "You": "您",
    "Your message is on the ticket.": "留言已添加。",
    "and {amount} by voucher": "另有代金券抵扣 {amount}",
    "of at least {amount}": "满 {amount} 可用",
    "{amount} came back before": "此前已退 {amount}",
    "{amount} more than the balance: without them instances expire.": (
        "比余额多 {amount}：余额不足将导致实例到期。"
    ),
    "{amount} of it by the lost discount": "其中折扣差额 {amount}",
    "{number} more are not counted": "另有 {number} 个未计入",
    "{used} of {days}": "{used}/{days} 天",
}
