/** An HTTP answer of the API server. */
export interface Reply {
  code: number;
  body: unknown;
  type?: string;
}

interface Details {
  name?: string;
  group?: string;
  kind?: string;
  causes?: { reason: string; message: string; field: string }[];
}

const failure = (code: number, reason: string, message: string, details?: Details): Reply => ({
  code,
  body: {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(details && { details }),
    code,
  },
});

/** Plural with group as the API server writes it: `deployments.apps`, `pods`. */
const resource = (plural: string, group: string): string => (group === "" ? plural : `${plural}.${group}`);
const named = (plural: string, group: string, name: string): Details => ({
  name,
  ...(group && { group }),
  kind: plural,
});

// The texts below were read off a kube-apiserver 1.35.
export const noSuchPath = (): Reply => failure(404, "NotFound", "the server could not find the requested resource", {});

export const notFound = (plural: string, group: string, name: string): Reply =>
  failure(404, "NotFound", `${resource(plural, group)} "${name}" not found`, named(plural, group, name));

export const conflict = (plural: string, group: string, name: string): Reply =>
  failure(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${resource(plural, group)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
    named(plural, group, name),
  );

export const forbidden = (user: string, verb: string, plural: string, namespace: string | null): Reply =>
  failure(
    403,
    "Forbidden",
    `${plural} is forbidden: User "${user}" cannot ${verb} resource "${plural}" in API group ""${namespace === null ? " at the cluster scope" : ` in the namespace "${namespace}"`}`,
    { kind: plural },
  );

export const unauthorized = (): Reply => failure(401, "Unauthorized", "Unauthorized");
export const badRequest = (message: string): Reply => failure(400, "BadRequest", message);
export const methodNotAllowed = (): Reply =>
  failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
export const unsupportedMediaType = (): Reply =>
  failure(415, "UnsupportedMediaType", "415: Unsupported Media Type", {});
export const internalError = (): Reply =>
  failure(500, "InternalError", "Internal error occurred: scripted by the test");

/** The answer to a JSON patch that does not apply, a failing `test` included: it says no more than this. */
export const patchRefused = (): Reply =>
  failure(422, "Invalid", "the server rejected our request due to an error in our request", {});

export const invalid = (kind: string, group: string, name: string, field: string, message: string): Reply =>
  failure(422, "Invalid", `${resource(kind, group)} "${name}" is invalid: ${field}: ${message}`, {
    name,
    group,
    kind,
    causes: [{ reason: "FieldValueInvalid", message, field }],
  });
