import { json, type RequestHandler } from "express";
import { z } from "zod";
import { faultClassNames } from "../incident/fault-classes.ts";
import { approvers } from "./auth.ts";
import { badRequest, notFound } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

const Body = z
  .strictObject({
    correct: z.boolean().optional(),
    class: z.enum(faultClassNames).nullish(),
    note: z.string().max(2_000).nullish(),
  })
  .refine(
    ({ correct, class: name }) => correct !== undefined || name != null,
    "say whether it was correct, or what it was",
  )
  .refine(({ correct, class: name }) => !(correct === true && name != null), "a right diagnosis needs no other class");

/** What a person says of a diagnosis; who may decide may say it, for it changes what is done next time. */
export const feedback = ({ responder, config }: ServerOptions): RequestHandler<{ id: string }>[] => [
  approvers(config.NIGHTSHIFT_TOKENS),
  json({ limit: "16kb" }),
  async (request, response) => {
    const parsed = Body.safeParse(request.body);
    if (!parsed.success)
      throw badRequest(
        `the feedback is not understood: ${parsed.error.issues[0]?.message ?? ""}`,
        'send {"correct":true|false,"class"?:"<fault class it really was>","note"?:"..."}',
      );
    const { correct = false, class: name = null, note = null } = parsed.data;
    const kept = await responder.feedback(request.params.id, { correct, class: name, note }, response.locals.person);
    if (!kept) throw notFound("incident");
    response.status(202).json({ accepted: true });
  },
];
