import { type Random, random } from "./random.ts";

/** Formats of a second author, written down after the first corpus held: a secret, and lines that hold it. */
export interface Found {
  type: string;
  secret: string;
  line: string;
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const hex = `${digits}abcdef`;
const word = lower + lower.toUpperCase() + digits;

type Write = (secret: string) => string;

/** Bare, as a value of something harmless, in JSON. */
const bare: readonly Write[] = [
  (s) => `upstream said 403 for ${s}`,
  (s) => `using ${s}, attempt 2`,
  (s) => `{"given":"${s}"}`,
  (s) => `x=${s};y=1`,
];

const byShape: Record<string, (dice: Random) => string> = {
  "hugging face": (d) => `hf_${d.text(word, 34)}`,
  "docker hub": (d) => `dckr_pat_${d.text(word, 27)}`,
  databricks: (d) => `dapi${d.text(hex, 32)}`,
  linear: (d) => `lin_api_${d.text(word, 40)}`,
  notion: (d) => `ntn_${d.text(word, 46)}`,
  atlassian: (d) => `ATATT3xFfGF0${d.text(word, 60)}`,
  "grafana service account": (d) => `glsa_${d.text(word, 32)}_${d.text(hex, 8)}`,
  "grafana cloud": (d) => `glc_${d.text(word, 60)}`,
  sentry: (d) => `sntrys_${d.text(word, 60)}`,
  "new relic": (d) => `NRAK-${d.text(word.toUpperCase(), 27)}`,
  planetscale: (d) => `pscale_tkn_${d.text(word, 43)}`,
  twilio: (d) => `SK${d.text(hex, 32)}`,
  mailgun: (d) => `key-${d.text(hex, 32)}`,
  mailchimp: (d) => `${d.text(hex, 32)}-us${d.text("123456789", 2)}`,
  telegram: (d) => `${d.text("123456789", 10)}:AA${d.text(word, 33)}`,
  "google access": (d) => `ya29.${d.text(word, 60)}`,
  "google client": (d) => `GOCSPX-${d.text(word, 28)}`,
  doppler: (d) => `dp.pt.${d.text(word, 43)}`,
  pulumi: (d) => `pul-${d.text(hex, 40)}`,
  "terraform cloud": (d) => `${d.text(word, 14)}.atlasv1.${d.text(word, 67)}`,
  rubygems: (d) => `rubygems_${d.text(hex, 48)}`,
  supabase: (d) => `sbp_${d.text(hex, 40)}`,
  postman: (d) => `PMAK-${d.text(hex, 24)}-${d.text(hex, 34)}`,
  age: (d) => `AGE-SECRET-KEY-1${d.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)}`,
  tailscale: (d) => `tskey-auth-${d.text(word, 12)}-${d.text(word, 24)}`,
  groq: (d) => `gsk_${d.text(word, 52)}`,
  replicate: (d) => `r8_${d.text(word, 37)}`,
  perplexity: (d) => `pplx-${d.text(word, 48)}`,
  bitbucket: (d) => `ATBB${d.text(word, 32)}`,
  square: (d) => `sq0atp-${d.text(word, 22)}`,
  "teams webhook": (d) =>
    `https://acme.webhook.office.com/webhookb2/${d.text(hex, 8)}@${d.text(hex, 8)}/IncomingWebhook/${d.text(hex, 32)}/${d.text(hex, 8)}`,
  "kubeadm join": (d) => `${d.text(lower, 5)}${d.text(digits, 1)}.${d.text(lower, 15)}${d.text(digits, 1)}`,
  "private key in base64": (d) =>
    Buffer.from(`-----BEGIN EC PRIVATE KEY-----\n${d.text(word, 64)}\n-----END EC PRIVATE KEY-----\n`).toString(
      "base64",
    ),
  "password hash": (d) => `$2b$12$${d.text(word, 53)}`,
  "unix password hash": (d) => `$6$${d.text(word, 16)}$${d.text(word, 86)}`,
};

const password = (d: Random): string => d.text(word, 13) + d.text(digits, 2);

const byName: Record<string, readonly [make: (dice: Random) => string, ...forms: Write[]]> = {
  "signed address": [
    (d) => `${d.text(word, 40)}%3D`,
    (s) => `GET https://acme.blob.core.windows.net/b/x.csv?sv=2024-11-04&se=2026-01-01&sig=${s} 403`,
    (s) => `https://storage.googleapis.com/b/o?X-Goog-Expires=900&X-Goog-Signature=${s}`,
    (s) => `https://b.s3.amazonaws.com/o?X-Amz-Expires=900&X-Amz-Signature=${s}&x=1`,
  ],
  "aws signature": [
    (d) => d.text(hex, 64),
    (s) =>
      `Authorization: AWS4-HMAC-SHA256 Credential=x/20260101/eu/s3/aws4_request, SignedHeaders=host, Signature=${s}`,
  ],
  "unusual scheme": [
    (d) => d.text(word, 24),
    (s) => `Authorization: ApiKey ${s}`,
    (s) => `authorization: SSWS ${s}`,
    (s) => `"Authorization":"Splunk ${s}"`,
    (s) => `Authorization: GenieKey ${s}`,
    (s) => `Authorization: Key ${s}`,
  ],
  "aws pair": [(d) => d.text(`${word}+/`, 40), (s) => `static credentials AKIAIOSFODNN7EXAMPLE:${s} rejected`],
  "name of another kind": [
    password,
    (s) => `DD_APP_KEY=${s}`,
    (s) => `Ocp-Apim-Subscription-Key: ${s}`,
    (s) => `GITHUB_PAT=${s}`,
    (s) => `AZURE_DEVOPS_EXT_PAT=${s}`,
    (s) => `TS_AUTHKEY=${s}`,
    (s) => `bindpw=${s}`,
    (s) => `db_pw: ${s}`,
    (s) => `wifi_psk=${s}`,
    (s) => `passcode: ${s}`,
    (s) => `FERNET_KEY=${s}`,
    (s) => `SESSION_KEY=${s}`,
    (s) => `deploy_key=${s}`,
    (s) => `SEGMENT_WRITE_KEY=${s}`,
    (s) => `DJANGO_SECRET_KEY='${s}'`,
    (s) => `secret_key_base: ${s}`,
    (s) => `pg_pass=${s}`,
    (s) => `adminPassword=${s}`,
    (s) => `OPENSEARCH_INITIAL_ADMIN_PASSWORD=${s}`,
    (s) => `RABBITMQ_ERLANG_COOKIE=${s}`,
    (s) => `JSESSIONID=${s}; retry`,
    (s) => `PHPSESSID=${s}`,
    (s) => `storage_key=${s}`,
    (s) => `x-functions-key: ${s}`,
    (s) => `integrationKey: ${s}`,
    (s) => `webhookSecret: ${s}`,
    (s) => `refreshToken=${s}`,
    (s) => `id_token=${s}`,
    (s) => `X-Vault-Token: ${s}`,
    (s) => `client-key-data: ${s}`,
  ],
  "command of a person": [
    password,
    (s) => `sshpass -p ${s} ssh ops@10.0.0.7`,
    (s) => `docker login -u bot -p ${s} registry.example.com`,
    (s) => `helm registry login -u bot -p ${s} ghcr.io`,
    (s) => `ldapsearch -x -D cn=admin -w ${s} -b dc=acme`,
    (s) => `openssl rsa -in k.pem -passin pass:${s}`,
    (s) => `keytool -list -storepass ${s}`,
    (s) => `smbclient //nas/share -U bot%${s}`,
    (s) => `mongosh --host db -u app -p ${s}`,
    (s) => `sqlplus app/${s}@db:1521/shop`,
    (s) => `sqlcmd -S db -U sa -P ${s}`,
    (s) => `java -Djavax.net.ssl.trustStorePassword=${s} -jar app.jar`,
    (s) => `kubectl create secret generic db --from-literal=password=${s}`,
    (s) => `htpasswd -b users ana ${s}`,
    (s) => `echo "root:${s}" | chpasswd`,
  ],
  "words of a server": [
    password,
    (s) => `requirepass ${s}`,
    (s) => `masterauth ${s}`,
    (s) => `ALTER USER shop WITH PASSWORD '${s}'`,
    (s) => `CREATE USER 'shop'@'%' IDENTIFIED BY '${s}'`,
    (s) => `jdbc:oracle:thin:app/${s}@db:1521/shop`,
    (s) => `the password is ${s}`,
    (s) => `password was '${s}', expected another`,
    (s) => `with password "${s}" for user shop`,
    (s) => `{"password":{"value":"${s}"}}`,
    (s) => `<password>${s}</password>`,
    (s) => `<add key="ApiKey" value="${s}" />`,
    (s) => `<property name="db.password" value="${s}"/>`,
    (s) => `password: |\n  ${s}\nnext: 1`,
    (s) => `password:\n    ${s}`,
    (s) => `:password => "${s}"`,
    (s) => `'password': u'${s}'`,
    (s) => `Password=b'${s}'`,
    (s) => `password\t=\t${s}`,
    (s) => `PASSWORD := "${s}"`,
    (s) => `export DB_PASSWORD ${s}`,
    (s) => `set password ${s}`,
    (s) => `"password" "${s}"`,
    (s) => `password%3D${s}%26user%3Dana`,
    (s) => `DB_PASSWORD -> ${s}`,
  ],
  "hard address": [
    (d) => `${d.text(word, 5)}@${d.text(word, 4)}/${d.text(word, 5)}`,
    (s) => `postgres://shop:${s}@db.shop:5432/orders refused`,
    (s) => `{"dsn":"redis://:${s}@cache:6379/0"}`,
  ],
  "token in place of a user": [
    (d) => d.text(hex, 40),
    (s) => `fatal: could not read from https://${s}@github.com/acme/api.git`,
    (s) => `https://oauth2:${s}@gitlab.example.com/x.git`,
  ],
  "number as a password": [
    (d) => d.text("123456789", 9),
    (s) => `{"user":"ana","password":${s}}`,
    (s) => `pin_password=${s}`,
  ],
  "mail in odd places": [
    (d) => `${d.text(lower, 6)}.${d.text(lower, 5)}@${d.text(lower, 7)}.com`,
    (s) => `GET /users/${s}/orders 404`,
    (s) => `mailto:${s}?subject=x`,
    (s) => `uid=${s},ou=people`,
    (s) => `lookup ${s.replace("@", "%40")} failed`,
  ],
  "card of another brand": [
    (d) => luhn(d.pick(["3528", "3589", "3566"]), 16, d),
    (s) => `card ${s} declined`,
    (s) => `{"pan":"${s}"}`,
    (s) => `card ${s.replace(/(\d{4})(?=\d)/g, "$1 ")} declined`,
  ],
};

const luhn = (start: string, length: number, dice: Random): string => {
  const body = start + dice.text(digits, length - start.length - 1);
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};

/** The same lines for the same seed. */
export const moreSecrets = (seed = 23): Found[] => {
  const dice = random(seed);
  const shaped = Object.entries(byShape).flatMap(([type, make]) =>
    bare.map((write) => ({ type, write, secret: make(dice) })),
  );
  const named = Object.entries(byName).flatMap(([type, [make, ...forms]]) =>
    forms.map((write) => ({ type, write, secret: make(dice) })),
  );
  return [...shaped, ...named].map(({ type, write, secret }) => ({ type, secret, line: write(secret) }));
};
