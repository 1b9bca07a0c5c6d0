import type { Verdict } from "../network/host-verdict.ts";
import type { Running } from "../world/containers.ts";
import type { World } from "../world/world.ts";

const place = "/var/run/secrets/kubernetes.io/serviceaccount";
const missed =
  /\/var\/run\/secrets\/kubernetes\.io\/serviceaccount|service (?:account )?token file does not exist|User \\?"system:anonymous\\?" cannot/i;

const isMounted = ({ spec }: Running): boolean =>
  (spec?.volumeMounts ?? []).some(
    ({ mountPath = "" }) => mountPath.replace(/\/$/, "") === place || place.startsWith(`${mountPath}/`),
  );

/** The program speaks to the API server with a token that its pod was told not to mount. */
export const tokenVerdict = (world: World, running: Running, words: string): Verdict | null => {
  if (!missed.test(words) || isMounted(running)) return null;
  const { metadata, spec } = running.pod;
  const namespace = metadata.namespace ?? null;
  const name = spec.serviceAccountName ?? "default";
  const account = world.find("ServiceAccount", namespace, name);
  const byPod = spec.automountServiceAccountToken;
  const byAccount = byPod === undefined && account?.automountServiceAccountToken === false;
  if (byPod !== false && !byAccount) return null;
  const where = byAccount ? `the ServiceAccount ${name}` : "its pod";
  return {
    class: "app-crash",
    words: `it wants the token of the ServiceAccount ${name}, and ${where} says automountServiceAccountToken: false, so none is mounted`,
    confidence: 0.93,
    disproof: `a token is mounted at ${place} in the container`,
    ...(byAccount ? { related: [{ kind: "ServiceAccount", namespace, name }], because: [account] } : {}),
  };
};
