import type { KubeObject } from "../incident/kube.ts";
import type { Performed, Write } from "../ports/actuator.ts";
import type { Cluster } from "../ports/cluster.ts";
import type { Ports } from "../ports/index.ts";
import { type Sealed, seal, unseal } from "./sealed.ts";

/** How an answer looks on the tape, and back. */
interface Form<T> {
  keep(answer: T): unknown;
  back(kept: unknown): T;
}

/** Every call that is on the tape goes through here: to record it, or to answer it from the tape. */
export interface Through {
  call<T>(name: string, args: readonly unknown[], live: () => Promise<T>, form: Form<T>): Promise<T>;
  now(live: () => Date): Date;
  redact<T>(value: T): T;
}

const asIs = <T>(): Form<T> => ({ keep: (answer) => answer, back: (kept) => kept as T });

const tapedCluster = (cluster: Cluster, { call }: Through): Cluster => ({
  name: cluster.name,
  get: (kind, namespace, name, signal) =>
    call("cluster.get", [kind, namespace, name], () => cluster.get(kind, namespace, name, signal), asIs()),
  list: (query, signal) => call("cluster.list", [query], () => cluster.list(query, signal), asIs()),
  names: (kind, namespace, signal) =>
    call("cluster.names", [kind, namespace], () => cluster.names(kind, namespace, signal), asIs()),
  logs: (query, signal) => call("cluster.logs", [query], () => cluster.logs(query, signal), asIs()),
});

type Listed = Awaited<ReturnType<Cluster["list"]>>;

/** What is read as it is may hold secrets; it is sealed before it gets onto the tape. */
const tapedExact = (exact: Cluster, { call, redact }: Through): Cluster => {
  const one: Form<KubeObject | null> = {
    keep: (object) => object && seal(object, redact),
    back: (kept) => (kept === null ? null : unseal(kept as Sealed)),
  };
  const many: Form<Listed> = {
    keep: ({ objects, truncated }) => ({ sealed: objects.map((object) => seal(object, redact)), truncated }),
    back: (kept) => {
      const { sealed, truncated } = kept as { sealed: Sealed[]; truncated: boolean };
      return { objects: sealed.map(unseal), truncated };
    },
  };
  const log: Form<Awaited<ReturnType<Cluster["logs"]>>> = { ...asIs(), keep: (answer) => redact(answer) };
  return {
    name: exact.name,
    get: (kind, namespace, name, signal) =>
      call("exact.get", [kind, namespace, name], () => exact.get(kind, namespace, name, signal), one),
    list: (query, signal) => call("exact.list", [query], () => exact.list(query, signal), many),
    names: (kind, namespace, signal) =>
      call("exact.names", [kind, namespace], () => exact.names(kind, namespace, signal), asIs()),
    logs: (query, signal) => call("exact.logs", [query], () => exact.logs(query, signal), log),
  };
};

const tapedActuator = (actuator: Ports["actuator"], { call, redact }: Through): Ports["actuator"] => {
  const form: Form<Performed> = { ...asIs(), keep: (performed) => redact(performed) };
  // Taking secrets out twice is the same as once: an object from the tape gives the same arguments as the one that was read.
  const args = (write: Write): unknown[] => [redact(write)];
  return {
    dryRun: (write, signal) => call("actuator.dryRun", args(write), () => actuator.dryRun(write, signal), form),
    perform: (write, signal) => call("actuator.perform", args(write), () => actuator.perform(write, signal), form),
  };
};

const tapedMetrics = (metrics: NonNullable<Ports["metrics"]>, { call }: Through): Ports["metrics"] => ({
  instant: (query, signal) => call("metrics.instant", [query], () => metrics.instant(query, signal), asIs()),
  range: (query, minutes, signal) =>
    call("metrics.range", [query, minutes], () => metrics.range(query, minutes, signal), asIs()),
});

/** The ports of a turn with the tape around whatever the walk learns from them. */
export const taped = (ports: Ports, through: Through): Ports => {
  const { call } = through;
  const { metrics, model, bookshelf, ledger, clock } = ports;
  return {
    ...ports,
    cluster: tapedCluster(ports.cluster, through),
    exact: tapedExact(ports.exact, through),
    actuator: tapedActuator(ports.actuator, through),
    metrics: metrics && tapedMetrics(metrics, through),
    model: model && {
      name: model.name,
      reply: (request, signal) => call("model.reply", [request], () => model.reply(request, signal), asIs()),
    },
    bookshelf: {
      search: (query, limit) => call("bookshelf.search", [query, limit], () => bookshelf.search(query, limit), asIs()),
    },
    ledger: {
      ...ledger,
      claim: (plan, round, index, key) =>
        call("ledger.claim", [plan.hash, round, index, key], () => ledger.claim(plan, round, index, key), asIs()),
    },
    clock: { now: () => through.now(() => clock.now()) },
  };
};
