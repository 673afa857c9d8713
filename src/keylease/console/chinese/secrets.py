"""The texts of the pages of secrets and backups."""

TEXTS = {
    "A generic secret is rotated by adding a version: applications that read the current one get "
    "it from then on.": "通用凭据通过添加版本来轮转：读取当前版本的应用此后即获得新值。",
    "A secret is kept in an instance. Buy one, or enable one first.": (
        "凭据保存在实例中。请先购买或启用实例。"
    ),
    "A secret keeps a password, token or certificate encrypted in an instance. Applications read "
    "it when they need it, so it stands in no code and no configuration.": (
        "凭据将密码、令牌或证书加密保存在实例中。应用在需要时读取，代码和配置中不再出现明文。"
    ),
    "Account name": "账号名称",
    "Add": "添加",
    "Add a version": "添加版本",
    "All access keys of the user as JSON: one or two": (
        "该用户的全部 AccessKey，JSON 格式，一个或两个"
    ),
    "Any text of at most 30,720 bytes": "任意文本，最多 30,720 字节",
    "Applications that read the secret stop working. It can be restored until the days are over.": (
        "读取该凭据的应用将无法工作。在天数结束前可以恢复。"
    ),
    "Being rotated in": "轮转中",
    "Binary": "二进制",
    "Cluster": "集群",
    "Create Secret": "创建凭据",
    "Current version": "当前版本",
    "Database": "数据库",
    "Database instance": "数据库实例",
    "Days in which it can be restored": "可恢复的天数",
    "Delete": "删除",
    "Delete it at once, for good": "立即彻底删除",
    "Deletion planned": "计划删除",
    "ECS instance": "ECS 实例",
    "ECS login": "ECS 登录凭据",
    "Encryption key": "加密主密钥",
    "Failed": "失败",
    "Generic": "通用",
    "Hide": "隐藏",
    "Initial version": "初始版本号",
    "Its name follows from the RAM user: {name}": "名称由 RAM 用户决定：{name}",
    "JSON with UserName and Password, or with UserName, PublicKey and PrivateKey": (
        "含 UserName 和 Password 的 JSON，或含 UserName、PublicKey 和 PrivateKey 的 JSON"
    ),
    "Kind": "子类型",
    "Letters, digits and _/+=.@-. It cannot be changed later.": (
        "可包含字母、数字和 _/+=.@-，创建后不可修改。"
    ),
    "Make current": "设为当前版本",
    "MySQL or PostgreSQL": "MySQL 或 PostgreSQL",
    "No enabled instance in this region": "该地域没有已启用的实例",
    "No secret in this region yet": "该地域还没有凭据",
    "No secret of this region has “{text}” in its name.": "该地域没有名称包含“{text}”的凭据。",
    "No secret with this name": "没有此名称的凭据",
    "Nothing was done: the name that was typed is not {name}.": "未执行：输入的名称不是 {name}。",
    "Off": "关闭",
    "One account": "单账号",
    "One account as JSON, or two of them where they take turns": (
        "一个账号的 JSON；双账号轮流使用时为两个"
    ),
    "Period": "周期",
    "PolarDB": "PolarDB",
    "Previous version": "上一版本",
    "Privilege of the account": "账号权限",
    "Protected by the instance itself": "由实例自身保护",
    "RAM access key": "RAM 访问密钥",
    "RAM user": "RAM 用户",
    "Redis": "Redis",
    "Redis instance": "Redis 实例",
    "Region of the resource": "资源所在地域",
    "Resource name": "资源名称（ARN）",
    "Restore": "恢复",
    "Reveal": "查看凭据值",
    "Rotation": "轮转",
    "Rotation failed": "轮转失败",
    "SSH key": "SSH 密钥",
    "Secret policy": "凭据策略",
    "Show all": "显示全部",
    "Stage of your own": "自定义状态标签",
    "Stages": "状态标签",
    "That you looked is on record in the audit log. The value is on this page only.": (
        "本次查看已记入审计日志。凭据值只出现在此页面。"
    ),
    "The description is saved.": "描述已保存。",
    "The id of a symmetric key of the same instance. Without one, the instance itself protects the "
    "secret.": "同一实例中对称密钥的 ID。不填则由实例自身保护凭据。",
    "The policy is saved.": "策略已保存。",
    "The secret is being rotated.": "凭据正在轮转。",
    "The secret is created.": "凭据已创建。",
    "The secret is deleted for good at this moment, and gives no value until then:": (
        "凭据将在以下时刻被彻底删除，在此之前不提供凭据值："
    ),
    "The secret is deleted for good.": "凭据已彻底删除。",
    "The secret is restored.": "凭据已恢复。",
    "The secret waits for its deletion.": "凭据已进入待删除状态。",
    "The version is added.": "版本已添加。",
    "Two accounts that take turns": "双账号轮流使用",
    "Type {name} to confirm": "输入 {name} 以确认",
    "Value": "凭据值",
    "Value of {version}": "{version} 的凭据值",
    "Versions of the secret": "凭据版本",
    "What is written under it stays as it is. Of more than ten versions the oldest goes.": (
        "写入后不可更改。超过十个版本时最早的版本将被删除。"
    ),
    "Who else may read the secret. It counts from the next call on.": (
        "还有谁可以读取该凭据。从下一次调用起生效。"
    ),
    "Without one, the version becomes the current one at once.": "不填则该版本立即成为当前版本。",
    "$Auto makes passwords for both accounts": "$Auto 为两个账号生成密码",
    "{least} to {most} days": "{least} 至 {most} 天",
    "{version} is the current version.": "{version} 已是当前版本。",
    "A backup holds the keys and secrets of an instance, and outlives it by 90 days. Software"
    " instances are backed up each night if they changed.": (
        "备份保存实例的密钥和凭据，实例释放后仍保留 90 天。软件实例有变化时每晚自动备份。"
    ),
    "A restore changes nothing that is in the instance: keys and secrets that are there, or "
    "whose names are taken, stay as they are.": (
        "恢复不会改变实例中已有的内容：已存在或名称被占用的密钥和凭据保持不变。"
    ),
    "At least 90 days": ("至少 90 天"),
    "Back up": ("备份"),
    "Back up now": ("立即备份"),
    "Backup": ("备份 ID"),
    "Each night": ("每晚自动"),
    "Imported": ("导入"),
    "Into the instance": ("恢复到实例"),
    "Kept until": ("保留至"),
    "Made by hand": "手动备份",
    "On": "开启",
    "Made": ("备份时间"),
    "No backup in this region yet": ("该地域还没有备份"),
    "Restored: {keys} keys and {secrets} secrets. Left as they are: {present}; skipped "
    "because their names are taken: {skipped}.": (
        "已恢复 {keys} 个密钥和 {secrets} 个凭据；保持不变 {present} 个；"
        "因名称被占用而跳过 {skipped} 个。"
    ),
    "The backup is destroyed.": ("备份已销毁。"),
    "The backup {backup} is made.": ("备份 {backup} 已完成。"),
    "Until it is deleted": ("直至被删除"),
    "Fill in a random password": "填入随机口令",
}
