import type { Plain } from "./plain.ts";

/** As a server tells of what it was asked: the refusals in it are its callers', not its own. */
const method = "\\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\\b[\"'\\s|]+/";
const request = new RegExp(`${method}.*\\b[1-5]\\d\\d\\b|\\b[1-5]\\d\\d\\b.*${method}`);

/** The threads on which Java servers answer. */
const answeringThread = /\[[\w -]*(?:\bnio-\d+-exec-\d+|\bqtp\d+-\d+|\bXNIO-\d+ task-\d+|\breactor-http-\w+-\d+)\]/;

/** What PostgreSQL calls fatal of one client's session, by the process that serves it. */
const session =
  /\[(?!1\])\d+\][^"]{0,80}?\bFATAL: +(?:password authentication failed|role "|database "|the database system is |no pg_hba\.conf entry|sorry, too many clients|remaining connection slots|terminating connection|connection to client lost|unsupported frontend protocol|(?:Peer|Ident|LDAP|PAM|GSSAPI|SCRAM) authentication failed)/;

/** Of those that call the program, and of no trouble of its own. */
export const isCallers = ({ whole, request: marked }: Plain): boolean => {
  const text = whole.slice(0, 500);
  return marked === true || request.test(text) || answeringThread.test(text);
};

export const isSession = ({ whole }: Plain): boolean => session.test(whole.slice(0, 500));
