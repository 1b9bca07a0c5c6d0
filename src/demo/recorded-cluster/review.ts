import type { Reply } from "./status.ts";

interface Attributes {
  verb?: string;
  group?: string;
  resource?: string;
  subresource?: string;
}

const writable = [
  "patch apps/deployments",
  "patch apps/statefulsets",
  "patch apps/daemonsets",
  "patch /services",
  "patch /nodes",
  "patch batch/cronjobs",
  "delete /pods",
  "create batch/jobs",
];

/** The rights of the one account: read everything but Secrets, do what the catalogue does, nothing else. */
const allowed = ({ verb = "", group = "", resource = "", subresource = "" }: Attributes): boolean => {
  if (resource === "secrets" || resource === "*") return false;
  if (["get", "list", "watch"].includes(verb)) return subresource === "" || subresource === "log";
  return subresource === "" && writable.includes(`${verb} ${group}/${resource}`);
};

/** "May I?" and "who am I?": posted, but they change nothing. Null when the path is neither. */
export const review = (path: string, body: unknown, user: string): Reply | null => {
  if (path === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
    const { spec = {} } = (body ?? {}) as { spec?: { resourceAttributes?: Attributes } };
    const status = { allowed: allowed(spec.resourceAttributes ?? {}) };
    const review = {
      kind: "SelfSubjectAccessReview",
      apiVersion: "authorization.k8s.io/v1",
      metadata: {},
      spec,
      status,
    };
    return { code: 201, body: review };
  }
  if (path === "/apis/authentication.k8s.io/v1/selfsubjectreviews") {
    const status = { userInfo: { username: user, groups: ["system:authenticated"] } };
    return {
      code: 201,
      body: { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1", metadata: {}, status },
    };
  }
  return null;
};
