import type { Request, RequestHandler } from "express";
import { sameText } from "../intake/signatures.ts";
import type { Person } from "../responder/responder.ts";
import { HttpError } from "./errors.ts";
import type { ServerConfig } from "./options.ts";

type Tokens = ServerConfig["NIGHTSHIFT_TOKENS"];

const bearer = (request: Request): string | null =>
  /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;

export const localPerson = "local";

/** Who is asking. Without tokens only this machine can ask, and it is "local". */
export const personOf = (tokens: Tokens, request: Request): Person => {
  if (tokens.length === 0) return { name: localPerson, role: "approver", via: "api" };
  const given = bearer(request) ?? "";
  // Every token is compared, so the time says nothing about which one matched.
  const [found] = tokens.filter(({ token }) => sameText(token, given));
  if (!found) {
    throw new HttpError(
      401,
      "unauthorized",
      "no valid token came with the request",
      "send Authorization: Bearer <token>",
    );
  }
  return { name: found.name, role: found.role, via: "api" };
};

const approverOf = (tokens: Tokens, request: Request): Person => {
  const person = personOf(tokens, request);
  if (person.role !== "viewer") return person;
  throw new HttpError(
    403,
    "forbidden",
    `${person.name} may look but not decide`,
    "use a token with role approver or admin",
  );
};

/** Who may not decide is told so before the body is read; who may is in `response.locals.person`. */
export const approvers =
  (tokens: Tokens): RequestHandler<{ id: string }> =>
  (request, response, next) => {
    response.locals.person = approverOf(tokens, request as never);
    next();
  };

export const readers =
  (tokens: Tokens): RequestHandler =>
  (request, _response, next) => {
    personOf(tokens, request);
    next();
  };

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

const foreign = (origin: string, host: string): boolean => {
  try {
    return new URL(origin).host !== host;
  } catch {
    return true;
  }
};

/** Without tokens a page in the user's browser must not reach us: neither by a rebound name nor by a form. */
export const localOnly =
  (tokens: Tokens): RequestHandler =>
  (request, _response, next) => {
    const host = request.headers.host ?? "";
    if (tokens.length === 0 && !loopback.test(host)) {
      throw new HttpError(
        403,
        "foreign-host",
        "without tokens only loopback names are answered",
        "set NIGHTSHIFT_TOKENS",
      );
    }
    const { origin } = request.headers;
    if (request.method !== "GET" && origin !== undefined && foreign(origin, host)) {
      throw new HttpError(
        403,
        "foreign-origin",
        "a page of another origin may not do this",
        "call it from here or by curl",
      );
    }
    next();
  };
