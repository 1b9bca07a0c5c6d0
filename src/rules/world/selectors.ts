import type { KubeNode, LabelSelector, PodSpec, Toleration } from "../../incident/kube.ts";

type Labels = Readonly<Record<string, string>>;

interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

const compare = (value: string | undefined, bound: string | undefined): number => Number(value) - Number(bound);

const meets = (labels: Labels, { key, operator, values = [] }: Requirement): boolean => {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return compare(value, values[0]) > 0;
    case "Lt":
      return compare(value, values[0]) < 0;
    default:
      return false;
  }
};

export const hasLabels = (labels: Labels | undefined, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels?.[key] === value);

export const selects = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels = {}): boolean =>
  hasLabels(labels, matchLabels) && matchExpressions.every((one) => meets(labels, one));

interface NodeTerm {
  matchExpressions?: Requirement[];
  matchFields?: Requirement[];
}

/** Any one of which a node has to meet; null when all nodes will do. */
export const requiredTerms = ({ affinity }: PodSpec): NodeTerm[] | null => {
  const node = affinity?.nodeAffinity as
    | { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeTerm[] } }
    | undefined;
  return node?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? null;
};

/** Whether a node carries what the pod's selector and required affinity ask for; taints and room are not looked at. */
export const nodeFits = (spec: PodSpec, { metadata }: KubeNode): boolean => {
  const labels = metadata.labels ?? {};
  if (!hasLabels(labels, spec.nodeSelector ?? {})) return false;
  const terms = requiredTerms(spec);
  return (
    terms === null ||
    terms.some(
      ({ matchExpressions = [], matchFields = [] }) =>
        matchExpressions.every((one) => meets(labels, one)) &&
        matchFields.every((one) => meets({ "metadata.name": metadata.name }, one)),
    )
  );
};

export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

export const taintText = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ""}:${effect}`;

const tolerates = (taint: Taint, { key, operator = "Equal", value = "", effect }: Toleration): boolean =>
  (!effect || effect === taint.effect) &&
  (!key ? operator === "Exists" : key === taint.key && (operator === "Exists" || value === (taint.value ?? "")));

/** Taints of a node that keep this pod away. */
export const untolerated = ({ tolerations = [] }: PodSpec, { spec }: KubeNode): Taint[] =>
  (spec?.taints ?? []).filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerations.some((one) => tolerates(taint, one)),
  );
