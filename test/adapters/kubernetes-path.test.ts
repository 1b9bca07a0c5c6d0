import { expect, test } from "vitest";
import { assertAllowed, type Method } from "../../src/adapters/kubernetes-path.ts";

const allowed: [Method, string][] = [
  ["PATCH", "/apis/apps/v1/namespaces/shop/deployments/web"],
  ["PATCH", "/api/v1/namespaces/shop/services/web"],
  ["PATCH", "/apis/batch/v1/namespaces/shop/cronjobs/nightly"],
  ["PATCH", "/api/v1/nodes/node-1"],
  ["DELETE", "/api/v1/namespaces/shop/pods/db-0"],
  ["POST", "/apis/batch/v1/namespaces/shop/jobs"],
];
const refused: [Method, string][] = [
  ["PATCH", "/api/v1/namespaces/shop"],
  ["PATCH", "/api/v1/namespaces/shop/pods/db-0"],
  ["PATCH", "/api/v1/namespaces/shop/persistentvolumeclaims/data"],
  ["PATCH", "/api/v1/namespaces/shop/configmaps/settings"],
  ["PATCH", "/api/v1/namespaces/shop/secrets/token"],
  ["PATCH", "/apis/apps/v1/namespaces/shop/deployments/web/scale"],
  ["PATCH", "/api/v1/nodes/node-1/status"],
  ["DELETE", "/api/v1/namespaces/shop"],
  ["DELETE", "/api/v1/namespaces/shop/pods"],
  ["DELETE", "/apis/apps/v1/namespaces/shop/deployments/web"],
  ["DELETE", "/api/v1/namespaces/shop/pods/db-0/log"],
  ["POST", "/api/v1/namespaces/shop/pods/db-0/exec"],
  ["POST", "/api/v1/namespaces/shop/pods"],
  ["POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"],
  ["POST", "/apis/batch/v1/namespaces/shop/jobs/export"],
];

test.each(allowed)("%s %s is what the catalogue does", (method, path) => {
  expect(() => assertAllowed(method, path)).not.toThrow();
});

test.each(refused)("%s %s does not leave the process", (method, path) => {
  expect(() => assertAllowed(method, path)).toThrow("will not ask");
});
