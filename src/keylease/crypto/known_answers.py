"""Known answers for the self-test: keys that everybody knows, and what they must give.

All numbers are in hexadecimal. Where they come from, says the comment above each. "CAVP" is NIST's
Cryptographic Algorithm Validation Program; files are those of the package cryptography_vectors
50.0.2. Where no published answer has our parameters, OpenSSL 3.0 made it with a published key.
"""

from dataclasses import dataclass, field

from keylease.crypto.algorithms import KEY_SPECS, Algorithm, KeySpec


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What a key must give.

    ``material``: the key's bytes or seed, an RSA key's two primes, or the private number of an EC
    or SM2 key. ``given`` is a plaintext, a message or a digest, and ``answer`` its ciphertext, code
    or signature; for ML-DSA, whose signatures are long, SHA-256 of the raw public key.
    """

    spec: KeySpec
    algorithm: Algorithm
    material: str = field(repr=False)
    given: str
    answer: str
    context: str = ""


# Two primes of 1,024 bits: CAVP, SigVer15_186-3.rsp, mod 2048.
_PRIMES = (
    "bf96de108963b5113399b664765efe046e2dafdb70d6e5e29dc6ec89b789b059348d74d89129c7ade9ddb404c6dc3a"
    "3437c7fc9f23bc38dadc8ffd0ff757999f5c2d510b993056147ccdf421e03d0be2c74ec333a9677c430cc604f5550d"
    "0d86defdde71488e3db889c699a5cacb44dcdae2f3cca38695e783e6f6250827efb1e1e7e33618d1b64d6862c132e4"
    "b1cd5fabad20ce62bd97bce2a3f5ad2da67bb0a7f0b9e48335a33b7b95e77ec4c47e91416881f9f7c23f9bc1918cc6"
    "44335c74260e90cd7b2e0fed802f19e78c5ed80a431b38630d82f982c74a0381b8ecf943c60810fae90574e216357b"
    "2535002316d9529cb56420f3cc82dea37cb624e1e3"
)
# The digest of the first message there whose signature is good, with SHA-256.
_DIGEST = "5447464988bedf5ab8068e0cfd0ea53ae9f0ec7a982f57a5e6cafd3bc1b5f564"

# The key of all examples in GB/T 32918.5-2017, annex A.
_SM2 = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"

# Of the first case in each of kat_MLDSA_*_det_pure.rsp, which have it from FIPS 204's algorithms.
_ML_DSA_SEED = "f696484048ec21f96cf50a56d0759c448f3779752f0383d37449690694cf7a68"

# RFC 4231, test case 1; HMAC pads the key with zeros, so it is as long as ours must be.
_HMAC_KEY = "0b" * 20
_HMAC_MESSAGE = "4869205468657265"

KNOWN_ANSWERS = (
    # CAVP, gcmEncryptExtIV256.rsp, PTlen 128, AADlen 128, Count 0; nonce, ciphertext, tag.
    KnownAnswer(
        KEY_SPECS["Aliyun_AES_256"],
        Algorithm.SEAL,
        "92e11dcdaa866f5ce790fd24501f92509aacf4cb8b1339d50c9c1240935dd08b",
        "2d71bcfa914e4ac045b2aa60955fad24",
        (
            "ac93a1a6145299bde902f21a8995ae2e6df3dbf96fac7b7137bae67feca5aa77d51d4a0a14d9c51e1da474"
            "ab"
        ),
        "1e0889016f67601c8ebea4943bc23ad6",
    ),
    # CAVP, gcmEncryptExtIV192.rsp, PTlen 128, AADlen 128, Count 0; nonce, ciphertext, tag.
    KnownAnswer(
        KEY_SPECS["Aliyun_AES_192"],
        Algorithm.SEAL,
        "6f44f52c2f62dae4e8684bd2bc7d16ee7c557330305a790d",
        "37222d30895eb95884bbbbaee4d9cae1",
        (
            "9ae35825d7c7edc9a39a0732a54b5da33fc1196a8ef31a5321bfcaeb1c198086450ae1834dd6c2636796bc"
            "e2"
        ),
        "1b4236b846fc2a0f782881ba48a067e9",
    ),
    # CAVP, gcmEncryptExtIV128.rsp, PTlen 128, AADlen 128, Count 0; nonce, ciphertext, tag.
    KnownAnswer(
        KEY_SPECS["Aliyun_AES_128"],
        Algorithm.SEAL,
        "c939cc13397c1d37de6ae0e1cb7c423c",
        "c3b3c41f113a31b73d9a5cd432103069",
        (
            "b3d8cc017cbb89b39e0f67e293fe7d9e9bfd10348a5606e5cafa73540032a1dc85f1c9786925a2e71d8272"
            "dd"
        ),
        "24825602bd12a984e0092d3e448eda5f",
    ),
    # RFC 8998, appendix A.1.
    KnownAnswer(
        KEY_SPECS["Aliyun_SM4"],
        Algorithm.SEAL,
        "0123456789abcdeffedcba9876543210",
        (
            "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffff"
            "ffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
        ),
        (
            "00001234567800000000abcd17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb2007"
            "35d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d83de3541e4c2b58177e0"
            "65a9bf7b62ec"
        ),
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    ),
    # kat_MLKEM_768.rsp, count 0, and AES-256-GCM with its shared secret and a nonce of zeros.
    KnownAnswer(
        KEY_SPECS["Keylease_ML_KEM_768"],
        Algorithm.SEAL,
        (
            "6dbbc4375136df3b07f7c70e639e223e177e7fd53b161b3f4d57791794f12624f696484048ec21f96cf50a"
            "56d0759c448f3779752f0383d37449690694cf7a68"
        ),
        "74657874",
        (
            "16a61ff84787fd4a5f19ca59b3657db3a106a7329e2d62747a2ef85149163109befff6bcb33df66230b8f6"
            "725ce719f58f71196e895befc9754d9f042494648c88a6ed4c4cf13f2faf9f651de79dae077733cb235f9d"
            "ce448977fd42d5486b7dfdf6d7bd9172b14247655d34f10524d469478d9a9639f34d2acde6e3c048d52b30"
            "8b66245fe9a28cde7983b9d14c03b37715fe3970cd35734771add7aa9b58cfb0adf8c613deafb2b31f6e5c"
            "8364d4334e93af8e4943fa947cc67667447cffd036235afaea7f603cb2ea277b97dadf82ea746f6b27396d"
            "d08c85cff9304a2e5ce0571fde2e926716bc9f8e4d474b4e8fd34b0dc28376204ea306d30e9a6dd88250b7"
            "9823e77319f2ef3a77704f409dde8beb6db1be4a9f25ae2e15939dedf1b11a5aa51fcff04068b46d42fbba"
            "fd2498264cca4fb78b0f2ab162c7ef569875a13148b9a4b0b9da1787ca0a7033e3eca13471dbcbbe15e34f"
            "2b5065b995fe221c2b7ac150334d14e68edc5e049663de362fae8d35e24c202c5fad2153cd044ea962a388"
            "f030cdc5dec1c3423183b173c32b22f5800ae45e8e89c8ee4617ce24e60f278bfd1ea0f8fa92486b6f8491"
            "27da99be7be4c661e2ba26669d6acf619a33056809683e24a2f29e33be7f5f9ac668697e59488e9b868595"
            "6cd87b7c47109d603202c201472ec829ea64922e4d0eadd4a4b5a8fb06e0f4bf25a59ced54557388dcd91b"
            "387cb6148597edf84a22595801851ca4b9e9e096fdfc96f2444ac9f1247a5e640787fca23e3eb21ec1059c"
            "42a65803441df01279013c448dfc3eedfc3355eee1f510086a115f854c36db797a85ede19a473a33e79a80"
            "f6f7f6467e1b0d866fe0e57a8abd379934a6a6a492f5f32594d43de2ec2eea81487981bb6394bfa6df5498"
            "d74c6db2202a6348a325fbc906b8e820bb00659a2ee12740b14b2e36f4c5dab411c0cd096c5e63ba4d48aa"
            "9e92b31f44dc97c0fef661bcf4db895f174613d9d5ed9e836657745ec9deec7af273cec87ef0eaf805da1b"
            "c8401608810b8a86f952c6326d09fc8d1d7fd83b4e862e05058e877c056cc5465ec3192b03a4c33cc6b165"
            "58d2482d5f84518cbbc526aae6e8840317efb3a1982c3d1719ef15d10f8b077c5c68680be6d3d92e86aaa6"
            "eb378cf0559d493257147b55730f49a042325af066b4f9741b9fff5d47972d5acaf52b6bea4e9e354ef944"
            "8b62f6d2a1317675a922e14e31578d6cab5a09a71ab270d865151b8ab4c612b5fd5dcc97e45419a1cfb6b8"
            "b9aec60f62602098f91f07c238186657941c7a18e4d7ee220f022d5fffd291853b9c063e561b7176f7a235"
            "ce45bc86ce4718086df9536c5a5f0abf04c0a84d82bdf69552ade3135433c10a1ba69d688969e6d9dce54d"
            "3b3aae3a7f2ab904e657e3fb05241fac110aa07e62cc3991d7d0d6329b5ab9d69d7336c0d148588c9f0921"
            "325b85df5fd30db80a56a3724372153641961aa7e042bf2646ff46022c059d5794c3a4b7f90c410de71a52"
            "31dd9b83bbd0e6bdab1bf9e62f000000000000000000000000654e414a1737d1a9e0f5a1a2f6dea9ef4b10"
            "a336"
        ),
        "636f6e74657874",
    ),
    # kat_MLKEM_1024.rsp, count 0, and AES-256-GCM with its shared secret and a nonce of zeros.
    KnownAnswer(
        KEY_SPECS["Keylease_ML_KEM_1024"],
        Algorithm.SEAL,
        (
            "6dbbc4375136df3b07f7c70e639e223e177e7fd53b161b3f4d57791794f12624f696484048ec21f96cf50a"
            "56d0759c448f3779752f0383d37449690694cf7a68"
        ),
        "74657874",
        (
            "707d18cabcf89670c80003b47d2b8678ad0da4aaad781a3351e82ac3e447e7019af5cb86020fb2ac727e79"
            "654155835b45de9b8af5e5c7efa01295da8988131dc8d6edb0645c3e4116aab080c5a571e760416fe8e299"
            "c89811963cf9776e0c828751701f90e26435897f8fdf7a7afaad987009c0eb12fb914dfaab1fce9264f55e"
            "e0cb4d89449385dd081b02dace9b179a54513d281529b8fd61c53e3bcfc9e2c3ae72339a6197119f97d44b"
            "05d3f36a5abe0a3f7ccbdbb91d24b25856462a649b6c1d46ae6e05e999274da9239e674525a522f6141cb9"
            "5de96b93b39f0f7d090d4b1c0546ef6fc3fd08e90b228f657af31eb933c9cfce634af6bf820d5e185f3157"
            "efbc926a8ae420f29300513baf30236cc11447e74aed4e262799d77a5cf22b0a7da1264225fcd68cf07670"
            "bbf5b04f3173d6142dc9426d9006ddedc5d59443a11c8d20453c2867c10434ab6b05b4f0b467b67a420303"
            "7c16ea720945de474102e168d5f79d7f530f61d6b7973ed6457e877fb2b45e321ded8ffd30368259b3ea60"
            "b4cf9d11c5a0087f27ed40d5365c3d0b8ba2e8cdea59afa35149970488cea9e07c9434923e96e6a99cf3a0"
            "be11016a86dc9eaa539fecbddc6cfd597a28aecae2757234340194f4fac7e5a204821382d5928c8e035833"
            "c7cad49bba4304e826d5c024c7cca2acf95c6cbbd68c3848554a855695c248add50c87dae4a49d11cdbc7c"
            "757ab1e00b8fd21e7854a897dc21b40f087b3dfb131773d9d87401e5d5017ab1f86430f889ff66cc9e04be"
            "863e7e38ad527e7644c8ce93d0bc2e255cdc3be2d3784ed0c12649f5febbabac0c8e4c917c8bef29775fa3"
            "db1ea23feddc609539c23354dce722aee71c45407b34da006f24452ea05e766e6b5dcac937ef743aa908a7"
            "b7cf2f3ed8931c61cdd343dfdf6c588d1b1f4099ba5be53e7691099660877463c4310a36767ee27e0dbd31"
            "32acf6888421e1012edf383d4eec9643e8a10b50e10527c5a1474458b35e54b841fc02599ed07c19015452"
            "5c47b85e69b09e8208dcf36f7e38d9f1090b8daf0a324d7cb48ace08dac11be460585dba9061abe7ef7243"
            "43a4baf1c74090e8d7918648d0ddc43743bc031eec9e3a2912d870f50edcdb6e292456c400006ef65eb2c2"
            "4e038ca3ddf975e2a2611a8b187e33e52aaddc119ef9e6403c61924a7cf229f6619ef9baceee7c04f26759"
            "96174c938078f50ccaf6d6580fced01564723d2979b33b77f689951b7c77b650e48a840853932612c080f9"
            "b55bfc78de641e0902c5503b2f6cc450664771b94d5590957b669ea08b96f368e11eb905427e2650ed185d"
            "6003ab704e23889300cdd920060d3934b44074783db397172838c9be318b5f892058e67d9ec94019870d75"
            "8229e63018cd85d4492e0eb8c0a90d3a666e7616ddab331601ec9611572929ee74bce8d3bfb8a708858fdb"
            "f661bea1f0927f6e5192a86151fd03b001936c82da6d8c147a1af2e91b22a402ce758fd743226a870f3e36"
            "35231a390a20c6aee172818979dcc4db5e8bd9802bc5c0bffda35c288d027cbade7d615996879a09292bb3"
            "ca2c9720e741e51959d818c9df6903bb711a93ba67b845397dd1d578c6b937f8c3eee4675046f3c3004ab1"
            "04a436c551352e70d5179c43ce48c5ee710744de4596b3c4cdb12181d0d96ac0ec69aa1451159fabcf3fb8"
            "899809aecc4d4f097e86b4b735215c89d13b0dafe75df0020b22bef4973b457f548b4a8998dff79232ec44"
            "6951aa7ebc92212bae1a06f782be9925a532e10dd02aada8948766c427ed5a579936ebbf5c7a2c9762fdbf"
            "e14c70b2c0118378acd644056fec83c774b54867e3889c2af117661086aa5abdc1bd1be41c0f66343e0ec5"
            "17a7a59849b2b5a37a990ce4487b098dbdd9178b288411f4373654c873ee8ed018156bb3401153b096f853"
            "aa14c365b2c3215413ebce8dc07c4bafdd02613e1659056a4d010e970b38dc7e10072403d8c9622eebf403"
            "0b6ab640f7022d5c2c938c0ca2156bc16164b2320663de1f904a5c0d9f63d46eb413081c809af2cbc247d2"
            "6bb6cb74c58022cbc9b7d60b17d03255e736024b6146ab9f1c1c6d648b9fdf256a602b7c469da04bffb6b7"
            "355728a05308b9336a49a1522d7e7ee0ad2fd2472bb9cf882a4851f5ba5b433def666fb0bfed4358afdf5b"
            "6005051e74c16244f4579288a0da8c2f49598f74000000000000000000000000c439f016542019f1da302c"
            "e9645cfc80dd9f6559"
        ),
        "636f6e74657874",
    ),
    # CAVP, SigVer15_186-3.rsp.
    KnownAnswer(
        KEY_SPECS["RSA_2048"],
        Algorithm.RSA_PKCS1_SHA_256,
        _PRIMES,
        _DIGEST,
        (
            "794d0a45bc9fc6febb586e319dfa6924c888594802b9deb9668963fdb309bf02817960a7457106fc474f91"
            "601436e8954cbb6815350b2c51b53c968d2c48cc1799550d5d03b41f6e5a8c3c264d2e2fe0b5b8ff53fdcb"
            "9dd111c985cb488d7086e6548b4077ec00721c9cb500fe07a031c2030e8ad1dd0112c34ffd9091d77a187a"
            "ac8661b298eee39eb615f9715c4c48a6762ede55a466ec7f3cdb6a937cfc80188a85d8f8d3a2a80b199ce5"
            "e6375af8f02f06d706a34d9cf38318903965db54aaa7d3fa7a7ee58034cd58c8435739c8906366e2ddba29"
            "3f2fb2c15f07fa4951014471e7f677d3bdacffc4c68a906e08d68b39f9010746cbacd22980cee73e8d"
        ),
    ),
    # Made with OpenSSL 3.0.
    KnownAnswer(
        KEY_SPECS["RSA_2048"],
        Algorithm.RSA_PSS_SHA_256,
        _PRIMES,
        _DIGEST,
        (
            "0a295a47f0613bce32d16351aedc4480ce6875be8d96d6f696274b908d4133675be09efbd72deb3c094c77"
            "60b46a7dfad3776b478778598a27c248179e563c032b7abc1fcebe30992b6df75c6e10d799c29181e39f02"
            "61073909ff59529377df964534b0ecbc81b88416ffb892c709e93b44e1f96431a89feb618157150e2c1990"
            "eece07968bcd7b779423d294ad7ad90580b6b92f148ce99490c5d4631b442d88d5edd236eb140c8aa30871"
            "e7699d574f9d0faf2ba0b26e67112ed170ec7db9ec85da97f41c25b283a9145fa9b2a6a25d30cff9f3dab7"
            "07041f853cde289a1b859947abbacb584547492b333fba1b964518021d01d9ebaf72cee735743beb94"
        ),
    ),
    # Made with OpenSSL 3.0.
    KnownAnswer(
        KEY_SPECS["RSA_2048"],
        Algorithm.RSAES_OAEP_SHA_256,
        _PRIMES,
        "74657874",
        (
            "4878962bfad96ea6706db3988a19ef5fd5e633ed313d75964ae1aa0013ad0806bb8610c585ef7ea5be8547"
            "aa425d23f70bbb33eafd6d516175d549f6bab67dddec59b639f7ccd89ce11bf9616f41d5d992747f0e7c17"
            "bb5048bb9bf982c1231eb27c05d718d07ec09e439d9e98de94d7a6e920fe7cc88be4339b05317197fcc1ac"
            "c12f427976883b70d8d7856a0eb7dda32a473667dcf3f27edf58adcca298099a47ccee8841541069251c17"
            "b9fb9813eaafea49d75903d9a373e6fa545065a1d9e6be2fc756f81327aa3b010c397f1b344d6a74af3a97"
            "252481ec38b4443f22d453ca79c16d6125010af10857dd232b4448fd4297e77c1b8e8cf098eb8fcb91"
        ),
    ),
    # Made with OpenSSL 3.0.
    KnownAnswer(
        KEY_SPECS["RSA_2048"],
        Algorithm.RSAES_OAEP_SHA_1,
        _PRIMES,
        "74657874",
        (
            "88d3c0738ec27232f2546ba708491293c4a0817d39c48aef0c94951c2c59f7ede2f8908f4bde66f877d54f"
            "6ae2c6cf9bbfdd73a40056eecf8b6f433e0daada907d23cbadcbd162874146868de50a709eb51ec847d53d"
            "6348f7586dd29fda31e0fab25fd2b87397bbaeff1a66616d7fcb14cd0162e281966ff1a754acfd318a99b9"
            "f4510e0e1d68c4d7d41e22cea0a09844bf9255ba05c535eed32efdfd495bf89a90b57783d2e36fe4b68c7e"
            "9062c8ebab5c9289fd77240ad1ed3f867c4a0353042141ca89b701e4f3c619e0d05a882fb495f40d49df18"
            "68065c93dc674732f40979dfbae1a0d92cbf7ca348f1db68d5467a2961f7021710008eddea388faa05"
        ),
    ),
    # CAVP, ECDSA FIPS_186-3, SigGen.txt, the first of P-256 with SHA-256.
    KnownAnswer(
        KEY_SPECS["EC_P256"],
        Algorithm.ECDSA_SHA_256,
        "519b423d715f8b581f4fa8ee59f4771a5b44c8130b4e3eacca54a56dda72b464",
        "44acf6b7e36c1342c2c5897204fe09504e1e2efb1a900377dbc4e7a6a133ec56",
        (
            "3046022100f3ac8061b514795b8843e3d6629527ed2afd6b1f6a555a7acabb5e6f79c8c2ac0221008bf778"
            "19ca05a6b2786c76262bf7371cef97b218e96f175a3ccdda2acc058903"
        ),
    ),
    # SECP256K1/SigGen.txt, the first with SHA-256.
    KnownAnswer(
        KEY_SPECS["EC_P256K"],
        Algorithm.ECDSA_SHA_256,
        "42202a98374f6dca439c0af88140e41f8eced3062682ec7f9fc8ac9ea83c7cb2",
        "5ae8317d34d1e595e3fa7247db80c0af4320cce1116de187f8f7e2e099c0d8d0",
        (
            "3045022100d89f9586070230bb03e625cca18c89bb3117cd472ff6ee2a50809f0e89039309022045972842"
            "e92e3a41abeea1089d812eb5343ca8f075ac9c66e13f3db287048638"
        ),
    ),
    # GB/T 32918.5-2017, annex A.2.
    KnownAnswer(
        KEY_SPECS["EC_SM2"],
        Algorithm.SM2DSA,
        _SM2,
        "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640",
        (
            "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa"
            "29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
        ),
    ),
    # GB/T 32918.5-2017, annex A.4.
    KnownAnswer(
        KEY_SPECS["EC_SM2"],
        Algorithm.SM2PKE,
        _SM2,
        "656e6372797074696f6e207374616e64617264",
        (
            "307c022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73022100e858f9d8"
            "1e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0042059983c18f809e262923c53aec2"
            "95d30383b54e39d609d160afcb1908d0bd8766041321886ca989ca9c7d58087307ca93092d651efa"
        ),
    ),
    # RFC 4231, test case 1.
    KnownAnswer(
        KEY_SPECS["HMAC_SHA_224"],
        Algorithm.HMAC_SHA_224,
        _HMAC_KEY.ljust(56, "0"),
        _HMAC_MESSAGE,
        "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22",
    ),
    # RFC 4231, test case 1.
    KnownAnswer(
        KEY_SPECS["HMAC_SHA_256"],
        Algorithm.HMAC_SHA_256,
        _HMAC_KEY.ljust(64, "0"),
        _HMAC_MESSAGE,
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    # RFC 4231, test case 1.
    KnownAnswer(
        KEY_SPECS["HMAC_SHA_384"],
        Algorithm.HMAC_SHA_384,
        _HMAC_KEY.ljust(96, "0"),
        _HMAC_MESSAGE,
        (
            "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152"
            "e8b2fa9cb6"
        ),
    ),
    # RFC 4231, test case 1.
    KnownAnswer(
        KEY_SPECS["HMAC_SHA_512"],
        Algorithm.HMAC_SHA_512,
        _HMAC_KEY.ljust(128, "0"),
        _HMAC_MESSAGE,
        (
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b27"
            "4eaea3f4e4be9d914eeb61f1702e696c203a126854"
        ),
    ),
    # Made with OpenSSL 3.0.
    KnownAnswer(
        KEY_SPECS["HMAC_SM3"],
        Algorithm.HMAC_SM3,
        _HMAC_KEY.ljust(64, "0"),
        _HMAC_MESSAGE,
        "51b00d1fb49832bfb01c3ce27848e59f871d9ba938dc563b338ca964755cce70",
    ),
    # kat_MLDSA_44_det_pure.rsp, count 0.
    KnownAnswer(
        KEY_SPECS["Keylease_ML_DSA_44"],
        Algorithm.ML_DSA,
        _ML_DSA_SEED,
        "00" * 64,
        "18288249b90bcbd48d473d2a507cc3c1e95e040f639ac3333a8ed1891de14552",
    ),
    # kat_MLDSA_65_det_pure.rsp, count 0.
    KnownAnswer(
        KEY_SPECS["Keylease_ML_DSA_65"],
        Algorithm.ML_DSA,
        _ML_DSA_SEED,
        "00" * 64,
        "ab0f27cfe4f84d2a9fa74d48467439df9e5dd8401f8715f82ed70e43a371400a",
    ),
    # kat_MLDSA_87_det_pure.rsp, count 0.
    KnownAnswer(
        KEY_SPECS["Keylease_ML_DSA_87"],
        Algorithm.ML_DSA,
        _ML_DSA_SEED,
        "00" * 64,
        "b509c4ebd6b5fa67009c73cc7cebe55a3f38486a24acfbf9d91dd04f63e660b5",
    ),
)
