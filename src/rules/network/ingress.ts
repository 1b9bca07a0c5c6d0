import type { Finding } from "../../incident/diagnosis.ts";
import { found, named } from "../finding.ts";
import type { IngressBackend, KindMap } from "../world/kind-map.ts";
import { refOf } from "../world/objects.ts";
import type { World } from "../world/world.ts";

const fault = (world: World, namespace: string | null, { service }: IngressBackend): string | null => {
  if (!service?.name) return null;
  const found = world.find("Service", namespace, service.name);
  if (!found) return world.knows("Service", namespace) ? `the Service ${service.name}, which does not exist` : null;
  const { number, name } = service.port ?? {};
  const ports = found.spec.ports ?? [];
  const there = ports.some((one) => (number !== undefined ? one.port === number : one.name === name));
  return there || (number === undefined && name === undefined)
    ? null
    : `port ${number ?? name} of the Service ${service.name}, which has only ${ports.map(({ port }) => port).join(", ") || "no port"}`;
};

type Spec = KindMap["Ingress"]["spec"];

const routes = (spec: Spec): Map<string, string> =>
  new Map(
    [
      { host: "", http: { paths: [{ path: "", backend: spec?.defaultBackend ?? {} }] } },
      ...(spec?.rules ?? []),
    ].flatMap(({ host = "", http }) =>
      (http?.paths ?? []).flatMap(({ path = "", backend }): [string, string][] =>
        backend?.service?.name ? [[`${host}${path}`, backend.service.name]] : [],
      ),
    ),
  );

const applied = (text: string | undefined): Spec => {
  try {
    return (JSON.parse(text ?? "") as { spec?: Spec } | null)?.spec;
  } catch {
    return undefined;
  }
};

/** A rule that leads elsewhere than its manifest, as it was applied last, while the Service of the manifest is there. */
const misrouted = (world: World, ingress: KindMap["Ingress"]): Finding[] => {
  const object = refOf(ingress);
  const before = routes(applied(ingress.metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"]));
  const [moved] = [...routes(ingress.spec)].filter(([route, service]) => {
    const meant = before.get(route);
    return meant !== undefined && meant !== service && world.find("Service", object.namespace, meant) !== null;
  });
  if (!moved) return [];
  const [route, service] = moved;
  return found(world, {
    class: "ingress-misrouted",
    object,
    statement: `${named(object)} leads ${route || "its default"} to the Service ${service}; its manifest, as it was applied last, says ${before.get(route)}: somebody changed the rule by hand, and the wrong program answers.`,
    because: [ingress, world.find("Service", object.namespace, service)],
    confidence: 0.87,
    disproof: "the change was meant",
    related: [{ kind: "Service", namespace: object.namespace, name: service }],
  });
};

/** Ingresses that lead to a Service or port that is not there, or to another than they should. */
export const ingresses = (world: World): Finding[] =>
  world.list("Ingress").flatMap((ingress) => {
    const object = refOf(ingress);
    const paths = (ingress.spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
    const backends = [ingress.spec?.defaultBackend, ...paths.map(({ backend }) => backend)].filter(
      (one) => one !== undefined,
    );
    const [first] = backends.flatMap((backend) => {
      const words = fault(world, object.namespace, backend);
      return words ? [{ words, name: backend.service?.name ?? "" }] : [];
    });
    return first
      ? found(world, {
          class: "ingress-class-or-backend-missing",
          object,
          statement: `${named(object)} leads to ${first.words}.`,
          because: [ingress, world.find("Service", object.namespace, first.name)],
          confidence: 0.93,
          disproof: "the Service and the port exist",
          related: [{ kind: "Service", namespace: object.namespace, name: first.name }],
        })
      : misrouted(world, ingress);
  });
