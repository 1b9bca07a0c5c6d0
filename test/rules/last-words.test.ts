import { describe, expect, test } from "vitest";
import type { Container, Terminated } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";
import { changed, foundIn, type Scene } from "./changed.ts";
import { classIn, crashing } from "./crashing.ts";

const world = "payments";

const container = (scene: Scene): Container => {
  const [first] = scene.pod().spec.containers;
  if (!first) throw new Error("no container");
  return first;
};

/** The pod of payments, in a crash loop with these as its last words and with no variables. */
const ending = (text: string, last: Partial<Terminated> = {}, change: (scene: Scene) => void = () => undefined) =>
  crashing(text, last, (scene) => {
    container(scene).env = [];
    change(scene);
  });

const classOf = (change: (scene: Scene) => void): string | undefined => classIn(world, change);
const statementOf = (change: (scene: Scene) => void): string => {
  const { evidence, now } = changed(world, change);
  return scan(evidence, now).toSorted((a, b) => b.confidence - a.confidence)[0]?.statement ?? "";
};

describe("the level of a line is no variable", () => {
  test.each([
    "FATAL missing migration 0042_add_index",
    "ERROR undefined method `foo' for nil",
    "ERROR required plugin auth-ldap could not be loaded",
    "ERROR empty response from flag server",
    "ERROR missing template x",
    "CRITICAL missing template x",
    "FAILED required check",
    "2026-11-22 14:54:19 ERROR: required setting is not given",
  ])("%s", (text) => {
    expect(classOf(ending(text))).toBe("app-crash");
  });

  test("what stands behind it still is one", () => {
    expect(statementOf(ending("ERROR missing DATABASE_URL"))).toContain("the variable DATABASE_URL is neither");
  });
});

describe("bash -c ends with 127 for a variable, as for a command", () => {
  test.each([
    "bash: line 1: TOKEN_URL: parameter null or not set",
    "bash: line 1: TOKEN_URL: unbound variable",
    "/bin/bash: TOKEN_URL: parameter null or not set",
  ])("%s", (text) => {
    expect(classOf(ending(text, { exitCode: 127 }))).toBe("env-var-missing-or-wrong");
  });

  test("what it does not find after that is the command", () => {
    const text = "bash: line 1: TOKEN_URL: unbound variable\nbash: line 2: serv: command not found";

    expect(classOf(ending(text, { exitCode: 127 }))).toBe("command-not-found");
    expect(classOf(ending("", { exitCode: 127 }))).toBe("command-not-found");
  });
});

describe("what the API server refuses to a program that runs on", () => {
  const refused = (account: string): string[] =>
    foundIn(world, (scene) => {
      const [status] = scene.pod().status?.containerStatuses ?? [];
      Object.assign(status ?? {}, { ready: true, state: { running: { startedAt: "2026-11-22T14:00:00Z" } } });
      delete status?.lastState;
      scene.pod().spec.serviceAccountName = "reader";
      const line = `audit: configmaps is forbidden: User "system:serviceaccount:${account}" cannot list resource\n`;
      scene.log(line.repeat(5));
    });

  test("is another account's business where it says so, and its own where it is the pod's", () => {
    expect(refused("other:bot")).not.toContain("rbac-denied Deployment/payments-api");
    expect(refused("payments:bot")).not.toContain("rbac-denied Deployment/payments-api");
    expect(refused("payments:reader")).toContain("rbac-denied Deployment/payments-api");
  });
});

test.each([
  "botocore.exceptions.ClientError: An error occurred (InvalidAccessKeyId) when calling the ListBuckets operation: The AWS Access Key Id you provided does not exist in our records.",
  "SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided.",
  "operation error S3: ListBuckets, https response error StatusCode: 400, api error ExpiredToken: The provided token has expired.",
  "google.auth.exceptions.RefreshError: ('invalid_grant: Invalid JWT Signature.', {'error': 'invalid_grant'})",
  "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value",
  "UnrecognizedClientException: The security token included in the request is invalid.",
])("a cloud that refuses a credential: %s", (text) => {
  expect(classOf(ending(text))).toBe("credential-rejected");
});

test.each([
  "RuntimeError: unable to write to file </torch_11_9012_0>: No space left on device (28)",
  "RuntimeError: unable to open shared memory object </torch_29919_1396182366> in read-write mode: No space left on device (28)",
  "RuntimeError: DataLoader worker exited unexpectedly, please check shm limits",
  "ERROR: Unexpected bus error encountered in worker. This might be caused by insufficient shared memory (shm).",
])("PyTorch's shared memory is no volume: %s", (text) => {
  expect(classOf(ending(text))).toBe("shared-memory-too-small");
});

describe("a variable that is named and absent", () => {
  test.each([
    ["sh: TOKEN_URL: required", 2],
    ["sh: TOKEN_URL: please pass the token url", 2],
    ["sh: 1: TOKEN_URL: please pass the token url", 2],
    ["bash: line 1: TOKEN_URL: please pass the token url", 127],
    ["❌ Invalid environment variables: {\n  DATABASE_URL: [ 'Required' ],\n  TOKEN_URL: [ 'Required' ]\n}", 1],
    [
      "❌ Invalid environment variables: {\n  TOKEN_URL: [ 'Required' ],\n}\n/app/env.js:14\n    throw new Error('Invalid environment variables');\n    ^\n\nError: Invalid environment variables\n    at file:///app/env.js:14:11",
      1,
    ],
    [
      `ZodError: [\n  {\n    "code": "invalid_type",\n    "expected": "string",\n    "received": "undefined",\n    "path": [\n      "TOKEN_URL"\n    ],\n    "message": "Required"\n  }\n]\n    at get error [as error] (/app/node_modules/zod/lib/types.js:39:31)`,
      1,
    ],
  ])("%s", (text, exitCode) => {
    const change = ending(text, { exitCode });

    expect(classOf(change)).toBe("env-var-missing-or-wrong");
    expect(statementOf(change)).toMatch(/the variable (?:TOKEN|DATABASE)_URL is neither/);
  });

  test.each(["sh: TOKEN_URL: not found", "sh: 1: TOKEN_URL: not found"])("%s is a command", (text) => {
    expect(classOf(ending(text, { exitCode: 127 }))).toBe("command-not-found");
  });
});

describe("a termination message", () => {
  const message = "FATAL missing required env TOKEN_URL\n";

  test("tells the end where the log is empty", () => {
    expect(statementOf(ending("", { message }))).toContain("the variable TOKEN_URL is neither");
  });

  test("tells nothing where the log does, or where the runtime wrote it", () => {
    expect(statementOf(ending("panic: boom", { message }))).not.toContain("TOKEN_URL");
    expect(statementOf(ending("", { message, reason: "OOMKilled" }))).not.toContain("TOKEN_URL");
  });
});

test("a nested class of Java is an exception too", () => {
  const text =
    "Exception in thread \"main\" com.typesafe.config.ConfigException$Missing: No configuration setting found for key 'billing'\n\tat com.typesafe.config.impl.SimpleConfig.find(SimpleConfig.java:156)\n\tat com.acme.Main.main(Main.java:7)";

  expect(uncaughtIn(text.split("\n"))).toMatchObject({
    by: "java",
    type: "com.typesafe.config.ConfigException$Missing",
    message: "No configuration setting found for key 'billing'",
  });
});

describe("a value that the program rejects", () => {
  const given =
    (text: string, env: Record<string, string>) =>
    (scene: Scene): void =>
      ending(text, {}, () => {
        container(scene).env = Object.entries(env).map(([name, value]) => ({ name, value }));
      })(scene);

  test.each([
    ['Error: invalid log level "verbos"', "LOG_LEVEL", "verbos"],
    ['time="2026-11-22T14:54:19Z" level=fatal msg="not a valid logrus Level: \\"verbos\\""', "LOG_LEVEL", "verbos"],
    ['panic: strconv.Atoi: parsing "eighty": invalid syntax', "PORT", "eighty"],
    ["ValueError: invalid literal for int() with base 10: 'eighty'", "PORT", "eighty"],
  ])("names the only variable that has it: %s", (text, name, value) => {
    const change = given(text, { [name]: value, OTHER: "x" });

    expect(classOf(change)).toBe("env-var-missing-or-wrong");
    expect(statementOf(change)).toContain(`the value of the variable ${name} in its env`);
    expect(classOf(given(text, { [name]: value, OTHER: value }))).toBe("app-crash");
    expect(classOf(given(text, { [name]: `${value}e` }))).toBe("app-crash");
  });

  test.each([
    ['Error: invalid log level "debug"', "BUILD_TYPE", "debug"],
    ['Error: invalid log level "info"', "REGION", "info"],
    ['level=fatal msg="unknown region \\"debug\\""', "LOG_LEVEL", "debug"],
  ])("is not surely another variable's that has it too: %s", (text, name, value) => {
    const { evidence, now } = changed(world, given(text, { [name]: value }));
    const [first] = scan(evidence, now).toSorted((a, b) => b.confidence - a.confidence);

    expect(first?.confidence).toBe(0.7);
  });

  test.each([
    ['Error: invalid port "8080" in /etc/upstreams.conf:7', "PORT", "8080"],
    ['Error: unknown user "admin" in line 3 of users.csv', "UI_ROLE", "admin"],
  ])("is no variable's where it stands in a file: %s", (text, name, value) => {
    expect(classOf(given(text, { [name]: value }))).toBe("app-crash");
  });

  test("by Spring, which names the variable", () => {
    const text = `***************************
APPLICATION FAILED TO START
***************************

Description:

Failed to bind properties under 'server.port' to java.lang.Integer:

    Property: server.port
    Value: "eighty"
    Origin: System Environment Property "SERVER_PORT"
    Reason: failed to convert java.lang.String to java.lang.Integer (caused by java.lang.NumberFormatException: For input string: "eighty")

Action:

Update your application's configuration
`;
    const change = given(text, { SERVER_PORT: "eighty" });

    expect(classOf(change)).toBe("env-var-missing-or-wrong");
    expect(statementOf(change)).toContain("the variable SERVER_PORT is set, but not to what the program needs");
    expect(statementOf(change)).toContain("It comes from “System Environment Property");
  });
});

test("memory that Vault may not lock is the security context's", () => {
  const text =
    "Error initializing core: Failed to lock memory: cannot allocate memory\n\nThis usually means that the mlock syscall is not available.";

  expect(classOf(ending(text))).toBe("security-context-conflict");
});

test.each([
  ["git@github.com: Permission denied (publickey).", "credential-rejected"],
  ["deploy@10.0.0.4: Permission denied (publickey,password).", "credential-rejected"],
  ["ERROR Code: 403. Errors: * permission denied", "credential-rejected"],
  ["ERROR VAULT_TOKEN rejected: permission denied", "credential-rejected"],
  ["ERROR: permission denied for table invoices", "app-crash"],
  ["ERROR: permission denied for schema public", "app-crash"],
  ["FATAL rpc error: code = PermissionDenied desc = permission denied on resource /projects/a", "app-crash"],
  ["PermissionError: [Errno 13] Permission denied: '/data/a.db'", "security-context-conflict"],
  ["listen tcp :80: bind: permission denied", "security-context-conflict"],
  ["mkdir: cannot create directory 'cache': Permission denied", "security-context-conflict"],
])("whose permission is denied: %s", (text, expected) => {
  expect(classOf(ending(text))).toBe(expected);
});

test.each([
  "pika.exceptions.ProbableAuthenticationError: ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.",
  'panic: Exception (403) Reason: "username or password not allowed"',
  "FATAL [LDAP: error code 49 - 80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data 52e]",
  "ERROR ldap_bind: Invalid credentials (49)",
  "ERROR ORA-01017: invalid username/password; logon denied",
  "panic: nats: Authorization Violation",
  "ERROR security_exception: unable to authenticate user [elastic] for REST request [/]",
])("a service that refuses a credential: %s", (text) => {
  expect(classOf(ending(text))).toBe("credential-rejected");
});

test.each([
  "ERROR SMTP_HOST is not set, e-mail disabled\nERROR queue worker died",
  "ERROR PAGER_KEY is not set, paging disabled\nERROR queue worker died",
  "ERROR PAGER_KEY is not set, going without\nERROR queue worker died",
])("a variable that is optional by its own words is no cause: %s", (text) => {
  expect(classOf(ending(text))).toBe("app-crash");
});

describe("what the API server refuses to an account, last of all", () => {
  const refusedTo = (account: string): string | undefined =>
    classOf(
      ending(
        `ERROR configmaps is forbidden: User "system:serviceaccount:${account}" cannot list resource "configmaps"`,
        {},
        (scene) => {
          scene.pod().spec.serviceAccountName = "reader";
        },
      ),
    );

  test("is a matter of rights for this account alone", () => {
    expect(refusedTo("payments:reader")).toBe("rbac-denied");
    expect(refusedTo("other:bot")).toBe("app-crash");
  });
});

test.each([
  ["accept4: too many open files", true],
  ["Remote server reported: Too many open files on host storage-7", false],
  ["ERROR upstream said: too many open files", false],
])("a limit of the operating system is one's own: %s", (text, own) => {
  expect(classOf(ending(text)) === "os-limit-exhausted").toBe(own);
});

describe("a variable that a source of many would give", () => {
  const wanting = (envFrom: Container["envFrom"]) =>
    statementOf(
      ending("Error: Missing required environment variable: PAY_DSN", {}, (scene) => {
        Object.assign(container(scene), { envFrom });
      }),
    );

  test("is told with what was seen: nobody reads the values of a Secret or a ConfigMap", () => {
    expect(wanting([{ secretRef: { name: "pay" } }])).toContain("Secret pay of its envFrom, whose values are not read");
    expect(wanting([{ configMapRef: { name: "c" } }, { secretRef: { name: "s" } }])).toContain(
      "ConfigMap c and Secret s",
    );
    expect(wanting([])).toContain("neither in its env nor in an envFrom source");
  });
});

describe("a file that a server needs", () => {
  const fopen = "BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen";
  test.each([
    [
      `nginx: [emerg] cannot load certificate "/etc/nginx/tls/tls.crt": ${fopen}(/etc/nginx/tls/tls.crt, r))`,
      "tls-cert-expired-or-missing",
    ],
    [
      `nginx: [emerg] cannot load certificate key "/etc/nginx/tls/tls.key": ${fopen}(/etc/nginx/tls/tls.key, r))`,
      "tls-cert-expired-or-missing",
    ],
    ['nginx: [emerg] open() "/etc/nginx/mime.types" failed (2: No such file or directory)', "app-crash"],
    [
      '{"init terminating in do_boot",{error,"Cookie file /var/lib/rabbitmq/.erlang.cookie must be accessible by owner only"}}',
      "security-context-conflict",
    ],
  ])("%s", (text, told) => {
    expect(classOf(ending(text))).toBe(told);
  });
});
