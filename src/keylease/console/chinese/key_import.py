"""Importing the material of keys."""

TEXTS = {
    "1. Get a public key and a token": "1. 获取公钥和导入令牌",
    "2. Encrypt the material where it is kept": "2. 在本地加密密钥材料",
    "2. Import the encrypted material": "2. 导入加密后的密钥材料",
    "3. Import it": "3. 导入",
    "A key whose material you import waits for it: you import it on the page of the key.": (
        "外部导入的密钥创建后处于待导入状态，请在密钥页面导入密钥材料。"
    ),
    "As Base64, or as it is.": "Base64 编码或原始二进制均可。",
    "At most 16,384 characters; line ends do not matter.": "最多 16,384 个字符，换行会被忽略。",
    "Both are good for 24 hours, and for this key only.": (
        "二者有效期均为 24 小时，且仅适用于该密钥。"
    ),
    "Delete the material": "删除密钥材料",
    "Encrypted material (Base64)": "加密后的密钥材料（Base64）",
    "Expires (UTC+8)": "过期时间（UTC+8）",
    "From then on the key waits for its material again. Leave it empty for material that does not "
    "expire.": "到期后密钥重新处于待导入状态。留空表示永不过期。",
    "Get parameters": "获取导入参数",
    "How the material is encrypted on its way": "密钥材料的加密方式",
    "Import": "导入",
    "Import material": "导入密钥材料",
    "Import the same material again to have it expire at another time.": (
        "如需修改过期时间，请重新导入同一密钥材料。"
    ),
    "Import token (Base64)": "导入令牌（Base64）",
    "It does not expire.": "永不过期。",
    "It is deleted at:": "删除时间：",
    "Material can be imported while the instance is enabled and the key is not to be deleted.": (
        "实例已启用且密钥未计划删除时，才能导入密钥材料。"
    ),
    "Nothing can be encrypted or decrypted with the key until the same material is imported "
    "again. Without a copy of it that is never.": (
        "删除后，在重新导入同一密钥材料之前无法使用该密钥加密或解密；若没有密钥材料的副本，则永远无法恢复。"
    ),
    "Or the file with the encrypted material": "或选择加密后的密钥材料文件",
    "Or the file with the import token": "或选择导入令牌文件",
    "Public key (PEM)": "公钥（PEM）",
    "The key is created. Import its material.": "密钥已创建，请导入密钥材料。",
    "The material is deleted: the key waits until it is imported again.": (
        "密钥材料已删除，密钥等待重新导入。"
    ),
    "The material is imported: the key can be used.": "密钥材料已导入，密钥可以使用。",
    "The material is the private key as PKCS#8 in DER. Encrypt an AES key of 32 bytes with the "
    "public key, append the private key wrapped with that AES key (RFC 5649), and write both as "
    "Base64.": (
        "密钥材料为 PKCS#8 DER 格式的私钥。用公钥加密一个 32 字节的 AES 密钥，"
        "在其后附上用该 AES 密钥包装的私钥（RFC 5649），再整体转换为 Base64。"
    ),
    "The material is {number} random bytes. With OpenSSL:": (
        "密钥材料为 {number} 字节随机数。使用 OpenSSL："
    ),
    "The material of this key is gone: it was deleted, or has expired. Import the same material "
    "again to use the key.": "该密钥的材料已删除或过期。重新导入同一密钥材料后即可使用。",
    "The material of this key was imported by you.": "该密钥的材料由您导入。",
    "The one that came with the public key.": "与公钥一同获取的令牌。",
    "This key can be used once its material is imported.": "导入密钥材料后即可使用该密钥。",
    "With an SM2 public key, encrypt the private key itself.": "使用 SM2 公钥时，直接加密私钥。",
    "{name}: write a date and time like 2026-01-31T08:00.": (
        "{name}：请输入日期和时间，例如 2026-01-31T08:00。"
    ),
    "You bring the material of this key. The first material that is imported belongs to it for "
    "ever: keep it, since only the same can be imported again.": (
        "该密钥的材料由您提供。首次导入的材料将永久绑定该密钥，请妥善保存，之后只能重新导入同一材料。"
    ),
    "recommended": "推荐",
}
