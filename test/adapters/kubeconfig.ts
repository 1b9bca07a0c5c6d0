import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A kubeconfig file with two contexts, as kubectl writes them. */
export const kubeconfigFor = (server: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), "kubeconfig-")), "config");
  const user = (name: string) => ({ name, user: { token: `${name}-token` } });
  const context = (name: string) => ({ name, context: { cluster: "loop", user: name } });
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "loop", cluster: { server } }],
      users: [user("day"), user("night")],
      contexts: [context("day"), context("night")],
      "current-context": "day",
    }),
  );
  return file;
};
