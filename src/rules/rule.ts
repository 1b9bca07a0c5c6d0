import type { Finding } from "../incident/diagnosis.ts";
import type { World } from "./world/world.ts";

/** A pure function from what was seen to what it means. Silent (empty) when it is not its business. */
export type Rule = (world: World) => Finding[];
