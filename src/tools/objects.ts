import { z } from "zod";
import { badName, isRefused, placeFor } from "./place.ts";
import { type Asked, ask, refuse, type Scope, tool } from "./tool.ts";

const One = z.strictObject({ kind: z.string(), namespace: z.string().nullable(), name: z.string() });
type One = z.infer<typeof One>;

// Events of cluster-scoped objects are kept in this namespace.
const clusterEvents = "default";

const noContent = "the content of a ConfigMap is not read; list ConfigMap gives their names";

const getOne = ({ kind, namespace, name }: One, scope: Scope): Asked => {
  const place = placeFor(kind, namespace, scope);
  if (isRefused(place)) return place;
  if (place.kind === "ConfigMap") return refuse(noContent);
  return badName(name) ?? ask({ ask: "get", ...place, name });
};

const eventsOf = ({ kind, namespace, name }: One, scope: Scope): Asked => {
  const place = placeFor(kind, namespace, scope);
  if (isRefused(place)) return place;
  return badName(name) ?? ask({ ask: "events", kind: place.kind, namespace: place.namespace ?? clusterEvents, name });
};

export const get = tool("get", "One object in full. namespace null: the incident's.", One, getOne);

export const events = tool("events", "Events of one object.", One, eventsOf);

export const describe = tool("describe", "One object in full, with its events.", One, (one, scope) => {
  const object = getOne(one, scope);
  const happened = eventsOf(one, scope);
  if (object.kind === "refused") return object;
  return happened.kind === "refused" ? happened : ask(...object.questions, ...happened.questions);
});

const selectorText = /^[\w./,=!() -]{1,300}$/;

export const list = tool(
  "list",
  "Objects of a kind; with a label selector in more detail. Of ConfigMaps only the names.",
  z.strictObject({ kind: z.string(), namespace: z.string().nullable(), selector: z.string().nullable() }),
  ({ kind, namespace, selector }, scope) => {
    const place = placeFor(kind, namespace, scope);
    if (isRefused(place)) return place;
    if (selector !== null && !selectorText.test(selector)) return refuse("the selector is no label selector");
    return place.kind === "ConfigMap" && place.namespace !== null
      ? ask({ ask: "names", kind: "ConfigMap", namespace: place.namespace })
      : ask({ ask: "list", ...place, selector: selector?.trim() || null });
  },
);
