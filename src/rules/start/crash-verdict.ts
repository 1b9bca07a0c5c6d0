import type { Terminated } from "../../incident/kube.ts";
import { type Lack, rejectedValues } from "../logs/missing.ts";
import type { LastWords } from "../logs/uncaught.ts";
import { peerOf } from "../network/dependency.ts";
import { hostVerdict, type Verdict } from "../network/host-verdict.ts";
import { unnamedHostVerdict, unsaidPeerVerdict } from "../network/unnamed-host.ts";
import type { Running } from "../world/containers.ts";
import type { LogText } from "../world/log-text.ts";
import { earlierTemplates } from "../world/revisions.ts";
import type { World } from "../world/world.ts";
import { doubted } from "./doubted.ts";
import { fileVerdict, readOnlyVerdict } from "./file-verdict.ts";
import { silence } from "./silence.ts";
import { tokenVerdict } from "./token-verdict.ts";

export interface Crash {
  readonly world: World;
  readonly running: Running;
  readonly last: Terminated;
  readonly log: LogText | null;
  readonly error: LastWords | null;
  readonly lack: Lack | null;
}

/** The one object that the variable comes from, or would come from. */
const givenBy = ({ pod, spec }: Running, name: string): Verdict["related"] => {
  const own = spec?.env?.find((one) => sameName(one.name, name));
  const refs = own
    ? [{ ConfigMap: own.valueFrom?.configMapKeyRef?.name, Secret: own.valueFrom?.secretKeyRef?.name }]
    : (spec?.envFrom ?? []).map((one) => ({ ConfigMap: one.configMapRef?.name, Secret: one.secretRef?.name }));
  const [ref] = refs;
  const [found] = Object.entries(ref ?? {}).filter(([, value]) => value !== undefined);
  if (refs.length !== 1 || found === undefined) return [];
  return [{ kind: found[0], namespace: pod.metadata.namespace ?? null, name: found[1] ?? "" }];
};

const hadBefore = (world: World, { pod, name: container }: Running, name: string): boolean =>
  earlierTemplates(world, world.rootOf(pod), pod).some(({ spec }) =>
    spec.containers.some((one) => one.name === container && one.env?.some((variable) => sameName(variable.name, name))),
  );

/** A name as settings have them, and data seldom. */
const likeSetting =
  /_(?:URL|URI|DSN|HOST|PORT|ADDR|ADDRESS|ENDPOINT|USER|USERNAME|PASS|PASSWORD|TOKEN|SECRET|KEY|BUCKET|REGION|DIR|PATH|ENV|BROKERS?|TOPIC|QUEUE)$/;

/**
 * Python's word for a key that any dict lacks. The dict is the environment where its trace shows that, or where a revision had
 * the variable. Where no trace is shown at all, the name and the pod that has no such variable say it together.
 */
const keyOfDict = ({ world, running, error }: Crash, name: string): "environment" | "likely" | "any" => {
  if (!/\bKeyError: '/.test(error?.line ?? "") || hadBefore(world, running, name)) return "environment";
  const blast = error?.blast ?? [];
  if (blast.some((line) => /\benviron|\bgetenv|[\\/]os\.py"|<frozen os>/.test(line))) return "environment";
  return likeSetting.test(name) && !blast.some((line) => /\w\[[^\]]+\]|^\s*File "|^Traceback/.test(line))
    ? "likely"
    : "any";
};

const converts =
  /\bstrconv\.|\bint\(\) with base|could not convert string to float|\bFor input string\b|NumberFormatException|invalid digit found|invalid value for Integer/;

/** Programs convert all that they read: a value that the pod does not give this variable came from elsewhere. */
const isOfOther = ({ running: { spec }, error }: Crash, name: string): boolean => {
  const line = error?.line ?? "";
  const value = /["'`]([^"'`]*)["'`]/.exec(line)?.[1];
  const own = spec?.env?.find((one) => sameName(one.name, name));
  return converts.test(line) && value !== undefined && own?.value !== value && own?.valueFrom === undefined;
};

/** payments.url, Payments:Url and PAYMENTS_URL are one: frameworks read a setting from the variable of its name. */
const sameName = (one: string, other: string): boolean => plainName(one) === plainName(other);
const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Surest where the pod has no other source that might give it. */
const sureOf = (crash: Crash, name: string, set: boolean, sources: boolean): number => {
  const dict = keyOfDict(crash, name);
  if (isOfOther(crash, name)) return 0.7;
  if (dict === "any" || (dict === "likely" && (set || sources))) return 0.8;
  if (dict === "likely") return 0.87;
  if (set) return 0.86;
  return sources ? 0.86 : 0.95;
};

const variable = (crash: Crash, name: string, also: readonly string[] = []): Verdict => {
  const { running } = crash;
  const { spec } = running;
  if (name === "")
    return {
      class: "env-var-missing-or-wrong",
      words: "a variable that it reads is not in its env; it does not say which",
      confidence: 0.87,
      disproof: "the program starts with its env as it is",
    };
  const isSet = (one: string): boolean => spec?.env?.some((own) => sameName(own.name, one)) === true;
  const set = isSet(name);
  const called = /^\w+$/.test(name) ? "variable" : "setting";
  const rest = also
    .map((one) => `; ${one} ${isSet(one) ? "is not what it needs" : "is missing"}, too`)
    .slice(0, 5)
    .join("");
  const from = (spec?.envFrom ?? []).map((one) =>
    one.configMapRef?.name ? `ConfigMap ${one.configMapRef.name}` : `Secret ${one.secretRef?.name ?? "(unnamed)"}`,
  );
  const sources = from.length > 0;
  return {
    class: "env-var-missing-or-wrong",
    words: `${
      set
        ? `the ${called} ${name} is set, but not to what the program needs`
        : sources
          ? `the ${called} ${name} is not in its own env, and by the program's word ${from.slice(0, 3).join(" and ")} of its envFrom, whose values are not read here, ${from.length > 1 ? "do" : "does"} not give it as it needs`
          : `the ${called} ${name} is neither in its env nor in an envFrom source`
    }${rest}`,
    confidence: sureOf(crash, name, set, sources),
    disproof: `the container starts with ${name} as it is`,
    related: givenBy(running, name) ?? [],
  };
};

export const flat: Partial<Record<Lack["kind"], Verdict>> = {
  "port-taken": {
    class: "pod-port-conflict",
    words: "the port it wants is taken inside the pod",
    confidence: 0.93,
    disproof: "no other container of the pod uses the port",
  },
  permission: {
    class: "security-context-conflict",
    words: "it may not do what it tries as the user it runs as",
    confidence: 0.88,
    disproof: "the same user may do this in the same volume",
  },
  credential: {
    class: "credential-rejected",
    words: "its credentials are refused",
    confidence: 0.9,
    disproof: "the same credentials are accepted by hand",
  },
  rights: {
    class: "rbac-denied",
    words: "its service account may not do what it tries",
    confidence: 0.95,
    disproof: "kubectl auth can-i says yes for this service account",
  },
  certificate: {
    class: "tls-cert-expired-or-missing",
    words: "a certificate is not accepted",
    confidence: 0.86,
    disproof: "the peer's certificate is valid now",
  },
  descriptors: {
    class: "os-limit-exhausted",
    words: "it runs into a limit of the operating system",
    confidence: 0.88,
    disproof: "the count stays below the limit",
  },
  "shared-memory": {
    class: "shared-memory-too-small",
    words: "the shared memory of the pod (/dev/shm, 64Mi unless a volume is mounted there) is too small",
    confidence: 0.9,
    disproof: "a memory-backed volume is mounted at /dev/shm and has room",
  },
  mesh: {
    class: "mesh-policy-denied",
    words: "the mesh's proxy refuses the call",
    confidence: 0.88,
    disproof: "an authorization policy allows this caller",
  },
  clock: {
    class: "node-clock-skew",
    words: "by the node's clock the certificate is not valid yet",
    confidence: 0.86,
    disproof: "the node's clock agrees with the others",
  },
  space: {
    class: "volume-full",
    words: "there is no space left to write to",
    confidence: 0.86,
    disproof: "the volume has room",
  },
};

/** A client is told of its server's: what is mounted in its own pod says nothing of that. */
const sharedMemory = (line: string): Verdict | null =>
  flat["shared-memory"] &&
  /\b(?:psycopg\d?|asyncpg|DiskFull|PG::\w+|PSQLException|SQLSTATE|NpgsqlException)\b/.test(line)
    ? {
        ...flat["shared-memory"],
        words: "the shared memory of the database server that it asks is too small",
        confidence: 0.86,
        disproof: "the server's pod has a memory-backed volume at /dev/shm that has room",
      }
    : (flat["shared-memory"] ?? null);

/** A key that its settings should have: its ConfigMap's business where one is mounted, else the program's. */
const key = ({ running: { pod, spec } }: Crash, name: string): Verdict => {
  const mounted = new Set((spec?.volumeMounts ?? []).map((mount) => mount.name));
  const map = pod.spec.volumes?.find((volume) => volume.configMap && mounted.has(volume.name))?.configMap?.name;
  return {
    class: map ? "config-key-missing" : "app-crash",
    words: map
      ? `the key ${name} is not in the settings it reads, and ConfigMap ${map} is what is mounted for it`
      : `the key ${name} is not in what it reads`,
    confidence: map ? 0.86 : 0.9,
    disproof: `what it reads has the key ${name}`,
    related: map ? [{ kind: "ConfigMap", namespace: pod.metadata.namespace ?? null, name: map }] : [],
  };
};

const bare = (words: string): Verdict => ({
  class: "app-crash",
  words,
  confidence: 0.9,
  disproof: "the same image starts with the same settings elsewhere",
});

const byLack = (crash: Crash): Verdict | null => {
  const { world, running, lack, error } = crash;
  const unnamed = () => (error ? unnamedHostVerdict(world, running, error.blast, crash.log) : null);
  switch (lack?.kind) {
    case undefined:
      return unnamed();
    case "variable":
      return variable(crash, lack.name, lack.also);
    case "host":
      return hostVerdict(world, running, lack.name, lack.port) ?? unnamed() ?? answering(crash, lack.name);
    case "shared-memory":
      return sharedMemory(error?.line ?? "");
    case "key":
      return key(crash, lack.name);
    case "file":
      return unnamed() ?? fileVerdict(running, error?.line ?? "");
    case "module":
      return bare(`its image lacks the module ${lack.name}`);
    case "table":
      return bare(`its database lacks what it asks for: ${lack.name}`);
    default:
      return lack && (readOnlyVerdict(lack.kind, error?.line ?? "") ?? flat[lack.kind] ?? null);
  }
};

/** The log blames a host that the objects show well: said, and left to the program's owner. */
const answering = ({ world, running: { pod } }: Crash, host: string): Verdict | null =>
  peerOf(world, host, pod.metadata.namespace ?? "").kind === "up"
    ? bare(`it gets no connection to ${host}, although that Service has ready endpoints`)
    : null;

/** What is rejected stands in a file, by the line's own words. */
const inFile =
  /\bline \d+|(?<!\S)\/\S+:\d+|\b(?:in|of|from|at|file) ["'`]?(?:\.{0,2}\/\S|\S+\.[a-z]{2,5}\b)|\.(?:csv|conf|cfg|ya?ml|json|toml|ini|xml|properties|txt)\b/;

const words = (text: string): string[] => text.toLowerCase().match(/[a-z]{3,}/g) ?? [];
/** The line calls what it rejects as the variable is called, or, where a number is wanted, not at all. */
const callsIt = (line: string, name: string): boolean => {
  const said = words(
    line.replace(/\b(?:level|msg|time|ts|severity|caller|logger)=/g, " ").replace(/\\?["'`][^"'`\s]*["'`]/g, " "),
  );
  const own = words(name.replaceAll("_", " "));
  return own.some((one) => said.includes(one)) || /\bstrconv\.|\bint\(\) with base|\bFor input string\b/.test(line);
};

/** A value that the error rejects and that exactly one entry of the env gives: surely its value where the line calls it so. */
const rejected = ({ running: { spec }, error }: Crash): Verdict | null => {
  const line = error?.line ?? "";
  const values = new Set(inFile.test(line) ? [] : rejectedValues(line));
  const [one, more] = (spec?.env ?? []).filter(({ value }) => value !== undefined && values.has(value));
  if (!one || more) return null;
  return {
    class: "env-var-missing-or-wrong",
    words: `what it rejects is the value of the variable ${one.name} in its env`,
    confidence: callsIt(line, one.name) ? 0.9 : 0.7,
    disproof: `the container starts with ${one.name} as it is`,
  };
};

/** What a program got over by its own word is no reason of its end, unless the objects bear it out. */
export const settled = (crash: Crash): Crash =>
  crash.error?.survived === true && (byLack(crash)?.because ?? []).length === 0
    ? { ...crash, error: null, lack: null }
    : crash;

/** What an end means: by the missing thing it names, else an error of the program itself. */
export const verdictOf = (crash: Crash): Verdict => {
  const { world, running, log, error } = crash;
  const text = [error?.line, ...(error?.blast ?? [])].join("\n");
  return (
    tokenVerdict(world, running, text) ??
    doubted(error, byLack(crash)) ??
    rejected(crash) ??
    unsaidPeerVerdict(world, running, text) ?? {
      class: "app-crash",
      words: error ? "an error of the program itself" : silence(log),
      confidence: error ? 0.9 : log ? 0.86 : 0.75,
      disproof: "the same image starts with the same settings elsewhere",
    }
  );
};
