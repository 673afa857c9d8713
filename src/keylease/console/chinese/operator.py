"""The operator's pages."""

TEXTS: dict[str, str] = {
    "Daily checks": "每日检查记录",
    "Every bill of a day moved what its lines say": "每份日账单的入账金额与明细一致",
    "Every closed month is as it was closed": "已出账月份与出账时一致",
    "Every day of pay-as-you-go is in a bill, or will be": "每个按量付费日均已或将计入账单",
    "Every instance ends with its newest term, and terms do not overlap": (
        "实例到期时间与最新服务期一致，服务期不重叠"
    ),
    "Every month's bill is the sum of its lines": "月账单等于其明细之和",
    "Every paid order is in a bill with its amount": "每笔已支付订单均按金额计入账单",
    "Every paid order that buys time has its term": "每笔购买时长的已支付订单均有服务期",
    "Every paid order was charged once, with its amount": "每笔已支付订单均按金额扣款一次",
    "Every refund is the sum of its lines": "每笔退款等于其明细之和",
    "Every transaction adds up to zero": "每笔记账借贷平衡",
    "Every transaction has one currency, that of its order": "每笔记账币种单一且与订单一致",
    "Every transaction of an order has its order": "每笔订单记账均有对应订单",
    "No customer is below zero without a pay-as-you-go debt": "除按量付费欠款外，客户余额不为负",
    "No order gave back more than was paid in cash": "订单退款不超过现金支付金额",
    "Nobody's bills have more outstanding than the balance lacks": "账单欠费不超过余额差额",
    "Result": "检查结果",
    "What did not hold": "异常项",
    "What is checked": "检查内容",
    "What must hold": "检查项",
    "{number} findings": "{number} 个问题",
    "A decision is final.": "决定不可更改。",
    "A process that serves stands here from its start.": "服务进程启动后会显示在这里。",
    "Account id": "账号 ID",
    "Account name or id": "账号名称或 ID",
    "Alive": "存活",
    "All accounts": "全部账号",
    "Always": "始终",
    "Amount in {currency}": "金额（{currency}）",
    "Amount that comes back, in {currency}": "退款金额（{currency}）",
    "Answer": "回复",
    "Approve": "批准",
    "Back up the software instances that changed": "备份有变更的软件实例",
    "Begin the rotation of a secret": "开始轮转凭据",
    "Book what is left of an expired voucher": "结清到期代金券的余额",
    "By 1 day": "前进 1 天",
    "By 1 hour": "前进 1 小时",
    "By 7 days": "前进 7 天",
    "Cancel an order that nobody paid in time": "取消逾期未支付的订单",
    "Check now": "立即检查",
    "Check the whole books, tell the operator what is wrong": "检查全部账簿，并将问题告知运营方",
    "Checked": "检查时间",
    "Clock": "时钟",
    "Close the month of an account's bill": "关闭账号当月账单",
    "Closed by its owner": "已由客户关闭",
    "Count what a pay-as-you-go instance holds at the end of a day": (
        "日终统计按量付费实例的持有量"
    ),
    "Currency": "币种",
    "Customers open tickets for what self-service refuses: money back, or the end of an "
    "instance.": ("自助服务无法办理的退款或退订，由客户提交工单。"),
    "Decided": "已处理",
    "Destroy a key whose deletion was scheduled": "销毁计划删除的密钥",
    "Destroy a secret whose deletion was scheduled": "销毁计划删除的凭据",
    "Destroy imported key material that expired": "销毁已过期的导入密钥材料",
    "Destroy the backups of a released instance": "销毁已释放实例的备份",
    "Differences": "差异",
    "Due": "应执行时间",
    "E-mail": "邮箱",
    "Each day every entry is compared with its order, every bill with its lines, every term "
    "with its chain. A check repairs nothing.": (
        "每天将每笔分录与订单、每张账单与明细、每个期限与其链条逐一核对。检查不会修改任何数据。"
    ),
    "Each process that serves says every few seconds that it is alive. Moments here are "
    "machine time.": ("每个服务进程每隔几秒报告一次存活。此处的时间为机器时间。"),
    "Earlier": "历史版本",
    "Empty: nothing comes back beyond what the rules of refunds give.": (
        "留空：仅按退款规则退款。"
    ),
    "Each record holds the hash of the one before it: a check reads all of them, those of uses as "
    "well, and says which were changed, moved or removed.": (
        "每条记录都包含前一条记录的哈希：检查会读取全部记录（包括使用记录），并指出被修改、移动或删除的记录。"
    ),
    "Every change, as it was written in the transaction that made it.": (
        "每项变更的记录，与变更在同一事务中写入。"
    ),
    "The whole trail": "全部审计记录",
    "{number} records read": "已读取 {number} 条记录",
    "You can leave this page: the check goes on.": "可以离开此页面，检查会继续进行。",
    "machine time": "机器时间",
    "Records": "记录数",
    "The last check was cut off. Check again.": "上次检查已中断，请重新检查。",
    "Everything that is due on the way happens at its moment: letters, renewals, expiries, "
    "releases, bills. The page comes back when it is done. A clock never goes back.": (
        "途中到期的事项都在各自的时刻发生：邮件、续费、到期、释放、账单。全部完成后页面返回。"
        "时钟不会倒退。"
    ),
    "Failed attempts": "失败次数",
    "Find": "查找",
    "Finding": "问题",
    "Findings": "问题数",
    "For": "适用范围",
    "Give a key a new primary version": "为密钥生成新的主版本",
    "Given up": "已放弃",
    "Grant": "发放",
    "Grant a voucher": "发放代金券",
    "In debt": "欠费",
    "In debt since": "欠费起始时间",
    "In force": "生效中",
    "In order": "正常",
    "It begins with the book in force: edit it, or paste another one over it.": (
        "初始内容为生效中的价目表：可直接编辑，或粘贴另一份覆盖。"
    ),
    "It can be spent from now on until the end of this day, UTC+8.": (
        "即刻起至该日结束（UTC+8）可用。"
    ),
    "It runs on at the pace of the machine's clock.": "时钟按机器时钟的速度运行。",
    "It shows": "当前时间",
    "It stands still.": "时钟已停止。",
    "Last check": "最近一次检查",
    "Last day": "最后可用日",
    "Last heard of": "最近报告时间",
    "Later": "待生效",
    "Letter": "邮件",
    "Letters are written with the fact that causes them: orders, reminders, expiries, tickets.": (
        "邮件随其原因一同生成：订单、提醒、到期、工单。"
    ),
    "Letters waiting": "待发送邮件",
    "Like 1234.56. The owner is told by letter.": "例如 1234.56。系统会发送邮件通知客户。",
    "Load a new version": "加载新版本",
    "Load this version": "加载此版本",
    "Loaded": "加载时间",
    "Look at them": "请查看",
    "Machine": "主机",
    "Make a new root key, destroy the old one": "生成新的根密钥并销毁旧的根密钥",
    "Make the bill of a day": "生成日账单",
    "Make the first one with: keylease account create NAME": (
        "创建第一个账号：keylease account create NAME"
    ),
    "Messages": "消息",
    "Move it forward": "向前移动",
    "Move until then": "移动到该时刻",
    "Names and ids are compared whole.": "名称和 ID 需完全匹配。",
    "New": "新版本",
    "No account yet": "还没有账号",
    "No letter here": "没有邮件",
    "No node": "没有节点",
    "No such account": "没有该账号",
    "No ticket is decided yet": "还没有已处理的工单",
    "No ticket waits": "没有待处理的工单",
    "Node": "节点",
    "Nodes alive": "存活节点",
    "Not in order": "异常",
    "Note": "备注",
    "Note to the owner": "给客户的备注",
    "Nothing differs": "没有差异",
    "Nothing is due": "没有待办事项",
    "Nothing was given up": "没有放弃的事项",
    "Only for orders of at least": "订单最低金额",
    "Open tickets": "待处理工单",
    "Orders keep the prices at which they were made. Before anything is loaded you see what "
    "differs from the book in force.": (
        "已有订单保持下单时的价格。加载前会显示与生效中价目表的差异。"
    ),
    "Overdue": "逾期",
    "Overwrite what was destroyed in the database files": "覆写数据库文件中已销毁的内容",
    "Process": "进程",
    "Reason": "原因",
    "Refund order": "退款订单",
    "Refuse": "拒绝",
    "Release the instance at once, with all its keys and secrets": (
        "立即释放实例及其全部密钥和凭据"
    ),
    "Release the instance, destroy its keys": "释放实例并销毁其密钥",
    "Remind the owner 7, 3 and 1 days before": "到期前 7、3、1 天提醒客户",
    "Renew automatically, or tell what is missing": "自动续费，或告知缺少的金额",
    "Rule": "规则",
    "Sent": "已发送",
    "Show the differences": "查看差异",
    "Silent": "失联",
    "Started": "启动时间",
    "Subscriptions": "包年包月",
    "Tell the outside system the new value of a secret": "将凭据的新值告知外部系统",
    "Tell the owner that the instance expired": "通知客户实例已到期",
    "Text of the book (TOML)": "价目表内容（TOML）",
    "The answer is sent.": "回复已发送。",
    "The books are in order.": "账簿正常。",
    "The clock was moved, and all that was due has happened.": "时钟已移动，到期的事项均已执行。",
    "The daily check has not run yet.": "每日检查尚未运行。",
    "The money is in the balance.": "款项已计入余额。",
    "The newest {shown} of {all} vouchers.": "共 {all} 张代金券，显示最新的 {shown} 张。",
    "The owner sees it in the list of transactions.": "客户可在收支明细中看到。",
    "The owner sees it.": "客户可见。",
    "The text says the same as the book in force, so there is nothing to load.": (
        "内容与生效中的价目表相同，无需加载。"
    ),
    "The ticket is approved.": "工单已批准。",
    "The ticket is refused.": "工单已拒绝。",
    "The ticket stays undecided. The owner is told by letter.": (
        "工单保持未处理状态。系统会发送邮件通知客户。"
    ),
    "The voucher {number} is granted.": "代金券 {number} 已发放。",
    "This account has no instances.": "该账号没有实例。",
    "This is the real time. Only a test clock can be moved: start an empty data directory "
    "with keylease serve --clock test.": (
        "当前为真实时间。只有测试时钟可以移动：请使用 keylease serve --clock test 启动空的数"
        "据目录。"
    ),
    "Ticket {id}": "工单 {id}",
    "Tickets that were approved, refused or closed stand here.": (
        "已批准、已拒绝或已关闭的工单会显示在这里。"
    ),
    "To": "收件人",
    "To come": "待执行",
    "To release it, type its id": "如需释放，请输入实例 ID",
    "Top up": "充值",
    "Undecided": "未处理",
    "Until a moment, UTC+8": "移动到（UTC+8）",
    "Versions of the price book": "价目表版本",
    "Kind of process": "进程类型",
    "Version {number} is loaded.": "版本 {number} 已加载。",
    "Waiting": "待发送",
    "Warn the owner 180, 90, 30 and 7 days before a client key ends": (
        "Client Key 到期前 180、90、30、7 天提醒客户"
    ),
    "Warn the owner of the release": "释放前提醒客户",
    "What differs from the book in force": "与生效中价目表的差异",
    "What fails is tried again, ever later. After 12 attempts it stands here until somebody "
    "looks.": ("失败的事项会以递增的间隔重试，12 次失败后显示在这里，等待人工处理。"),
    "What happens": "事项",
    "What is found now": "本次检查结果",
    "What the new book changes": "新价目表的变化",
    "What time causes stands here: reminders, expiries, releases, renewals, bills.": (
        "由时间引发的事项会显示在这里：提醒、到期、释放、续费、账单。"
    ),
    "Why": "拒绝原因",
    "Without an address": "无邮箱地址",
    "Write the bills that accounts subscribed to": "生成账号订阅的账单文件",
    "agenda": "日程进程",
    "serve": "服务进程",
    "worker": "工作进程",
    "{number} attempts failed, the last one:": "已失败 {number} 次，最近一次：",
}
