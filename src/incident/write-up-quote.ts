import type { Body, Evidence } from "./evidence.ts";
import type { Condition, ContainerStatus, KubeObject } from "./kube.ts";
import { columns, quoted } from "./write-up-text.ts";

const troubled =
  /error|fatal|panic|exception|fail|refused|denied|not found|no such|killed|exceeded|insufficient|timed? ?out|unable|cannot|missing|invalid|unhealthy|back-?off/i;

// Only the end of a log is worth quoting, and a hostile one may be a single line of many megabytes.
const tail = 32_000;

// Below this a line only repeats what every crash says.
const worthwhile = 0.9;

interface Quote {
  text: string;
  worth: number;
}

const listOf = <T>(value: unknown): T[] => (Array.isArray(value) ? value : []);
const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

// The end of a pod's name tells it from its siblings; the rest is in the headline.
const shortPod = (pod: string): string => (pod.length <= 24 ? pod : `…${pod.slice(-16)}`);

const withoutTime = (line: string): string => line.replace(/^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)\S*\s/, "$1 ");

const logQuotes = (text: string): Quote[] => {
  const lines = text
    .slice(-tail)
    .split("\n")
    .filter((line) => line.trim() !== "");
  return lines.map((line, index) => ({
    text: withoutTime(line.slice(0, 1_000)),
    worth: (troubled.test(line.slice(0, 1_000)) ? 3 : 0) + (index + 1) / lines.length,
  }));
};

/** Elsewhere than in a log what stands last says no more than the rest: a line counts by what it has of the statement. */
const textQuotes = (text: string, words: readonly string[]): Quote[] =>
  text
    .slice(0, tail)
    .split("\n")
    .map((line) => line.slice(0, 1_000))
    .map((line) => {
      const lower = line.toLowerCase();
      const shared = words.some((word) => lower.includes(word));
      return { text: line, worth: (troubled.test(line) ? 3 : 0) + (shared ? worthwhile : 0) };
    });

const containerQuotes = (pod: string, status: ContainerStatus): Quote[] => {
  const { waiting, terminated } = status.state ?? {};
  const last = status.lastState?.terminated;
  const ended = (how: string, end: typeof last): Quote[] =>
    end === undefined || (end.exitCode === 0 && end.reason === "Completed")
      ? []
      : [
          {
            text: `${shortPod(pod)}/${status.name} ${how}: ${end.reason ?? ""} exit ${end.exitCode} ${end.message ?? ""}`,
            worth: 4.5,
          },
        ];
  const stuck = (waiting?.reason ?? "").match(/^(PodInitializing|ContainerCreating)?$/) === null;
  return [
    ...(stuck
      ? [
          {
            text: `${shortPod(pod)}/${status.name} waits: ${waiting?.reason} ${waiting?.message ?? ""}`,
            worth: waiting?.reason === "CrashLoopBackOff" ? 0 : 4,
          },
        ]
      : []),
    ...ended("ended", terminated),
    ...ended(
      `ended before (${status.restartCount === 1 ? "1 restart" : `${status.restartCount ?? 0} restarts`})`,
      last,
    ),
  ];
};

const conditionQuotes = (ref: string, condition: Condition): Quote[] =>
  condition.status === "False" &&
  condition.message !== undefined &&
  !/^ContainersNotReady$/.test(condition.reason ?? "")
    ? [{ text: `${ref} ${condition.type}=False ${condition.reason ?? ""}: ${condition.message}`, worth: 2.5 }]
    : [];

/** The object that a quote is about; of an event that is the one it happened to. */
const heldBy = (object: KubeObject): string => {
  const involved = recordOf(object.involvedObject ?? object.regarding);
  return object.kind === "Event" ? textOf(involved.name) : object.metadata.name;
};

/** A list of a whole namespace also tells of its neighbours; they are quoted only when nothing else is there. */
const nearest = (objects: readonly KubeObject[], about: string): readonly KubeObject[] => {
  const own = objects.filter((object) => heldBy(object) === about || heldBy(object).startsWith(`${about}-`));
  return own.length > 0 ? own : objects;
};

const objectQuotes = (object: KubeObject): Quote[] => {
  if (object.kind === "Event") {
    if (object.type !== "Warning") return [];
    // That a restart is being held back is known from every crash; it would crowd out the reason.
    const worth = object.reason === "BackOff" ? 0 : 3.5;
    return [{ text: `event ${textOf(object.reason)}: ${textOf(object.message ?? object.note)}`, worth }];
  }
  const status = recordOf(object.status);
  const ref = `${object.kind}/${object.metadata.name}`;
  const containers = [
    ...listOf<ContainerStatus>(status.initContainerStatuses),
    ...listOf<ContainerStatus>(status.containerStatuses),
  ];
  return [
    ...(status.reason === "Evicted" ? [{ text: `${ref} Evicted: ${textOf(status.message)}`, worth: 4.5 }] : []),
    ...containers.flatMap((one) => containerQuotes(object.metadata.name, one)),
    ...listOf<Condition>(status.conditions).flatMap((one) => conditionQuotes(ref, one)),
  ];
};

const quotesOf = (body: Body, about: string, words: readonly string[]): Quote[] => {
  switch (body.kind) {
    case "objects":
      return nearest(body.objects, about).slice(0, 200).flatMap(objectQuotes);
    case "log":
      // What is from elsewhere than the kubelet says so: whoever repeats the question must ask there.
      return logQuotes(body.text).map(({ text, worth }) => ({
        text: body.from ? `${body.from}: ${text}` : text,
        worth,
      }));
    case "text":
      return textQuotes(body.text, words);
    case "series":
      return body.series.slice(0, 20).map(({ labels, points }) => ({
        text: `${labels.pod ?? labels.container ?? body.query}: ${points.at(-1)?.[1] ?? "no value"}`,
        worth: 1,
      }));
    case "names":
      return [{ text: `${body.of}: ${body.names.length} by name: ${body.names.slice(0, 8).join(", ")}`, worth: 1 }];
  }
};

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z0-9][a-z0-9._/-]{3,}/g) ?? [];

/** The lines of the evidence that say most, each behind the id it was read from. */
export const tellingLines = (
  evidence: readonly Evidence[],
  statement: string,
  most: number,
  about: string,
): string[] => {
  const words = [...new Set(wordsOf(statement))];
  const ranked = evidence.flatMap(({ id, answer }) =>
    answer.kind === "found"
      ? quotesOf(answer.body, about, words)
          .filter(({ worth }) => worth >= worthwhile)
          .map(({ text, worth }) => {
            const lower = text.slice(0, 2_000).toLowerCase();
            return { id, text, worth: worth + 0.5 * words.filter((word) => lower.includes(word)).length };
          })
      : [],
  );
  const lines = ranked
    .sort((a, b) => b.worth - a.worth)
    .map(({ id, text }) => ({ id, line: quoted(text, columns - id.length - 1) }));
  const kept = new Map<string, string>();
  const from = new Map<string, number>();
  // The same sentence about another pod tells nothing new, and one talkative source must not silence the others.
  for (const { id, line } of lines) {
    const gist = line.replace(/[0-9a-z…]*\d[0-9a-z-]*/gi, "#").slice(0, 60);
    const already = from.get(id) ?? 0;
    if (kept.size >= most || kept.has(gist) || already >= 2) continue;
    kept.set(gist, `${id} ${line}`);
    from.set(id, already + 1);
  }
  return [...kept.values()];
};
