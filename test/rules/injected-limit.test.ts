import { expect, test } from "vitest";
import { scan } from "../../src/rules/index.ts";
import { changed, type Scene } from "./changed.ts";

const note = (text: string) => `LimitRanger plugin set: ${text}`;

/** The first pod of web was killed at a limit of 64Mi that its template does not have. */
const killed =
  (set: string, ranges: readonly string[], own?: string) =>
  (scene: Scene): void => {
    const pod = scene.pod();
    const [container] = pod.spec.containers;
    const [status] = pod.status?.containerStatuses ?? [];
    pod.metadata.annotations = { "kubernetes.io/limit-ranger": note(set.replaceAll("NAME", container?.name ?? "")) };
    Object.assign(container ?? {}, { resources: { limits: { memory: "64Mi" } } });
    Object.assign(status ?? {}, {
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: {
        terminated: {
          exitCode: 137,
          reason: "OOMKilled",
          startedAt: status?.state?.running?.startedAt,
          finishedAt: status?.state?.running?.startedAt,
        },
      },
    });
    for (const { kind, spec } of scene.objects) {
      if (kind !== "ReplicaSet" && kind !== "Deployment") continue;
      for (const one of (spec as { template: { spec: { containers: object[] } } }).template.spec.containers)
        Object.assign(one, { resources: own ? { limits: { memory: own } } : {} });
    }
    scene.add(...ranges.map((name) => ({ kind: "LimitRange", metadata: { name }, spec: { limits: [] } }) as never));
  };

const told = (...how: Parameters<typeof killed>) => {
  const { evidence, now } = changed("web-prod", killed(...how));
  return scan(evidence, now).find(({ class: name }) => name.startsWith("oom-"))?.statement;
};

test("a limit that the LimitRange gave is told as such, with the LimitRange where there is one", () => {
  const set = "cpu, memory request for container NAME; cpu, memory limit for container NAME";

  expect(told(set, ["defaults"])).toContain(
    "The limit is set by the LimitRange defaults of the namespace, not by the workload's template: give the template a limit of its own.",
  );
  expect(told(set, ["defaults", "more"])).toContain("The limit is set by the LimitRange of the namespace,");
  expect(told(set, [])).toContain("The limit is set by the LimitRange of the namespace,");
});

test.each([
  ["another container's", "memory limit for container NAME-2", undefined],
  ["a processor's", "cpu limit for container NAME", undefined],
  ["a request", "memory request for container NAME", undefined],
  ["the template's own", "memory limit for container NAME", "64Mi"],
])("control: %s is not", (_, set, own) => {
  expect(told(set, ["defaults"], own)).toContain("killed at its memory limit of 64Mi");
  expect(told(set, ["defaults"], own)).not.toContain("LimitRange");
});
