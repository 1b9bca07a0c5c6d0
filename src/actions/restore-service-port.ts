import type { Service, Workload } from "../incident/kube.ts";
import { lastApplied } from "./last-applied.ts";
import { portsOf, servedBy } from "./serving.ts";
import { kubectlName, moved, type Scene, unfit, type VerbSpec, workloadKinds } from "./verb.ts";

type Port = NonNullable<Service["spec"]["ports"]>[number];
interface Former {
  to: number | string;
  by: string;
  inferred: boolean;
}

/** Points a port of a Service back at a port its pods listen on. */
export const restoreServicePort: VerbSpec<"restore-service-port", Service> = {
  verb: "restore-service-port",
  classes: ["service-target-port-wrong"],
  targets: ["Service"],
  near: workloadKinds,
  grounds: workloadKinds,
  fit(scene) {
    const { live, near } = scene;
    const serves = servedBy(live.spec.selector ?? {}, near);
    if (serves === null) return unfit("it does not lead to exactly one workload with ready pods");
    const [wrong, ...more] = (live.spec.ports ?? []).filter((port) => !takes(serves, targetOf(port)));
    if (!wrong || more.length > 0) return unfit("not exactly one of its ports leads to a port the pods do not declare");
    const former = byManifest(scene, wrong, serves) ?? byDeclaration(live, serves);
    if (former === null) return unfit("which port it led to before is not on record");
    const at = (live.spec.ports ?? []).indexOf(wrong);
    const set = (to: number | string) =>
      `kubectl patch ${kubectlName(live)} --type=json -p '${JSON.stringify([{ op: "replace", path: `/spec/ports/${at}/targetPort`, value: to }])}'`;
    const from = targetOf(wrong);
    return {
      kind: "fits",
      draft: {
        params: { port: wrong.port, from, to: former.to, serves: { kind: serves.kind, name: serves.metadata.name } },
        risk: former.inferred ? "medium" : "low",
        command: set(former.to),
        undo: { command: set(from), exact: true },
        effect: `Its port ${wrong.port} leads to ${former.to} of the pods of ${serves.kind} ${serves.metadata.name} (${former.by}). No pod is restarted.`,
        pods: 0,
        ...(former.inferred ? { asks: "the former target port is not on record, it is inferred" } : {}),
      },
    };
  },
  source: () => null,
  change({ spec }, { port, from, to }) {
    const at = (spec.ports ?? []).findIndex((one) => one.port === port);
    const found = spec.ports?.[at];
    if (!found || targetOf(found) !== from) return moved(`its port ${port} no longer leads to ${from}`);
    const path = `/spec/ports/${at}`;
    return {
      kind: "patch",
      patch: [
        { op: "test", path: `${path}/port`, value: port },
        { op: "add", path: `${path}/targetPort`, value: to },
      ],
    };
  },
  ended({
    live,
    near,
    params: {
      from,
      to,
      serves: { kind, name },
    },
  }) {
    const serves = servedBy(live.spec.selector ?? {}, near);
    if (serves?.kind !== kind || serves.metadata.name !== name)
      return `it no longer leads to ready pods of ${kind} ${name} alone`;
    if (takes(serves, from)) return `the pods of ${kind} ${name} declare port ${from} now`;
    return takes(serves, to) ? null : `the pods of ${kind} ${name} no longer declare port ${to}`;
  },
  inverse: ({ port, from, to, serves }) => ({
    verb: "restore-service-port",
    params: { port, from: to, to: from, serves },
  }),
  watch: ({ target: { namespace }, params: { serves } }) => ({ ...serves, namespace }),
};

const targetOf = ({ port, targetPort = port }: Port): number | string => targetPort;

const takes = (workload: Workload, target: number | string): boolean =>
  portsOf(workload).some(({ name, containerPort }) => name === target || containerPort === target);

const byManifest = ({ live }: Scene<Service>, wrong: Port, serves: Workload): Former | null => {
  const was = lastApplied(live)?.spec?.ports?.find(({ port }) => port === wrong.port);
  const to = was && targetOf(was);
  return to !== undefined && (typeof to === "number" || typeof to === "string") && takes(serves, to)
    ? { to, by: "as in the manifest it was last applied from", inferred: false }
    : null;
};

const byDeclaration = ({ spec }: Service, serves: Workload): Former | null => {
  const [only, ...others] = portsOf(serves);
  return only && others.length === 0 && spec.ports?.length === 1
    ? { to: only.containerPort, by: "the only port they declare", inferred: true }
    : null;
};
