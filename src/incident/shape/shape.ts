/** What a field must be to be read. A null is what the API says for "nothing there", and so is a field left out. */
export type Shape =
  | "text"
  | "time"
  | "number"
  | "flag"
  /** An IntOrString or a quantity. */
  | "amount"
  /** A time that may be written as null and is read so. */
  | "time or null"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly fields: Fields; readonly needs: readonly string[] };
export type Fields = Readonly<Record<string, Shape>>;

export const list = (of: Shape): Shape => ({ list: of });
export const map = (of: Shape): Shape => ({ map: of });
/** An object with these fields, of which `needs` must be there; what else it holds stays as it is. */
export const record = (fields: Fields, ...needs: string[]): Shape => ({
  // Names come from outside: `constructor` is a field like any other.
  fields: Object.assign(Object.create(null), fields),
  needs,
});

type Plain = Readonly<Record<string, unknown>>;

/** Thrown within this file only. */
class Misshapen extends Error {}

const misshapen = (path: string, value: unknown): Misshapen => {
  const is = Array.isArray(value) ? "a list" : value === null ? "null" : typeof value === "object" ? "an object" : null;
  return new Misshapen(`${path} is ${is ?? (value === undefined ? "missing" : `a ${typeof value}`)}`);
};

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown, shape: Extract<Shape, string>): boolean => {
  switch (shape) {
    case "time or null":
      return value === null || isScalar(value, "time");
    case "text":
      return typeof value === "string";
    case "time":
      return typeof value === "string" && !Number.isNaN(Date.parse(value));
    case "number":
      return Number.isFinite(value);
    case "flag":
      return typeof value === "boolean";
    case "amount":
      return typeof value === "string" || Number.isFinite(value);
  }
};

/** Nearly all objects do as they are: that is seen without a copy and without a word of where it is. */
const fits = (value: unknown, shape: Shape): boolean => {
  if (typeof shape === "string") return isScalar(value, shape);
  if ("list" in shape) return Array.isArray(value) && value.every((one) => fits(one, shape.list));
  if (!isPlain(value)) return false;
  if ("map" in shape) {
    for (const name in value) if (!fits(value[name], shape.map)) return false;
    return true;
  }
  for (const name in value) {
    const of = shape.fields[name];
    if (of !== undefined && !fits(value[name], of)) return false;
  }
  return shape.needs.every((name) => value[name] !== undefined);
};

const readList = (value: unknown, of: Shape, path: string): unknown => {
  if (!Array.isArray(value)) throw misshapen(path, value);
  const read = value.map((one, at) => {
    if (one === null || one === undefined) throw misshapen(`${path}[${at}]`, one);
    return readValue(one, of, `${path}[${at}]`);
  });
  return read.some((one, at) => one !== value[at]) ? read : value;
};

/** The same object where nothing had to be left out: most are, and a copy of each would cost. */
const readFields = (value: unknown, names: readonly string[], of: (name: string) => Shape, path: string): unknown => {
  if (!isPlain(value)) throw misshapen(path, value);
  let changed: Record<string, unknown> | null = null;
  for (const name of names) {
    const field = value[name];
    if (field === undefined) continue;
    const read =
      field === null && of(name) !== "time or null" ? undefined : readValue(field, of(name), `${path}.${name}`);
    if (read === field) continue;
    changed ??= { ...value };
    if (read === undefined) delete changed[name];
    else changed[name] = read;
  }
  return changed ?? value;
};

const readRecord = (value: unknown, { fields, needs }: { fields: Fields; needs: readonly string[] }, path: string) => {
  const read = readFields(value, Object.keys(fields), (name) => fields[name] ?? "text", path);
  for (const name of needs) if ((read as Plain)[name] === undefined) throw misshapen(`${path}.${name}`, undefined);
  return read;
};

const readValue = (value: unknown, shape: Shape, path: string): unknown => {
  if (typeof shape === "string") {
    if (!isScalar(value, shape)) throw misshapen(path, value);
    return value;
  }
  if ("list" in shape) return readList(value, shape.list, path);
  if ("map" in shape) return readFields(value, isPlain(value) ? Object.keys(value) : [], () => shape.map, path);
  return readRecord(value, shape, path);
};

/** The value as rules may walk it, without its nulls; or, in words, what of it cannot be read. */
export const shaped = (value: unknown, shape: Shape, path: string): { value: unknown } | { why: string } => {
  if (fits(value, shape)) return { value };
  try {
    return { value: readValue(value, shape, path) };
  } catch (error) {
    if (error instanceof Misshapen) return { why: error.message };
    throw error;
  }
};
