"""What the operator's commands and pages refuse alike."""

TEXTS: dict[str, str] = {
    ", ": "、",
    "; ": "；",
    ": ": "：",
    # Users, groups, roles and policies
    "user": "用户",
    "group": "用户组",
    "role": "角色",
    "{kind} {target}": "{kind} {target}",
    "There is a user {name!r} already: choose another name.": (
        "用户 {name} 已存在，请使用其他名称。"
    ),
    "There is a group {name!r} already: choose another name.": (
        "用户组 {name} 已存在，请使用其他名称。"
    ),
    "There is a role {name!r} already: choose another name.": (
        "角色 {name} 已存在，请使用其他名称。"
    ),
    "There is a policy {name!r} already: change that one, or choose another name.": (
        "权限策略 {name} 已存在，请修改该策略，或使用其他名称。"
    ),
    "{name} is the name of a system policy: choose another name.": (
        "{name} 是系统策略的名称，请使用其他名称。"
    ),
    "There is no user {name!r}: look at the list of users.": "用户 {name} 不存在，请查看用户列表。",
    "There is no group {name!r}: look at the list of groups.": (
        "用户组 {name} 不存在，请查看用户组列表。"
    ),
    "There is no role {name!r}: look at the list of roles.": "角色 {name} 不存在，请查看角色列表。",
    "There is no policy {name!r}: look at the list of policies.": (
        "权限策略 {name} 不存在，请查看权限策略列表。"
    ),
    "{name!r} cannot be a name here: use 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-'.": (
        "名称 {name!r} 不符合要求：须为 1 至 64 个字符，可包含字母、数字、“.”、“_”和“-”。"
    ),
    "{name!r} cannot be a policy's name: use 1 to 128 of A-Z, a-z, 0-9 and '-'.": (
        "权限策略名称 {name!r} 不符合要求：须为 1 至 128 个字符，可包含字母、数字和“-”。"
    ),
    "A description takes at most {most:,} characters in one line.": (
        "描述为一行，最多 {most:,} 个字符。"
    ),
    "A role's sessions last at most {least} to {most} seconds.": (
        "角色最大会话时间须为 {least} 至 {most} 秒。"
    ),
    "The user {name!r} still has access keys: delete them first.": (
        "用户 {name} 仍有 AccessKey，请先删除。"
    ),
    "The access key {key} is in use: disable it first, and delete it when nobody misses it.": (
        "AccessKey {key} 处于启用状态：请先禁用，确认无人使用后再删除。"
    ),
    "The user {user!r} is in the group {group!r} already.": "用户 {user} 已在用户组 {group} 中。",
    "The user {user!r} is not in the group {group!r}.": "用户 {user} 不在用户组 {group} 中。",
    "The policy {name!r} is attached to {shown}: detach it first.": (
        "权限策略 {name} 已授权给{shown}，请先解除授权。"
    ),
    "The policy {policy!r} is attached to the {kind} {target!r} already.": (
        "权限策略 {policy} 已授权给{kind} {target}。"
    ),
    "The policy {policy!r} is not attached to the {kind} {target!r}.": (
        "权限策略 {policy} 未授权给{kind} {target}。"
    ),
    # Money
    "{text!r} is not an amount: write it like 1234.56": (
        "{text!r} 不是金额，请按 1234.56 的形式填写。"
    ),
    "The amount has to be more than 0.00.": "金额须大于 0.00。",
    "A threshold is 0.00 or more.": "订单最低金额须大于或等于 0.00。",
    "A note is one line of at most {most} characters.": "备注为一行，最多 {most} 个字符。",
    "A voucher ends after it begins, and after now: choose a later end.": (
        "代金券的失效时间须晚于生效时间和当前时间，请选择更晚的时间。"
    ),
    "A voucher ends in the year 9000 at the latest.": "代金券最晚于 9000 年失效。",
    "There is no voucher {number!r}: see `keylease voucher list`.": (
        "代金券 {number} 不存在：请查看 `keylease voucher list`。"
    ),
    "The voucher {number} is {state}: there is nothing to cancel.": (
        "代金券 {number} {state}，无需取消。"
    ),
    "available": "可用",
    "cancelled": "已取消",
    "expired": "已过期",
    # Tickets
    "There is no ticket {ticket!r}: see `keylease ticket list`.": (
        "工单 {ticket} 不存在：请查看 `keylease ticket list`。"
    ),
    "The ticket {ticket} is about no instance that is still there.": (
        "工单 {ticket} 未关联实例，或其实例已释放。"
    ),
    "The ticket {ticket} names no order: no amount can come back for it.": (
        "工单 {ticket} 未关联订单，无法退款。"
    ),
    "The order {order} is no paid purchase: nothing can come back for it.": (
        "订单 {order} 不是已支付的购买订单，无法退款。"
    ),
    "Of the order {order} at most {most} can come back: what was paid in cash and did not come "
    "back yet.": "订单 {order} 最多可退 {most}，即现金支付且尚未退还的金额。",
    # The clock
    "{text!r} is not a moment: write it like 2026-01-31T10:00:00+08:00 or …Z.": (
        "{text!r} 不是时间，请按 2026-01-31T10:00:00+08:00 或 …Z 的形式填写。"
    ),
    "{text!r} is not a duration: write it like 7d12h, 90m or 30s.": (
        "{text!r} 不是时长，请按 7d12h、90m 或 30s 的形式填写。"
    ),
    "A clock goes to the year 9000 at most.": "时钟最晚到 9000 年。",
    "A clock only moves forward.": "时钟只能向前移动。",
    "Somebody else is moving this clock: wait until that is done.": (
        "时钟正在被他人移动，请等待完成。"
    ),
    "This data directory keeps real time: only a test clock can be stopped.": (
        "当前为真实时间。只有测试时钟可以停止。"
    ),
    "This data directory keeps real time: only a test clock can be moved. Start an empty "
    "directory with `keylease serve --clock test`.": (
        "当前为真实时间。只有测试时钟可以移动：请使用 `keylease serve --clock test` 启动空的数据"
        "目录。"
    ),
    "Nothing is here yet: start `keylease serve` once.": (
        "尚无任何数据：请先运行一次 `keylease serve`。"
    ),
    "The node {node} has not adopted the change: is it stuck?": (
        "节点 {node} 未同步该变更，请检查其是否异常。"
    ),
    "No price book sells {editions} by the day in {currency}.": (
        "没有价目表以 {currency} 按量出售 {editions}。"
    ),
    # Backups
    "The backup {backup} was cleared away while it was made: make another.": (
        "备份 {backup} 在创建过程中被清理，请重新创建。"
    ),
    "The backup {backup} is of a hardware instance and holds metadata only: the material of its "
    "keys is restored with the backup of the token.": (
        "备份 {backup} 来自硬件实例，仅包含元数据：密钥材料须通过硬件令牌的备份恢复。"
    ),
    "{target} is no software instance: name one to restore into.": (
        "{target} 不是软件实例，请指定要恢复到的软件实例。"
    ),
    "The backup {backup} is damaged ({why}): use another one.": (
        "备份 {backup} 已损坏（{why}），请使用其他备份。"
    ),
    "a record cannot be read; a newer release may have written it": (
        "有记录无法读取，可能由更新的版本写入"
    ),
    "it says that it is another one": "其标识属于另一份备份",
    "its edition is unknown: a newer release made it": "实例版本未知，由更新的版本创建",
    "its end is missing": "缺少结尾",
    "its head is missing": "缺少开头",
    "its records are not in order": "记录顺序有误",
    "part {number} does not open": "第 {number} 部分无法解密",
    "what it holds is not what was counted": "内容与计数不一致",
    "what it holds is not what was written down of it": "内容与登记信息不一致",
}
