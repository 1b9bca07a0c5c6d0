import type { Finding } from "../incident/diagnosis.ts";
import { found, named } from "./finding.ts";
import type { IngressBackend } from "./kind-map.ts";
import { refOf } from "./objects.ts";
import type { World } from "./world.ts";

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

/** Ingresses that lead to a Service or port that is not there. */
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
      : [];
  });
