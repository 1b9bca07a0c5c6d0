import { type Answer, type Evidence, evidenceId } from "../incident/evidence.ts";
import { isKind, kinds } from "../incident/kinds.ts";
import { commandFor, type Question } from "../incident/question.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import { PortError } from "../ports/port-error.ts";
import { boundedLog } from "./bounded-log.ts";
import { boundedObjects } from "./bounded-objects.ts";
import { newestEvents, readEvents } from "./noisy-events.ts";
import { pastText } from "./past-incidents.ts";
import { readUnwellFirst } from "./read-unwell.ts";

type World = Pick<Ports, "cluster" | "metrics" | "bookshelf" | "sources" | "clock"> &
  Partial<Pick<Ports, "logs" | "memory">>;
type Of<Ask extends Question["ask"]> = Extract<Question, { ask: Ask }>;

const questionDeadlineMs = 15_000;
const objectLimits: Record<string, number> = { Pod: 300, Event: 500 };
const objectLimit = 200;
const maxSeries = 200;
const maxNames = 1_000;
const keptLines = 500;

const noData: Answer = { kind: "no-data" };
const refused = (reason: PortError["reason"], message: string): Answer => ({ kind: "could-not-ask", reason, message });

/** Why objects of this kind cannot be asked for; null when they can. */
const whyNot = (kind: string, namespace: string | null, one: boolean): Answer | null => {
  if (!isKind(kind)) return refused("invalid", `Nightshift does not read objects of kind ${kind}`);
  if (kind === "ConfigMap") return refused("invalid", "ConfigMaps are read by name only; ask for their names instead");
  if (one && kinds[kind].namespaced && namespace === null) {
    return refused("invalid", `a ${kind} lies in a namespace; say in which`);
  }
  return null;
};

const get = async ({ cluster }: World, { kind, namespace, name }: Of<"get">, signal: AbortSignal): Promise<Answer> => {
  const no = whyNot(kind, namespace, true);
  if (no || !isKind(kind)) return no ?? noData;
  const object = await cluster.get(kind, namespace, name, signal);
  return object === null ? noData : { kind: "found", body: boundedObjects([object], false) };
};

/** None among those that were read says nothing where the rest could not be asked for. */
const foundEvents = ({ objects, truncated, unread }: Awaited<ReturnType<typeof readEvents>>): Answer => {
  if (objects.length === 0 && unread === undefined) return noData;
  return { kind: "found", body: { ...boundedObjects(objects, truncated), ...(unread && { unread }) } };
};

const list = async ({ cluster }: World, question: Of<"list">, signal: AbortSignal): Promise<Answer> => {
  const { kind, namespace, selector } = question;
  const no = whyNot(kind, namespace, false);
  if (no || !isKind(kind)) return no ?? noData;
  const limit = objectLimits[kind] ?? objectLimit;
  const query = { kind, namespace, selector, limit };
  if (kind === "Event") return foundEvents(newestEvents(await readEvents(cluster, query, signal), limit));
  const { objects, truncated } = await readUnwellFirst(cluster, query, signal);
  return objects.length === 0 ? noData : { kind: "found", body: boundedObjects(objects, truncated) };
};

const events = async ({ cluster }: World, question: Of<"events">, signal: AbortSignal): Promise<Answer> => {
  const { kind, namespace, name } = question;
  const query = { kind: "Event", namespace, selector: null, limit: objectLimits.Event ?? objectLimit } as const;
  const { objects, ...rest } = await readEvents(cluster, query, signal);
  const about = objects.filter(({ involvedObject }) => {
    const { kind: itsKind, name: itsName } = (involvedObject ?? {}) as { kind?: string; name?: string };
    return itsKind === kind && itsName === name;
  });
  return foundEvents({ ...rest, objects: about });
};

const names = async ({ cluster }: World, { kind, namespace }: Of<"names">, signal: AbortSignal): Promise<Answer> => {
  const found = await cluster.names(kind, namespace, signal);
  return found.length === 0
    ? noData
    : { kind: "found", body: { kind: "names", of: kind, names: found.slice(0, maxNames) } };
};

/** The kubelet's reason why there is no log yet is an answer; anything else it refuses is not. */
const notYetBegun = (error: unknown): Answer => {
  const [said] = (error instanceof PortError && error.reason === "invalid" && waitingToStart.exec(error.message)) || [];
  if (said === undefined) throw error;
  return { kind: "found", body: { kind: "text", text: said } };
};
const waitingToStart = /container \S{1,300} in pod \S{1,300} is waiting to start[^\n]{0,300}/;

const logs = async (world: World, question: Of<"logs">, signal: AbortSignal): Promise<Answer> =>
  readLog(world, question, signal).catch(notYetBegun);

const readLog = async ({ cluster }: World, question: Of<"logs">, signal: AbortSignal): Promise<Answer> => {
  const { ask: _ask, ...query } = question;
  const log = await cluster.logs(query, signal);
  if (log === null || log.text === "") return noData;
  const { namespace, pod, container, previous } = query;
  const { text, truncated } = boundedLog(log.text);
  const body = { namespace, pod, container, previous, text, truncated: truncated || log.truncated };
  return { kind: "found", body: { kind: "log", ...body } };
};

/** An answer, and the command that asks for the same where the question alone does not tell it. */
type WithCommand = Answer & { command?: string };

const keptLogs = async (
  { logs: store = null }: World,
  question: Of<"kept-logs">,
  signal: AbortSignal,
): Promise<WithCommand> => {
  if (store === null) return refused("not-configured", "no LOKI_URL and no CLOUDWATCH_LOG_GROUP is set");
  const { namespace, pod, container, previous, from, to } = question;
  const life = { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) };
  const log = await store.logs({ namespace, pod, container, previous, lines: keptLines, ...life }, signal);
  if (log === null || log.text === "") return noData;
  const { text, truncated } = boundedLog(log.text);
  const whose = { namespace, pod, container: container ?? log.container ?? "", previous };
  const body = { ...whose, text, truncated: truncated || log.truncated, from: log.from ?? store.name };
  return { kind: "found", body: { kind: "log", ...body }, ...(log.command ? { command: log.command } : {}) };
};

const metric = async ({ metrics }: World, { query, minutes }: Of<"metric">, signal: AbortSignal): Promise<Answer> => {
  if (metrics === null) return refused("not-configured", "no PROMETHEUS_URL is set");
  const series = minutes === 0 ? await metrics.instant(query, signal) : await metrics.range(query, minutes, signal);
  return series.length === 0
    ? noData
    : { kind: "found", body: { kind: "series", query, series: series.slice(0, maxSeries) } };
};

const runbooks = async ({ bookshelf }: World, { words }: Of<"runbooks">): Promise<Answer> => {
  const hits = await bookshelf.search({ alerts: [], classes: [], words }, 5);
  const text = hits.map(({ runbook, title, heading, why }) => `${runbook}: ${title} (${heading}): ${why}`).join("\n");
  return hits.length === 0 ? noData : { kind: "found", body: { kind: "text", text } };
};

const past = async ({ memory }: World, { fingerprint, classes }: Of<"past">): Promise<Answer> => {
  if (memory == null) return refused("not-configured", "nothing is remembered here");
  const text = pastText(await memory.similar(fingerprint, classes));
  return text === "" ? noData : { kind: "found", body: { kind: "text", text } };
};

const source = async ({ sources }: World, { tool, args }: Of<"source">, signal: AbortSignal): Promise<Answer> => {
  if (sources == null) return refused("not-configured", "no server of other tools is configured");
  const said = await sources.ask(tool, args, signal);
  return said === null ? noData : { kind: "found", body: { kind: "text", text: said.text } };
};

const answerTo = (world: World, question: Question, signal: AbortSignal): Promise<WithCommand> => {
  switch (question.ask) {
    case "sweep":
      throw new Error("a sweep is many questions: gather unfolds it before anything is asked");
    case "get":
      return get(world, question, signal);
    case "list":
      return list(world, question, signal);
    case "events":
      return events(world, question, signal);
    case "names":
      return names(world, question, signal);
    case "logs":
      return logs(world, question, signal);
    case "kept-logs":
      return keptLogs(world, question, signal);
    case "metric":
      return metric(world, question, signal);
    case "runbooks":
      return runbooks(world, question);
    case "past":
      return past(world, question);
    case "source":
      return source(world, question, signal);
  }
};

/** Rejects when the signal aborts, for ports that do not look at it. */
const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_answer, reject) => {
    const late = (): void => reject(new PortError("ask", "timeout", "no answer within the time this question had"));
    if (signal.aborted) late();
    else signal.addEventListener("abort", late, { once: true });
  });

const orRefused = (error: unknown): Answer => {
  if (error instanceof PortError) return refused(error.reason, error.message);
  throw error;
};

const bytesOf = (answer: Answer): number =>
  answer.kind === "found" ? Buffer.byteLength(JSON.stringify(answer.body)) : 0;

/** Asks one question and keeps what came back. A port that cannot answer is an answer, too; only a bug throws. */
export const askWorld =
  (world: World) =>
  async (question: Question, signal?: AbortSignal): Promise<Evidence> => {
    const askedAt = isoNow(world.clock);
    const deadline = AbortSignal.any([AbortSignal.timeout(questionDeadlineMs), ...(signal ? [signal] : [])]);
    const late = whenAborted(deadline);
    // It is raced below; on its own it may reject long after nobody waits for it.
    late.catch(() => undefined);
    const { command = commandFor(question), ...answer }: WithCommand = deadline.aborted
      ? await late.catch(orRefused)
      : await Promise.race([answerTo(world, question, deadline), late]).catch(orRefused);
    return {
      id: evidenceId(question, answer),
      question,
      command,
      askedAt,
      ms: world.clock.now().getTime() - Date.parse(askedAt),
      bytes: bytesOf(answer),
      answer,
    };
  };
