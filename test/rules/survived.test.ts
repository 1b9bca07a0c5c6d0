import { describe, expect, test } from "vitest";
import type { ContainerStatus } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { uncaughtIn } from "../../src/rules/logs/uncaught.ts";
import { changed, event, foundIn, type Scene } from "./changed.ts";
import { addUnanswered, classIn, crashing as crashingAfter } from "./crashing.ts";

const world = "payments";
const crashing = (text: string, change: (status: ContainerStatus, scene: Scene) => void = () => undefined) =>
  crashingAfter(text, {}, (scene, status) => change(status, scene));

const classOf = (change: (scene: Scene) => void): string | undefined => classIn(world, change);

describe("an error that the program got over", () => {
  test.each([
    [
      "a refused password, then a connection",
      'level=error msg="password authentication failed for user app"\nlevel=info msg="database connection established"\nlevel=fatal msg="bad payload"',
    ],
    [
      "a default in its place",
      "ERROR environment variable FEATURE_X is not set, using default\nINFO started\nTypeError: x is not a function\n    at f (/app/a.js:1:2)",
    ],
    [
      "calm lines in words of their own",
      "ERROR password authentication failed for user app\nINFO pool has 10 members\nINFO tenant list holds 12\npanic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:17 +0x85",
    ],
    [
      "and no other error to follow",
      "ERROR password authentication failed for user app\nINFO reconnected with rotated credentials\nINFO job 12 begins",
    ],
    [
      "a handled trace in a Python log",
      "ERROR sync\nTraceback (most recent call last):\n  File \"/a.py\", line 1, in f\nPermissionError: [Errno 13] Permission denied: '/x'\nINFO sync succeeded at the second run\nINFO serving on 8080",
    ],
  ])("is not the cause: %s", (_, text) => {
    expect(classOf(crashing(text))).toBe("app-crash");
  });

  test.each([
    [
      "the way out",
      "ERROR password authentication failed for user app\nINFO shutting down\nINFO pool closed\nError: startup failed",
    ],
    [
      "tries in between",
      "ERROR password authentication failed for user app\nINFO retrying in 5s\nINFO attempt 2\nfatal: giving up",
    ],
    [
      "what did not come about",
      "ERROR password authentication failed for user app\nINFO server not ready\nError: startup failed",
    ],
  ])("is the cause where what follows is %s", (_, text) => {
    expect(classOf(crashing(text))).toBe("credential-rejected");
  });

  test("stays the cause where the objects bear it out", () => {
    const text = "ERROR connect to ledger-db:5432 refused: connection refused\nINFO metrics server started\nINFO up";
    const told = classOf(crashing(text, (_, scene) => addUnanswered(scene, "ledger-db", 5432)));
    expect(told).toBe("dependency-unavailable");
  });

  test("is marked in the log itself", () => {
    expect(uncaughtIn(["ERROR connection refused by kv:6379", "INFO connected to kv:6379"])?.survived).toBe(true);
    expect(uncaughtIn(["INFO connected to kv:6379", "ERROR connection refused by kv:6379"])?.survived).toBe(false);
  });
});

describe("a host outside of the cluster that refuses", () => {
  test.each([
    "2026/11/27 03:00:03 dial tcp 203.0.113.7:5999: connect: connection refused",
    'psycopg2.OperationalError: could not connect to server: Connection refused\n\tIs the server running on host "203.0.113.7" and accepting\n\tTCP/IP connections on port 5999?',
    "Error: connect ECONNREFUSED 203.0.113.7:5999\n    at TCPConnectWrap.afterConnect (node:net:1555:16)",
  ])("is a dependency: %s", (text) => {
    expect(classOf(crashing(text))).toBe("dependency-unavailable");
  });

  const refused = (host: string, change?: Parameters<typeof crashing>[1]) =>
    classOf(crashing(`2026/11/27 03:00:03 dial tcp ${host}:5999: connect: connection refused`, change));

  test("is not certain of a private address that nobody has", () => {
    expect(refused("203.0.113.7")).toBe("dependency-unavailable");
    expect(refused("10.9.8.7")).toBeUndefined();
  });

  test("is none at the address of a node", () => {
    const onNode = refused("203.0.113.7", (_, scene) =>
      Object.assign(scene.pod().status ?? {}, { hostIP: "203.0.113.7" }),
    );
    expect(onNode).toBe("app-crash");
  });

  test("is none for the link that an error gives its reader", () => {
    const text =
      "Error: migration lock: timed out after 5s waiting for lock 7 (see https://docs.corp-tools.com/errors/E12)";
    expect(classOf(crashing(text))).toBe("app-crash");
    expect(classOf(crashing("Error: request to https://api.corp-tools.com/v1 timed out"))).toBe(
      "dependency-unavailable",
    );
  });

  test("is not certain where no line with it speaks of a connection", () => {
    const text = "INFO metrics go to https://telemetry.corp-tools.com/v1\nERROR broker handshake: connection refused";
    expect(classOf(crashing(text))).not.toBe("dependency-unavailable");
    expect(classOf(crashing(text.replace("metrics go", "connecting")))).toBe("dependency-unavailable");
  });

  test("is no deleted Service where its name was found", () => {
    const text =
      'psycopg2.OperationalError: connection to server at "legacy-db" (203.0.113.20), port 5432 failed: Connection refused';
    const alias = crashing(text, (_, scene) =>
      Object.assign(scene.pod().spec, { hostAliases: [{ ip: "203.0.113.20", hostnames: ["legacy-db"] }] }),
    );
    expect(classOf(alias)).toBe("dependency-unavailable");
    expect(classOf(crashing(text))).toBeUndefined();
    expect(classOf(crashing('could not translate host name "legacy-db" to address'))).toBe("service-deleted");
  });

  test("is none where it is the pod itself, or an address of the cluster that nobody has", () => {
    const inside = crashing("dial tcp 10.96.8.7:5999: connect: connection refused", (_, scene) =>
      scene.add({
        kind: "Service",
        metadata: { name: "other" },
        spec: { clusterIP: "10.96.1.1", ports: [{ port: 1 }] },
      } as never),
    );
    expect(classOf(crashing("dial tcp 127.0.0.1:5999: connect: connection refused"))).toBe("app-crash");
    expect(classOf(inside)).toBe("app-crash");
  });
});

describe("a host outside that only the settings name", () => {
  const set = (value: string, text: string) =>
    classOf(
      crashing(text, (_, scene) => {
        for (const one of scene.pod().spec.containers) one.env = [{ name: "TARGET", value }];
      }),
    );

  test("is a guess, and no certain cause", () => {
    expect(set("udp://metrics.vendor.example:8125", "ConnectionRefusedError: [Errno 111] refused")).toBeUndefined();
  });

  test("is the cause where error and setting speak of the same trade", () => {
    expect(set("postgres://u@db.vendor.example:5432/x", "psycopg2.OperationalError: connection refused")).toBe(
      "dependency-unavailable",
    );
    expect(set("redis://cache.vendor.example:6379", "psycopg2.OperationalError: connection refused")).toBeUndefined();
  });

  test("is read from a connection string, a Service that is not there too", () => {
    const text =
      "Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect\n ---> SocketException (111): Connection refused";
    expect(set("Host=orders-db;Port=5432;Database=o", text)).toBe("service-deleted");
  });
});

describe("a key that a Python program lacks", () => {
  const trace = (frames: string) =>
    `Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n${frames}KeyError: 'USD_RATE'`;

  test("is a variable where the trace leads through the environment", () => {
    expect(classOf(crashing(trace('  File "<frozen os>", line 679, in __getitem__\n')))).toBe(
      "env-var-missing-or-wrong",
    );
    expect(classOf(crashing(trace('    rate = os.environ["USD_RATE"]\n')))).toBe("env-var-missing-or-wrong");
  });

  test("may be any dict's otherwise", () => {
    expect(classOf(crashing(trace("")))).toBeUndefined();
    expect(classOf(crashing(trace("    rate = rates[currency]\n")))).toBeUndefined();
  });

  test("is a variable by its name where no dict is shown and the pod has none such", () => {
    const bare = (name: string, change: Parameters<typeof crashing>[1] = () => {}) =>
      classOf(crashing(`KeyError: '${name}'`, change));
    expect(bare("BILLING_DSN")).toBe("env-var-missing-or-wrong");
    expect(bare("USD_RATE")).toBeUndefined();
    expect(
      classOf(crashing(trace("    host = hosts[BILLING_DSN]\n").replace("USD_RATE", "BILLING_DSN"))),
    ).toBeUndefined();
    const given = bare("BILLING_DSN", (_, scene) => {
      for (const one of scene.pod().spec.containers) one.envFrom = [{ configMapRef: { name: "settings" } }];
    });
    expect(given).toBeUndefined();
  });
});

describe("a runtime that cannot start the container", () => {
  const gaveUp = (message: string, text = "") =>
    changed(
      world,
      crashing(text, (status) => {
        status.lastState = {
          terminated: { exitCode: 128, reason: "StartError", message, finishedAt: "2026-11-22T14:54:20Z" },
        };
      }),
    );
  const cgroup =
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: unable to apply cgroup configuration: write cgroup.procs: invalid argument";

  test("is told in its own words, and is no certain cause", () => {
    const { evidence, now } = gaveUp(cgroup);
    const [one] = scan(evidence, now).filter(({ class: name }) => name === "pod-sandbox-failed");
    expect(one?.statement).toContain("“unable to apply cgroup configuration: write cgroup.procs: invalid argument”");
    expect(one?.confidence).toBeLessThan(0.85);
  });

  test("leaves the life before to tell why it ended", () => {
    const { evidence, now } = gaveUp(cgroup, "ERROR password authentication failed for user app");
    expect(scan(evidence, now)[0]).toMatchObject({ class: "credential-rejected" });
  });

  test("is told where the folder to work in cannot be made, which is no fault of the program", () => {
    const { evidence, now } = gaveUp(
      `${cgroup.slice(0, 140)}: error during container init: mkdir /data/app: read-only file system`,
    );
    const all = scan(evidence, now);
    expect(all.map(({ class: name }) => name)).toContain("pod-sandbox-failed");
    expect(all.filter(({ confidence }) => confidence >= 0.85)).toEqual([]);
  });

  test.each([
    ["/etc", "FLAG_A", "volume-mount-failed", true],
    ["/srv/flags", "FLAG_A", "volume-mount-failed", false],
    ["/etc/nginx/nginx.conf", "main", "config-key-missing", true],
    ["/etc/flags/FLAG_A", "FLAG_A", "config-key-missing", true],
  ])("at %s for the subPath %s is %s", (mountPath, subPath, right, sure) => {
    const message = `${cgroup.slice(0, 140)}: error mounting "/var/lib/kubelet/pods/1/volume-subpaths/v/main/0" to rootfs at "${mountPath}": mount: not a directory`;
    const { evidence, now } = changed(
      world,
      crashing("", (status, scene) => {
        status.lastState = { terminated: { exitCode: 128, reason: "StartError", message } };
        const [container] = scene.pod().spec.containers;
        Object.assign(container ?? {}, { volumeMounts: [{ name: "v", mountPath, subPath }] });
        scene.pod().spec.volumes = [{ name: "v", configMap: { name: "flags" } }];
      }),
    );
    const one = scan(evidence, now).find(({ class: name }) => name === right);
    expect(one && one.confidence >= 0.85).toBe(sure);
  });

  test("for the program that it was told to run is certain", () => {
    const { evidence, now } = gaveUp(`${cgroup.slice(0, 140)}: exec: "/etc/passwd": permission denied`);
    expect(scan(evidence, now)[0]).toMatchObject({ class: "command-not-found", confidence: 0.96 });
  });
});

describe("pods that nodes turn away", () => {
  const turned = (scene: Scene, phases: readonly string[]) => {
    const pod = scene.pod();
    const kept = structuredClone(pod);
    Object.assign(pod.status ?? {}, {
      phase: "Failed",
      reason: "SysctlForbidden",
      message: "Pod was rejected: forbidden sysctl",
      containerStatuses: [],
    });
    for (const [at, phase] of phases.entries()) {
      const copy = structuredClone(phase === "Failed" ? pod : kept);
      Object.assign(copy.metadata, {
        name: `${pod.metadata.name}-${at}`,
        uid: `${at}`,
        creationTimestamp: `2026-11-22T14:5${at}:00Z`,
      });
      if (phase !== "Failed") Object.assign(copy.status ?? {}, { phase, containerStatuses: [] });
      scene.objects.push(copy as never);
    }
  };
  const classes = (...phases: string[]) =>
    foundIn(world, (scene) => turned(scene, phases)).map((one) => one.split(" ")[0]);

  test("as fast as they are made have one cause", () => {
    expect(classes("Failed", "Failed", "Pending")).toContain("admission-policy-denied");
  });

  test("have none where a later one runs", () => {
    expect(classes("Failed", "Failed", "Running")).not.toContain("admission-policy-denied");
  });
});

describe("a sandbox", () => {
  test("that the memory limit kills names the limit, however its tries are told", () => {
    const found = foundIn(world, (scene) => {
      const pod = scene.pod();
      Object.assign(pod.status ?? {}, { phase: "Pending", containerStatuses: [] });
      for (const one of scene.objects.filter(({ kind }) => kind === "Event"))
        Object.assign(one, { involvedObject: {} });
      const words =
        "Failed to create pod sandbox: failed to start sandbox: unable to start container process: container init was OOM-killed (memory limit too low?)";
      scene.add(
        event(pod, "FailedCreatePodSandBox", words, "2026-11-22T14:55:00Z", 1),
        event(pod, "FailedCreatePodSandBox", `${words} `, "2026-11-22T14:55:01Z", 1),
      );
    });
    expect(found[0]).toMatch(/^oom-limit-too-low /);
  });
});

describe("a container that ended and is up again", () => {
  const up = (seconds: number) =>
    crashing("ERROR password authentication failed for user app", (status, scene) => {
      const since = Date.parse(changed(world, () => undefined).now) - seconds * 1000;
      const at = (ms: number) => new Date(ms).toISOString();
      status.state = { running: { startedAt: at(since) } };
      status.lastState = {
        terminated: { exitCode: 1, reason: "Error", startedAt: at(since - 25_000), finishedAt: at(since - 5_000) },
      };
      status.restartCount = 5;
      status.ready = true;
      scene.pod().status?.conditions?.forEach((one) => {
        one.status = "True";
      });
    });

  test("for longer than its last life may have recovered: told, not sure", () => {
    const { evidence, now } = changed(world, up(120));
    expect(foundIn(world, up(120))).toEqual([]);
    expect(scan(evidence, now)[0]?.statement).toMatch(
      /up and ready for 2 minutes, longer than before: it may have recovered/,
    );
  });

  test("for less than that is expected to end again", () => {
    expect(classOf(up(15))).toBe("credential-rejected");
  });
});
