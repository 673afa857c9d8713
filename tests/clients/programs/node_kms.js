// npm @alicloud/kms20160120: a key of an instance encrypts and decrypts under a context.
const { default: Client, ...models } = require("@alicloud/kms20160120");
const { RuntimeOptions } = require("@alicloud/tea-util");
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));

async function main() {
  const client = new Client({
    accessKeyId: given.access_key_id,
    accessKeySecret: given.access_key_secret,
    endpoint: given.endpoint,
    protocol: "http",
    type: "access_key",
  });
  // This client's CreateKeyRequest is older than instances.
  const wanted = { DKMSInstanceId: given.instance_id, Description: given.description };
  const made = await client.doRequest(
    "CreateKey", "HTTP", "POST", "2016-01-20", "AK", wanted, null, new RuntimeOptions({}),
  );
  const key = await client.describeKey(
    new models.DescribeKeyRequest({ keyId: made.KeyMetadata.KeyId }),
  );
  const encrypted = await client.encrypt(
    new models.EncryptRequest({
      keyId: key.keyMetadata.keyId,
      plaintext: given.plaintext,
      encryptionContext: given.context,
    }),
  );
  const ask = (context) =>
    client.decrypt(
      new models.DecryptRequest({
        ciphertextBlob: encrypted.ciphertextBlob,
        encryptionContext: context,
      }),
    );
  return {
    description: key.keyMetadata.description,
    encrypted,
    decrypted: await ask(given.context),
    refused: await ask({}).catch((error) => error.code),
  };
}

main().then((found) => console.log(JSON.stringify(found)));
