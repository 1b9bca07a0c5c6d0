import { commandFor } from "./question.ts";
import type { TapedCall } from "./tape.ts";

/** A read or a write of the world outside: what a person would type for it, and how it ended. */
export interface Asked {
  command: string;
  result: string;
}

type Heard = Pick<TapedCall, "call" | "said"> & { outcome: { kind: string; reason?: string; text?: string } };

const ofWorld = /^(cluster|exact|actuator|metrics|logs)\./;

export const isOfWorld = ({ call }: Heard): boolean => ofWorld.test(call);

export const askedOf = (heard: Heard): Asked => ({ command: commandOf(heard), result: resultOf(heard) });

const resultOf = ({ outcome: { kind, reason, text } }: Heard): string => {
  if (kind !== "answer") return reason ?? kind;
  return /^\{"kind":"(applied|conflict|refused)"/.exec(text ?? "")?.[1] ?? (text === "null" ? "not there" : "answered");
};

const commandOf = ({ call, said, outcome }: Heard): string => {
  const [port, method = ""] = call.split(".");
  if (port === "actuator") return writeOf(method, said);
  if (call === "logs.logs") return storeCommandOf(said, outcome.text) ?? `${call} ${said}`;
  const known = questionOf(method, argumentsIn(said));
  return known ?? `${call} ${said}`;
};

/** A store of logs is no kubectl: the answer has the command that asks it for the same, where the store tells one. */
const storeCommandOf = (said: string, answer: string | undefined): string | null => {
  const { pod, namespace, container = null } = Object(argumentsIn(said)[0]) as Record<string, string | undefined>;
  const told = /"command":("(?:[^"\\]|\\.)*")/.exec(answer ?? "")?.[1];
  if (told !== undefined) return String(JSON.parse(told));
  if (pod === undefined || namespace === undefined) return null;
  return commandFor({ ask: "kept-logs", namespace, pod, container, previous: false, from: null, to: null });
};

// What is said of the arguments is cut short; then it is told as it is.
const argumentsIn = (said: string): unknown[] => {
  try {
    return JSON.parse(`[${said}]`) as unknown[];
  } catch {
    return [];
  }
};

const questionOf = (method: string, [first, second, third]: unknown[]): string | null => {
  const place = (value: unknown): string | null => (typeof value === "string" ? value : null);
  const query = Object(first) as { [field: string]: never };
  switch (method) {
    case "get":
      return commandFor({ ask: "get", kind: String(first), namespace: place(second), name: String(third) });
    case "list":
      return first === undefined ? null : commandFor({ selector: null, ...query, ask: "list" } as never);
    case "names":
      return commandFor({ ask: "names", kind: "ConfigMap", namespace: String(second) });
    case "logs":
    case "read":
      return query.pod === undefined ? null : commandFor({ ...query, ask: "logs" } as never);
    case "instant":
    case "range":
      return first === undefined
        ? null
        : commandFor({ ask: "metric", query: String(first), minutes: Number(second ?? 0) });
    default:
      return null;
  }
};

const writeOf = (method: string, said: string): string => {
  const field = (name: string): string | undefined => new RegExp(`"${name}":"([^"]{1,253})"`).exec(said)?.[1];
  const [kind, name, namespace] = [field("kind"), field("name"), field("namespace")];
  const at = namespace === undefined ? "" : ` -n ${namespace}`;
  return `kubectl ${field("do") ?? "patch"} ${kind?.toLowerCase()}/${name}${at}${method === "dryRun" ? " --dry-run=server" : ""}`;
};
