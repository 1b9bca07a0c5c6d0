import { readFile } from "node:fs/promises";

interface Line {
  verb: string;
  requestURI: string;
  requestReceivedTimestamp: string;
  user: { username: string };
  objectRef?: { resource?: string; namespace?: string; name?: string };
  responseStatus?: { code?: number };
}

export interface Deeds {
  reads: number;
  dryRuns: string[];
  /** Accepted or not: what was tried. */
  writes: string[];
  secrets: string[];
}

const ours = /^system:serviceaccount:nightshift:nightshift-(reader|writer)$/;
const reading = ["get", "list", "watch"];

const said = ({ verb, user, objectRef, responseStatus }: Line): string =>
  `${user.username.split(":").at(-1)} ${verb} ${objectRef?.resource}/${objectRef?.name} in ${objectRef?.namespace}: ${responseStatus?.code}`;

/** What our service accounts asked of the API server, by its own record. */
export const deedsIn = (log: string, since: string): Deeds => {
  const lines = log
    .split("\n")
    .filter((text) => text.includes("system:serviceaccount:nightshift:"))
    .map((text): Line => JSON.parse(text))
    .filter(({ user, requestReceivedTimestamp }) => ours.test(user.username) && requestReceivedTimestamp >= since);
  // A review asks which rights one has; it is a POST that changes nothing.
  const changing = lines.filter(
    ({ verb, objectRef }) => !reading.includes(verb) && objectRef?.resource !== "selfsubjectaccessreviews",
  );
  const dry = (line: Line): boolean =>
    new URL(line.requestURI, "http://localhost").searchParams.get("dryRun") === "All";
  return {
    reads: lines.filter(({ verb }) => reading.includes(verb)).length,
    dryRuns: changing.filter(dry).map(said),
    writes: changing.filter((line) => !dry(line)).map(said),
    secrets: lines.filter(({ objectRef }) => objectRef?.resource === "secrets").map(said),
  };
};

export const deedsSince = async (auditLog: string, since: string): Promise<Deeds> =>
  deedsIn(await readFile(auditLog, "utf8"), since);
