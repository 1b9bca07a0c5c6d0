import { createHmac } from "node:crypto";
import type { KubeObject } from "../incident/kube.ts";
import type { Actuator, Performed } from "./actuator.ts";
import type { Cluster } from "./cluster.ts";
import type { Logs } from "./logs.ts";
import type { Metrics } from "./metrics.ts";
import { PortError } from "./port-error.ts";
import { isEncodedAuth } from "./redact-named.ts";
import { redactText } from "./redact-text.ts";
import { isSensitiveName } from "./sensitive-names.ts";
import type { Sources } from "./sources.ts";

export interface Redactor {
  text(text: string): string;
  /** The same structure with its strings redacted; JSON inside strings (annotations) is looked into. */
  value<T>(value: T): T;
}

const mostRemembered = 1000;

/** One placeholder per value, so that "the same in both places" stays visible. The key keeps it from being guessed. */
const hider = (key: string): ((secret: string) => string) => {
  const remembered = new Map<string, string>();
  return (secret) => {
    const before = remembered.get(secret);
    if (before !== undefined) return before;
    const mark = `[redacted:${createHmac("sha256", key).update(secret).digest("hex").slice(0, 4)}]`;
    // A log that fails says the same secret line by line.
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(secret, mark);
    return mark;
  };
};

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isFlag = (value: unknown): boolean => typeof value === "string" && /^--?[\w-]+$/.test(value);
const isPlaceholder = (text: string): boolean => /^\[redacted:[0-9a-f]{4}\]$/.test(text);
const isReference = (text: string): boolean => text === "" || /^\$[({].*[)}]$/.test(text) || isPlaceholder(text);

const jsonIn = (text: string): unknown => {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Begins like JSON and is none: a log line. Read as text.
    return undefined;
  }
};

export const redactor = (key: string): Redactor => {
  const hide = hider(key);
  const hideAll = (text: string): string => (isReference(text) ? text : hide(text));
  const text = (given: string): string => redactText(given, hide);

  const string = (given: string): string => {
    const inner = jsonIn(given);
    if (inner === undefined) return text(given);
    try {
      const clean = JSON.stringify(any(inner));
      return clean === JSON.stringify(inner) ? given : clean;
    } catch (error) {
      // Nested deeper than the stack: somebody wants us to fall. Read as text.
      if (error instanceof RangeError) return text(given);
      throw error;
    }
  };

  const entry = (owner: Fields, field: string, value: unknown): unknown => {
    if (Array.isArray(value) && isSensitiveName(field)) {
      return value.map((each) => (typeof each === "string" ? hideAll(each) : any(each)));
    }
    if (typeof value === "number" && isSensitiveName(field)) return hide(String(value));
    if (isFields(value) && typeof value.value === "string" && isSensitiveName(field)) {
      return { ...(any(value) as Fields), value: hideAll(value.value) };
    }
    if (typeof value !== "string") return any(value);
    const named = field === "value" && typeof owner.name === "string" ? owner.name : field;
    return isSensitiveName(named) || isEncodedAuth(named, value) ? hideAll(value) : string(value);
  };

  const item = (list: unknown[], value: unknown, index: number): unknown => {
    const before = list[index - 1];
    const isAnswer = typeof value === "string" && isFlag(before) && isSensitiveName(String(before));
    return isAnswer && !isFlag(value) ? hideAll(value) : any(value);
  };

  const any = (value: unknown): unknown => {
    if (typeof value === "string") return string(value);
    if (Array.isArray(value)) return value.map((each, index) => item(value, each, index));
    if (!isFields(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, entry(value, field, inner)]));
  };

  // Redaction replaces strings by strings (and the number that a password may be), so the shape is kept.
  return { text, value: <T>(value: T): T => any(value) as T };
};

/** What a server says when it refuses may quote what it was given. */
const saying = async <T>({ text }: Redactor, answer: Promise<T>): Promise<T> => {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    const { port, reason, message } = error;
    throw new PortError(port, reason, text(message.slice(port.length + 2)));
  }
};

export const redactedCluster = (cluster: Cluster, redactor: Redactor): Cluster => ({
  name: cluster.name,
  get: async (...question) => redactor.value<KubeObject | null>(await saying(redactor, cluster.get(...question))),
  list: async (...question) => {
    const { objects, truncated } = await saying(redactor, cluster.list(...question));
    return { objects: objects.map((object) => redactor.value(object)), truncated };
  },
  names: (...question) => saying(redactor, cluster.names(...question)),
  logs: async (...question) => {
    const log = await saying(redactor, cluster.logs(...question));
    return log === null ? null : { text: redactor.text(log.text), truncated: log.truncated };
  },
});

export const redactedLogs = (logs: Logs, redactor: Redactor): Logs => ({
  name: logs.name,
  logs: async (...question) => {
    const log = await saying(redactor, logs.logs(...question));
    return log === null ? null : { ...log, text: redactor.text(log.text) };
  },
});

/** Objects stay exact, because writes are computed from them; only what the server says when it refuses is looked at. */
export const redactedErrors = (cluster: Cluster, redactor: Redactor): Cluster => ({
  name: cluster.name,
  get: (...question) => saying(redactor, cluster.get(...question)),
  list: (...question) => saying(redactor, cluster.list(...question)),
  names: (...question) => saying(redactor, cluster.names(...question)),
  logs: (...question) => saying(redactor, cluster.logs(...question)),
});

/** Writes go out exactly as they are; only what the server says about them is looked at. */
export const redactedActuator = (actuator: Actuator, redactor: Redactor): Actuator => {
  const said = (performed: Performed): Performed =>
    performed.kind === "applied" ? performed : { ...performed, message: redactor.text(performed.message) };
  return {
    dryRun: async (...write) => said(await saying(redactor, actuator.dryRun(...write))),
    perform: async (...write) => said(await saying(redactor, actuator.perform(...write))),
  };
};

/** Label names are not looked at: `secret="db-credentials"` names a Secret, it does not hold one. */
export const redactedMetrics = (metrics: Metrics, redactor: Redactor): Metrics => {
  const clean = (labels: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, redactor.text(label)]));
  return {
    instant: async (...question) =>
      (await saying(redactor, metrics.instant(...question))).map(({ labels, points }) => ({
        labels: clean(labels),
        points,
      })),
    range: async (...question) =>
      (await saying(redactor, metrics.range(...question))).map(({ labels, points }) => ({
        labels: clean(labels),
        points,
      })),
  };
};

/** What other servers say, of their tools too. */
export const redactedSources = (sources: Sources, redactor: Redactor): Sources => ({
  tools: async (...question) =>
    (await saying(redactor, sources.tools(...question))).map((tool) => ({
      ...tool,
      description: redactor.text(tool.description),
      schema: redactor.value(tool.schema),
    })),
  ask: async (...question) => {
    const said = await saying(redactor, sources.ask(...question));
    // JSON is looked into: a password is known by the name beside it.
    return said && { ...said, text: redactor.value(said.text) };
  },
});
