import type { Container, PodSpec } from "../../incident/kube.ts";

const partOf = (difference: string): string =>
  difference
    .replace(/^container .* added$/, "container added")
    .replace(/^[^:]+: /, "")
    .replace(/^(image|[^ ]+ (?:limit|request)) .* → .*$/, "$1")
    .replace(/^env .* (added|removed|changed)$/, "env $1");

export const partsOf = (differences: readonly string[]): string => differences.map(partOf).join("; ");

const resourceText = ({ resources }: Container): Record<string, string> =>
  Object.fromEntries(
    (["requests", "limits"] as const).flatMap((part) =>
      Object.entries(resources?.[part] ?? {}).map(([name, value]) => [`${name} ${part.slice(0, -1)}`, String(value)]),
    ),
  );

const fieldsOf = (container: Container): Record<string, string> => ({
  image: container.image ?? "",
  command: JSON.stringify([...(container.command ?? []), ...(container.args ?? [])]).slice(0, 120),
  "readiness probe": JSON.stringify(container.readinessProbe ?? null),
  "liveness probe": JSON.stringify(container.livenessProbe ?? null),
  "startup probe": JSON.stringify(container.startupProbe ?? null),
  ports: JSON.stringify(container.ports ?? []),
  ...resourceText(container),
  ...Object.fromEntries(
    (container.env ?? []).map(({ name, value, valueFrom }) => [
      `env ${name}`,
      value ?? JSON.stringify(valueFrom ?? ""),
    ]),
  ),
});

/** Values of variables may be secrets: that they changed is said, not to what. */
const fieldChange = (field: string, before: string | undefined, after: string | undefined): string | null => {
  if (before === after) return null;
  if (before === undefined) return `${field} added`;
  if (after === undefined) return `${field} removed`;
  return /^(env|command|ports)|probe$/.test(field)
    ? `${field} changed`
    : `${field} ${before || "none"} → ${after || "none"}`;
};

const containerChanges = (before: Container, after: Container): string[] => {
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(young)])].flatMap(
    (field) => fieldChange(field, old[field], young[field]) ?? [],
  );
};

/** What differs between two templates, container by container. */
export const templateChanges = (before: PodSpec, after: PodSpec): string[] => {
  const lists = [
    [before.containers, after.containers] as const,
    [before.initContainers ?? [], after.initContainers ?? []] as const,
  ];
  return lists.flatMap(([old, young]) =>
    young.flatMap((container) => {
      const earlier = old.find(({ name }) => name === container.name);
      return earlier
        ? containerChanges(earlier, container).map((one) => `${container.name}: ${one}`)
        : [`container ${container.name} added`];
    }),
  );
};
