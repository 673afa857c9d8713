"""What every page can be refused with: parameters, states, and what is wrong with the service."""

TEXTS: dict[str, str] = {
    "This form was sent before. What it makes is shown only once: if you did not keep it, make "
    "another.": "该表单已提交过。创建的内容仅显示一次，如未保存，请重新创建。",
    "Changing description, configuration, tags or policy": "修改描述、配置、标签或策略",
    "Changing description, tags or policy": "修改描述、标签或策略",
    "Connected": "已启用",
    "Disconnected": "已断开",
    "Describing the key": "查询密钥",
    "Describing the secret": "查询凭据",
    "Live": "正常",
    "Paying": "支付",
    "PendingDeletion": "待删除",
    "PendingImport": "待导入",
    "Rotating the key": "轮转密钥",
    "Rotating the secret": "轮转凭据",
    "ConnectKmsInstance": "启用实例",
    "EnableKey": "启用密钥",
    "DisableKey": "禁用密钥",
    "ScheduleKeyDeletion": "计划删除密钥",
    "CancelKeyDeletion": "取消删除密钥",
    "CreateAlias": "创建别名",
    "UpdateAlias": "更新别名",
    "GetParametersForImport": "获取导入参数",
    "ImportKeyMaterial": "导入密钥材料",
    "DeleteKeyMaterial": "删除密钥材料",
    "GetSecretValue": "读取凭据值",
    "PutSecretValue": "添加版本",
    "UpdateSecretVersionStage": "更换当前版本",
    "DeleteSecret": "删除凭据",
    "RestoreSecret": "恢复凭据",
    "CancelOrder": "取消订单",
    "Uninitialized": "未启用",
    "Using the key": "使用密钥",
    "A reply by its owner": "用户回复",
    "Closing by its owner": "用户关闭工单",
    "An answer": "答复",
    "Approval": "同意",
    "Refusal": "拒绝",
    "losing the token": "失去硬件令牌",
    "regaining the token": "恢复硬件令牌",
    "the end of its time to be paid": "支付期限届满",
    "answered": "已答复",
    "approved": "已同意",
    "refused": "已拒绝",
    "closed": "已关闭",
    "open": "处理中",
    "instance": "实例",
    "key": "密钥",
    "none": "无",
    "order": "订单",
    "secret": "凭据",
    "secrets": "凭据",
    "ticket": "工单",
    "{event} is refused: the {noun} {subject} is {state}.": (
        "无法执行“{event}”：{noun} {subject} 的状态为“{state}”。"
    ),
    "QPS Limit Exceeded": "请求过于频繁，超出每秒请求次数上限，请稍后重试。",
    "The database cannot be used at the moment. Try again in a few seconds.": (
        "数据库暂时不可用，请几秒后重试。"
    ),
    "The request was not carried out, because the audit trail cannot be written at the moment. "
    "Try again in a few seconds.": "审计日志暂时无法写入，因此请求未执行。请几秒后重试。",
    "This node has lost touch with its database and stopped serving: try again.": (
        "该节点已与数据库失去联系并停止服务，请重试。"
    ),
    "This failed on our side. Try again later.": "服务内部出错，请稍后重试。",
    "There is no such page.": "页面不存在。",
    "The form cannot be read.": "无法读取提交的表单。",
    "What was sent is too large: at most {letters:,} letters or {chinese:,} Chinese characters "
    "are taken at once. Go back, shorten it, and send it again.": (
        "提交的内容过长：一次最多 {letters:,} 个字母或 {chinese:,} 个汉字。请返回并缩短后重新提交。"
    ),
    "This page cannot be asked for like this.": "此页面不支持这种请求方法。",
    "The request holds a character that is not allowed.": "请求中含有不允许的字符。",
    "This form was sent from another site: open it here.": (
        "该表单是从其他网站提交的，请在此处打开后提交。"
    ),
    "The name or the password is wrong.": "名称或密码错误。",
    "This page was open for too long. Open it again, and try again.": (
        "页面打开时间过长，请重新打开后再试。"
    ),
    "Too many wrong passwords: try again in {seconds} seconds.": (
        "密码错误次数过多，请在 {seconds} 秒后重试。"
    ),
    "The parameter {name} is needed but was not provided.": "请填写{name}。",
    "The parameter {name} is not valid: it takes text without NUL.": (
        "{name}：文本中不能含有 NUL 字符。"
    ),
    "The parameter {name} is not valid: it takes a whole number.": "{name}须为整数。",
    "The parameter {name} is not valid: it takes {least} to {most}.": (
        "{name}：取值范围为 {least} 至 {most}。"
    ),
    "The parameter {name} is not valid: it takes a whole number and d, h, m or s, like 365d.": (
        "{name}须为整数。"
    ),
    "The parameter {name} is not valid: it takes true or false.": "{name}须为 true 或 false。",
    "The parameter {name} is not valid: it takes a UTC time like 2026-11-23T03:20:19Z.": (
        "{name}须为 UTC 时间，例如 2026-11-23T03:20:19Z。"
    ),
    "The parameter {name} is not valid: it takes a JSON object from text to text.": (
        "{name}须为 JSON 对象，其值均为文本。"
    ),
    "The parameter {name} is not valid: it takes a JSON object from text to lists of texts.": (
        "{name}须为 JSON 对象，其值均为文本列表。"
    ),
    "The parameter {name} is not valid: it takes a JSON array whose texts UTF-8 can write, "
    "without NUL.": "{name}须为 JSON 数组，其中的文本须能以 UTF-8 表示且不含 NUL 字符。",
    "The parameter {name} is not valid: it takes a JSON array of texts.": (
        "{name}须为文本组成的 JSON 数组。"
    ),
    "The parameter {name} is not valid: it takes entries like {name}.1.": (
        "{name}：各项须写成 {name}.1 的形式。"
    ),
    "The parameter {name} is not valid: it takes at most {most} entries.": (
        "{name}：最多 {most} 项。"
    ),
    "The parameter {name} is not valid: it takes JSON.": "{name}须为 JSON。",
    "The parameter {name} is not valid: it takes {allowed}.": "{name}：可选值为 {allowed}。",
    "The parameter {name} is not valid: it takes at most {most}.": "{name}：最多 {most} 个。",
    "The parameter {name} is not valid: it takes at most {most:,} characters.": (
        "{name}：最多 {most:,} 个字符。"
    ),
    "The parameter {name} is not valid: it takes Base64.": "{name}须为 Base64 编码。",
    "The parameter {name} is not valid: it takes the keys {allowed}.": (
        "{name}：可用的键为 {allowed}。"
    ),
    "The parameter {name} is not valid: it takes at most {most} pairs.": (
        "{name}：最多 {most} 对键值。"
    ),
    "The parameter {name} is not valid: it takes a JSON array of objects with Key and Values.": (
        "{name}须为 JSON 数组，各对象含 Key 和 Values。"
    ),
    "The parameter {name} is not valid: it takes a list of texts as Values.": (
        "{name}：Values 须为文本列表。"
    ),
    "The parameter {name} is not valid: it takes at most {most} values for a Key.": (
        "{name}：每个 Key 最多 {most} 个值。"
    ),
    "The parameter {name} is not valid: it takes what the page before returned.": (
        "列表的这一页已不存在，请从第一页开始。"
    ),
    "The parameter {name} is not valid: it takes what the page before answered.": (
        "{name}须为上一页返回的值。"
    ),
    "The parameter {name} is not valid: it names a TagKey twice.": "{name}：同一标签键出现了两次。",
    "The parameter {name} is not valid: it takes a JSON array of objects with TagKey and "
    "TagValue.": ("{name}须为 JSON 数组，各对象含 TagKey 和 TagValue。"),
    "The parameter {name} is not valid: it takes a text as TagValue.": "{name}：标签值须为文本。",
    "A tag's Key takes 1 to {most} characters and does not start with aliyun or acs:.": (
        "标签键须为 1 至 {most} 个字符，且不能以 aliyun 或 acs: 开头。"
    ),
    "A tag's Value takes {most} characters.": "标签值最多 {most} 个字符。",
    "A TagKey takes 1 to {most} characters and does not start with aliyun or acs:.": (
        "标签键须为 1 至 {most} 个字符，且不能以 aliyun 或 acs: 开头。"
    ),
    "A TagValue takes at most {most} characters.": "标签值最多 {most} 个字符。",
    "A resource takes at most {most} tags.": "每个资源最多 {most} 个标签。",
    "{name} would have more than {most} tags.": "{name} 的标签将超过 {most} 个。",
    "The specified tagKey is duplicate.": "指定的标签键重复。",
    "The specified ResourceId is not found.": "指定的密钥或凭据不存在。",
    "{code}: {message}": "{code}：{message}",
    "{name} takes {what}, one on each line, not {line!r}.": (
        "{name}须为 {what}，每行一个；{line!r} 不是。"
    ),
    "addresses and networks like 10.0.0.0/8": "IP 地址或网段（例如 10.0.0.0/8）",
    "key/<id>, key/*, secret/<name> and secret/*": "key/<id>、key/*、secret/<name> 或 secret/*",
    "{name} takes an amount like 1,234.56, not {given!r}.": (
        "{name}须为金额，例如 1,234.56；{given!r} 不是。"
    ),
    "{name} takes {least} or more.": "{name}不能少于 {least}。",
    "{name}: {given} is too large.": "{name}：{given} 过大。",
    "{name} takes a day like 2026-01-31.": "{name}须为日期，例如 2026-01-31。",
    "{name} is after the last day, {until}: choose that day, or one before it.": (
        "{name}晚于结束日期 {until}，请选择该日期或更早的日期。"
    ),
    "{name} takes a whole number of days.": "{name}须为整数（天）。",
    "Resource not found": "资源不存在",
    "The resource already exists: {name}. Update it instead.": (
        "{name} 已存在，请修改该资源，或使用其他名称。"
    ),
    "{region!r} is not a region offered.": "{region!r} 不是所提供的地域。",
    "Choose what the voucher is for.": "请选择代金券的适用范围。",
    "Choose the last day on which the voucher can be spent.": "请选择代金券的最后可用日期。",
    "There is no such account.": "账号不存在。",
    "Choose how far the clock moves.": "请选择时钟前进的时长。",
    "Write the moment like 2026-03-10T10:00, in UTC+8.": (
        "请按 2026-03-10T10:00 的格式填写时间（UTC+8）。"
    ),
    "There is no such version of the price book.": "该版本的价目表不存在。",
    "Another version came into force meanwhile: look at the differences again.": (
        "在此期间另一版本已生效，请重新查看差异。"
    ),
    "Paste the text of a price book.": "请粘贴价目表的文本。",
    "There is no such ticket.": "工单不存在。",
    "Type the id of the instance: it is released at once, with all its keys.": (
        "请输入实例 ID：实例及其全部密钥将立即释放。"
    ),
}
