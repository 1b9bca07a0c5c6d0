import { z } from "zod";
import { specOf } from "./tool.ts";

export const Open = z.strictObject({ evidence: z.array(z.string()) });

/** Nothing is asked of the world for it: it was read before. */
export const openSpec = specOf("open", "Evidence you have ids of, e.g. folded, again in full and wider.", Open);
