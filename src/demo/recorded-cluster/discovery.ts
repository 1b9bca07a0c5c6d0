import { type KindEntry, kinds } from "../../incident/kinds.ts";
import type { Reply } from "./status.ts";

const entries = Object.entries(kinds) as [string, KindEntry][];
const groupVersions = [...new Set(entries.filter(([, { group }]) => group).map(([, e]) => `${e.group}/${e.version}`))];

const short: Record<string, string[]> = {
  pods: ["po"],
  services: ["svc"],
  events: ["ev"],
  nodes: ["no"],
  namespaces: ["ns"],
  configmaps: ["cm"],
  deployments: ["deploy"],
  replicasets: ["rs"],
  persistentvolumeclaims: ["pvc"],
};

const resource = ([kind, { plural, namespaced }]: [string, KindEntry]): object => ({
  name: plural,
  singularName: kind.toLowerCase(),
  namespaced,
  kind,
  verbs: plural === "deployments" ? ["get", "list", "patch"] : ["get", "list"],
  ...(short[plural] && { shortNames: short[plural] }),
});

const logResource = { name: "pods/log", singularName: "", namespaced: true, kind: "Pod", verbs: ["get"] };

const resourceList = (groupVersion: string): object => {
  const [version, group = ""] = groupVersion.split("/").reverse();
  const here = entries.filter(([, entry]) => entry.group === group && entry.version === version).map(resource);
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: group === "" ? [...here, logResource] : here,
  };
};

const group = (groupVersion: string): object => {
  const [name, version] = groupVersion.split("/");
  const only = { groupVersion, version };
  return { name, versions: [only], preferredVersion: only };
};

/** What a client asks before it asks for objects; null when the path is not about discovery. */
export const discovery = (path: string, version: string): Reply | null => {
  if (path === "/version") {
    const [, major = "1", minor = "0"] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
    return { code: 200, body: { major, minor, gitVersion: version, platform: "linux/amd64" } };
  }
  if (path === "/api") return { code: 200, body: { kind: "APIVersions", versions: ["v1"] } };
  if (path === "/apis") {
    return { code: 200, body: { kind: "APIGroupList", apiVersion: "v1", groups: groupVersions.map(group) } };
  }
  if (path === "/api/v1") return { code: 200, body: resourceList("v1") };
  const groupVersion = path.replace(/^\/apis\//, "");
  return groupVersions.includes(groupVersion) ? { code: 200, body: resourceList(groupVersion) } : null;
};
