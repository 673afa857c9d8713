"""The texts of the pages of users, groups, roles, policies and access keys."""

TEXTS = {
    "A group gives the same policies to all its users.": "用户组为组内所有用户授予相同的权限策略。",
    "A policy says what users, groups and roles may do. The system policies can be attached as "
    "they are.": "权限策略限定用户、用户组和角色的权限。系统策略可直接授权。",
    "A role is what somebody is for a while, with temporary credentials: a user of this account, "
    "or of another one that you trust.": (
        "角色由本账号或所信任账号的用户临时扮演，使用临时凭证访问。"
    ),
    "A user is a person or a program with access keys of its own, which may do what policies "
    "allow it. So nobody needs the account's own access keys.": (
        "用户代表一个人员或程序，拥有自己的 AccessKey，权限由权限策略限定。"
        "这样无需使用账号的 AccessKey。"
    ),
    "Access": "访问控制",
    "Access key ID": "AccessKey ID",
    "Access key secret": "AccessKey Secret",
    "Access keys": "AccessKey",
    "Add to the group": "添加到用户组",
    "A change counts at once wherever the policy is attached.": (
        "修改后立即对所有已授权的对象生效。"
    ),
    "Attach it on the page of a user, a group or a role.": "请在用户、用户组或角色的页面授权。",
    "Attach policy": "新增授权",
    "Attached to": "授权对象",
    "Attached to nothing yet": "尚未授权给任何对象",
    "Console password": "控制台密码",
    "Console sign-in": "控制台登录",
    "Create access key": "创建 AccessKey",
    "Create console password": "创建控制台密码",
    "Create group": "创建用户组",
    "Create policy": "创建权限策略",
    "Create role": "创建角色",
    "Create user": "创建用户",
    "Custom policies": "自定义策略",
    "Custom policy": "自定义策略",
    "Delete the group": "删除用户组",
    "Delete the policy": "删除权限策略",
    "Delete the role": "删除角色",
    "Delete the user": "删除用户",
    "Detach": "解除授权",
    "Group": "用户组",
    "Groups": "用户组",
    "It names who may assume the role. A policy of theirs must allow sts:AssumeRole on it, too.": (
        "限定可扮演该角色的对象。扮演者的权限策略还须允许对该角色执行 sts:AssumeRole。"
    ),
    "Its users stay, without what the group gave them.": (
        "组内用户会保留，但不再拥有用户组授予的权限。"
    ),
    "Letters, digits and '-'. It cannot be changed later.": (
        "可包含字母、数字和“-”，创建后不可修改。"
    ),
    "Letters, digits, '.', '_' and '-'. It cannot be changed later.": (
        "可包含字母、数字、“.”、“_”和“-”，创建后不可修改。"
    ),
    "New access key": "新建的 AccessKey",
    "New console password": "重置控制台密码",
    "No access key yet": "还没有 AccessKey",
    "No group yet": "还没有用户组",
    "No policy of your own yet": "还没有自定义策略",
    "No policy yet": "还没有权限策略",
    "No role yet": "还没有角色",
    "No user in this group yet": "该用户组还没有用户",
    "No user yet": "还没有用户",
    "None": "无",
    "Nothing is allowed that no policy allows. What is attached counts from the next call on.": (
        "未经权限策略允许的操作一律拒绝。授权从下一次调用起生效。"
    ),
    "Policies": "RAM 权限策略",
    "Policy": "权限策略",
    "RAM role": "角色",
    "Remove the console sign-in": "取消控制台登录",
    "Remove from the group": "移出用户组",
    "Roles": "角色",
    "Sessions last at most": "最大会话时间",
    "Sessions last at most (hours)": "最大会话时间（小时）",
    "System policies": "系统策略",
    "System policies can be attached, but not changed.": "系统策略可授权，但不可修改。",
    "System policy": "系统策略",
    "That is best: let users sign calls with access keys of theirs.": (
        "这是推荐的做法：请让用户使用各自的 AccessKey 为调用签名。"
    ),
    "The access key is deleted.": "AccessKey 已删除。",
    "The access key is disabled.": "AccessKey 已禁用。",
    "The access key is enabled.": "AccessKey 已启用。",
    "The account has no access key of its own": "账号没有自己的 AccessKey",
    "The group is created.": "用户组已创建。",
    "The group is deleted.": "用户组已删除。",
    "The policy is attached, and counts from now on.": "已授权，即刻生效。",
    "The policy is created. Attach it to whom it is for.": "权限策略已创建，请为相应的对象授权。",
    "The policy is deleted.": "权限策略已删除。",
    "The policy is detached, and counts no longer.": "已解除授权，即刻生效。",
    "The policy is saved, and counts from now on.": "权限策略已保存，即刻生效。",
    "The role is created, and may do nothing yet.": "角色已创建，尚无任何权限。",
    "The role is deleted, and its sessions have ended.": "角色已删除，其会话已结束。",
    "The user can sign in to the console no longer.": "该用户已不能登录控制台。",
    "The user cannot sign in to this console. With a password it can, and may do there what its "
    "policies allow.": "该用户不能登录控制台。创建密码后即可登录，权限由权限策略限定。",
    "The user is created, and may do nothing yet.": "用户已创建，尚无任何权限。",
    "The user is deleted.": "用户已删除。",
    "The user is in the group.": "用户已添加到用户组。",
    "The user is no longer in the group.": "用户已移出用户组。",
    "The user signs its calls with an access key. Its secret is shown once, when it is made.": (
        "用户使用 AccessKey 为调用签名。AccessKey Secret 仅在创建时显示一次。"
    ),
    "The user signs in to this console as {name}, and may do there what its policies allow.": (
        "该用户以 {name} 登录控制台，权限由权限策略限定。"
    ),
    "There is nothing of this name in this account.": "该账号下不存在此名称的资源。",
    "These are the account's own: whoever has one may do everything that the account may. Give "
    "users access keys of theirs instead.": (
        "以下是账号自己的 AccessKey，持有者拥有账号的全部权限。建议改用用户的 AccessKey。"
    ),
    "This is for the account itself, and not for its users.": "仅限账号自身，用户无法访问。",
    "This is the only time that the password is shown. The user can change it once signed in.": (
        "密码仅此一次显示。用户登录后可自行修改。"
    ),
    "This is the only time that the secret is shown. Keep it now: nobody can bring it back, only "
    "make another access key.": (
        "AccessKey Secret 仅此一次显示。请立即保存：之后无法找回，只能另行创建。"
    ),
    "Trust policy": "信任策略",
    "Trust policy in JSON": "信任策略（JSON）",
    "User": "用户",
    "Users": "用户",
    "Users of the group may do what its policies allow, besides what their own allow.": (
        "组内用户除自身的权限外，还拥有用户组的权限。"
    ),
    "What it allows and denies": "策略内容",
    "Sessions that have taken the role end at once.": "正在扮演该角色的会话将立即失效。",
    "{number} seconds": "{number} 秒",
}
