/** The pod and container a line is of, as far as where it lies or what it says tells. */
export interface Whose {
  namespace: string | null;
  pod: string | null;
  container: string | null;
}

/** …<pod>_<namespace>_<container>-<id>.log, as the files of /var/log/containers are called: Fluent Bit, fluentd, Fargate. */
const ofFile = /(?:^|[./])([a-z0-9][a-z0-9.-]*)_([a-z0-9][a-z0-9-]*)_([a-z0-9][a-z0-9-]*)-[0-9a-f]{6,64}(?:\.log)?$/;

export const whoseStream = (stream: string): Whose => {
  const [, file, namespace = null, container = null] = ofFile.exec(stream) ?? [];
  // A node's name and a path may stand before it, joined by dots, which a pod's name may hold, too.
  const pod = file?.split("var.log.containers.").at(-1) ?? null;
  return { namespace, pod, container };
};

/** Whether a name stands in the text as a whole: web-1 is not in web-10. */
export const names = (text: string, name: string): boolean => {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + name.length] ?? " "}`;
    if (!/[a-zA-Z0-9]/.test(around) && text[at + name.length] !== "-") return true;
  }
  return false;
};

export interface Wanted {
  namespace: string;
  pod: string;
  container: string | null;
}

/** Whether a stream holds this pod's log, by its name; what the name does not tell is no objection. */
export const isStreamOf = (stream: string, { namespace, pod, container }: Wanted): boolean => {
  const whose = whoseStream(stream);
  if (whose.pod !== null && whose.namespace !== null) {
    const own = whose.pod === pod || whose.pod.endsWith(`.${pod}`);
    return own && whose.namespace === namespace && (container === null || whose.container === container);
  }
  return names(stream, pod);
};

type Fields = Record<string, unknown>;
const fieldsOf = (text: string): Fields | null => {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text) as Fields;
  } catch {
    // Begins like JSON and is none: the program's own line.
    return null;
  }
};
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const textIn = (fields: Fields, key: string): string | null => {
  const value = fields[key];
  return typeof value === "string" ? value : null;
};

/** Fluent Bit's and Container Insights' names, Filebeat's, OpenTelemetry's. */
const within = ["kubernetes", "k8s", "resource", "attributes"];
const keysOf = (part: keyof Whose): string[] => [`${part}_name`, `k8s.${part}.name`, part];

const toldOf = (places: readonly Fields[], part: keyof Whose): string | null => {
  for (const place of places) {
    for (const key of keysOf(part)) {
      const inner = place[key];
      const told = isFields(inner) ? textIn(inner, "name") : textIn(place, key);
      if (told !== null) return told;
    }
  }
  return null;
};

const cri = /^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] /;

/** What the program said, and whose line it is, without what a collector put around it. */
export const unwrapped = (message: string): { text: string; whose: Whose } => {
  const fields = fieldsOf(message);
  const places = fields === null ? [] : within.map((key) => fields[key]).filter(isFields);
  const whose = {
    namespace: toldOf(places, "namespace"),
    pod: toldOf(places, "pod"),
    container: toldOf(places, "container"),
  };
  // A program may log JSON with such a key itself: only what a collector adds makes it an envelope.
  const isEnvelope = fields !== null && (whose.pod !== null || "stream" in fields);
  const said = isEnvelope
    ? ["log", "message", "body"].map((key) => textIn(fields, key)).find((one) => one !== null)
    : null;
  return { text: (said ?? message).replace(cri, ""), whose };
};

/** Container Insights calls its groups after the cluster; EKS's kubeconfig calls the cluster by its ARN. */
export const groupFor = (configured: string, cluster: string): string => {
  const name = cluster.replace(/^arn:aws[\w-]*:eks:[^/]*\//, "");
  return configured === "container-insights" ? `/aws/containerinsights/${name}/application` : configured;
};
