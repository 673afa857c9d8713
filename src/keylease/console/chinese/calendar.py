"""The calendar, the audit log and the search."""

TEXTS: dict[str, str] = {
    "A calendar program can fetch it again and again, with a password that opens nothing else.": (
        "日历程序可凭专用密码定期读取，该密码不能用于其他用途。"
    ),
    "Feed address": "订阅地址",
    "Back to the calendar": "返回日历",
    "Calendar feed": "日历订阅",
    "Calendar programs read it with a password, made at:": "日历程序凭密码读取，密码创建时间：",
    "Give these to your calendar program, where it asks for a calendar on the network. The "
    "password is shown this once.": (
        "请在日历程序的网络日历设置中填写以下信息。密码仅显示这一次。"
    ),
    "It opens this calendar and nothing else. The one before it does not work any more.": (
        "该密码仅用于读取此日历，此前的密码已失效。"
    ),
    "Make a password for the feed": "创建订阅密码",
    "Make another password": "重新创建密码",
    "Switch the feed off": "关闭订阅",
    "The feed is switched off.": "日历订阅已关闭。",
    "This address is not encrypted: who is on the way can read the password.": (
        "该地址未加密，传输途中可能泄露密码。"
    ),
    "User name": "用户名",
    "Automatic renewal": "自动续费",
    "Carried out": "已执行",
    "Changes": "变更",
    "Download as CSV": "下载 CSV",
    "Download calendar.ics": "下载 calendar.ics",
    "Every call and every page that changed something, in all regions.": (
        "所有地域中产生变更的调用和页面操作。"
    ),
    "Expires": "到期",
    "Free trial ends": "免费试用结束",
    "Friday": "星期五",
    "Address": "来源地址",
    "Id, name or alias": "ID、名称或别名",
    "In another calendar": "导入其他日历",
    "Instances are found by id or name, keys by id or alias, secrets by name, orders by id.": (
        "可按 ID 或名称查找实例，按 ID 或别名查找密钥，按名称查找凭据，按 ID 查找订单。"
    ),
    "Its whole name, like CreateKey": "完整的操作名，例如 CreateKey",
    "Key deletion": "密钥删除",
    "Key rotation": "密钥轮转",
    "Monday": "星期一",
    "Months": "月份",
    "Newest": "最新",
    "No record": "没有记录",
    "Nothing found": "未找到结果",
    "Nothing is planned in this month. Expiries, releases and renewals of instances, "
    "rotations and deletions of keys and secrets stand here.": (
        "本月没有计划。实例的到期、释放和续费，密钥和凭据的轮转和删除会显示在这里。"
    ),
    "Older": "更早",
    "Opens it in its region": "切换到其地域后打开",
    "Operation": "操作名",
    "Outcome": "结果",
    "Resource": "资源对象",
    "Saturday": "星期六",
    "Secret deletion": "凭据删除",
    "Secret rotation": "凭据轮转",
    "Sunday": "星期日",
    "The file has what comes in the next 400 days, in the iCalendar format: import it in "
    "Outlook, Thunderbird, Apple or Google Calendar. Importing it again updates nothing that "
    "was moved, so import it into a calendar of its own.": (
        "该文件以 iCalendar 格式包含未来 400 天的计划，可导入 Outlook、Thunderbird、Apple 或 "
        "Google 日历。再次导入不会更新已变动的事件，因此请导入到单独的日历中。"
    ),
    "The newest calls that used keys and secrets or read something, in all regions.": (
        "所有地域中最近使用密钥、凭据或读取信息的调用。"
    ),
    "There is none that fits.": "没有符合条件的记录。",
    "This month": "本月",
    "Thursday": "星期四",
    "Tuesday": "星期二",
    "Uses": "使用",
    "Wednesday": "星期三",
    "What do you look for?": "您要查找什么？",
    "Who": "操作者",
    "Type how an id, a name or an alias begins. At most {most} of each kind are shown.": (
        "请输入开头部分。每类最多显示 {most} 条。"
    ),
    "from the console": "来自控制台",
    "{number} more": "还有 {number} 项",
}
