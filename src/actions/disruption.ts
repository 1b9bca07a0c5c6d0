import type { KubeObject, LabelSelector, PodDisruptionBudget } from "../incident/kube.ts";

type Labels = Record<string, string>;

const meets = (
  labels: Labels,
  { key, operator, values = [] }: NonNullable<LabelSelector["matchExpressions"]>[number],
) => {
  const value = labels[key];
  if (operator === "In") return value !== undefined && values.includes(value);
  if (operator === "NotIn") return value === undefined || !values.includes(value);
  return operator === "Exists" ? value !== undefined : value === undefined;
};

const covers = ({ spec }: PodDisruptionBudget, labels: Labels): boolean => {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
  return (
    spec?.selector !== undefined &&
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((one) => meets(labels, one))
  );
};

/** The budget that forbids to take one more of these pods away now. */
export const forbidding = (near: readonly KubeObject[], labels: Labels): PodDisruptionBudget | undefined =>
  near
    .filter((object): object is PodDisruptionBudget => object.kind === "PodDisruptionBudget")
    .find((budget) => covers(budget, labels) && (budget.status?.disruptionsAllowed ?? 0) <= 0);
