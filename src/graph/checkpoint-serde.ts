import type { SerializerProtocol } from "@langchain/langgraph-checkpoint";

/** Deeper than anything we build, and far from where a recursion would end the process. */
const deepest = 200;

/**
 * JSON or an error: what comes back is exactly what was put in. Nothing is brought to life on the way back, so text
 * from a cluster that is shaped like a LangChain object stays text.
 */
export const dump = (value: unknown, name: string): string => {
  refuse(value, [name]);
  return JSON.stringify(value);
};

export const load = (text: string): unknown => JSON.parse(text);

/** For the inherited methods, so that none of them can reach the lenient serializer. */
export const strictSerde: SerializerProtocol = {
  dumpsTyped: async (value) => ["json", new TextEncoder().encode(dump(value, "value"))],
  loadsTyped: async (_type, data) => load(typeof data === "string" ? data : new TextDecoder().decode(data)),
};

type Path = (string | number)[];

const refuse = (value: unknown, path: Path, above: object[] = []): void => {
  const why = unstorable(value);
  if (why) throw new UnstorableValue(why, path);
  if (typeof value !== "object" || value === null) return;
  if (above.includes(value)) throw new UnstorableValue("a cycle", path);
  if (above.length >= deepest) throw new UnstorableValue(`more than ${deepest} levels`, path);
  for (const [key, child] of children(value)) refuse(child, [...path, key], [...above, value]);
};

/** An absent property and one that is undefined are the same in JSON; a gap in a list would become null. */
const children = (value: object): [string | number, unknown][] =>
  Array.isArray(value)
    ? Array.from(value, (child, index) => [index, child])
    : Object.entries(value).filter(([, child]) => child !== undefined);

const unstorable = (value: unknown): string | undefined => {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `the number ${value}`;
    case "object":
      return value === null || isPlain(value) ? undefined : `an instance of ${value.constructor?.name ?? "a class"}`;
    default:
      return `a value of type ${typeof value}`;
  }
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value) || isSend(value);
};

/** LangGraph's own "start this node with that": its toJSON gives the plain record that the graph reads back. */
const isSend = (value: object): boolean => "lg_name" in value && value.lg_name === "Send";

export class UnstorableValue extends Error {
  constructor(what: string, path: Path) {
    super(
      `${what} cannot be kept in the graph's state, at ${path.slice(0, 12).join(".")}: ` +
        "state holds plain JSON only; store large or special things as evidence and keep their id.",
    );
    this.name = "UnstorableValue";
  }
}
