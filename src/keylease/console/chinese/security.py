"""The texts of the page about one's own password and sessions."""

TEXTS = {
    "Began": "登录时间",
    "Change the password": "修改密码",
    "Choose a password of {least} to {most} characters.": "请设置 {least} 至 {most} 个字符的密码。",
    "End": "结束",
    "End all other sessions": "结束其他所有会话",
    "Every other session ends.": "其他会话将全部结束。",
    "Every other session has ended.": "其他会话已全部结束。",
    "Last seen": "最近访问",
    "New password": "新密码",
    "New password again": "确认新密码",
    "Password and sessions": "密码与会话",
    "Present password": "当前密码",
    "Session": "会话",
    "Sessions": "会话",
    "The password is changed, and every other session has ended.": (
        "密码已修改，其他会话已全部结束。"
    ),
    "The present password is wrong.": "当前密码错误。",
    "The session has ended.": "会话已结束。",
    "The two new passwords are not the same.": "两次输入的新密码不一致。",
    "There is no such session: it has ended.": "该会话不存在或已结束。",
    "These are moments of the machine's clock, not of the test clock.": (
        "以上为机器时钟的时间，而非测试时钟的时间。"
    ),
    "This one": "当前会话",
    "This session has ended: sign in again.": "该会话已结束，请重新登录。",
    "{shortest} to {longest} characters.": "{shortest} 至 {longest} 个字符。",
}
