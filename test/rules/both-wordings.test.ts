import { describe, expect, test } from "vitest";
import type { ContainerStatus, Pod } from "../../src/incident/kube.ts";
import { event, foundIn, type Scene } from "./changed.ts";

type Change = (scene: Scene) => void;

const at = (scene: Scene): string => {
  const newest = scene.objects.filter(({ kind }) => kind === "Event").map((one) => String(one.lastTimestamp ?? ""));
  return newest.sort().at(-1) ?? "";
};

const own = (scene: Scene, name: string): Pod => {
  const pod = scene.objects.find(({ kind, metadata }) => kind === "Pod" && metadata.name.startsWith(name));
  if (!pod) throw new Error(`no pod ${name}`);
  return pod as unknown as Pod;
};

const statusOf = (pod: Pod): ContainerStatus => {
  const [status] = pod.status?.containerStatuses ?? [];
  if (!status) throw new Error(`no container in ${pod.metadata.name}`);
  return status;
};

const tellInstead =
  (reason: RegExp, message: string, newReason?: string): Change =>
  (scene) => {
    for (const one of scene.objects.filter((each) => each.kind === "Event" && reason.test(String(each.reason))))
      Object.assign(one, { message, ...(newReason ? { reason: newReason } : {}) });
  };

const schedules =
  (name: string, text: string, prepare: Change = () => undefined): Change =>
  (scene) => {
    prepare(scene);
    tellInstead(/^FailedScheduling$/, text)(scene);
    for (const one of own(scene, name).status?.conditions ?? []) if (one.type === "PodScheduled") one.message = text;
  };

const waits =
  (name: string, reason: string, message: string): Change =>
  (scene) => {
    const status = statusOf(own(scene, name));
    status.state = { waiting: { reason, message } };
    tellInstead(/^Failed$/, `Error: ${message}`)(scene);
  };

const startError =
  (message: string): Change =>
  (scene) => {
    const status = statusOf(own(scene, "cmd-path"));
    const end = {
      exitCode: 128,
      reason: "StartError",
      message,
      finishedAt: at(scene),
      startedAt: "1970-01-01T00:00:00Z",
    };
    status.lastState = { terminated: end };
    status.state = { waiting: { reason: "CrashLoopBackOff" } };
    tellInstead(/^Failed$/, `Error: ${message}`)(scene);
  };

const evicted =
  (message: string): Change =>
  (scene) => {
    for (const one of scene.objects.filter(({ kind }) => kind === "Pod") as unknown as Pod[])
      if (one.status?.reason === "Evicted") one.status.message = message;
  };

const blind =
  (message: string): Change =>
  (scene) => {
    const { status } = scene.one("HorizontalPodAutoscaler") as unknown as {
      status: { conditions: { type: string; status: string; reason: string; message: string }[] };
    };
    for (const one of status.conditions.filter(({ type }) => type === "ScalingActive"))
      Object.assign(one, { status: "False", reason: "FailedGetResourceMetric", message });
  };

const tainted: Change = (scene) => {
  for (const node of scene.objects.filter(({ kind }) => kind === "Node"))
    node.spec = { taints: [{ key: "team", value: "ml", effect: "NoSchedule" }] };
  const pod = own(scene, "search");
  delete pod.spec.nodeSelector;
  delete (pod.spec as { affinity?: unknown }).affinity;
};

const asksRoom: Change = (scene) => {
  const [container] = own(scene, "ml-trainer").spec.containers;
  if (container) container.resources = { requests: { cpu: "1900m" } };
};

const refused =
  (text: string): Change =>
  (scene) => {
    tellInstead(/^FailedCreate$/, `Error creating: ${text}`)(scene);
  };

const preempted =
  (message: string): Change =>
  (scene) =>
    scene.add(event(scene.pod(), "Preempted", message, at(scene), 1));

const hooks =
  (reason: string, message: string): Change =>
  (scene) => {
    const pod = own(scene, "hook");
    tellInstead(/PostStartHook/, message, reason)(scene);
    tellInstead(/^Killing$/, "Stopping container main")(scene);
    statusOf(pod).ready = false;
  };

const unread =
  (reason: string): Change =>
  (scene) => {
    const cron = { kind: "CronJob", metadata: { name: "report", namespace: "web-prod" } };
    scene.add({ ...cron, apiVersion: "batch/v1", spec: { schedule: "61 * * * *" }, status: {} });
    scene.add(event(cron as never, reason, 'unparseable schedule: "61 * * * *"', at(scene)));
  };

const mountsKey =
  (message: string): Change =>
  (scene) =>
    tellInstead(/^FailedMount$/, message)(scene);

const runc =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ";
const asked = "0/2 nodes are available: ";
const helpless = "preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
const occupied = "preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.";

/** Each text that Kubernetes 1.27 to 1.36, or the runtime under it, has told in more than one way: all of its wordings. */
const texts: [text: string, world: string, right: string, wordings: [who: string, change: Change][]][] = [
  [
    "an executable that is not there",
    "starts",
    "command-not-found Deployment/cmd-path",
    [
      ["runc 1.1", startError(`${runc}exec: "/nope": stat /nope: no such file or directory: unknown`)],
      [
        "runc 1.2",
        startError(`${runc}error during container init: exec: "/nope": stat /nope: no such file or directory`),
      ],
      ["by name", startError(`${runc}exec: "nope": executable file not found in $PATH: unknown`)],
      [
        "crun",
        startError("container create failed: executable file `nope` not found in $PATH: No such file or directory"),
      ],
    ],
  ],
  [
    "an image for another processor",
    "starts",
    "image-wrong-architecture Deployment/img-tag",
    [
      [
        "containerd",
        waits(
          "img-tag",
          "ErrImagePull",
          'rpc error: code = NotFound desc = failed to pull and unpack image "x": no match for platform in manifest: not found',
        ),
      ],
      [
        "docker",
        waits(
          "img-tag",
          "ErrImagePull",
          "rpc error: code = Unknown desc = no matching manifest for linux/amd64 in the manifest list entries",
        ),
      ],
    ],
  ],
  [
    "a taint",
    "search",
    "taint-untolerated Deployment/search",
    [
      ["older", schedules("search", `${asked}2 node(s) had taint {team: ml}, that the pod didn't tolerate.`, tainted)],
      ["1.27", schedules("search", `${asked}2 node(s) had untolerated taint {team: ml}. ${helpless}.`, tainted)],
      [
        "1.36",
        schedules(
          "search",
          `${asked}2 node(s) had untolerated taint(s). no new claims to deallocate, ${helpless}`,
          tainted,
        ),
      ],
    ],
  ],
  [
    "a node selector",
    "search",
    "node-selector-unmatched Deployment/search",
    [
      ["older", schedules("search", `${asked}2 node(s) didn't match Pod's node affinity.`)],
      ["1.27", schedules("search", `${asked}2 node(s) didn't match Pod's node affinity/selector. ${helpless}.`)],
      [
        "1.36",
        schedules(
          "search",
          `${asked}2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, ${helpless}`,
        ),
      ],
    ],
  ],
  [
    "a full cluster",
    "ml",
    "insufficient-cpu-or-memory Deployment/ml-trainer",
    [
      ["1.27", schedules("ml-trainer", `${asked}2 Insufficient cpu. ${occupied}.`, asksRoom)],
      [
        "1.36",
        schedules("ml-trainer", `${asked}2 Insufficient cpu. no new claims to deallocate, ${occupied}`, asksRoom),
      ],
    ],
  ],
  [
    "a volume that is pinned elsewhere",
    "runs-and-peers",
    "volume-node-affinity-conflict Deployment/archive",
    [
      ["1.27", schedules("archive", `${asked}2 node(s) had volume node affinity conflict. ${helpless}.`)],
      [
        "1.36",
        schedules(
          "archive",
          `${asked}2 node(s) didn't match PersistentVolume's node affinity. no new claims to deallocate, ${helpless}`,
        ),
      ],
    ],
  ],
  [
    "a claim that is not there",
    "probes-and-placement",
    "pvc-missing Deployment/st-missing",
    [
      [
        "1.27",
        schedules("st-missing", `${asked}persistentvolumeclaim "nowhere" not found. ${helpless}.`, (scene) =>
          nowhere(scene),
        ),
      ],
      [
        "1.36",
        schedules("st-missing", `${asked}persistentvolumeclaim "nowhere" not found. not found`, (scene) =>
          nowhere(scene),
        ),
      ],
    ],
  ],
  [
    "a node that ran short",
    "logging",
    "node-pressure-eviction Deployment/log-shipper",
    [
      [
        "1.27",
        evicted(
          "The node was low on resource: memory. Container log-shipper was using 61Mi, request is 16Mi, has larger consumption of memory. ",
        ),
      ],
      [
        "1.36",
        evicted(
          "The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. Container log-shipper was using 61Mi, request is 16Mi, has larger consumption of memory. ",
        ),
      ],
    ],
  ],
  [
    "an appetite for disk",
    "logging",
    "ephemeral-limit-exceeded Deployment/log-shipper",
    [
      ["the pod", evicted("Pod ephemeral local storage usage exceeds the total limit of containers 64Mi. ")],
      ["a container", evicted('Container log-shipper exceeded its local ephemeral storage limit "64Mi". ')],
      ["an emptyDir", evicted('Usage of EmptyDir volume "buffer" exceeds the limit "16Mi". ')],
    ],
  ],
  [
    "an autoscaler without requests to measure against",
    "gateway",
    "hpa-metrics-missing HorizontalPodAutoscaler/gateway",
    [
      [
        "1.27",
        blind(
          "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu",
        ),
      ],
      [
        "1.36",
        blind(
          "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container gateway of Pod gateway-575fd56c55-8gczr",
        ),
      ],
    ],
  ],
  [
    "a webhook that does not answer",
    "gatekeepers",
    "admission-webhook-down Deployment/first",
    [
      [
        "older",
        refused(
          'Internal error occurred: failed calling webhook "w.example.com": Post "https://w.gate.svc:443/?timeout=3s": dial tcp 10.96.8.8:443: connect: connection refused',
        ),
      ],
      [
        "1.36",
        refused(
          'Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: Post "https://w.gate.svc:443/?timeout=3s": no endpoints available for service "w"',
        ),
      ],
    ],
  ],
  [
    "a policy that refuses",
    "gatekeepers",
    "admission-policy-denied Deployment/third",
    [
      ["a webhook", refused('admission webhook "w.example.com" denied the request: no latest tags')],
      [
        "1.36",
        refused(
          "pods \"third-1\" is forbidden: ValidatingAdmissionPolicy 'tags' with binding 'tags' denied request: no latest tags",
        ),
      ],
    ],
  ],
  [
    "a preemption",
    "payments",
    "pod-preempted Deployment/payments-api",
    [
      ["1.27", preempted("Preempted by a pod on node node-2")],
      ["older", preempted("Preempted by kube-system/agent-x on node node-2")],
      ["1.36", preempted("Preempted by pod 6f1c2a on node node-2")],
    ],
  ],
  [
    "a postStart hook",
    "rollouts-and-dependencies",
    "lifecycle-hook-failed Deployment/hook",
    [
      [
        "1.27",
        hooks(
          "FailedPostStartHook",
          'Exec lifecycle hook ([sh -c exit 1]) for Container "main" in Pod "hook" failed - error: command \'sh -c exit 1\' exited with 1: , message: ""',
        ),
      ],
      ["1.36", hooks("FailedPostStartHook", "PostStartHook failed")],
    ],
  ],
  [
    "a schedule that cannot be read",
    "web-prod",
    "cronjob-suspended-or-invalid CronJob/report",
    [
      ["1.27", unread("UnparseableSchedule")],
      ["1.36", unread("UnParseableCronJobSchedule")],
      ["its zone", unread("UnknownTimeZone")],
    ],
  ],
  [
    "a key that a mounted ConfigMap lacks",
    "ledger",
    "config-key-missing Deployment/ledger",
    [
      [
        "1.27",
        mountsKey('MountVolume.SetUp failed for volume "config" : references non-existent config key: app.yaml'),
      ],
      [
        "1.36",
        mountsKey(
          'MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: app.yaml',
        ),
      ],
    ],
  ],
];

const nowhere: Change = (scene) => {
  own(scene, "st-missing").spec.volumes = [{ name: "d", persistentVolumeClaim: { claimName: "nowhere" } }];
};

describe.each(texts)("%s", (_text, world, right, wordings) => {
  test.each(wordings)("in the words of %s", (_who, change) => {
    expect(foundIn(world, change)).toContain(right);
  });
});

test("each text has more than one wording, and a strange one is taken for none of them", () => {
  const strange = foundIn("ml", schedules("ml-trainer", `${asked}2 node(s) were in a bad mood.`, asksRoom));

  expect(texts.filter(([, , , wordings]) => wordings.length < 2)).toEqual([]);
  expect(strange).toEqual([]);
});
