"""AES-256-GCM known answers.

Source: NIST Cryptographic Algorithm Validation Program, GCM test vectors (CAVS 14.0),
``gcmEncryptExtIV256.rsp`` (generated 31 August 2012 11:26:26) and ``gcmDecrypt256.rsp``
(generated 31 August 2012 11:31:25), taken unchanged from the package cryptography_vectors 50.0.2,
folder ``ciphers/AES/GCM``. Chosen: IVlen 96 and Taglen 128, the form this program uses. A name
gives the section of the file and the Count in it. All values are in hexadecimal.
"""

from typing import NamedTuple


class Vector(NamedTuple):
    name: str
    key: str
    nonce: str
    plaintext: str
    aad: str
    ciphertext: str
    tag: str


#: From gcmEncryptExtIV256.rsp: encrypting gives exactly this, decrypting gives it back.
KNOWN_ANSWERS = [
    Vector(
        name="PTlen 0, AADlen 0, Count 0",
        key="b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4",
        nonce="516c33929df5a3284ff463d7",
        plaintext="",
        aad="",
        ciphertext="",
        tag="bdc1ac884d332457a1d2664f168c76f0",
    ),
    Vector(
        name="PTlen 0, AADlen 128, Count 0",
        key="78dc4e0aaf52d935c3c01eea57428f00ca1fd475f5da86a49c8dd73d68c8e223",
        nonce="d79cf22d504cc793c3fb6c8a",
        plaintext="",
        aad="b96baa8c1c75a671bfb2d08d06be5f36",
        ciphertext="",
        tag="3e5d486aa2e30b22e040b85723a06e76",
    ),
    Vector(
        name="PTlen 128, AADlen 0, Count 0",
        key="31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22",
        nonce="0d18e06c7c725ac9e362e1ce",
        plaintext="2db5168e932556f8089a0622981d017d",
        aad="",
        ciphertext="fa4362189661d163fcd6a56d8bf0405a",
        tag="d636ac1bbedd5cc3ee727dc2ab4a9489",
    ),
    Vector(
        name="PTlen 128, AADlen 160, Count 0",
        key="83688deb4af8007f9b713b47cfa6c73e35ea7a3aa4ecdb414dded03bf7a0fd3a",
        nonce="0b459724904e010a46901cf3",
        plaintext="33d893a2114ce06fc15d55e454cf90c3",
        aad="794a14ccd178c8ebfd1379dc704c5e208f9d8424",
        ciphertext="cc66bee423e3fcd4c0865715e9586696",
        tag="0fb291bd3dba94a1dfd8b286cfb97ac5",
    ),
    Vector(
        name="PTlen 104, AADlen 384, Count 0",
        key="5f671466378f470ba5f5160e2209f3d95a48b7e560625d5a08654414de23aee2",
        nonce="6b3c08a663d04132243dd96c",
        plaintext="c428592d9f8a7f107ec4d0df05",
        aad=(
            "12965559c31d538f937bda6eee9c93b0387318dc5d9496fb1c3a0b9b978dbfebff2a5823974ee9d6"
            "79834dbe59f7ec51"
        ),
        ciphertext="1d8d7fe4357080c817303ce19c",
        tag="e88d6b566fdc7b4fd62106bd2eb806ec",
    ),
    Vector(
        name="PTlen 256, AADlen 128, Count 0",
        key="37ccdba1d929d6436c16bba5b5ff34deec88ed7df3d15d0f4ddf80c0c731ee1f",
        nonce="5c1b21c8998ed6299006d3f9",
        plaintext="ad4260e3cdc76bcc10c7b2c06b80b3be948258e5ef20c508a81f51e96a518388",
        aad="22ed235946235a85a45bc5fad7140bfa",
        ciphertext="3b335f8b08d33ccdcad228a74700f1007542a4d1e7fc1ebe3f447fe71af29816",
        tag="1fbf49cc46f458bf6e88f6370975e6d4",
    ),
    Vector(
        name="PTlen 408, AADlen 0, Count 0",
        key="1fded32d5999de4a76e0f8082108823aef60417e1896cf4218a2fa90f632ec8a",
        nonce="1f3afa4711e9474f32e70462",
        plaintext=(
            "06b2c75853df9aeb17befd33cea81c630b0fc53667ff45199c629c8e15dce41e530aa792f796b813"
            "8eeab2e86c7b7bee1d40b0"
        ),
        aad="",
        ciphertext=(
            "91fbd061ddc5a7fcc9513fcdfdc9c3a7c5d4d64cedf6a9c24ab8a77c36eefbf1c5dc00bc50121b96"
            "456c8cd8b6ff1f8b3e480f"
        ),
        tag="30096d340f3d5c42d82a6f475def23eb",
    ),
    Vector(
        name="PTlen 408, AADlen 720, Count 0",
        key="148579a3cbca86d5520d66c0ec71ca5f7e41ba78e56dc6eebd566fed547fe691",
        nonce="b08a5ea1927499c6ecbfd4e0",
        plaintext=(
            "9d0b15fdf1bd595f91f8b3abc0f7dec927dfd4799935a1795d9ce00c9b879434420fe42c275a7cd7"
            "b39d638fb81ca52b49dc41"
        ),
        aad=(
            "e4f963f015ffbb99ee3349bbaf7e8e8e6c2a71c230a48f9d59860a29091d2747e01a5ca572347e24"
            "7d25f56ba7ae8e05cde2be3c97931292c02370208ecd097ef692687fecf2f419d3200162a6480a57"
            "dad408a0dfeb492e2c5d"
        ),
        ciphertext=(
            "2097e372950a5e9383c675e89eea1c314f999159f5611344b298cda45e62843716f215f82ee66391"
            "9c64002a5c198d7878fd3f"
        ),
        tag="adbecdb0d5c2224d804d2886ff9a5760",
    ),
]

#: From gcmDecrypt256.rsp, marked FAIL there: decrypting must be refused. No plaintext is given.
FORGERIES = [
    Vector(
        name="PTlen 0, AADlen 0, Count 1",
        key="e5a8123f2e2e007d4e379ba114a2fb66e6613f57c72d4e4f024964053028a831",
        nonce="51e43385bf533e168427e1ad",
        plaintext="",
        aad="",
        ciphertext="",
        tag="38fe845c66e66bdd884c2aecafd280e6",
    ),
    Vector(
        name="PTlen 128, AADlen 160, Count 4",
        key="041ef9cd359ac65b7937dcee46778d19dc32a312c81edc15dbc8918df75081f0",
        nonce="4bf5a7c50201a6586b1dcdb5",
        plaintext="",
        aad="10980f54fdbd18e49a48cf74ecbbb7e9d22083a3",
        ciphertext="2c24ef09b6a01b5f200c59284316fa56",
        tag="36c2da827d58cdc8cd3faf0a335b1846",
    ),
    Vector(
        name="PTlen 408, AADlen 720, Count 0",
        key="e36aca93414b13f5313e76a7244588ee116551d1f34c32859166f2eb0ac1a9b7",
        nonce="e9e701b1ccef6bddd03391d8",
        plaintext="",
        aad=(
            "6a08fe6e55a08f283cec4c4b37676e770f402af6102f548ad473ec6236da764f7076ffd41bbd9611"
            "b439362d899682b7b0f839fc5a68d9df54afd1e2b3c4e7d072454ee27111d52193d28b9c4f925d2a"
            "8b451675af39191a2cba"
        ),
        ciphertext=(
            "5b059ac6733b6de0e8cf5b88b7301c02c993426f71bb12abf692e9deeacfac1ff1644c87d4df1300"
            "28f515f0feda636309a24d"
        ),
        tag="43c7c9c93cc265fc8e192000e0417b5b",
    ),
]
