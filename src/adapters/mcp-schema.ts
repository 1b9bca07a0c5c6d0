const types = new Set(["string", "number", "integer", "boolean", "array", "object", "null"]);
const propertyName = /^[A-Za-z0-9_.-]{1,64}$/;
const deepest = 4;
const mostProperties = 20;
const mostValues = 30;
const longestNote = 160;

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One line of somebody else's prose, cut. */
export const noteOf = (text: unknown, most = longestNote): string =>
  String(text ?? "")
    .replace(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, most)
    .toWellFormed();

const typeOf = (type: unknown): Schema => {
  if (typeof type === "string" && types.has(type)) return { type };
  if (!Array.isArray(type)) return {};
  const known = type.filter((one) => types.has(one));
  return known.length > 0 ? { type: known } : {};
};

const valuesOf = (values: unknown): Schema => {
  if (!Array.isArray(values) || values.length === 0 || values.length > mostValues) return {};
  const plain = values.every((one) => typeof one === "number" || (typeof one === "string" && one.length <= 100));
  return plain ? { enum: values } : {};
};

const propertiesOf = (schema: Schema, depth: number): Schema => {
  if (!isSchema(schema.properties)) return {};
  const kept = Object.entries(schema.properties)
    .filter(([name]) => propertyName.test(name) && name !== "__proto__")
    .slice(0, mostProperties);
  const required = Array.isArray(schema.required) ? schema.required : [];
  return {
    properties: Object.fromEntries(kept.map(([name, inner]) => [name, plainSchema(inner, depth + 1)])),
    required: kept.map(([name]) => name).filter((name) => required.includes(name)),
  };
};

/**
 * A schema of somebody else in the few words that every provider takes: one that a provider refuses would end the whole
 * request, and with it the investigation.
 */
export const plainSchema = (schema: unknown, depth = 0): Schema => {
  if (!isSchema(schema) || depth > deepest) return {};
  const note = noteOf(schema.description);
  return {
    ...typeOf(schema.type),
    ...(note === "" ? {} : { description: note }),
    ...valuesOf(schema.enum),
    ...propertiesOf(schema, depth),
    ...(isSchema(schema.items) ? { items: plainSchema(schema.items, depth + 1) } : {}),
  };
};
