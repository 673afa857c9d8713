"""What orders, prices, renewals, bills and tickets are refused with."""

TEXTS: dict[str, str] = {
    "The account is in debt: a bill is not covered by its balance. Top up and try again.": (
        "账号已欠费：余额不足以支付账单。请充值后重试。"
    ),
    "The order costs {costs}, the balance is {balance}: {missing} are missing. Top up and try "
    "again.": "订单金额 {costs}，余额 {balance}，还差 {missing}。请充值后重试。",
    "The order costs {costs}, a voucher pays {pays}, the balance is {balance}: {missing} are "
    "missing. Top up and try again.": (
        "订单金额 {costs}，代金券抵扣 {pays}，余额 {balance}，还差 {missing}。请充值后重试。"
    ),
    "The price has changed since it was shown: the order costs {price} now. Confirm it again.": (
        "价格在显示之后已变化，订单现为 {price}。请重新确认。"
    ),
    "What comes back has changed since it was shown: it is {amount} now. Confirm it again.": (
        "可退金额在显示之后已变化，现为 {amount}。请重新确认。"
    ),
    "The order {order} for {instance} waits to be paid: pay it or cancel it first.": (
        "实例 {instance} 的订单 {order} 待支付，请先支付或取消。"
    ),
    "The order {order} is not about {instance}: name one.": (
        "订单 {order} 与实例 {instance} 无关，请指定相关订单。"
    ),
    "The order {order} is not the latest renewal of {instance} that has not begun.": (
        "订单 {order} 不是实例 {instance} 最近一次未生效的续费。"
    ),
    "The order {order} is not the latest renewal of {instance} that has not begun; that is "
    "{latest}.": "订单 {order} 不是实例 {instance} 最近一次未生效的续费，最近一次为 {latest}。",
    "An upgrade was bought after the renewal {order}, and covers its term: it cannot be "
    "cancelled alone.": "续费 {order} 之后购买了覆盖其周期的升级，无法单独退订。",
    "Nothing would come back for {instance}: open a ticket, or let it run to its end.": (
        "实例 {instance} 可退金额为零：请提交工单，或使用至到期。"
    ),
    "Deletion protection of {instance} is on: switch it off first.": (
        "实例 {instance} 已开启删除保护，请先关闭。"
    ),
    "The specific resource is not exists.": "指定的资源不存在。",
    "The instance {instance} is a subscription: unsubscribe it instead.": (
        "实例 {instance} 为包年包月，请退订。"
    ),
    "The instance {instance} is paid for as it is used: there is no term to renew, upgrade or "
    "refund.": "实例 {instance} 为按量付费，没有可续费、升级或退订的周期。",
    "{instance} is a value-added service: there is nothing of it to change.": (
        "{instance} 为增值服务，没有可变更的内容。"
    ),
    "The instance {instance} gets another configuration with its next term: wait for it, or "
    "cancel that renewal first.": (
        "实例 {instance} 将在下一周期变更配置：请等待其生效，或先退订该续费。"
    ),
    "{name} {wanted} is less than the {used} key versions in {instance}: delete some first, or "
    "keep more.": (
        "{name} {wanted} 少于实例 {instance} 中已有的 {used} 个密钥版本：请先删除一些，或保留更多。"
    ),
    "{name} {wanted} is less than the {used} networks and sharing accounts of {instance}: unbind "
    "or stop sharing some first, or keep more.": (
        "{name} {wanted} 少于实例 {instance} 的 {used} 个网络和共享账号：请先解绑或停止共享一些，"
        "或保留更多。"
    ),
    "The prices have changed: look at them, then buy again.": "价格已变动，请查看后重新购买。",
    "{name} takes 0 or 1.": "{name} 须为 0 或 1。",
    "A free trial is offered of software instances only.": "仅软件实例可免费试用。",
    "A free trial is for accounts that never bought anything: buy one without a trial.": (
        "免费试用仅面向从未购买过的账号，请直接购买。"
    ),
    "ProductCode {code!r} is not sold: use kms.": "不出售 ProductCode {code!r}，请使用 kms。",
    "ProductType {given!r} is not sold so: use {allowed}.": (
        "不以此方式出售 ProductType {given!r}，请使用 {allowed}。"
    ),
    "Region {region!r} is not offered: use one of {allowed}.": (
        "不提供地域 {region!r}，可选值为 {allowed}。"
    ),
    "Hardware key management is not sold here: no PKCS#11 module is configured.": (
        "此处不出售硬件密钥管理：未配置 PKCS#11 模块。"
    ),
    "ProductVersion cannot be changed; allowed value: {allowed}.": (
        "ProductVersion 不可变更，可选值为 {allowed}。"
    ),
    "ProductVersion {version} is a value-added service, which takes ProductVersion and "
    "ValueAddedService only; it is not offered as an instance; allowed values: {allowed}.": (
        "ProductVersion {version} 为增值服务，只接受 ProductVersion 和 ValueAddedService，不作为"
        "实例提供；可选值为 {allowed}。"
    ),
    "ProductVersion {version!r} is not offered; allowed values: {allowed}.": (
        "不提供该版本，请选择其他版本。"
    ),
    "ProductVersion {version!r} is not sold as pay-as-you-go; allowed values: {allowed}.": (
        "该版本不支持按量付费，请选择其他版本。"
    ),
    "The service {name!r} is not offered; allowed values: {allowed}.": (
        "不提供服务 {name!r}，可选值为 {allowed}。"
    ),
    "The parameter ValueAddedService is needed; allowed values: {allowed}.": (
        "缺少参数 ValueAddedService，可选值为 {allowed}。"
    ),
    "Nothing is sold in {currency}; the price book has {allowed}.": (
        "不以 {currency} 出售，价目表中的币种为 {allowed}。"
    ),
    "Unknown parameter code {name!r}; allowed codes: {allowed}.": (
        "未知的参数代码 {name!r}，可选值为 {allowed}。"
    ),
    "{code} is given twice; give it once.": "{code} 出现了两次，请只指定一次。",
    "{code} {given!r} is not offered; allowed values: {allowed}.": (
        "不提供 {code} {given!r}，可选值为 {allowed}。"
    ),
    "Log cannot be switched off; allowed value: 1.": "日志分析不可关闭，可选值为 1。",
    "{code} cannot fall from {before} to {after}; allowed values: {allowed}.": (
        "{code} 不能从 {before} 降为 {after}，可选值为 {allowed}。"
    ),
    "Nothing rises; give a higher value for one of {codes}.": (
        "没有任何提升，请至少提高以下一项的值：{codes}。"
    ),
    "RenewalPeriodUnit {unit!r} is unknown; allowed values: M, Y.": (
        "未知的 RenewalPeriodUnit {unit!r}，可选值为 M、Y。"
    ),
    "RenewalPeriodUnit must be M or Y.": "RenewalPeriodUnit 须为 M 或 Y。",
    "{name} of {months} months is not offered; allowed months: {allowed}.": (
        "{name}：不提供 {months} 个月，可选：{allowed}。"
    ),
    "The renewal status must be one of {allowed}.": "续费状态的可选值为 {allowed}。",
    "AutoRenewal needs a renewal period.": "自动续费须指定续费周期。",
    "Day {day} is not offered; allowed days: 1 to 28.": "不提供 {day} 日，可选日期为 1 至 28。",
    "ClientToken takes at most {most} ASCII characters.": "请重新打开该表单后提交。",
    "This ClientToken was used with {operation}: use a new one.": ("该表单已提交过，请重新打开。"),
    "This ClientToken was used with other parameters: use a new one, or send the same.": (
        "该表单已以其他内容提交过，请重新打开。"
    ),
    "{name} takes 1 to {most} characters, and no control characters.": (
        "{name}须为 1 至 {most} 个字符，且不含控制字符。"
    ),
    "{number} of your tickets are not decided yet: close one, or wait for an answer.": (
        "您有 {number} 个工单尚未处理完毕，请关闭一个，或等待答复。"
    ),
    "The ticket {ticket} holds no more messages: open another.": (
        "工单 {ticket} 的留言已满，请另行提交工单。"
    ),
    "There is no module {code!r}: see DescribePricingModule.": (
        "没有模块 {code!r}，请参见 DescribePricingModule。"
    ),
    "There is no module {code!r}: use {allowed}.": "没有模块 {code!r}，可选值为 {allowed}。",
    "The Config of the module {code!r} takes AA:aa,BB:bb.": (
        "模块 {code!r} 的 Config 须为 AA:aa,BB:bb 的形式。"
    ),
    "{code} takes a whole number of at most 7 digits.": "{code} 须为最多 7 位的整数。",
    "SetAllExpirationDay is for ECS instances only. Ask the operator for one expiration day for "
    "your KMS instances: `keylease renewal unify`.": (
        "SetAllExpirationDay 仅适用于 ECS 实例。如需统一 KMS 实例的到期日，请联系运营方执行 "
        "`keylease renewal unify`。"
    ),
    "Bills are not exported here: the operator has to set export_dir first.": (
        "此处不导出账单：运营方须先设置 export_dir。"
    ),
    "The parameter {name} is not valid: it takes 3 to 63 of a-z, 0-9 and '-'.": (
        "{name}须为 3 至 63 个字符，可包含 a-z、0-9 和“-”。"
    ),
    "The parameter {name} is not valid: it takes 1 to {most} bytes of UTF-8 that do not begin "
    "with '/' or '\\' and hold no '//' and no '..'.": (
        "{name}须为 1 至 {most} 字节的 UTF-8 文本，不能以“/”或“\\”开头，且不含“//”和“..”。"
    ),
    "The parameter {name} is not valid: it takes your own account.": "{name}须为您自己的账号。",
    "The parameter {name} is not valid: it takes a month like 2026-01.": (
        "{name}须为月份，例如 2026-01。"
    ),
    "The parameter {name} is not valid: it takes a day like 2026-01-31.": (
        "{name}须为日期，例如 2026-01-31。"
    ),
    "The parameter {name} is not valid: it takes a date like 2022-12-20, or a UTC time.": (
        "{name}须为日期（例如 2022-12-20）或 UTC 时间。"
    ),
    "The parameter {name} is not valid: it takes a time of the years 1970 to 9000.": (
        "{name}须为 1970 年至 9000 年间的时间。"
    ),
    "The parameter {name} is not valid: it takes MONTHLY or DAILY.": (
        "{name}：可选值为 MONTHLY 或 DAILY。"
    ),
    "The parameter {name} is not valid: it takes 1 (year) or 2 (month); Period is in months.": (
        "{name}：可选值为 1（年）或 2（月）；Period 以月为单位。"
    ),
    "The parameter {name} is not valid: it takes Upgrade, as KMS offers no downgrades: renew with "
    "RenewChangeInstance to have less from the next term on.": (
        "{name}须为 Upgrade，KMS 不支持降配。如需从下一周期起降低配置，请使用 RenewChangeInstance "
        "续费。"
    ),
    "The parameter {name} is not valid: it names a Code twice.": "{name}：同一 Code 出现了两次。",
    "The parameter {name} is not valid: it takes NewOrder, Renewal or Upgrade.": (
        "{name}：可选值为 NewOrder、Renewal 或 Upgrade。"
    ),
    "The parameter {name} is not valid: it takes Usage: prices are for a day.": (
        "{name}须为 Usage，价格按天计算。"
    ),
    "The parameter {name} is not valid: it takes Month or Year.": (
        "{name}：可选值为 Month 或 Year。"
    ),
    "The parameter {name} is not valid: it takes {subscription} or {use}.": (
        "{name}：可选值为 {subscription} 或 {use}。"
    ),
    "The parameter {name} is not valid: it takes 1 (release it now) or 0 (keep it for 15 days).": (
        "{name}：可选值为 1（立即释放）或 0（保留 15 天）。"
    ),
}
