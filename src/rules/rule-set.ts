import { isFaultClass } from "../incident/fault-classes.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./table.ts";

/** Rules by the name of their family. */
export type RuleSet = Readonly<Record<string, Rule>>;

/** The rules without some families, or without some classes that they name; a name that is neither is refused. */
export const rulesWithout = (names: readonly string[]): RuleSet => {
  const unknown = names.find((name) => !(name in rules) && !isFaultClass(name));
  if (unknown !== undefined)
    throw new Error(
      `there is no rule or class ${unknown}; rules are ${Object.keys(rules).join(", ")}, classes are those of docs/fault-classes.md`,
    );
  const classes = new Set(names.filter(isFaultClass));
  const left = Object.entries(rules).filter(([name]) => !names.includes(name));
  return Object.fromEntries(
    left.map(([name, rule]) => [name, (world) => rule(world).filter((found) => !classes.has(found.class))]),
  );
};
