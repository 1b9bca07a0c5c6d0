import { changesAllowed, type Policy } from "./policy.ts";
import { isAmong } from "./ruling.ts";

/** Changes that policy lets be asked for and that so few people may approve that nobody can; `names`: of all approvers there are. */
export const tooFewApprovers = (policy: Policy, names: readonly string[]): string[] => {
  if (changesAllowed(policy).length === 0) return [];
  const may = (globs: readonly string[] | null): string[] => [...new Set(names)].filter((name) => isAmong(globs, name));
  const all = may(null);
  const { highRiskPeople } = policy;
  return [
    ...(all.length < highRiskPeople
      ? [`a change of high risk needs ${peopleText(highRiskPeople)}, and ${whoText(all)}: it can never be approved`]
      : []),
    ...policy.rules.flatMap(({ people = 1, approvers = null, mode }, at) => {
      const some = may(approvers);
      if (mode === "observe" || (people === 1 && approvers === null)) return [];
      if (some.length < people)
        return [`rule ${at + 1} needs ${peopleText(people)}, and ${whoText(some)}: nothing by it can be approved`];
      return some.length < highRiskPeople && all.length >= highRiskPeople
        ? [`rule ${at + 1}: a change of high risk needs ${peopleText(highRiskPeople)}, and ${whoText(some)}`]
        : [];
    }),
  ];
};

const peopleText = (count: number): string => (count === 1 ? "a person" : `${count} different people`);

const whoText = (names: readonly string[]): string =>
  names.length === 0 ? "nobody may approve it" : `only ${names.join(", ")} may approve it`;
