import { describe, expect, test } from "vitest";
import { scan } from "../../src/rules/index.ts";
import { changed } from "./changed.ts";
import { crashing } from "./crashing.ts";

const world = "payments";

/** What is found of a pod that ended so, the surest first. */
const told = (text: string, exitCode: number) => {
  const { evidence, now } = changed(world, crashing(text, { exitCode }));
  return scan(evidence, now)[0];
};

/** Nobody is sure of what the line names. */
const expectNoCause = (text: string, exitCode: number) => {
  const one = told(text, exitCode);
  expect(one?.class === "app-crash" || (one?.confidence ?? 0) < 0.85, `${one?.class} ${one?.confidence}`).toBe(true);
};

describe("a program that a signal ended", () => {
  const errors = [
    "ERROR refresh token for tenant 7: 401 Unauthorized",
    "ERROR tenant 7: Authentication failed",
    "ERROR write /var/cache/x: permission denied",
    "ERROR debug listener: listen tcp :6060: bind: address already in use",
    "ERROR probing example.com: x509: certificate has expired",
    "ERROR webhook: dial tcp: lookup hooks.example.com: no such host",
  ];

  test.each(errors)("did not end of what it told before: %s", (line) => {
    for (const exitCode of [137, 139, 143]) expectNoCause(`${line}\nINFO importing 9`, exitCode);
    expect(told(line, 1)?.class).not.toBe("app-crash");
  });

  test("is no sure case for what a missing file would explain", () => {
    const one = told("ERROR open /data/cache.idx: no such file or directory, rebuilding\nINFO rebuilt 20%", 137);
    expect(one?.confidence).toBeLessThan(0.85);
  });
});

describe("an error of a log that then spoke of other business", () => {
  test.each([
    "ERROR tenant 7: Authentication failed",
    "ERROR chmod /tmp/x: permission denied",
    "ERROR upload part 3 to node storage-2: no space left on device (remote)",
  ])("is no sure reason of the end: %s", (line) => {
    expectNoCause(`${line}\nINFO importing 1\nINFO importing 2\nINFO importing 3`, 1);
    expect(told(`INFO importing 1\n${line}`, 1)?.class).not.toBe("app-crash");
  });
});

describe("what callers did wrong", () => {
  test.each([
    '10.244.0.9 - - [26/Nov/2026:22:54:04 +0000] "POST /login HTTP/1.1" 401 23 "-" "curl/8" error="Authentication failed"',
    '{"level":"error","msg":"Authentication failed","method":"POST","path":"/login","status":401}',
    '{"level":"error","msg":"request failed","method":"GET","path":"/v1/x","status":500,"error":"jwt: certificate has expired"}',
    '{"level":50,"req":{"method":"POST","url":"/login"},"msg":"Authentication failed"}',
    "2026-11-26T22:54:22.1Z ERROR 1 --- [shop] [nio-8080-exec-3] c.a.LoginController : Authentication failed for user bob",
  ])("is no reason of the server's end: %s", (line) => {
    expectNoCause(line, 1);
  });

  test.each([
    '{"level":"error","msg":"Authentication failed","method":"POST","url":"https://idp.corp-tools.com/token","status":401}',
    '{"level":"fatal","msg":"Authentication failed","method":"POST","path":"/login","status":401}',
    "2026-11-26T22:54:22.1Z ERROR 1 --- [shop] [main] c.a.Shop : Authentication failed for user bob",
  ])("is told apart from what the program asked for itself: %s", (line) => {
    expect(told(line, 1)?.class).toBe("credential-rejected");
  });
});

describe("what PostgreSQL calls fatal", () => {
  const at = "2026-11-26 22:54:11.310 UTC";

  test.each([
    'FATAL:  role "root" does not exist',
    'FATAL:  database "metrics" does not exist',
    'FATAL:  password authentication failed for user "grafana"',
    "FATAL:  the database system is starting up",
  ])("of a session is no last word of the server: %s", (line) => {
    const own = `${at} [29] PANIC:  could not locate a valid checkpoint record`;
    const { statement } = told(`${own}\n${at} [31] ${line}\n${at} [1] LOG:  database system is shut down`, 1) ?? {};
    expect(statement).toContain("could not locate a valid checkpoint record”; an error of the program itself");
    expectNoCause(`${at} [1] LOG:  database system is ready\n${at} [88] ${line}`, 1);
  });

  test("is the reason of the end of its client, and of the server itself", () => {
    const client =
      'psql: error: connection to server at "pg", port 5432 failed: FATAL:  password authentication failed';
    expect(told(`${client} for user "app"`, 2)?.class).toBe("credential-rejected");
    expect(told(`${at} [1] FATAL:  data directory "/x" has wrong ownership`, 1)?.class).toBe(
      "security-context-conflict",
    );
  });
});

describe("a key that looks like a setting", () => {
  const trace = (source: string) =>
    `Traceback (most recent call last):\n  File "/app/etl.py", line 12, in <module>\n${source}KeyError: 'SALES_REGION'`;

  test.each(['    frame.sort_values("SALES_REGION")\n', ""])(
    "is no sure variable where a trace reads it: %s",
    (source) => {
      expectNoCause(trace(source), 1);
      expect(told(trace('    region = os.environ["SALES_REGION"]\n'), 1)?.confidence).toBeGreaterThan(0.85);
    },
  );
});

describe("a host that is off", () => {
  const off = (text: string) => {
    const { evidence, now } = changed(
      world,
      crashing(text, { exitCode: 1 }, (scene) => {
        const labels = { app: "ledger-db" };
        scene.add(
          {
            kind: "Service",
            metadata: { name: "ledger-db" },
            spec: { selector: labels, ports: [{ port: 5432 }] },
          } as never,
          {
            kind: "Deployment",
            metadata: { name: "ledger-db" },
            spec: { replicas: 0, template: { metadata: { labels }, spec: { containers: [] } } },
          } as never,
        );
      }),
    );
    return scan(evidence, now).find(({ statement }) => statement.includes("it needs ledger-db"));
  };

  test.each([
    "WARN report cache: connect ECONNREFUSED ledger-db:5432, using in-memory cache\nINFO GET /a 200",
    'INFO handling ticket 77 subject="Error: connect ECONNREFUSED ledger-db:5432"\nINFO handling ticket 78',
  ])("is no sure reason where its lack was lived with: %s", (text) => {
    expect(off(text)?.confidence ?? 0).toBeLessThan(0.85);
    expect(off("ERROR connect ECONNREFUSED ledger-db:5432")?.confidence).toBe(0.94);
  });
});
