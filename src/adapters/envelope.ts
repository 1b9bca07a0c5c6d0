/** The pod and container a line is of, as far as where it lies or what it says tells. */
export interface Whose {
  namespace: string | null;
  pod: string | null;
  container: string | null;
}

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
