import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { redactor } from "../../src/ports/redacted.ts";
import { moreSecrets } from "./more-secrets.ts";
import { canaries } from "./secrets.ts";

const { text, value } = redactor("a key");
const corpus = canaries(400, 11);

const quoted = (secret: string): string => JSON.stringify(secret).slice(1, -1);
const leaks = (clean: string, secret: string): boolean => clean.includes(secret) || clean.includes(quoted(secret));

const tried = corpus.flatMap(({ type, secret, texts, env, args }) => [
  ...texts.flatMap((line) => [
    { type, secret, how: "text", clean: text(line) },
    { type, secret, how: "log line of JSON", clean: text(JSON.stringify({ level: "info", msg: line })) },
    { type, secret, how: "annotation", clean: JSON.stringify(value({ metadata: { annotations: { note: line } } })) },
    {
      type,
      secret,
      how: "annotation that is JSON",
      clean: JSON.stringify(value({ annotations: { applied: JSON.stringify({ note: line }) } })),
    },
  ]),
  { type, secret, how: "variable", clean: JSON.stringify(value({ env: [env] })) },
  { type, secret, how: "arguments", clean: JSON.stringify(value({ args: ["run", ...args] })) },
]);

test("no secret is left in any form it is written down in", () => {
  expect(tried.length).toBeGreaterThan(5000);
  expect(
    tried.filter(({ clean, secret }) => leaks(clean, secret)).map(({ type, how, clean }) => [type, how, clean]),
  ).toEqual([]);
});

test("without redaction all of them would be left", () => {
  expect(corpus.every(({ secret, texts }) => texts.every((line) => leaks(line, secret)))).toBe(true);
});

const second = [23, 24, 25].flatMap(moreSecrets);

/** How else the same secret stands in a line: encoded, in groups, or in the halves that an @ or a / would leave. */
const shapesOf = ({ type, secret }: (typeof second)[number]): string[] =>
  type === "hard address"
    ? secret.split(/[@/]/).filter((part) => part.length > 3)
    : [secret, secret.replace("@", "%40"), secret.replace(/(\d{4})(?=\d)/g, "$1 ")];

test("no secret of a second author is left either", () => {
  const ways = second.flatMap((one) => {
    const lines = [one.line, JSON.stringify({ level: "info", msg: one.line })].map(text);
    const note = JSON.stringify(value({ metadata: { annotations: { note: one.line } } }));
    return [...lines, note].map((clean) => ({ one, clean }));
  });

  expect(ways.length).toBeGreaterThan(2000);
  expect(
    ways
      .filter(({ one, clean }) => shapesOf(one).some((shape) => clean.includes(shape)))
      .map(({ one, clean }) => [one.type, clean]),
  ).toEqual([]);
  // The control: as they are written, all of them are there.
  expect(second.filter((one) => !shapesOf(one).some((shape) => one.line.includes(shape)))).toEqual([]);
});

test("what is redacted twice is as redacted once", () => {
  const once = [...corpus.flatMap(({ texts }) => texts), ...second.map(({ line }) => line)].map(text);

  expect(once.map(text)).toEqual(once);
});

const kept = [
  "docker.io/library/nginx:1.27.3@sha256:2f4e0d3b6c1a9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e0d9c8b7a6f5e4d",
  "ghcr.io/acme/api:sha-9f8e7d6c5b4a",
  "Back-off restarting failed container api in pod api-7488658577-s4jgv_shop(140c6929-f20c-4685-a4cc-ef771a078c3f)",
  "replicaset api-5bdfc5c4c6 pod-template-hash=5bdfc5c4c6 controller-revision-hash: web-6d4b75cb6d",
  "uid=140c6929-f20c-4685-a4cc-ef771a078c3f resourceVersion: 81234567",
  "X-Request-Id: 4f1c2b3a9d8e7f60 traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad on main",
  'etag: W/"5d8c72a5edda8" md5=d41d8cd98f00b204e9800998ecf8427e',
  "\tat com.shop.auth.TokenService.refresh(TokenService.java:42)",
  "\tat com.shop.PasswordEncoder$Delegating.matches(PasswordEncoder.java:118) ~[app.jar:1.4.2]",
  '  File "/app/auth/token.py", line 88, in verify_token\n    raise InvalidToken(reason)',
  "goroutine 17 [running]:\nmain.(*SecretStore).Get(0xc0000b6000, {0x7ffe, 0x5})\n\t/src/store/secret_store.go:57 +0x1a5",
  "TypeError: Cannot read properties of undefined (reading 'token')\n    at /app/dist/auth/session.js:14:22",
  "thread 'main' panicked at src/auth/token.rs:31:10: called `Option::unwrap()` on a `None` value",
  'secret "db-credentials" not found',
  "references non-existent secret key: password",
  'MountVolume.SetUp failed for volume "tls" : secret "api-tls" not found',
  'secret="shop/db-credentials" reconcile failed',
  "couldn't find key DB_PASSWORD in ConfigMap shop/api-config",
  "imagePullSecrets: [regcred]",
  "serviceAccountToken expirationSeconds: 3607 tokenExpirationSeconds=3607",
  "automountServiceAccountToken: false",
  "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
  'password authentication failed for user "shop"',
  "Error: missing required environment variable STRIPE_API_KEY",
  "token: invalid, cookie: missing, password: required, secret: null",
  "max_tokens=4096 prompt_tokens=312 tokens_per_second: 41",
  "passed=12 failed=0 bypass_cache=true",
  "key=orders partition=3 offset=812345",
  "cache key: user:1234:profile primary_key=id sort_key=created_at",
  "keyboard=us monkey=2 turkey: 5",
  "author=ana authority=policy",
  "tests pass: 12, compass: north",
  "http://prometheus.monitoring.svc.cluster.local:9090/api/v1/query?query=up",
  "postgres://db.shop.svc.cluster.local:5432/orders",
  "dial tcp 10.96.0.12:5432: connect: connection refused",
  "listening on 0.0.0.0:8080, peer 10.0.0.7:43122",
  "git@github.com:acme/api.git",
  "registry.example.com:5000/team/api@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
  "node_modules/@acme/auth@1.2.3/index.js",
  "user@1000.service: Main process exited",
  "OOMKilled exit code 137 at 2026-11-23T02:14:51.123456789Z",
  "1700000000000 4000000000000000 5105105105105101",
  "limits: cpu=500m memory=256Mi requests: cpu=100m",
  "Readiness probe failed: HTTP probe failed with statuscode: 503",
  "0/3 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }",
  'level=info ts=2026-11-23T02:00:00Z caller=main.go:31 msg="auth enabled" auth=oauth2',
  "PASSWORD_FILE=/run/secrets/password TOKEN_URL=http://auth/oauth/token SECRET_NAME=db-credentials",
  "password=$(DB_PASSWORD) token=$TOKEN secret={{ .Values.secret }}",
  "Access denied for user 'shop'@'10.0.0.7' (using password: YES)",
  "the password was changed, the token is valid, the secret was not found",
  'secret "db-credentials-7f8d9" was not found, using secret api-tls-v2',
  'Error: secret "checkout2024-tls" not found in namespace shop',
  "password authentication failed, password policy version 3, password reset requested",
  "wrote bundle.5d8c72a5edda8abc.js report.1234567890abcdef health.v1beta1.metrics",
  "10.0.0.7 - - GET /static/js/main.9f8e7d6c5b4a.chunk.js 200",
  "docker run -p 8080:80 nginx; kubectl port-forward -n shop svc/web 8080:80",
  "mkdir -p /var/lib/app; psql -U shop -d orders; top -p 4711; ssh -p 2222 ops@host",
  "pod api-key-rotation-7b5765d679-k8znw restarted; job key-migration-29375 done",
  "cosign verify key-1 sha256-4f1c2b3a9d8e7f60.sig app.sig=ok",
  "kubelet node-key node-1 lease key=/registry/leases/kube-node-lease/node-1",
  "session started session_id=4711 session-store=redis client=python/3.12 storage=local",
  "deployment key: web write timeout=5s write_concern=majority integration tests: 12",
  "see https://github.com/acme/api/blob/main/docs/passwords.md#L12",
  "image ghcr.io/acme/api@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9 pulled",
  "gRPC call /shop.v1.TokenService/Refresh took 12ms, peer=ipv4:10.0.0.7:43122",
  "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJqVENDQVRPZ0F3SUJBZ0lVTDQ=",
  "$1,234.56 of $2,000; cost=$6; $HOME/$USER",
  "ptr->token->next is null; a -> b -> c",
  "token bucket refilled 100/s, token2 count 17, secrets v1.2.3-rc4 enabled",
  "<token>{{ .Values.token }}</token> <password/> <secret></secret>",
  "SKU4f1c2b3a SK-2024-000123 EAA-123 r8_small hf_hub dapi gsk_",
  "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7 region us-east-1",
  "helm.sh/chart=api-1.4.2 app.kubernetes.io/managed-by=Helm argocd.argoproj.io/instance: shop",
];

test.each(kept)("kept: %s", (line) => {
  expect(text(line)).toBe(line);
  expect(value({ metadata: { annotations: { note: line } } })).toEqual({ metadata: { annotations: { note: line } } });
});

test("recorded namespaces come through as they are", () => {
  const folder = "src/demo/worlds";
  const changed = readdirSync(folder).filter((name) => {
    const objects: unknown = JSON.parse(readFileSync(`${folder}/${name}/objects.json`, "utf8"));
    return JSON.stringify(value(objects)) !== JSON.stringify(objects);
  });

  expect(changed).toEqual([]);
});

const million = (line: (n: number) => string): string => {
  let all = "";
  for (let n = 0; all.length < 1_000_000; n++) all += line(n);
  return all;
};

const fastest = (log: string): number =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const began = performance.now();
      text(log);
      return performance.now() - began;
    }),
  );

const ordinary = (n: number): string =>
  `\n2026-11-23T02:00:00.${n}Z INFO c.s.Orders request_id=4f1c2b3a9d8e7f60 path=/api/v1/orders/${n} status=200 took=${n % 97}ms`;

test.each([
  ["ordinary lines", ordinary],
  ["a secret in every tenth line", (n: number) => (n % 10 ? ordinary(n) : (corpus[n % 400]?.texts[0] ?? ""))],
  ["JSON lines", (n: number) => JSON.stringify({ n, level: "info", msg: ordinary(n), token_count: 3 })],
  ["one word", () => "a".repeat(1000)],
  ["nothing but quotes", () => '"'.repeat(1000)],
  ["values that never end", () => 'password="'.repeat(100)],
  ["names without values", () => "key=".repeat(250)],
  ["references in references", () => "token=$(".repeat(125)],
  ["half encoded ones", () => "auth=".repeat(200)],
  ["addresses that never end", () => "://a:".repeat(200)],
  ["lists that never end", () => '["a","'.repeat(160)],
  ["flags without values", () => "--db-password ".repeat(70)],
  ["elements that never end", () => "<password a=".repeat(80)],
  ["statements that never end", () => "grant identified by ".repeat(50)],
  ["commands that never end", () => "mysql redis-cli sshpass ".repeat(40)],
  ["colours that never end", () => "\u001b[\u001b]".repeat(250)],
  ["braces that never end", () => "password={a".repeat(90)],
  ["backslashes", () => "\\".repeat(1000)],
  ["a list of nothing but backslashes", (n: number) => (n === 0 ? '["' : "\\".repeat(1000))],
  ["references to values", () => "password=&".repeat(100)],
  ["owners of passwords", () => "password for a ".repeat(66)],
  ["comments that never end", () => "password: #".repeat(90)],
  ["colons", () => "a:1234:b:c:".repeat(90)],
  ["keys of PuTTY that never end", () => "Private-Lines: 1 ".repeat(58)],
  ["spaces", () => " ".repeat(1000)],
])("a megabyte of %s is read in time that grows with its length", (_what, line) => {
  const baseline = fastest(million(ordinary));

  // A pattern that looks back over all it has read takes a thousand times as long.
  expect(fastest(million(line)) / baseline).toBeLessThan(100);
});

test("where a credential is kept is no credential: a diagnosis may rest on the path", () => {
  const line = "open GOOGLE_APPLICATION_CREDENTIALS=/var/secrets/google/key1.json: no such file; OLDPWD=/srv/app1";

  expect(text(line)).toBe(line);
});
