import { execFile, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { KubeObject } from "../../src/incident/kube.ts";
import { until } from "./until.ts";

const run = promisify(execFile);

export interface LiveCluster {
  prometheus: string;
  alertmanager: string;
  auditLog: string;
  script(name: string, ...args: string[]): Promise<string>;
  kubectl(...args: string[]): Promise<string>;
  apply(manifest: string): Promise<void>;
  get<T extends KubeObject>(kind: string, namespace: string, name: string): Promise<T>;
  /** Returns once the namespaces and everything in them are gone. */
  removed(namespaces: readonly string[]): Promise<void>;
}

/** The cluster whose scripts are in `folder`, asked with its own administrator's rights. */
export const openCluster = async (folder: string): Promise<LiveCluster> => {
  const script = async (name: string, ...args: string[]): Promise<string> =>
    (await run(join(resolve(folder), name), args, { timeout: 120_000, maxBuffer: 8 << 20 })).stdout;
  const addresses = await script("addresses");
  const at = (name: string): string => {
    const value = new RegExp(`^export ${name}=(\\S+)$`, "m").exec(addresses)?.[1];
    if (value === undefined) throw new Error(`the cluster's addresses do not say ${name}: is it up?`);
    return value;
  };
  const env = { ...process.env, KUBECONFIG: at("KUBECONFIG"), PATH: `${at("PATH").split(":")[0]}:${process.env.PATH}` };
  const kubectl = async (...args: string[]): Promise<string> =>
    (await run("kubectl", args, { env, timeout: 60_000, maxBuffer: 8 << 20 })).stdout;
  return {
    prometheus: at("PROMETHEUS_URL"),
    alertmanager: at("ALERTMANAGER_URL"),
    auditLog: join(dirname(at("KUBECONFIG")), "log", "audit.jsonl"),
    script,
    kubectl,
    apply: (manifest) => applied(manifest, env),
    get: async (kind, namespace, name) => JSON.parse(await kubectl("get", kind, name, "-n", namespace, "-o", "json")),
    removed: async (namespaces) => {
      await kubectl("delete", "namespace", ...namespaces, "--ignore-not-found", "--wait=false");
      await until(`${namespaces.join(", ")} to be gone`, 90, async () =>
        (await kubectl("get", "namespace", ...namespaces, "--ignore-not-found", "-o", "name")) === "" ? true : null,
      );
    },
  };
};

const applied = (manifest: string, env: NodeJS.ProcessEnv): Promise<void> =>
  new Promise((done, failed) => {
    const child = spawn("kubectl", ["apply", "-f", "-"], { env, stdio: ["pipe", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk) => (said += chunk));
    child.on("error", failed);
    child.on("close", (code) => (code === 0 ? done() : failed(new Error(`kubectl apply: ${said}`))));
    child.stdin.end(manifest);
  });

/** The rights that ship, bound in the namespaces given. */
export const grant = async (cluster: LiveCluster, namespaces: readonly string[]): Promise<void> => {
  await cluster.apply(await readFile("deploy/rbac/reader.yaml", "utf8"));
  const writer = await readFile("deploy/rbac/writer.yaml", "utf8");
  for (const namespace of namespaces) {
    await cluster.apply(JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } }));
    await cluster.apply(writer.replaceAll("NAMESPACE", namespace));
  }
};

/** Alerts of an earlier run fire for minutes after their pods are gone, and would open incidents about nothing. */
export const quiet = (cluster: LiveCluster, namespaces: readonly string[]): Promise<true> =>
  until("alerts of an earlier run to end", 400, async () => {
    const query = encodeURIComponent(`ALERTS{namespace=~"${namespaces.join("|")}"}`);
    const [rules, sent] = await Promise.all([
      json(`${cluster.prometheus}/api/v1/query?query=${query}`),
      json(`${cluster.alertmanager}/api/v2/alerts`),
    ]);
    const old = (sent as { labels: Record<string, string> }[]).filter(({ labels }) =>
      namespaces.includes(labels.namespace ?? ""),
    );
    return (rules as { data: { result: unknown[] } }).data.result.length + old.length === 0 ? true : null;
  });

const json = async (url: string): Promise<unknown> =>
  (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json();
