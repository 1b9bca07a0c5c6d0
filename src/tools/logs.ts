import { z } from "zod";
import type { Pod } from "../incident/kube.ts";
import { badName, isRefused, placeFor } from "./place.ts";
import { ask, refuse, tool } from "./tool.ts";

const maxLines = 2_000;
const usualLines = 200;

const containersOf = (pod: Pod): string[] =>
  [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].map(({ name }) => name);

export const logs = tool(
  "logs",
  "End of a container's log: the first error of its last start, repeats folded with counts, the last lines. previous: its life before the last restart. container null: the pod's only one.",
  z.strictObject({
    pod: z.string(),
    namespace: z.string().nullable(),
    container: z.string().nullable(),
    previous: z.boolean(),
    lines: z.number().nullable(),
  }),
  ({ pod, namespace, container, previous, lines }, scope) => {
    const place = placeFor("Pod", namespace, scope);
    if (isRefused(place)) return place;
    const known = containersOf((scope.find("Pod", place.namespace, pod) ?? {}) as Pod);
    const chosen = container ?? (known.length === 1 ? known[0] : undefined);
    if (place.namespace === null || chosen === undefined)
      return refuse(`say which container of ${pod.slice(0, 60)}: ${known.join(", ") || "the pod was not read yet"}`);
    if (known.length > 0 && !known.includes(chosen))
      return refuse(`${pod.slice(0, 60)} has the containers ${known.join(", ")}`);
    const count = Math.min(maxLines, Math.max(1, Math.trunc(lines ?? usualLines) || usualLines));
    const question = {
      ask: "logs",
      namespace: place.namespace,
      pod,
      container: chosen,
      previous,
      lines: count,
    } as const;
    return badName(pod) ?? badName(chosen) ?? ask(question);
  },
);
