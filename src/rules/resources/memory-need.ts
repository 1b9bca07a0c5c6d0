import type { Workload } from "../../incident/kube.ts";
import { announcedInLog, loweredFrom } from "../../incident/memory-need.ts";
import { bytesText, mebibytes, parseQuantity } from "../../incident/quantity.ts";
import { spanText } from "../finding.ts";
import { clock, lastWords, type Running } from "../world/containers.ts";
import { replicaSetsOf } from "../world/revisions.ts";
import type { World } from "../world/world.ts";

export interface MemoryNeed {
  readonly container: string;
  readonly limitBytes: number;
  /** Highest working set that was measured; null without metrics. It ends at the limit: what lies above was never seen. */
  readonly peakBytes: number | null;
  /** What the program says it needs in all, by its log or its own heap setting. */
  readonly announcedBytes: number | null;
  readonly recommendedBytes: number;
  /** As a limit is written. */
  readonly recommended: string;
  /** How the number came about, for people. */
  readonly sum: string;
  readonly evidence: readonly string[];
}

interface Part {
  bytes: number;
  words: string;
  evidence: string[];
}

const units: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

const fromLog = (world: World, running: Running): Part | null => {
  const log = lastWords(world, running);
  const announced = log && announcedInLog(log.lines);
  return announced ? { ...announced, evidence: world.cite(log) } : null;
};

const heapFlag = /-Xmx(\d+)([kmg])|--max-old-space-size=(\d+)/i;

/** What a runtime reads its flags from. A flag in another variable may be meant for anybody. */
const flagVariables = /^(?:JAVA_TOOL_OPTIONS|_?JAVA_OPT(?:ION)?S|JDK_JAVA_OPTIONS|NODE_OPTIONS)$/;

const fromHeap = (world: World, { pod, spec }: Running): Part | null => {
  const words = [
    ...(spec?.command ?? []),
    ...(spec?.args ?? []),
    ...(spec?.env ?? []).filter(({ name }) => flagVariables.test(name)).map(({ value = "" }) => value),
  ].join(" ");
  const [flag, size, unit = "", old] = heapFlag.exec(words) ?? [];
  const heap = old ? Number(old) * 2 ** 20 : Number(size) * (units[unit.toLowerCase()] ?? 0);
  return flag && heap > 0
    ? {
        bytes: heap * 1.25,
        words: `its heap may grow to ${bytesText(heap)} (${flag}), and a quarter more for the rest makes ${bytesText(heap * 1.25)}`,
        evidence: world.cite(pod),
      }
    : null;
};

/** Of this container in all pods of its workload: they do the same work, and the one that was killed least tells what it takes. */
const peakOf = (world: World, { pod, name }: Running): Part | null => {
  const pods = new Set(world.podsOf(world.rootOf(pod)).map(({ metadata }) => metadata.name));
  let best: Part | null = null;
  for (const { id, answer } of world.evidence) {
    if (
      answer.kind !== "found" ||
      answer.body.kind !== "series" ||
      !answer.body.query.includes("container_memory_working_set_bytes")
    )
      continue;
    for (const { labels, points } of answer.body.series) {
      if (labels.container !== name || (labels.pod !== undefined && !pods.has(labels.pod))) continue;
      const bytes = points.reduce((most, [, value]) => Math.max(most, value), 0);
      if (bytes > (best?.bytes ?? 0))
        best = {
          bytes,
          words: `its working set peaked at ${bytesText(bytes)}${labels.pod === undefined || labels.pod === pod.metadata.name ? "" : ` in pod ${labels.pod}`}`,
          evidence: [id],
        };
    }
  }
  return best;
};

/** Lowered a short while ago, and killed since: what it had before is the least that it is known to live with. */
const formerLimit = (world: World, { pod, name }: Running): Part | null => {
  const [own, before] = replicaSetsOf(world, world.rootOf(pod));
  const limitIn = (set: Workload | undefined): number | null =>
    parseQuantity(set?.spec.template.spec.containers.find((one) => one.name === name)?.resources?.limits?.memory);
  const since = world.now - clock(own?.metadata.creationTimestamp);
  const was = loweredFrom(limitIn(own), limitIn(before), since);
  return was !== null
    ? {
        bytes: was,
        words: `the revision before had ${bytesText(was)}, lowered ${spanText(since)} ago: no less than that`,
        evidence: world.cite(before),
      }
    : null;
};

/** Never less than double: what a container would have used beyond the limit that killed it was not seen. */
const factor = 2;
const step = 16 * 2 ** 20;

export const needOf = (world: World, running: Running): MemoryNeed[] => {
  const limit = parseQuantity(running.spec?.resources?.limits?.memory);
  if (limit === null || limit <= 0) return [];
  const peak = peakOf(world, running);
  const former = formerLimit(world, running);
  const announced = fromLog(world, running) ?? fromHeap(world, running);
  const base = Math.max(limit, peak?.bytes ?? 0);
  const need = Math.max(base * factor, (announced?.bytes ?? 0) * 1.1, former?.bytes ?? 0);
  const recommendedBytes = Math.ceil(need / step) * step;
  const doubled = `${factor} × ${bytesText(base)} = ${bytesText(base * factor)}`;
  return [
    {
      container: running.name,
      limitBytes: limit,
      peakBytes: peak?.bytes ?? null,
      announcedBytes: announced?.bytes ?? null,
      recommendedBytes,
      recommended: mebibytes(recommendedBytes),
      sum: [
        `A limit of ${mebibytes(recommendedBytes)} is recommended`,
        peak ? `: ${peak.words}` : ": no working set was measured",
        announced && announced.bytes * 1.1 > base * factor
          ? `; ${announced.words}, and a tenth more makes ${bytesText(announced.bytes * 1.1)}: a small raise will not help`
          : `; twice the limit or the peak, whichever is more: ${doubled}`,
        former && former.bytes > limit ? `; ${former.words}` : "",
        ".",
      ].join(""),
      evidence: [
        ...new Set([
          ...world.cite(running.pod),
          ...(peak?.evidence ?? []),
          ...(former?.evidence ?? []),
          ...(announced?.evidence ?? []),
        ]),
      ],
    },
  ];
};
