import type { ContainerStatus, Terminated } from "../../src/incident/kube.ts";
import { foundIn, type Scene } from "./changed.ts";

const statusOf = (scene: Scene): ContainerStatus => {
  const [status] = scene.pod().status?.containerStatuses ?? [];
  if (!status) throw new Error("no container status");
  return status;
};

/** The pod of a world in a crash loop with these as its last words, and nothing that its events tell. */
export const crashing =
  (
    text: string,
    last: Partial<Terminated> = {},
    change: (scene: Scene, status: ContainerStatus) => void = () => undefined,
  ) =>
  (scene: Scene): void => {
    const status = statusOf(scene);
    Object.assign(status, {
      ready: false,
      restartCount: 5,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: "Error",
          startedAt: "2026-11-22T14:54:00Z",
          finishedAt: "2026-11-22T14:54:20Z",
          ...last,
        },
      },
    });
    for (const one of scene.objects.filter(({ kind }) => kind === "Event"))
      Object.assign(one, { reason: "Seen", message: "" });
    scene.log(text);
    scene.previousLog(text);
    change(scene, status);
  };

/** Of the first sure finding of a world that is changed so. */
export const classIn = (world: string, change: (scene: Scene) => void): string | undefined =>
  foundIn(world, change)[0]?.split(" ")[0];

/** A Service that nobody answers for. */
export const addUnanswered = (scene: Scene, name: string, port: number): void =>
  scene.add(
    {
      kind: "Service",
      metadata: { name },
      spec: { selector: { app: name }, clusterIP: "10.96.7.7", ports: [{ port }] },
    } as never,
    {
      kind: "EndpointSlice",
      metadata: { name: `${name}-1`, labels: { "kubernetes.io/service-name": name } },
      endpoints: [],
    } as never,
  );
