import { type AccessRow, deniedTable } from "../adapters/access-review.ts";
import type { Identities } from "../world.ts";
import type { DoctorLine } from "./doctor-line.ts";

const wrong = "allowed, and must not be: take this right away";

const placedAt = ({ resource, namespace }: AccessRow): string =>
  `${resource}${namespace === null ? "" : ` in ${namespace}`}`;

/** A right to read Secrets stops the start, in each place by itself. */
const isReadOfSecrets = ({ verb, resource }: AccessRow): boolean =>
  resource === "secrets" && ["get", "list", "watch"].includes(verb);

/** One line for each right to read Secrets and for each other resource of which anything is allowed, and one for all that is denied. */
export const toldDenied = (whose: string, rows: readonly AccessRow[], namespaces: readonly string[]): DoctorLine[] => {
  const right = ({ verb, resource }: AccessRow): string => `${verb} ${resource}`;
  const everywhere = new Set(rows.filter((row) => row.allowed && row.namespace === null).map(right));
  const allowed = rows.filter(
    (row) => row.allowed && !isReadOfSecrets(row) && (row.namespace === null || !everywhere.has(right(row))),
  );
  const grouped = Map.groupBy(allowed, placedAt);
  const denied = rows.filter((row) => !row.allowed).length;
  const where = ["everywhere", ...namespaces.map((name) => `in ${name}`)].join(", ");
  return [
    ...rows.filter(isReadOfSecrets).map((row) => ({
      what: `${whose}${row.verb} ${placedAt(row)}`,
      state: row.allowed ? ("bad" as const) : ("ok" as const),
      detail: row.allowed ? wrong : "denied, as it must be",
    })),
    ...[...grouped].map(([resource, of]) => ({
      what: `${whose}${of.map(({ verb }) => verb).join(", ")} ${resource}`,
      state: "bad" as const,
      detail: wrong,
    })),
    {
      what: `${whose}must be denied`,
      state: "ok",
      detail: `${denied} things that must be denied are denied (asked ${where})`,
    },
  ];
};

/** Of two identities each is asked by itself; one alone may do what the catalogue does. */
export const deniedLines = async (
  { reader, writer }: Identities,
  namespaces: readonly string[],
  areTwo: boolean,
): Promise<DoctorLine[]> => {
  const asked = areTwo
    ? ([
        ["reader: ", reader, "reader"],
        ["writer: ", writer, "writer"],
      ] as const)
    : ([["", reader, "writer"]] as const);
  const lines = asked.map(async ([whose, client, half]) =>
    toldDenied(whose, await deniedTable(client, half, namespaces), namespaces),
  );
  return (await Promise.all(lines)).flat();
};
