import { stringify } from "yaml";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { KubeEvent, KubeObject } from "../../src/incident/kube.ts";
import { systemPrompt } from "../../src/nodes/diagnose.prompt.ts";
import { nearness } from "../../src/nodes/diagnose-near.ts";
import { toolSpecs } from "../../src/tools/catalogue.ts";
import type { Case } from "./case.ts";
import type { Played } from "./ours.ts";
import { tokensIn } from "./tokens.ts";

const mostRounds = 10;

/** An object as `kubectl describe` tells it: all of it but who owns which field. */
const described = ({ metadata: { managedFields: _, ...metadata }, ...rest }: KubeObject): string =>
  stringify({ ...rest, metadata });

/** As `kubectl get events` tells them: a line each. */
const happened = (events: readonly KubeObject[]): string =>
  (events as readonly KubeEvent[])
    .map(({ type, reason, lastTimestamp, involvedObject, message }) =>
      [lastTimestamp, type, reason, `${involvedObject?.kind}/${involvedObject?.name}`, message].join("  "),
    )
    .join("\n");

const answered = ({ answer }: Evidence, isNear: (object: KubeObject) => boolean): string => {
  if (answer.kind !== "found") return "none";
  const { body } = answer;
  switch (body.kind) {
    case "objects":
      return body.objects[0]?.kind === "Event"
        ? happened(body.objects)
        : body.objects.filter(isNear).map(described).join("---\n");
    case "log":
    case "text":
      return body.text;
    case "names":
      return body.names.join("\n");
    case "series":
      return JSON.stringify(body.series);
  }
};

interface Step {
  id: string;
  text: string;
}

/** The usual order: the object, its pods, the events, the logs of its pods, then everything else that the cause rests on. */
const stepsOf = ({ swept, evidence, truth }: Case): Step[] => {
  const { subject } = swept;
  const isNear = nearness(evidence, subject, swept.openedAt);
  const isOwnPod = (namespace: string, name: string): boolean =>
    isNear({ apiVersion: "v1", kind: "Pod", metadata: { namespace, name } });
  const rank = ({ id, question: q }: Evidence): number => {
    if (q.ask === "get" && q.kind === subject.kind && q.name === subject.name) return 0;
    if (q.ask === "list" && q.kind === "Pod") return 1;
    if (q.ask === "list" && q.kind === "Event") return 2;
    if (q.ask === "logs" && isOwnPod(q.namespace, q.pod)) return 3;
    return truth.evidence.includes(id) ? 4 : 5;
  };
  return evidence
    .filter((one) => rank(one) < 5)
    .toSorted((a, b) => rank(a) - rank(b))
    .map((one) => ({ id: one.id, text: `${one.command}\n${answered(one, isNear)}` }));
};

/** The same investigator in a loop as most have it: one tool a round, each answer whole into one chat that is sent again. */
export const playNaive = (one: Case): Played => {
  const steps = stepsOf(one);
  const start = tokensIn(systemPrompt) + tokensIn(JSON.stringify(toolSpecs));
  let chat = `${one.swept.subject.kind}/${one.swept.subject.name} in ${one.swept.subject.namespace} is sick.`;
  const missing = new Set(one.truth.evidence);
  let tokens = 0;
  for (let rounds = 1; rounds <= mostRounds; rounds += 1) {
    tokens += start + tokensIn(chat);
    if (missing.size === 0) return { tokens, rounds, wrong: null };
    const step = steps.shift();
    missing.delete(step?.id ?? "");
    chat += `\n${step?.text ?? ""}`;
  }
  return { tokens, rounds: mostRounds, wrong: "ten rounds were not enough" };
};
