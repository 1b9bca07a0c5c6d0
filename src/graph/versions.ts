import { buildGraph } from "./graph.ts";

/** The version new incidents begin with. Raise it when a node is renamed or an interrupt moves, and keep the old builder. */
export const currentVersion = 1;

/** Every version this build can carry on. An incident of another version is refused, visibly, and waits for a build that can. */
export const versions: Readonly<Record<number, typeof buildGraph>> = { 1: buildGraph };
