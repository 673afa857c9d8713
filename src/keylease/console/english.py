"""What pages say in other words than the API: by its English, the English of pages.

There the names of parameters are the labels of fields, and operations are buttons.
"""

from keylease.console.chinese import CHINESE

_PREFIX = "The parameter {name} is not valid: it "

ENGLISH: dict[str, str] = {
    **{text: text.replace(_PREFIX, "{name} ") for text in CHINESE if text.startswith(_PREFIX)},
    "The parameter {name} is needed but was not provided.": "{name} is empty: fill it in.",
    "The parameter {name} is not valid: it takes a whole number and d, h, m or s, like 365d.": (
        "{name} takes a whole number."
    ),
    "The parameter {name} is not valid: it names a TagKey twice.": "{name} has a key twice.",
    "The parameter {name} is not valid: it takes what the page before returned.": (
        "This page of the list is not there any more: begin with the first."
    ),
    "{name} must name at least one.": "{name} is empty: fill it in.",
    "The {name} {given!r} is not well formed.": "{name}: {given!r} is not an id of this kind.",
    "{name} takes a JSON array of {allowed}.": "{name}: choose among what is offered.",
    "{name} takes a JSON array of addresses and networks like 10.0.0.0/8.": (
        "{name} takes addresses and networks like 10.0.0.0/8, one on each line."
    ),
    "{name} takes a JSON array of key/<id>, key/*, secret/<name> and secret/*.": (
        "{name} takes key/<id>, key/*, secret/<name> and secret/*, one on each line."
    ),
    "{name} takes 1 to {most} entries.": "{name}: choose or write 1 to {most}.",
    "{name} takes 1 to {most} names.": "{name}: choose 1 to {most}.",
    "{name} is needed for every permission but {permission}.": (
        "{name}: choose one. Only what reads secrets of any instance goes without."
    ),
    "Resource not found": "There is nothing of this name.",
    "Resource not found: there is no {kind} {name!r}.": "There is no {kind} {name!r}.",
    "The resource already exists: {name}. Update it instead.": (
        "There is {name} already: change that, or choose another name."
    ),
    "The specific resource is not exists.": "There is no such instance.",
    "The specified DKMS Instance is not found.": "There is no such instance.",
    "The specified ResourceId is not found.": "There is no such key or secret.",
    "The specified tagKey is duplicate.": "The tag has a key that is there already.",
    "A TagKey takes 1 to {most} characters and does not start with aliyun or acs:.": (
        "The key of a tag takes 1 to {most} characters and does not start with aliyun or acs:."
    ),
    "A TagValue takes at most {most} characters.": (
        "The value of a tag takes at most {most} characters."
    ),
    # What is done, where its state does not allow it
    "ConnectKmsInstance": "Enabling the instance",
    "EnableKey": "Enabling the key",
    "DisableKey": "Disabling the key",
    "ScheduleKeyDeletion": "Deleting the key",
    "CancelKeyDeletion": "Keeping the key",
    "CreateAlias": "Creating an alias",
    "UpdateAlias": "Pointing an alias to the key",
    "GetParametersForImport": "Preparing the import",
    "ImportKeyMaterial": "Importing the material",
    "DeleteKeyMaterial": "Deleting the material",
    "GetSecretValue": "Reading the value",
    "PutSecretValue": "Adding a version",
    "UpdateSecretVersionStage": "Making another version current",
    "DeleteSecret": "Deleting the secret",
    "RestoreSecret": "Restoring the secret",
    "CancelOrder": "Cancelling the order",
    # Keys
    "The specified Key is not found.": "There is no such key.",
    "The specified Alias is not found.": "There is no such alias.",
    "{name} takes 7 to 255 letters, digits, '_', '-' and '/', begins with alias/, and not with "
    "alias/acs.": (
        "{name} takes 1 to 249 letters, digits, '_', '-' and '/', and does not begin with acs."
    ),
    "The alias {name} is in use: choose another, or UpdateAlias.": (
        "The alias {name} is in use: choose another."
    ),
    "The specified parameter {name} is not valid: it takes 7d to 730d.": (
        "{name} takes 7 to 730 days."
    ),
    "RotationInterval of a default key is 365d.": "The default key rotates each 365 days.",
    "Rotation of the default key is a value-added service: buy it for this region first "
    "(ProductVersion 4, ValueAddedService 2).": (
        "Rotation of the default key is a value-added service: buy it for this region first."
    ),
    "The key {key} is protected from deletion: switch that off first (SetDeletionProtection).": (
        "The key {key} is protected from deletion: switch that off first."
    ),
    "A key outside an instance is a default key: {spec}, {usage}. Name an instance "
    "(DKMSInstanceId) for other keys.": (
        "A key outside an instance is a default key: {spec}, {usage}. Choose an instance for "
        "other keys."
    ),
    "There is a default master key in this region already: name an instance (DKMSInstanceId) to "
    "create more keys.": (
        "There is a default master key in this region already: choose an instance to create more "
        "keys."
    ),
    "This KeySpec is not offered: choose one of {allowed}.": (
        "This key spec is not offered: choose one of {allowed}."
    ),
    "A key of KeySpec {spec} can be used for {allowed} only.": (
        "A key with the spec {spec} can be used for {allowed} only."
    ),
    "A key of KeySpec {spec} does not do this: it encrypts with Encrypt and Decrypt.": (
        "A key with the spec {spec} does not do this: it encrypts and decrypts."
    ),
    "Keys of KeySpec {spec} are kept as HsmInternal only.": (
        "Keys with the spec {spec} are kept in the hardware module only."
    ),
    "KeyStorageMechanism takes {internal} or {database}.": (
        "Choose how hardware instances keep the key."
    ),
    "Origin takes {own} or {external}, written like that.": (
        "Choose where the material of the key comes from."
    ),
    "Unsupported operation: only keys with KeyStorageMechanism {storage} rotate in hardware.": (
        "In hardware instances only keys that the hardware module encrypts can rotate."
    ),
    "{name} takes 0 for never, or a moment in the future, in seconds.": (
        "{name} takes a moment in the future, or none for never."
    ),
    "This key origin is not valid for this api: create the key with Origin EXTERNAL.": (
        "This key takes no material of yours: create one whose material is imported by you."
    ),
    "key material is invalid: wrap it with the public key and the WrappingAlgorithm of the same "
    "GetParametersForImport.": (
        "The key material is invalid: encrypt it with the public key that was downloaded with the "
        "import token, and in the way that was chosen there."
    ),
    "import token is invalid: send the one that came with this key's public key.": (
        "The import token is invalid: it takes the one that came with this key's public key."
    ),
    "import token is expired: ask for new parameters.": (
        "The import token has expired: download another, with its public key."
    ),
    "WrappingKeySpec and WrappingAlgorithm take {allowed}.": (
        "Choose how the material is encrypted on its way: {allowed}."
    ),
    "It is not Base64, or too long: send what was returned.": (
        "It is not Base64, or too long: paste it as it was shown."
    ),
    "{name} has {given} characters, at most {most} are allowed, which is 6 KB in Base64: encrypt "
    "large data with a data key (GenerateDataKey).": (
        "{name} has {given} bytes, at most {most} are encrypted here: applications encrypt large "
        "data with a data key."
    ),
    "The ciphertext is invalid: send {name} exactly as it was returned, with the "
    "EncryptionContext that it was encrypted with.": (
        "{name} is invalid: paste it exactly as it was shown. What was encrypted with an "
        "encryption context is decrypted by applications only."
    ),
    # Secrets
    "{name} of a RAMCredentials secret takes {auto}.": (
        "{name} follows from the RAM user: {auto}."
    ),
    "The secret {name} is planned to be deleted: RestoreSecret, or choose another name.": (
        "The secret {name} is planned to be deleted: restore it, or choose another name."
    ),
    "The specified parameter {name} is not valid: it takes 6h to 8760h.": (
        "A secret rotates each 6 hours to 365 days."
    ),
    "ExtendedConfig takes at most {most:,} characters.": (
        "What was filled in is too long: all fields together take at most {most:,} characters."
    ),
    "ExtendedConfig of a {kind} secret takes SecretSubType {allowed}.": (
        "Choose the kind of the secret: {allowed}."
    ),
    "ExtendedConfig of a {kind} secret needs a text {name}.": "{name} is empty: fill it in.",
    "ExtendedConfig takes MySQL or PostgreSQL as DBType.": (
        "The kind of the database is MySQL or PostgreSQL, written like that."
    ),
    "This action is not supported: there is no rotator for {kind} secrets here. Change the "
    "password yourself and write it with PutSecretValue.": (
        "There is no rotator for {kind} secrets here. Change the password yourself, and add a "
        "version with it."
    ),
    "This action is not supported: a Generic secret is rotated with PutSecretValue.": (
        "A generic secret does not rotate by itself: add a version."
    ),
    "The resource already exists: the version has another value, and a version is written once. "
    "Choose another VersionId.": (
        "The version has another value, and a version is written once: choose another version."
    ),
    # Instances and applications
    "The instance {instance} is not enabled yet: enable it with ConnectKmsInstance.": (
        "The instance {instance} is not enabled yet: enable it on its page."
    ),
    "Instance Share Quota Exceed Limit: {used} networks and sharing accounts need as many access "
    "units, {bought} were bought for {instance}. Upgrade it (VpcNum) first.": (
        "{used} networks and sharing accounts need as many access units, {bought} were bought for "
        "{instance}. Upgrade it first."
    ),
    "Policies in the backup let in {number} more accounts than use {instance} now; {bought} "
    "access units were bought for it: upgrade it (VpcNum) first.": (
        "Policies in the backup let in {number} more accounts than use {instance} now; {bought} "
        "access units were bought for it: upgrade it first."
    ),
    "The instance {instance} holds keys or secrets that are in no backup of it: what is "
    "encrypted with them could never be decrypted again. Wait until it is backed up, or set "
    "{name} to true if that is wanted.": (
        "The instance {instance} holds keys or secrets that are in no backup of it: what is "
        "encrypted with them could never be decrypted again. Wait until it is backed up, or tick "
        "{name} if that is wanted."
    ),
    # Money
    "The order costs {costs}, the balance is {balance}: {missing} are missing. Top up and try "
    "again.": (
        "The order costs {costs}, the balance is {balance}: {missing} is missing. Top up and try "
        "again."
    ),
    "The order costs {costs}, a voucher pays {pays}, the balance is {balance}: {missing} are "
    "missing. Top up and try again.": (
        "The order costs {costs}, a voucher pays {pays}, the balance is {balance}: {missing} is "
        "missing. Top up and try again."
    ),
    "ClientToken takes at most {most} ASCII characters.": "Open this form again, and send it then.",
    "This ClientToken was used with {operation}: use a new one.": (
        "This form was sent before: open it again."
    ),
    "This ClientToken was used with other parameters: use a new one, or send the same.": (
        "This form was sent before with other values: open it again."
    ),
    "ProductVersion {version!r} is not offered; allowed values: {allowed}.": (
        "This edition is not offered: choose another."
    ),
    "ProductVersion {version!r} is not sold as pay-as-you-go; allowed values: {allowed}.": (
        "This edition is not sold as pay-as-you-go: choose another."
    ),
    "AutoRenewal needs a renewal period.": "Choose for how long it is renewed each time.",
    "{name} of {months} months is not offered; allowed months: {allowed}.": (
        "{name}: {months} months are not offered; choose one of {allowed}."
    ),
}
