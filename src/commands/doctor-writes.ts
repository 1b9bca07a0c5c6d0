import { verbs } from "../actions/catalogue.ts";
import { type AccessRow, type Change, writeTable } from "../adapters/access-review.ts";
import type { KubernetesClient } from "../adapters/kubernetes-client.ts";
import type { Verb } from "../incident/plan.ts";
import { namespacesNamed, type Policy } from "../incident/policy.ts";
import { couldChange } from "../incident/ruling.ts";
import { type DoctorLine, off } from "./doctor-line.ts";

/** How a verb of the catalogue is asked of the API server. */
const asked = (verb: Verb): Change[0] => (verb === "delete-pod" ? "delete" : verb === "rerun-job" ? "create" : "patch");

/** Exactly what policy could make it do in a namespace, each once; null: to what has no namespace. */
const changesIn = (policy: Policy, namespace: string | null): Change[] => {
  const could = verbs
    .filter(({ verb }) => couldChange(policy, namespace, verb))
    .flatMap(({ verb, targets }) => targets.map((kind): Change => [asked(verb), kind]))
    .filter(([, kind]) => (kind === "Node") === (namespace === null));
  return [...new Map(could.map((change) => [change.join(" "), change])).values()];
};

const changeOf = ({ verb, resource, namespace, allowed }: AccessRow): DoctorLine => ({
  what: `${verb} ${resource}${namespace === null ? "" : ` in ${namespace}`}`,
  state: allowed ? "ok" : "off",
  detail: allowed ? "allowed" : "denied: this change can only be proposed there, not made",
});

/** A name that no file names: what policy says of it, it says of every namespace that is not named. */
const unnamed = "\0";

const unasked = (policy: Policy): DoctorLine[] => {
  const globs = [...Object.keys(policy.namespaces), ...policy.rules.flatMap(({ match }) => match.namespace ?? [])];
  const open = globs.some((glob) => glob.includes("*")) || changesIn(policy, unnamed).length > 0;
  return open
    ? [off("writer elsewhere", "policy also allows changes where it names no namespace: say --namespace to ask there")]
    : [];
};

/** What the writer may do of what policy could make it do: where policy names it, on nodes, and all there is where it was asked for. */
export const writeLines = async (
  writer: KubernetesClient,
  policy: Policy | null,
  namespaces: readonly string[],
): Promise<DoctorLine[]> => {
  const named = policy === null ? [] : namespacesNamed(policy).filter((name) => !namespaces.includes(name));
  const places = [...namespaces, ...named].map((at) =>
    policy === null || namespaces.includes(at) ? writeTable(writer, at) : writeTable(writer, at, changesIn(policy, at)),
  );
  const nodes = policy === null ? [] : [writeTable(writer, null, changesIn(policy, null))];
  const rows = (await Promise.all([...places, ...nodes])).flat();
  return [...rows.map(changeOf), ...(policy === null || namespaces.length > 0 ? [] : unasked(policy))];
};
