import { readFile } from "node:fs/promises";
import { type Document, isScalar, parseDocument, visit } from "yaml";
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
  // A warning is a word that would be read as something else than it was written as.
  const wrong = [...document.errors, ...document.warnings].map(({ message }) => message);
  if (wrong.length > 0) throw new Error(`reading the policy file ${path}: ${wrong.join("; ")}`);
  // Perhaps cut off by whoever wrote it: who wants to observe only says so, or names no file.
  if (document.contents === null)
    throw new Error(`reading the policy file ${path}: it says nothing; write at least "mode: observe"`);
  const parsed = Policy.safeParse(contentOf(document, path));
  if (!parsed.success) throw new Error(`reading the policy file ${path}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

const contentOf = (document: Document.Parsed, path: string): unknown => {
  visit(document, (_, node) => {
    // As a key it would vanish.
    if (isScalar(node) && node.value === "__proto__")
      throw new Error(`reading the policy file ${path}: __proto__ can be the name of nothing`);
  });
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (cause) {
    throw new Error(`reading the policy file ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
};
