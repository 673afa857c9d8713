"""What policies are refused with, and what they refuse."""

TEXTS: dict[str, str] = {
    "{operation} is refused to the service {service}: it may only encrypt and decrypt with "
    "default keys.": "云服务 {service} 无权执行 {operation}：云服务只能使用默认密钥加密解密。",
    "A default key serves server-side encryption by services only: buy an instance and create a "
    "key in it to encrypt on your own.": (
        "默认密钥仅用于云服务的服务端加密。如需自行加密，请购买实例并在其中创建密钥。"
    ),
    "The service {service} may only use its own default keys.": (
        "云服务 {service} 只能使用自己的默认密钥。"
    ),
    "This operation is forbidden by permission system: the permission policies of the "
    "application access point must allow it for this resource and from this address.": (
        "权限不足：应用接入点的权限策略须允许从该地址对该资源执行此操作。"
    ),
    "{action} on {resource} is refused to {caller}: the policy that its role was assumed with "
    "does not allow it.": "{caller} 无权对 {resource} 执行 {action}：扮演角色时指定的策略不允许。",
    "{action} on {resource} is refused to {caller}: a policy of the caller denies it explicitly.": (
        "{caller} 无权对 {resource} 执行 {action}：调用者的策略显式拒绝。"
    ),
    "{action} on {resource} is refused to {caller}: it belongs to another account, so both a "
    "policy of the caller and the resource's own policy must allow it.": (
        "{caller} 无权对 {resource} 执行 {action}：该资源属于其他账号，须调用者的策略和资源自身的"
        "策略同时允许。"
    ),
    "{action} on {resource} is refused to {caller}: the resource's own policy denies it "
    "explicitly.": "{caller} 无权对 {resource} 执行 {action}：资源自身的策略显式拒绝。",
    "{action} on {resource} is refused to {caller}: allow it in a policy of the caller, or in "
    "the resource's own policy.": (
        "{caller} 无权对 {resource} 执行 {action}：请在调用者的策略或资源自身的策略中允许。"
    ),
    "The policy": "策略",
    "text": "文本",
    "a number": "数字",
    "a time like 2026-11-23T03:20:19Z or 2026-11-23T11:20:19+08:00": (
        "时间（例如 2026-11-23T03:20:19Z 或 2026-11-23T11:20:19+08:00）"
    ),
    "true or false": "true 或 false",
    "an IP address or a block like 10.0.0.0/8": "IP 地址或网段（例如 10.0.0.0/8）",
    '{where} takes "1".': '{where} 须为 "1"。',
    "{where} takes 1 to {most} statements.": "{where} 须包含 1 至 {most} 条语句。",
    "{where} takes at most {most:,} bytes.": "{where} 最多 {most:,} 字节。",
    "{where} takes JSON.": "{where} 须为 JSON。",
    "{where} takes each name once in each object.": "{where} 的每个对象中名称不能重复。",
    "{where} takes Allow or Deny.": "{where} 须为 Allow 或 Deny。",
    "{where} takes 1 to 128 letters, digits, blanks and _/+=.@-.": (
        "{where} 须为 1 至 128 个字符，可包含字母、数字、空格和 _/+=.@-。"
    ),
    "{where} takes exactly one of {name} and Not{name}.": (
        "{where} 须且只能包含 {name} 和 Not{name} 中的一个。"
    ),
    "{where} takes actions like kms:Encrypt or kms:List*, not {given}.": (
        "{where} 须为 kms:Encrypt 或 kms:List* 形式的操作，而不是 {given}。"
    ),
    "{where} takes * or names like acs:kms:<region>:<account>:key/*, not {given}.": (
        "{where} 须为 * 或 acs:kms:<region>:<account>:key/* 形式的资源名称，而不是 {given}。"
    ),
    "{where} takes no variables.": "{where} 不支持变量。",
    "{where} takes at most {most} characters in one pattern.": (
        "{where} 的每个模式最多 {most} 个字符。"
    ),
    "{where} takes at most {most} wildcards in one pattern.": (
        "{where} 的每个模式最多 {most} 个通配符。"
    ),
    "{where} takes actions that start with {service}:, not {given}.": (
        "{where} 须为以 {service}: 开头的操作，而不是 {given}。"
    ),
    '{where} takes "*": the policy belongs to one resource.': (
        '{where} 须为 "*"：该策略只属于一个资源。'
    ),
    '{where} takes {{"RAM": [...]}}.': '{where} 须为 {{"RAM": [...]}} 的形式。',
    "{where} takes acs:ram::<account>:root, acs:ram::<account>:user/<name> or "
    "acs:ram::<account>:role/<name>, not {given}.": (
        "{where} 须为 acs:ram::<account>:root、acs:ram::<account>:user/<name> 或 "
        "acs:ram::<account>:role/<name>，而不是 {given}。"
    ),
    "{where} takes at most {most} patterns with wildcards.": (
        "{where} 最多包含 {most} 个带通配符的模式。"
    ),
    "{where} takes a text or a list of texts, numbers and true or false in quotes too.": (
        "{where} 须为文本或文本列表，数字和 true、false 也须加引号。"
    ),
    "{where} takes a JSON object.": "{where} 须为 JSON 对象。",
    "{where} takes {names}, not {given}.": "{where} 可包含 {names}，不能包含 {given}。",
    "{where} cannot be: there is no operator {operator!a}.": (
        "{where} 无效：没有条件运算符 {operator!a}。"
    ),
    "{where} cannot be: {key!a} is {kind}: use an operator for that.": (
        "{where} 无效：{key!a} 的类型为{kind}，请使用相应的条件运算符。"
    ),
    "{where} cannot be: {key!a} is not known: use acs:CurrentTime, acs:SourceIp, "
    "acs:SecureTransport, acs:SourceVpc, acs:VpcSourceIp or kms:tag/<key>.": (
        "{where} 无效：未知的条件键 {key!a}，请使用 acs:CurrentTime、acs:SourceIp、"
        "acs:SecureTransport、acs:SourceVpc、acs:VpcSourceIp 或 kms:tag/<key>。"
    ),
    "{where} cannot be: {key!a} is not a condition key.": "{where} 无效：{key!a} 不是条件键。",
    "{where} cannot be: {value!a} is not {kind}.": "{where} 无效：{value!a} 不是{kind}。",
}
