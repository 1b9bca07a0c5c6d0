import { random } from "./random.ts";
import type { Canary } from "./secrets.ts";

/** Forms in which reviewers got a secret through, and their near relatives. Each takes any secret of letters and digits. */

type Form = (secret: string) => string;

export const texts: Record<string, Form> = {
  "colours before the value": (s) => `\u001b[32mpassword\u001b[0m=\u001b[33m${s}\u001b[0m`,
  "colours around the name": (s) => `\u001b[36mDB_PASSWORD\u001b[0m: ${s}`,
  "colours in a JSON line": (s) => `{"msg":"\\u001b[32mtoken\\u001b[0m=\\u001b[33m${s}\\u001b[0m"}`,
  "a space of no width": (s) => `pass\u200bword=${s}`,
  "a wide equals sign": (s) => `password＝${s}`,
  "a quoted flag": (s) => `run --db-pass '${s} 9' -v`,
  "a flag and a double quote": (s) => `run --token "${s}"`,
  "identified by": (s) => `CREATE USER a IDENTIFIED BY "${s}"`,
  "the function of mysql": (s) => `SET PASSWORD = PASSWORD('${s}')`,
  "a session": (s) => `sessionid=${s}`,
  "a session of express": (s) => `connect.sid=s%3A${s}`,
  "a session of rails": (s) => `_gitlab_session=${s}${s}`,
  "a password for somebody": (s) => `Password for app: ${s}`,
  "a password for somebody quoted": (s) => `Password for 'app': ${s}`,
  "a password for a user is": (s) => `password for user app is ${s}`,
  "a password that was": (s) => `password (was ${s})`,
  "a password in brackets": (s) => `Password[${s}]`,
  "a name in brackets": (s) => `[password] ${s}`,
  "a phrase in two words": (s) => `pass phrase is ${s}`,
  "a YAML type": (s) => `password: !!str ${s}`,
  "a YAML anchor": (s) => `DB_PASSWORD: &pw ${s}`,
  "a YAML comment": (s) => `password: # the main one\n  ${s}`,
  "a TOML block": (s) => `password = """${s}"""`,
  "a here document": (s) => `password = <<EOT\n${s}\nEOT`,
  "an XML attribute": (s) => `<entry key="password">${s}</entry>`,
  "an XML value": (s) => `<password value="${s}"/>`,
  CDATA: (s) => `<password><![CDATA[${s}]]></password>`,
  "a pair of Python": (s) => `[('password', '${s}')]`,
  "a pair of JSON": (s) => `["password","${s}"]`,
  "val for value": (s) => `{"key":"password","val":"${s}"}`,
  "a list of values": (s) => `{"name":"password","values":["${s}"]}`,
  "a list of words": (s) => `args: ["redis-server", "--requirepass", "${s}"]`,
  "a list of words in quotes": (s) => `"cmd":"[\\"mysql\\",\\"-p${s}\\"]"`,
  "a list of words of Python": (s) => `run(['redis-cli', '-a', '${s}'])`,
  "doubled quotes": (s) => `password='it''s ${s}'`,
  "a list behind commas": (s) => `password=abc,def,${s}`,
  "an ODBC value in braces": (s) => `Server=db;PWD={x;${s}};Encrypt=yes`,
  "a typed assignment": (s) => `password: String = "${s}"`,
  "a comparison": (s) => `PASSWORD == ${s}`,
  "redis AUTH": (s) => `ERR: AUTH A${s}b1`,
  "redis AUTH with a user": (s) => `AUTH default A${s}b1`,
  "credentials with a slash": (s) => `Using credentials app/A${s}b1`,
  "a secret by its capitals": (s) => `client secret A${s}b1 was refused`,
  "a pgpass line": (s) => `db:5432:orders:app:${s}`,
  "a PuTTY key": (s) => `Private-Lines: 1\n${s}\nPrivate-MAC: 9f8e7d`,
  "a number as first part of a password": (s) => `postgres://app:1234/${s}@db/o`,
  "another language": (s) => `Passwort: ${s}`,
  "JSON in JSON in JSON": (s) => JSON.stringify(JSON.stringify(JSON.stringify({ password: s }))),
  "a pipe to a login": (s) => `echo ${s} | docker login -u a --password-stdin`,
  "a login of vault": (s) => `vault login ${s}`,
  "an option of cqlsh": (s) => `cqlsh -u a -p ${s}`,
  "an option of zip": (s) => `zip -P ${s} x`,
  "a user of RabbitMQ": (s) => `rabbitmqctl add_user a ${s}`,
  "an option of httpie": (s) => `http -a a:${s} GET x`,
  "a digest": (s) => `Authorization: Digest username="a", response="${s}"`,
  "an encoded object": (s) => `%7B%22password%22%3A%22${s}%22%7D`,
  "a key in two words": (s) => `api key: ${s}`,
  "a signing key": (s) => `signing key: ${s}`,
  "a key that is invalid": (s) => `API Key ${s} is invalid`,
  "a list of YAML": (s) => `passwords:\n  - ${s}`,
  "a DSN": (s) => `DB_DSN=app/${s}@db`,
};

const names =
  `DB_PASSWORD_TEST NPM_TOKEN_TEST GITHUB_TOKEN_CLIENT API_TOKEN_V2_TEST STRIPE_SECRET_KEY_TEST PGPASS DB_CREDS
  BASIC_AUTH REDIS_AUTH FTP_PASSWD MYSQL_PWD SESSION_ID PASSWORD_HASH SALT
  DBPWD MYSQLPWD JENKINS_PSW REDISPASS EMAILPASS SIGNINGKEY MASTERKEY JWTKEY SECRETKEYBASE BASICAUTH`.split(/\s+/);

export const commands: readonly ((secret: string) => { command?: string[]; args?: string[]; image?: string })[] = [
  (s) => ({ command: ["redis-server", "--requirepass", s] }),
  (s) => ({ command: ["redis-server"], args: ["--requirepass", s] }),
  (s) => ({ command: ["mysql", `-p${s}`] }),
  (s) => ({ command: ["mysql"], args: ["-u", "root", `-p${s}`] }),
  (s) => ({ image: "mysql:8", args: ["mysqld", `-p${s}`] }),
  (s) => ({ image: "docker.io/library/mysql:8", args: [`-p${s}`] }),
  (s) => ({ command: ["redis-cli", "-a", s, "ping"] }),
  (s) => ({ command: ["curl", "-u", `admin:${s}`, "http://x"] }),
  (s) => ({ args: ["-u", `admin:${s}`] }),
  (s) => ({ args: ["--user", `admin:${s}`] }),
  (s) => ({ command: ["curl", "-H", `X-Api-Key: ${s}`] }),
  (s) => ({ command: ["sshpass", "-p", s, "ssh", "h"] }),
  (s) => ({ command: ["sh", "-c", `sshpass -p ${s} ssh h`] }),
  (s) => ({ command: ["sh", "-c", `set -e\nmysqladmin -u root -p'${s}' ping`] }),
  (s) => ({ command: ["sh", "-c", `redis-cli -a "${s}" ping`] }),
  (s) => ({ args: ["--db-password", `-${s}`] }),
  (s) => ({ args: ["--db-pass", `${s} and more ${s}`] }),
  (s) => ({ args: [JSON.stringify({ db: { password: s } })] }),
  (s) => ({ args: ["password", s] }),
];

/** A secret where the name of a field, or of the one beside it, tells that it is one. */
export const objects: readonly ((secret: string) => unknown)[] = [
  ...names.map((name) => (s: string) => ({ env: [{ name, value: s }] })),
  ...names.map((name) => (s: string) => ({ data: { [name]: s } })),
  ...commands,
  (s) => ({ livenessProbe: { exec: { command: ["redis-cli", "-a", s, "ping"] } } }),
  (s) => ({ env: [{ name: "BASIC_AUTH", value: `admin:${s}` }] }),
  (s) => ({ env: [{ name: "DB_DSN", value: `app/${s}@db` }] }),
  (s) => ({ env: [{ name: "CONNECTION_STRING", value: `app/${s}@db` }] }),
  (s) => ({ password: { a: s } }),
  (s) => ({ password: [[s]] }),
  (s) => ({ credentials: { user: "a", pw: s } }),
  (s) => ({ password: { value: { x: s } } }),
  (s) => ({ secret: [{ a: s }] }),
  (s) => ({ annotations: { [`password=${s}`]: "x" } }),
  (s) => ({ annotations: { applied: JSON.stringify({ spec: { env: [{ name: "DB_CREDS", value: s }] } }) } }),
  (s) => ({ annotations: { applied: JSON.stringify({ command: ["redis-cli", "-a", s] }) } }),
  (s) => ({ kind: "Secret", stringData: { x: s } }),
  (s) => ({ spec: { tokens: [s] } }),
  (s) => ({ env: [{ name: "API_KEYS", value: s }] }),
  (s) => ({ headers: [{ key: "X-Auth-Token", val: s }] }),
];

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

const whole = commands.filter((form) => form("").image === undefined);

/** As many canaries as there are forms of texts, with the other forms shared out among them. */
export const reviewed = (seed = 31): Canary[] => {
  const dice = random(seed);
  return Object.entries(texts).map(([type, form], n) => {
    const secret = `${dice.text(letters, 10)}${dice.text("0123456789", 3)}${dice.text(letters, 3)}`;
    // Without its program, `-p` says nothing: these stand as one list of words.
    const { command = [], args = [] } = whole[n % whole.length]?.(secret) ?? {};
    const words = [...command, ...args];
    return {
      type,
      secret,
      texts: [form(secret)],
      env: { name: names[n % names.length] ?? "", value: secret },
      args: words,
    };
  });
};
