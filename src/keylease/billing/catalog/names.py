"""What editions are called in both languages; a price book of the operator's may have others."""

#: English and Chinese.
EDITIONS: dict[str, tuple[str, str]] = {
    "software": ("Software key management", "软件密钥管理"),
    "hardware": ("Hardware key management", "硬件密钥管理"),
    "software-small": ("Software key management, small", "软件密钥管理（基础版）"),
    "hardware-small": ("Hardware key management, small", "硬件密钥管理（基础版）"),
    "default-key-rotation": ("Rotation of the default key", "默认密钥轮转"),
}


def edition_name(edition: str, language: str) -> str:
    """An edition; one without a name is called as the price book calls it."""
    english, chinese = EDITIONS.get(edition, (edition, edition))
    return chinese if language == "zh" else english
