import { expect, test } from "vitest";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { changed } from "./changed.ts";
import { crashing } from "./crashing.ts";

const candidate = (text: string, services: readonly string[] = []) => {
  const world = changed("payments", (scene) => {
    crashing(text)(scene);
    for (const { spec } of [scene.pod(), scene.workload().spec.template as never as ReturnType<typeof scene.pod>])
      for (const one of spec.containers) Object.assign(one, { env: [], command: [], args: [] });
    for (const name of services) scene.add({ kind: "Service", metadata: { name }, spec: { selector: { app: name } } });
  });
  const { certain, candidates } = diagnoseByRules({
    evidence: world.evidence,
    subject: { kind: "Deployment", namespace: world.namespace, name: "payments-api" },
    alerts: [],
    now: world.now,
  });
  return { certain, first: candidates[0] };
};

const trace = (last: string): string =>
  `Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    connect()\n${last}`;

test.each([
  "ConnectionRefusedError: [Errno 111] Connection refused",
  "socket.gaierror: [Errno -2] Name or service not known",
])("a peer that nothing names is no error of the program itself: %s", (line) => {
  const { certain, first } = candidate(trace(line), ["ledger"]);

  expect(certain).toBeNull();
  expect(first?.class).toBe("dependency-unavailable");
  expect(first?.confidence).toBeLessThanOrEqual(0.75);
  expect(first?.statement).toContain("could not be reached, and the error does not say what");
  expect(first?.statement).toContain("Service ledger");
});

test("control: an error that speaks of no connection is the program's own", () => {
  expect(candidate(trace("ValueError: entered unreachable state")).certain?.class).toBe("app-crash");
});

test("a write that a read-only file system refuses is laid to no user", () => {
  const { certain } = candidate(trace("OSError: [Errno 30] Read-only file system: '/cache/x'"));

  expect(certain?.class).toBe("security-context-conflict");
  expect(certain?.statement).toContain("mounted read-only");
  expect(candidate(trace("PermissionError: [Errno 13] Permission denied: '/cache/x'")).certain?.statement).toContain(
    "as the user it runs as",
  );
});
