import type { Finding } from "../../incident/diagnosis.ts";
import { found, named, quote, spanText } from "../finding.ts";
import { clock, liveContainers, type Running } from "../world/containers.ts";
import { replicaSetsOf } from "../world/revisions.ts";
import type { World } from "../world/world.ts";

const emptied =
  /no such table|relation "[^"]+" does not exist|doesn't exist|Unknown database|empty (?:data )?(?:directory|volume|database)|initdb|initializ(?:ing|ed) (?:empty|new|database)|creating new (?:database|data)|no existing (?:data|database)/i;

const later = 10 * 60_000;

const emptyWords = (world: World, { pod, name }: Running) => {
  for (const previous of [false, true]) {
    const log = world.log(pod, name, previous);
    const line = log?.lines.findLast((one) => emptied.test(one));
    if (log && line) return { log, line };
  }
  return null;
};

/** A claim that is much younger than the workload whose earlier revisions used one of that name: what it held is gone. */
export const recreated = (world: World): Finding[] =>
  liveContainers(world).flatMap((running) => {
    const { pod, init, spec } = running;
    const root = world.rootOf(pod);
    if (init || root.kind !== "Deployment") return [];
    const mounted = new Set((spec?.volumeMounts ?? []).map(({ name }) => name));
    return (pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim }) => {
      const claim =
        persistentVolumeClaim && mounted.has(name)
          ? world.find("PersistentVolumeClaim", root.namespace, persistentVolumeClaim.claimName)
          : null;
      const made = clock(claim?.metadata.creationTimestamp);
      const older = (claim ? replicaSetsOf(world, root) : []).find(
        ({ metadata, spec: set }) =>
          made - clock(metadata.creationTimestamp) > later &&
          set.template.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === claim?.metadata.name),
      );
      if (!claim || !older || claim.status?.phase !== "Bound") return [];
      const words = emptyWords(world, running);
      return found(world, {
        class: "volume-recreated-empty",
        object: root,
        statement: `${named(root)}: its claim ${claim.metadata.name} was made ${spanText(world.now - made)} ago, long after the workload that uses one of this name: the data of the one before is not in it.${words ? ` The program says: ${quote(words.line)}.` : ""}`,
        because: [claim, older, pod, words?.log],
        confidence: words ? 0.88 : 0.75,
        disproof: "the volume behind the claim is older than the claim and holds the data",
        related: [{ kind: "PersistentVolumeClaim", namespace: root.namespace, name: claim.metadata.name }],
      });
    });
  });
