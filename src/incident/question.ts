import { z } from "zod";
import { Fingerprint } from "./memory.ts";
import { shellQuoted } from "./shell-quoted.ts";

const Namespace = z.string().nullable();

/** One thing to ask the world. Closed: what is not here cannot be asked, neither by a rule nor by a model. */
export const Question = z.discriminatedUnion("ask", [
  /** The fixed first look at the incident's subject; `gather` unfolds it into many questions. */
  z.object({ ask: z.literal("sweep") }),
  z.object({ ask: z.literal("get"), kind: z.string(), namespace: Namespace, name: z.string() }),
  z.object({
    ask: z.literal("list"),
    kind: z.string(),
    namespace: Namespace,
    /** Label selector as kubectl's -l takes it. */
    selector: z.string().nullable(),
  }),
  /** Names only, without content: for ConfigMaps, whose existence matters and whose content is not ours to read. */
  z.object({ ask: z.literal("names"), kind: z.literal("ConfigMap"), namespace: z.string() }),
  /** What happened to one object, as kubectl describe tells it below the object. */
  z.object({ ask: z.literal("events"), kind: z.string(), namespace: z.string(), name: z.string() }),
  z.object({
    ask: z.literal("logs"),
    namespace: z.string(),
    pod: z.string(),
    container: z.string(),
    /** The log of the container's life before the current one. */
    previous: z.boolean(),
    lines: z.int().positive().max(2000),
  }),
  /** What a store of logs kept of a container that the kubelet knows nothing of any more. */
  z.object({
    ask: z.literal("kept-logs"),
    namespace: z.string(),
    pod: z.string(),
    /** Null: whichever it had. */
    container: z.string().nullable(),
    previous: z.boolean(),
    /** When the life meant began and ended, ISO 8601; null: not known. */
    from: z.string().nullable(),
    to: z.string().nullable(),
  }),
  /** PromQL over the last `minutes`; 0 asks for this instant. */
  z.object({ ask: z.literal("metric"), query: z.string(), minutes: z.int().min(0).max(1440) }),
  z.object({ ask: z.literal("runbooks"), words: z.string() }),
  /** Closed incidents that resemble this one; `classes` are what it may be. */
  z.object({ ask: z.literal("past"), fingerprint: Fingerprint, classes: z.array(z.string()) }),
  /** A read-only tool of another server, by the name we offer it under; `args` is the text of a JSON object. */
  z.object({ ask: z.literal("source"), tool: z.string(), args: z.string() }),
]);
export type Question = z.infer<typeof Question>;

const inNamespace = (namespace: string | null): string => (namespace === null ? "" : ` -n ${namespace}`);

/** How many of a log's last lines are read at least; they are made short, so that it costs little to look further back. */
export const readBackLines = 10_000;

/** The command a person would type to ask the same. */
export const commandFor = (question: Question): string => {
  switch (question.ask) {
    case "sweep":
      return "nightshift sweep";
    case "get":
      return `kubectl get ${question.kind.toLowerCase()} ${question.name}${inNamespace(question.namespace)} -o json`;
    case "list":
      return `kubectl get ${question.kind.toLowerCase()}${inNamespace(question.namespace)}${question.selector ? ` -l ${shellQuoted(question.selector)}` : ""} -o json`;
    case "names":
      return `kubectl get ${question.kind.toLowerCase()} -n ${question.namespace} -o name`;
    case "events":
      return `kubectl events -n ${question.namespace} --for=${question.kind.toLowerCase()}/${question.name} -o json`;
    case "logs":
      return `kubectl logs -n ${question.namespace} ${question.pod} -c ${question.container}${question.previous ? " --previous" : ""} --tail=${Math.max(question.lines, readBackLines)} --timestamps`;
    case "kept-logs":
      return `(the store of logs) -n ${question.namespace} ${question.pod}${question.container === null ? "" : ` -c ${question.container}`}`;
    case "metric":
      return question.minutes === 0
        ? `promtool query instant "$PROMETHEUS_URL" ${shellQuoted(question.query)}`
        : `promtool query range --start="$(date -d '-${question.minutes} min' +%s)" "$PROMETHEUS_URL" ${shellQuoted(question.query)}`;
    case "runbooks":
      return `nightshift runbooks search ${shellQuoted(question.words)}`;
    case "past":
      return `curl "$NIGHTSHIFT_URL/api/incidents?subject=${encodeURIComponent(question.fingerprint.subject)}"`;
    case "source":
      return `nightshift mcp call ${question.tool} ${shellQuoted(question.args)}`;
  }
};

/** Two questions with the same key are the same question: it is not asked twice. */
export const questionKey = (question: Question): string => JSON.stringify(question, Object.keys(question).sort());
