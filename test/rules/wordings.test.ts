import { describe, expect, test } from "vitest";
import type { Pod } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { changed, event, foundIn, type Scene } from "./changed.ts";

const at = "2026-11-22T14:54:30Z";

const pulling = (text: string) => (scene: Scene) => {
  const pod = scene.pod();
  const [container] = pod.spec.containers;
  if (container) container.image = /image "([^"]+)"/.exec(text)?.[1] ?? "docker.io/library/nginx:9";
  pod.status = {
    phase: "Pending",
    containerStatuses: [
      {
        name: container?.name ?? "",
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: "ErrImagePull", message: text } },
      },
    ],
  };
  scene.add(event(pod, "Failed", `Failed to pull image "${container?.image}": ${text}`, at));
};

const unscheduled = (text: string, prepare: (scene: Scene, pod: Pod) => void) => (scene: Scene) => {
  const pod = scene.pod();
  pod.spec.nodeName = "";
  delete pod.spec.nodeName;
  pod.status = {
    phase: "Pending",
    conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: text }],
  };
  prepare(scene, pod);
  scene.add(event(pod, "FailedScheduling", text, at));
};

const tainted = (scene: Scene): void => {
  for (const node of scene.objects.filter(({ kind }) => kind === "Node"))
    node.spec = { taints: [{ key: "team", value: "ml", effect: "NoSchedule" }] };
};

const wide = (_: Scene, pod: Pod): void => {
  for (const container of pod.spec.containers) container.resources = { requests: { cpu: "900" } };
};

describe("the texts of Kubernetes 1.27 to 1.36", () => {
  test.each<[string, string, (scene: Scene) => void]>([
    [
      "1.27",
      "image-not-found",
      pulling(
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:9": failed to resolve reference "docker.io/library/nginx:9": docker.io/library/nginx:9: not found',
      ),
    ],
    [
      "1.36",
      "image-not-found",
      pulling(
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:9": failed to resolve image: docker.io/library/nginx:9: not found',
      ),
    ],
    [
      "CRI-O",
      "image-not-found",
      pulling("reading manifest 9 in docker.io/library/nginx: manifest unknown: manifest unknown"),
    ],
    [
      "1.27",
      "image-pull-unauthorized",
      pulling(
        'rpc error: code = Unknown desc = failed to pull and unpack image "r.example/a:1": failed to resolve reference "r.example/a:1": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized',
      ),
    ],
    [
      "1.36",
      "image-pull-unauthorized",
      pulling(
        'failed to pull and unpack image "r.example/a:1": failed to resolve image: pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      ),
    ],
    [
      "1.27",
      "image-registry-unreachable",
      pulling(
        'rpc error: code = Unknown desc = failed to pull and unpack image "r.example/a:1": failed to resolve reference "r.example/a:1": failed to do request: Head "https://r.example/v2/a/manifests/1": dial tcp: lookup r.example: no such host',
      ),
    ],
    [
      "1.36",
      "image-registry-unreachable",
      pulling(
        'failed to pull and unpack image "r.example/a:1": failed to resolve image: failed to do request: Head "https://r.example/v2/a/manifests/1": dial tcp 192.0.2.1:443: i/o timeout',
      ),
    ],
    [
      "1.27",
      "taint-untolerated",
      unscheduled(
        "0/2 nodes are available: 2 node(s) had untolerated taint {team: ml}. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling..",
        tainted,
      ),
    ],
    [
      "1.36",
      "taint-untolerated",
      unscheduled(
        "0/2 nodes are available: 2 node(s) had untolerated taint(s). no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
        tainted,
      ),
    ],
    [
      "1.27",
      "request-exceeds-largest-node",
      unscheduled(
        "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod..",
        wide,
      ),
    ],
    [
      "1.36",
      "request-exceeds-largest-node",
      unscheduled(
        "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
        wide,
      ),
    ],
  ])("%s: %s", (_, right, change) => {
    expect(foundIn("payments", change)).toContain(`${right} Deployment/payments-api`);
  });
});

test("ten megabytes of events, with control characters, are read and quoted clean", () => {
  const { evidence, now } = changed("payments", (scene) => {
    const pod = scene.pod();
    const noise = "\u0000\u001b[2J".repeat(1700);
    scene.add(...Array.from({ length: 1000 }, (_, at_) => event(pod, "BackOff", `${noise}${at_}`, at)));
  });
  const findings = scan(evidence, now);

  expect(findings[0]?.class).toBe("env-var-missing-or-wrong");
  expect(findings.map(({ statement }) => statement).join()).not.toMatch(/\p{Cc}/u);
});
