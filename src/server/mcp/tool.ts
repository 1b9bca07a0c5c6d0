import { z } from "zod";
import type { OfferedTool, ToolAnswer } from "../../ports/offer.ts";

export const IncidentId = z.string().min(1).max(100).describe("id of an incident, e.g. inc_…");
export const Offset = z.int().min(0).default(0).describe("where the text goes on: nextOffset of the page before");

export const tool = <Input extends z.ZodObject>(
  named: Pick<OfferedTool, "name" | "title" | "description">,
  input: Input,
  read: (input: z.infer<Input>) => Promise<ToolAnswer>,
): OfferedTool => ({ ...named, input, read: (given) => read(input.parse(given)) });
