import { z } from "zod";
import type { KubeObject } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import type { ToolSpec } from "../ports/model.ts";
import { nearest } from "./nearest.ts";

/** What the model may look at in one incident. */
export interface Scope {
  /** The namespace meant where none is named; null for an incident on something cluster-wide. */
  home: string | null;
  namespaces: ReadonlySet<string>;
  /** An object that has been read already. */
  find(kind: string, namespace: string | null, name: string): KubeObject | null;
}

export type Asked = { kind: "ask"; questions: Question[] } | { kind: "refused"; why: string };

export const ask = (...questions: Question[]): Asked => ({ kind: "ask", questions });
export const refuse = (why: string): Asked => ({ kind: "refused", why });

/** Something the model may look at: its call becomes questions, or a reason why not. It never touches the world itself. */
export interface Tool {
  spec: ToolSpec;
  read(args: unknown, scope: Scope): Asked;
}

export const specOf = (name: string, description: string, input: z.ZodType): ToolSpec => {
  const { $schema: _, ...schema } = z.toJSONSchema(input);
  return { name, description, schema };
};

const at = (args: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (isRecord(value) || Array.isArray(value) ? Reflect.get(value, key) : null),
    args,
  );

const few = 8;

/** Of a long list only those that look most like what was said. */
const messageOf = (issue: z.core.$ZodIssue, args: unknown): string => {
  const said = at(args, issue.path);
  if (issue.code !== "invalid_value" || issue.values.length <= few || typeof said !== "string") return issue.message;
  const near = nearest(said, issue.values.map(String), 3);
  return `there is no ${JSON.stringify(said.slice(0, 60))}; nearest: ${near.join(", ")}`;
};

/** What is wrong with arguments, short enough for a prompt. */
export const problemIn = (error: z.ZodError, args: unknown): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join(".") || "arguments"}: ${messageOf(issue, args)}`)
    .join("; ")
    .slice(0, 300);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const objectIn = (field: z.ZodType): z.ZodObject | null => {
  const inner = field instanceof z.ZodNullable ? field.unwrap() : field;
  return inner instanceof z.ZodObject ? inner : null;
};

const completedField = (field: z.ZodType, value: unknown): unknown => {
  if (value === undefined) return [null, []].find((one) => field.safeParse(one).success);
  const within = objectIn(field);
  return within === null ? value : completed(within, value);
};

/** Many models leave out what may be null or empty, also in an object within; that is no reason to ask them again. */
export const completed = (input: z.ZodObject, args: unknown): unknown => {
  if (!isRecord(args)) return args;
  const fields = Object.entries(input.shape).map(([key, field]) => [
    key,
    completedField(field as z.ZodType, Reflect.get(args, key)),
  ]);
  return { ...args, ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) };
};

export const tool = <Input extends z.ZodObject>(
  name: string,
  description: string,
  input: Input,
  toQuestions: (input: z.infer<Input>, scope: Scope) => Asked,
): Tool => ({
  spec: specOf(name, description, input),
  read: (args, scope) => {
    const parsed = input.safeParse(completed(input, args));
    return parsed.success ? toQuestions(parsed.data, scope) : refuse(problemIn(parsed.error, args));
  },
});
