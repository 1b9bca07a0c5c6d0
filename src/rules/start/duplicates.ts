import type { Finding } from "../../incident/diagnosis.ts";
import type { Container } from "../../incident/kube.ts";
import { found, named } from "../finding.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const twice = ({ env = [] }: Container): string | null => {
  const seen = new Map<string, string>();
  for (const { name, value, valueFrom } of env) {
    const text = JSON.stringify(valueFrom ?? value ?? "");
    const before = seen.get(name);
    if (before !== undefined && before !== text) return name;
    seen.set(name, text);
  }
  return null;
};

/** Variables that are given two different values: the last one wins, which nobody sees. */
export const duplicates = (world: World): Finding[] =>
  world.workloads.flatMap((workload) =>
    workload.spec.template.spec.containers.flatMap((container) => {
      const name = twice(container);
      const object = refOf(workload);
      return name === null
        ? []
        : found(world, {
            class: "env-var-duplicated",
            object,
            statement: `${named(object)}: container ${container.name} sets the variable ${name} twice, to different values; the last one wins.`,
            because: [workload],
            confidence: 0.86,
            disproof: "the value that wins is the one that is meant",
          });
    }),
  );
