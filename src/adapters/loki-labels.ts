/** What a log is found by. */
export const logParts = ["namespace", "pod", "container"] as const;
export type LogPart = (typeof logParts)[number];

/** Names that collectors give: Alloy and Promtail, OpenTelemetry, Fluent Bit and Vector, older charts. The first that is there is used. */
const usual: Record<LogPart, readonly string[]> = {
  namespace: [
    "namespace",
    "k8s_namespace_name",
    "kubernetes_namespace_name",
    "kubernetes_namespace",
    "namespace_name",
    "k8s_namespace",
  ],
  pod: ["pod", "k8s_pod_name", "kubernetes_pod_name", "pod_name", "kubernetes_pod", "k8s_pod"],
  container: [
    "container",
    "k8s_container_name",
    "kubernetes_container_name",
    "container_name",
    "kubernetes_container",
    "k8s_container",
  ],
};

export interface LabelNames {
  /** Labels of streams: the selector names them. */
  indexed: Partial<Record<LogPart, string>>;
  /** Names under which the rest may stand beside each line, as OpenTelemetry's pod does: what follows the selector names them. */
  beside: Record<LogPart, readonly string[]>;
}

/** Which label tells what: as configured, else the usual ones, as far as there are such labels. */
export const labelNames = (
  known: readonly string[],
  configured: Partial<Record<LogPart, string>>,
): LabelNames | null => {
  const there = new Set(known);
  const indexed: LabelNames["indexed"] = {};
  const beside = { namespace: [], pod: [], container: [] } as Record<LogPart, readonly string[]>;
  for (const part of logParts) {
    const named = configured[part];
    const names = named === undefined ? usual[part] : [named];
    const label = names.find((name) => there.has(name));
    if (label === undefined) beside[part] = names;
    else indexed[part] = label;
  }
  return indexed.namespace === undefined && indexed.pod === undefined ? null : { indexed, beside };
};

/** A string of LogQL: as in Go, only backslash, quote and control characters need more than themselves. */
export const quoted = (text: string): string => JSON.stringify(text);

/** LogQL for the lines of one pod, or of one container of it. */
export const logQl = (
  { indexed, beside }: LabelNames,
  wanted: { namespace: string; pod: string; container: string | null },
): string => {
  const matchers = logParts.flatMap((part) => {
    const label = indexed[part];
    const value = wanted[part];
    return label === undefined || value === null ? [] : [`${label}=${quoted(value)}`];
  });
  const anyOf = (part: LogPart): string[] => {
    const value = wanted[part];
    if (value === null || beside[part].length === 0) return [];
    if (part === "pod") return [beside[part].map((name) => `${name}=${quoted(value)}`).join(" or ")];
    // These may be told nowhere: then it is not this that keeps a line out.
    return beside[part].map((name) => `${name}=${quoted(value)} or ${name}=""`);
  };
  return [`{${matchers.join(", ")}}`, ...logParts.flatMap(anyOf)].join(" | ");
};

/** The container a line of this stream is of; null where no label tells. */
export const containerIn = ({ indexed, beside }: LabelNames, stream: Record<string, string>): string | null => {
  const names = indexed.container === undefined ? beside.container : [indexed.container];
  return names.map((name) => stream[name]).find((value) => value !== undefined && value !== "") ?? null;
};
