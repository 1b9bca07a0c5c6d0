/** What servers say of the password that they made, and what traces have among their arguments. */

type Form = (secret: string) => string;

const hash = "9f86d081".repeat(8);

export const leaks: Record<string, Form> = {
  "made by MySQL": (s) => `[MY-010454] [Server] A temporary password is generated for root@localhost: ${s}`,
  "made by Argo CD": (s) => `Admin password generated: ${s}`,
  "made by Airflow": (s) => `admin password generated for user admin: ${s}`,
  "made by Elasticsearch": (s) => `The generated password for the elastic built-in superuser is : ${s}`,
  "made by Elasticsearch, in the next line": (s) =>
    `Password for the elastic user (reset with \`bin/elasticsearch-reset-password -u elastic\`):\n  ${s}`,
  "made anew by Elasticsearch": (s) => `Password for the [elastic] user successfully reset.\nNew value: ${s}`,
  "made by a tool of Elasticsearch": (s) => `Changed password for user elastic\nPASSWORD elastic = ${s}`,
  "made by Jenkins": (s) =>
    `2026-11-23T02:00:00Z Please use the following password to proceed to installation:\n2026-11-23T02:00:00Z \n2026-11-23T02:00:00Z ${s}\n`,
  "an admin of CouchDB": (s) => `[admins]\nadmin = ${s}\n`,
  "a token of k3s": (s) => `k3s server --token K10${hash}::server:${s}`,
  "a token of k3s alone": (s) => `joining with K10${hash}::node:${s}`,
  "a directive of Mosquitto": (s) => `connection b\nremote_username app\nremote_password ${s}\n`,
  "a directive of keepalived": (s) => `authentication {\n  auth_type PASS\n  auth_pass ${s}\n}`,
  "many blanks in PHP": (s) => `define( 'DB_PASSWORD',         '${s}' );`,
  "a key of WordPress": (s) => `define('NONCE_KEY',        '${s}');`,
  "two blanks in Java": (s) => `System.setProperty("password",  "${s}")`,
  "an argument of PDO": (s) => `#0 /app/db.php(12): PDO->__construct('mysql:host=db;d...', 'app', '${s}')`,
  "an argument of PDO in a warning": (s) => `PDO::__construct('mysql:host=db', 'app', '${s}')`,
  "a property of Spring": (s) => `Property 'spring.rabbitmq.password' with value '${s}' is deprecated`,
  "an argument of mysqli_real_connect": (s) => `mysqli_real_connect(Object(mysqli), 'db', 'wp', '${s}', NULL, 3306)`,
  "an argument of mysqli_connect": (s) => `#0 /app/x.php(3): mysqli_connect('db', 'app', '${s}', 'orders')`,
};

/** Of letters only, which tells no secret from a word: what is before it does. */
export const everHidden: Record<string, string> = {
  "remote_password fjordkestrel": "fjordkestrel",
  "bind_password fjordkestrel\n": "fjordkestrel",
  "vault operator unseal zQ9bDeFgHiJkLmNoPqRsTuVwXyZ0123456789+/abcde": "zQ9bDeFgHiJkLmNoPqRsTuVwXyZ",
  "PDO->__construct('mysql:host=db;d...', 'app', 'fjordkestrel')": "fjordkestrel",
  "Your enrollment token is:\neyJ2ZXIiOiI4LjE0LjAiLCJhZHIiOlsiMTcyLjE4": "eyJ2ZXIiOiI4LjE0LjAi",
};

export const stays: readonly string[] = [
  "Property 'spring.main.banner-mode' with value 'off2' is deprecated",
  `kubeadm join 10.0.0.1:6443 --discovery-token-ca-cert-hash sha256:${hash}`,
  "PDO->__construct('mysql:host=db', 'app', Object(SensitiveParameterValue))",
  "PDO->__construct('sqlite:/data/app2.db', NULL, NULL)",
  "mysqli_connect(): (HY000/2002): Connection refused",
  "bind_password is missing",
  "bind_password must be set for ldap2",
  "password generated, see the secret argocd-initial-admin-secret",
  "Password for the elastic user changed",
];
