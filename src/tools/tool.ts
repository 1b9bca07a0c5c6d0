import { z } from "zod";
import type { KubeObject } from "../incident/kube.ts";
import type { Question } from "../incident/question.ts";
import type { ToolSpec } from "../ports/model.ts";

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

/** What is wrong with arguments, short enough for a prompt. */
export const problemIn = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join(".") || "arguments"}: ${message}`)
    .join("; ")
    .slice(0, 300);

/** Many models leave out what may be null or empty; that is no reason to ask them again. */
export const completed = (input: z.ZodObject, args: unknown): unknown => {
  if (typeof args !== "object" || args === null || Array.isArray(args)) return args;
  const missing = Object.entries(input.shape).filter(([key]) => Reflect.get(args, key) === undefined);
  const empty = missing.flatMap(([key, field]) => {
    const value = [null, []].find((one) => z.safeParse(field, one).success);
    return value === undefined ? [] : [[key, value]];
  });
  return { ...args, ...Object.fromEntries(empty) };
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
    return parsed.success ? toQuestions(parsed.data, scope) : refuse(problemIn(parsed.error));
  },
});
