import { readFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { z } from "zod";
import { Policy } from "../incident/policy.ts";

const largest = 64 * 1024;

/** Reads the policy file. Whatever is wrong with it is an error that names it: never a silent default. */
export const readPolicyFile = async (path: string): Promise<Policy> => {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(`reading the policy file ${path}: it cannot be read; check NIGHTSHIFT_POLICY and its rights`, {
      cause,
    });
  });
  return parsePolicy(text, path);
};

export const parsePolicy = (text: string, path: string): Policy => {
  if (text.length > largest)
    throw new Error(`reading the policy file ${path}: it is larger than ${largest} characters`);
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0)
    throw new Error(`reading the policy file ${path}: ${document.errors.map(({ message }) => message).join("; ")}`);
  // Perhaps cut off by whoever wrote it: who wants to observe only says so, or names no file.
  if (document.contents === null)
    throw new Error(`reading the policy file ${path}: it says nothing; write at least "mode: observe"`);
  const parsed = Policy.safeParse(document.toJS({ maxAliasCount: 20 }));
  if (!parsed.success) throw new Error(`reading the policy file ${path}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};
