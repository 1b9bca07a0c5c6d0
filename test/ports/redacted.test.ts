import { expect, test } from "vitest";
import { PortError } from "../../src/ports/port-error.ts";
import { redactedErrors, redactor } from "../../src/ports/redacted.ts";
import { fakeKubernetes } from "../support/fake-actuator.ts";

const { text, value } = redactor("a key");

// Put together here so that no scanner takes them for real ones.
const jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N"].join(".");
const aws = `AKIA${"IOSFODNN7EXAMPLE"}`;
const pem = (what: string) => `-----${what} RSA PRIVATE KEY-----`;

const lowerCaseKeys = [
  `sk-${"abcdefghijklmnopqrstuvwxyz012345"}`,
  `sk-proj-${"abcdefghijklmnopqrstuvwxyz0123456789"}`,
  `sk-ant-api03-${"abcdefghijklmnopqrstuvwxyz_0123"}`,
  `pypi-${"agei2ahlwwixscivvymrvqwxyz0123456789"}`,
  `nvapi-${"abcdefghijklmnopqrstuvwxyz0123456789abcd"}`,
];

test.each([
  ["password=hunter2", "hunter2"],
  ["DB_PASSWORD: 'swordfish'", "swordfish"],
  ['{"level":"info","apiKey":"abc123def","n":1}', "abc123def"],
  ['{"name":"DB_PASSWORD","value":"hunter2"}', "hunter2"],
  ['say "{\\"token\\":\\"abc-1\\"}"', "abc-1"],
  ["connecting to postgres://shop:s3cr:t@db.shop.svc:5432/orders", "s3cr:t"],
  ["redis://:pa55@cache:6379", "pa55"],
  ["Authorization: Bearer abcdef", "abcdef"],
  ["authorization=Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"],
  ["sent bearer 0123456789abcdef to upstream", "0123456789abcdef"],
  [`token was ${jwt}`, jwt],
  [`using ${aws} in eu-west-1`, aws],
  ["AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "wJalrXUtnFEMI/K7MDENG"],
  [`key:\n${pem("BEGIN")}\nMIIEow\n${pem("END")}\ndone`, "MIIEow"],
  ["mysql --password hunter2 -h db", "hunter2"],
  ["Cookie: session=abc; other=def", "abc"],
  ["mail to ada.lovelace@example.com failed", "ada.lovelace@example.com"],
  ["card 4111 1111 1111 1111 declined", "4111 1111 1111 1111"],
  ["card 4111111111111111 declined", "4111111111111111"],
  ["near \"identified by 'hunter2'\" at line 1", "hunter2"],
  ["ALTER LOGIN shop IDENTIFIED WITH plugin BY 'hunter2'", "hunter2"],
  ["secret={name: foo, value: hunter2}", "hunter2"],
  ['secret: {"a": "hunter2", "name": "foo", "b": "swordfish"}', "swordfish"],
  ["PASSWORD=bad_dog", "bad_dog"],
  ["password=open", "open"],
  ["DB_PASSWORD: device", "device"],
  ["DB_PASSWORD: request user=shop", "request"],
  ["TOKEN=server_x", "server_x"],
  ["--password open -h db", "open"],
  ["mysql -pab\\cdef shop", "cdef"],
  ["redis-cli -a -secretpw ping", "secretpw"],
  ['sh -c \\"redis-cli -a a\\bcdef\\"', "bcdef"],
  ["invalid: 4111111111111111", "4111111111111111"],
  ["paid 4111111111111111", "4111111111111111"],
  ["payments 4111 1111 1111 1111", "4111 1111 1111 1111"],
  ['{"accounts":"4111111111111111"}', "4111111111111111"],
  ["status 4111111111111111", "4111111111111111"],
])("hidden: %s", (line, secret) => {
  expect(text(line)).not.toContain(secret);
  expect(text(line)).toMatch(/\[redacted:[0-9a-f]{4}\]/);
});

test.each(lowerCaseKeys)("hidden in small letters: %s", (key) => {
  expect(text(`using ${key} now`)).not.toContain(key.slice(-8));
});

test.each([
  "nginx@sha256:2f4e0d3b6c1a9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e0d9c8b7a6f5e4d",
  "pod web-7488658577-s4jgv uid 140c6929-f20c-4685-a4cc-ef771a078c3f",
  "pods sk-api-7488658577-s4jgv, sk-learn-model-server-0, pypi-mirror-of-the-office-6d4b75cb6d-x2x4z restarted",
  "request_id=4f1c2b3a9d8e7f60 trace=4bf92f3577b34da6a3ce929d0e0e4736",
  '  File "<string>", line 6, in <module>\n  File "<frozen os>", line 679, in __getitem__\nKeyError: \'DATABASE_PASSWORD\'',
  "\tat com.shop.TokenService.refresh(TokenService.java:42)",
  "com.shop.InvalidTokenException: JWT expired\n\tat com.shop.Login.main(Login.java:7)",
  "INFO c.s.TokenService : refreshed",
  "java.lang.Object@1b6d3586",
  "at Object.<anonymous> (/app/node_modules/@scope/pkg@1.2.3/index.js:10:5)",
  'secret "db-credentials" not found',
  "couldn't find key password in Secret orders/db-credentials",
  'FATAL: password authentication failed for user "shop"',
  "Error: token: invalid",
  "Unexpected token < in JSON at position 0",
  "max_tokens=4096 token_count=17 tokenExpirationSeconds: 3607",
  "secretName: db-credentials",
  "PASSWORD_FILE=/run/secrets/password",
  "password=$(DB_PASSWORD) token=$TOKEN",
  "started at 1700000000000 took 4111111111111112 ns",
  "2026-11-23T21:43:06.643671314Z dial tcp 10.96.0.12:5432: connect: connection refused",
  "orderId=4111111111111111 startTime: 4111111111111111 uid 4111111111111111",
  "Can't locate revision identified by 'ae10'",
  "token: open /etc/token: permission denied, password: timed out, token: invalid_grant",
  "secret={name: foo, key: password, optional: true}",
  "getty@tty1.service failed",
  "http://web.shop.svc.cluster.local:80/healthz?x=1@2",
  "Bearer authentication is required",
  "oom-kill:constraint=CONSTRAINT_MEMCG,task=python3,pid=8691,uid=0",
])("kept: %s", (line) => {
  expect(text(line)).toBe(line);
});

test("the same value has the same placeholder, another value another, another key another", () => {
  const [one, same, other] = ["password=one", "DB_TOKEN=one", "password=two"].map((line) => text(line).split("=")[1]);

  expect(one).toBe(same);
  expect(one).not.toBe(other);
  expect(redactor("another key").text("password=one")).not.toContain(one);
});

test("what is redacted stays as it is when redacted again", () => {
  const once = text("password=hunter2 postgres://a:b1c2@db ada@example.com");

  expect(text(once)).toBe(once);
});

test("a field that ends like an id holds a card all the same", () => {
  expect(JSON.stringify(value({ accounts: "4111111111111111", paid: "4111111111111111" }))).not.toContain("4111");
  expect(value({ orderId: "4111111111111111" })).toEqual({ orderId: "4111111111111111" });
});

const applied = JSON.stringify({ spec: { env: [{ name: "API_TOKEN", value: "abc" }] } });
const pod = {
  kind: "Pod",
  metadata: {
    name: "web-7488658577-s4jgv",
    uid: "140c6929-f20c-4685-a4cc-ef771a078c3f",
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": applied, note: '{ "spaced": true }' },
  },
  spec: {
    automountServiceAccountToken: false,
    containers: [
      {
        image: "shop/web@sha256:2f4e0d3b6c1a",
        args: ["--port", "80", "--password", "hunter2", "--token", "--verbose"],
        env: [
          { name: "DB_PASSWORD", value: "hunter2" },
          { name: "TOKEN", value: "$(OTHER)" },
          { name: "API_KEY", valueFrom: { secretKeyRef: { name: "keys", key: "api-key" } } },
          { name: "MODE", value: "fast" },
        ],
      },
    ],
    volumes: [{ name: "creds", secret: { secretName: "db-credentials" } }],
  },
};

test("an object keeps everything but its secrets", () => {
  const hidden = text("password=hunter2").split("=")[1];
  const expected = structuredClone(pod);
  const [container] = expected.spec.containers;
  if (container?.env[0]) Object.assign(container.env[0], { value: hidden });
  container?.args.splice(3, 1, hidden ?? "");
  const abc = text("password=abc").split("=")[1] ?? "";
  expected.metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"] = applied.replace("abc", abc);

  expect(value(pod)).toEqual(expected);
});

test("where objects stay exact, what the server says when it refuses is still redacted", async () => {
  const secret = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", annotations: { password: "hunter2" } } };
  const { cluster } = fakeKubernetes([secret]);
  const { get } = cluster;
  cluster.list = async () => {
    throw new PortError("cluster", "invalid", "selector: password=hunter2");
  };
  cluster.get = async (kind, namespace, name) => {
    if (name !== "p") throw new PortError("cluster", "timeout", "Authorization: Bearer abcdef");
    return get(kind, namespace, name);
  };
  const exact = redactedErrors(cluster, redactor("a key"));

  expect(await exact.get("Pod", null, "p")).toEqual(secret);
  await expect(exact.get("Pod", null, "q")).rejects.toThrow(/Bearer \[redacted:/);
  const query = { kind: "Pod", namespace: null, selector: null, limit: 1 } as const;
  await expect(exact.list(query)).rejects.toMatchObject({
    reason: "invalid",
    message: expect.not.stringContaining("hunter2"),
  });
});
