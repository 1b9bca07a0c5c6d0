import { type Random, random } from "./random.ts";

/** One secret, and the ways in which programs write it down. Put together at run time: no scanner takes them for real. */
export interface Canary {
  type: string;
  /** What must never be found again. */
  secret: string;
  /** Sentences as they stand in logs, events, annotations and alert texts. */
  texts: readonly string[];
  /** As an environment variable. */
  env: { name: string; value: string };
  /** As arguments of a command. */
  args: readonly string[];
}

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
const word = lower + upper + digits;
const base64 = `${word}+/`;
const odd = `${word}!#%&*~^.`;

type Make = (dice: Random, n: number) => Omit<Canary, "type">;

/** Known by its own shape, whatever stands around it. */
const shaped =
  (name: string, make: (dice: Random, n: number) => string): Make =>
  (dice, n) => {
    const secret = make(dice, n);
    return {
      secret,
      texts: [
        `upstream refused ${secret} with 403`,
        `using key ${secret}`,
        `creds=${secret};retry=1`,
        `{"k":"${secret}"}`,
      ],
      env: { name, value: secret },
      args: [`--with=${secret}`],
    };
  };

/** Known by the name beside it only. */
const named =
  (
    make: (dice: Random) => string,
    forms: readonly ((secret: string) => string)[],
    env: string,
    args: (secret: string) => string[],
  ): Make =>
  (dice) => {
    const secret = make(dice);
    return { secret, texts: forms.map((form) => form(secret)), env: { name: env, value: secret }, args: args(secret) };
  };

const luhn = (start: string, length: number, dice: Random): string => {
  const body = start + dice.text(digits, length - start.length - 1);
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${body}${(10 - (sum % 10)) % 10}`;
};
const spaced = (card: string, by: string): string => card.replace(/(\d{4})(?=\d)/g, `$1${by}`);

const url = (text: string): string => Buffer.from(text).toString("base64url");
const jwt = (dice: Random): string =>
  [
    url('{"alg":"HS256","typ":"JWT"}'),
    url(`{"sub":"${dice.text(digits, 10)}","iat":1516239022}`),
    dice.text(word, 43),
  ].join(".");

const connection =
  (scheme: string, host: string): Make =>
  (dice) => {
    const secret = dice.text(word, 14);
    const address = `${scheme}://shop:${secret}@${host}`;
    return {
      secret,
      texts: [
        `cannot connect to ${address}: timeout`,
        `dsn="${address}"`,
        `{"url":"${address}","attempt":3}`,
        `DATABASE_URL=${address}`,
      ],
      env: { name: "DATABASE_URL", value: address },
      args: [`--dsn=${address}`],
    };
  };

const privateKey: Make = (dice) => {
  const secret = dice.text(base64, 64);
  const kind = dice.pick(["RSA ", "EC ", "OPENSSH ", ""]);
  const lines = [
    `-----BEGIN ${kind}PRIVATE KEY-----`,
    secret,
    dice.text(base64, 64),
    `-----END ${kind}PRIVATE KEY-----`,
  ];
  return {
    secret,
    texts: [`loaded\n${lines.join("\n")}\ndone`, `{"tls":"${lines.join("\\n")}"}`, `pem=${lines.join(" ")}`],
    env: { name: "TLS_PEM", value: lines.join("\n") },
    args: [`--pem=${lines.join("\\n")}`],
  };
};

const password = (dice: Random): string => dice.text(odd, 4) + dice.text(word, 10);
const plain = (dice: Random): string => dice.text(word, 16);

const types: Record<string, Make> = {
  "aws access key": shaped("AWS_ID", (dice) => dice.pick(["AKIA", "ASIA"]) + dice.text(`${upper}234567`, 16)),
  "aws secret key": named(
    (dice) => dice.text(base64, 40),
    [
      (s) => `aws_secret_access_key = ${s}`,
      (s) => `AWS_SECRET_ACCESS_KEY=${s} in env`,
      (s) => `{"SecretAccessKey":"${s}"}`,
      (s) => `aws_session_token=${s}`,
    ],
    "AWS_SECRET_ACCESS_KEY",
    (s) => ["--secret-key", s],
  ),
  jwt: shaped("ID", jwt),
  "bearer token": named(
    (dice) => dice.text(`${word}-_.`, 31) + dice.text(digits, 1),
    [
      (s) => `> Authorization: Bearer ${s}`,
      (s) => `headers={"authorization":"Bearer ${s}"}`,
      (s) => `curl -H 'Authorization: Bearer ${s}' http://api/`,
      (s) => `got 401 for bearer ${s}`,
      (s) => `Authorization: token ${s}`,
    ],
    "AUTH_TOKEN",
    (s) => ["-H", `Authorization: Bearer ${s}`],
  ),
  "postgres address": connection("postgresql", "db.shop.svc:5432/orders"),
  "mongo address": connection("mongodb+srv", "cluster0.example.net/app"),
  "amqp address": connection("amqps", "mq:5671/vhost"),
  "redis address": connection("redis", "cache:6379/0"),
  "basic auth address": connection("https", "registry.example.com/v2/"),
  "jdbc address": named(
    plain,
    [
      (s) => `jdbc:postgresql://db:5432/shop?user=app&password=${s}&ssl=true`,
      (s) => `Server=db;Database=shop;User Id=app;Password=${s};`,
      (s) => `jdbc:oracle:thin:app/x@db password=${s}`,
    ],
    "DB_PASSWORD",
    (s) => [`--url=jdbc:mysql://db/shop?password=${s}`],
  ),
  "go dsn": named(
    plain,
    [
      (s) => `dial shop:${s}@tcp(mysql.shop:3306)/orders: refused`,
      (s) => `dsn=root:${s}@tcp(10.0.0.7:3306)/db?parseTime=true`,
    ],
    "MYSQL_PWD",
    (s) => [`--dsn=app:${s}@tcp(db:3306)/x`],
  ),
  "private key": privateKey,
  password: named(
    password,
    [
      (s) => `login failed with password=${s}`,
      (s) => `DB_PASSWORD='${s}'`,
      (s) => `password: "${s}"`,
      (s) => `{"user":"app","passwd":"${s}"}`,
      (s) => `spring.datasource.password=${s}`,
      (s) => `  dbPassword: ${s}`,
    ],
    "DB_PASSWORD",
    (s) => [`--password=${s}`],
  ),
  "quoted json": named(
    plain,
    [
      (s) => `msg="{\\"token\\":\\"${s}\\"}"`,
      (s) => `body: {\\"client_secret\\":\\"${s}\\",\\"x\\":1}`,
      (s) => `{"auth":{"clientSecret":"${s}"}}`,
    ],
    "CLIENT_SECRET",
    (s) => ["--client-secret", s],
  ),
  cookie: named(
    (dice) => dice.text(word, 24),
    [
      (s) => `Cookie: theme=dark; session=${s}; lang=en`,
      (s) => `< Set-Cookie: sid=${s}; Path=/; HttpOnly`,
      (s) => `"cookie":"sid=${s}"`,
      (s) => `set-cookie=[connect.sid=s%3A${s}]`,
    ],
    "SESSION_COOKIE",
    (s) => ["-H", `Cookie: sid=${s}`],
  ),
  "basic header": named(
    (dice) => Buffer.from(`app:${dice.text(word, 12)}`).toString("base64"),
    [
      (s) => `Authorization: Basic ${s}`,
      (s) => `proxy-authorization: basic ${s}`,
      (s) => `{"auths":{"registry.example":{"auth":"${s}"}}}`,
    ],
    "BASIC_AUTH",
    (s) => ["-H", `Authorization: Basic ${s}`],
  ),
  "api key": named(
    (dice) => dice.text("0123456789abcdef", 32),
    [
      (s) => `x-api-key: ${s}`,
      (s) => `GET /v1/items?api_key=${s}&page=2 403`,
      (s) => `apiKey=${s}`,
      (s) => `GET /cb?access_token=${s} 302`,
      (s) => `DD_API_KEY=${s}`,
      (s) => `{"X-Api-Key":["${s}"]}`,
    ],
    "STRIPE_API_KEY",
    (s) => [`--api-key=${s}`],
  ),
  card: (dice, n) => {
    const [start, length] = dice.pick([
      ["4", 16],
      ["51", 16],
      ["55", 16],
      ["37", 15],
    ] as const);
    const card = luhn(start, length, dice);
    const by = length === 16 ? (["", " ", "-"][n % 3] ?? "") : "";
    const secret = spaced(card, by);
    return {
      secret,
      texts: [`card ${secret} declined`, `{"pan":"${secret}"}`, `charging ${secret}, amount 12`],
      env: { name: "TEST_CARD", value: secret },
      args: [`--card=${secret}`],
    };
  },
  mail: (dice) => {
    const secret = `${dice.text(lower, 6)}.${dice.text(lower, 5)}@${dice.text(lower, 7)}.${dice.pick(["com", "org", "io", "de"])}`;
    return {
      secret,
      texts: [`mail to ${secret} bounced`, `user=<${secret}> logged in`, `{"email":"${secret}"}`, `to:${secret}`],
      env: { name: "OWNER", value: secret },
      args: [`--notify=${secret}`],
    };
  },
  github: shaped("GH", (dice) => `${dice.pick(["ghp_", "gho_", "ghs_", "github_pat_"])}${dice.text(word, 36)}`),
  slack: shaped(
    "SL",
    (dice) => `${dice.pick(["xoxb", "xoxp", "xapp"])}-${dice.text(digits, 11)}-${dice.text(word, 24)}`,
  ),
  "slack webhook": shaped(
    "SLACK",
    (dice) => `https://hooks.slack.com/services/T${dice.text(upper, 8)}/B${dice.text(upper, 8)}/${dice.text(word, 24)}`,
  ),
  stripe: shaped("ST", (dice) => `${dice.pick(["sk_live_", "rk_live_", "sk_test_", "whsec_"])}${dice.text(word, 24)}`),
  gitlab: shaped("GL", (dice) => `glpat-${dice.text(word, 20)}`),
  google: shaped("GO", (dice) => `AIza${dice.text(word, 35)}`),
  npm: shaped("NP", (dice) => `npm_${dice.text(word, 36)}`),
  openai: shaped("OA", (dice) => `${dice.pick(["sk-proj-", "sk-ant-api03-", "sk-"])}${dice.text(word, 40)}`),
  vault: shaped("VA", (dice) => `hvs.${dice.text(word, 24)}`),
  sendgrid: shaped("SG", (dice) => `SG.${dice.text(word, 22)}.${dice.text(word, 43)}`),
  azure: named(
    (dice) => `${dice.text(base64, 86)}==`,
    [
      (s) => `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${s};EndpointSuffix=core.windows.net`,
      (s) => `Endpoint=sb://x/;SharedAccessKey=${s}`,
    ],
    "STORAGE_ACCOUNT_KEY",
    (s) => [`--account-key=${s}`],
  ),
  "command line": named(
    plain,
    [
      (s) => `exec: mysql --user app --password ${s} -h db`,
      (s) => `running curl -u app:${s} https://x/`,
      (s) => `redis-cli -a ${s} ping`,
      (s) => `PGPASSWORD=${s} psql -h db`,
      (s) => `mysqldump -uroot -p${s} shop`,
    ],
    "REDIS_PASS",
    (s) => ["--password", s],
  ),
  "npm config": named(
    plain,
    [
      (s) => `//registry.example.com/:_authToken=${s}`,
      (s) => `machine api.example.com login bot password ${s}`,
      (s) => `_auth=${s}`,
    ],
    "NPM_TOKEN",
    (s) => ["--token", s],
  ),
};

/** The same corpus for the same seed. */
export const canaries = (count: number, seed = 7): Canary[] => {
  const dice = random(seed);
  const makes = Object.entries(types);
  return Array.from({ length: count }, (_, n) => {
    const [type, make] = makes[n % makes.length] ?? dice.pick(makes);
    return { type, ...make(dice, Math.floor(n / makes.length)) };
  });
};
