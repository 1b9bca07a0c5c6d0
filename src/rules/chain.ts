import type { Finding } from "../incident/diagnosis.ts";
import type { FaultClass } from "../incident/fault-classes.ts";
import { type Question, questionKey } from "../incident/question.ts";
import type { ObjectRef } from "../incident/subject.ts";
import { certainFrom } from "./certain.ts";
import { keyOf } from "./world/objects.ts";

/** A needs b, b needs c: followed from one that only waits to what it waits for, each once, and no further than people would. */
const mostHops = 6;

/** Findings that stand on what is missed, and name those who miss it. */
const onMissed: ReadonlySet<FaultClass> = new Set(["scaled-to-zero"]);

const waits = ({ class: name }: Finding): boolean => name === "dependency-unavailable";
const isCause = (one: Finding): boolean => !waits(one) && one.confidence >= certainFrom;

type About = ReadonlyMap<string, readonly Finding[]>;

/** Findings by the objects that they tell something about. */
const aboutOf = (findings: readonly Finding[]): About => {
  const about = new Map<string, Finding[]>();
  for (const one of findings) {
    const refs = onMissed.has(one.class) ? [one.object, ...one.related] : [one.object];
    for (const key of new Set(refs.map(keyOf))) about.set(key, [...(about.get(key) ?? []), one]);
  }
  return about;
};

interface Chain {
  readonly causes: readonly Finding[];
  /** The findings between, which only wait themselves. */
  readonly links: readonly Finding[];
}

/** What a victim's dependencies come down to. */
const chainOf = (victim: Finding, about: About): Chain => {
  const seen = new Set([keyOf(victim.object)]);
  const causes: Finding[] = [];
  const links: Finding[] = [];
  let front: readonly Finding[] = [victim];
  for (let hop = 0; hop < mostHops && front.length > 0; hop += 1) {
    const keys = [...new Set(front.flatMap(({ related }) => related.map(keyOf)))].filter((key) => !seen.has(key));
    for (const key of keys) seen.add(key);
    const met = [...new Set(keys.flatMap((key) => about.get(key) ?? []))];
    causes.push(...met.filter(isCause));
    front = met.filter((one) => waits(one) && one !== victim);
    links.push(...front);
  }
  return { causes, links };
};

const victimOf = (victim: Finding, { causes, links }: Chain, asked: ReadonlySet<string>): Finding => {
  if (causes.length > 0) return { ...victim, confidence: 0.6 };
  // As long as a link may still be asked for its last words, what is behind it may be nearer to the cause.
  const open: Question[] = links.flatMap(({ wants }) => wants).filter((one) => !asked.has(questionKey(one)));
  return open.length > 0
    ? { ...victim, confidence: Math.min(victim.confidence, 0.8), wants: [...victim.wants, ...open] }
    : victim;
};

/** A dependency that is sick itself is the cause: its own finding takes the victims along, and theirs step back. */
export const blamed = (findings: readonly Finding[], asked: ReadonlySet<string>): Finding[] => {
  const about = aboutOf(findings);
  const chains = new Map(findings.filter(waits).map((victim) => [victim, chainOf(victim, about)]));
  const taken = new Map<Finding, ObjectRef[]>();
  for (const [victim, { causes }] of chains)
    for (const cause of causes) taken.set(cause, [...(taken.get(cause) ?? []), victim.object]);
  return findings.map((one) => {
    const chain = chains.get(one);
    if (chain) return victimOf(one, chain, asked);
    const known = new Set([one.object, ...one.related].map(keyOf));
    const victims = (taken.get(one) ?? []).filter((ref) => !known.has(keyOf(ref)));
    return victims.length > 0 ? { ...one, related: [...one.related, ...victims] } : one;
  });
};

/** The workloads between a victim and its cause, nearest to the victim first; none where it suffers from it directly. */
export const between = (findings: readonly Finding[], victim: ObjectRef, cause: Finding): ObjectRef[] => {
  const about = aboutOf(findings);
  const start = (about.get(keyOf(victim)) ?? []).find(waits);
  if (start === undefined) return [];
  const suffering = new Set(cause.related.map(keyOf));
  const passed = [start, ...chainOf(start, about).links].flatMap(({ related }) => related);
  return [...new Map(passed.map((ref) => [keyOf(ref), ref])).values()].filter(
    (ref) =>
      ref.kind !== "Service" &&
      suffering.has(keyOf(ref)) &&
      keyOf(ref) !== keyOf(victim) &&
      keyOf(ref) !== keyOf(cause.object),
  );
};
