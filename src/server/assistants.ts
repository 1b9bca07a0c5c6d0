import { json, Router } from "express";
import { readers } from "./auth.ts";
import { HttpError } from "./errors.ts";
import type { ServerOptions } from "./options.ts";

/** MCP over streamable HTTP: whoever may read the API may have an assistant read it. */
export const assistants = ({ config, mcp }: ServerOptions): Router => {
  const router = Router();
  router.use(readers(config.NIGHTSHIFT_TOKENS));
  router.post("/", json({ limit: "64kb" }), async (request, response) => {
    if (mcp === undefined)
      throw new HttpError(503, "not-configured", "no assistant is answered here", "use nightshift mcp");
    await mcp(request, response, request.body);
  });
  router.all("/", (_request, response) => {
    response.set("Allow", "POST");
    throw new HttpError(405, "only-post", "there is no stream and no session here", "send each message by POST");
  });
  return router;
};
