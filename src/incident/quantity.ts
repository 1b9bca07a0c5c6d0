const suffixes: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity ("250m", "64Mi", "1e3", 2) in base units (cores, bytes, pieces); null when it is none. */
export const parseQuantity = (text: string | number | undefined): number | null => {
  if (typeof text === "number") return Number.isFinite(text) ? text : null;
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(text?.trim() ?? "");
  if (!match) return null;
  const [, digits = "", exponent = "", suffix = ""] = match;
  const factor = suffixes[suffix];
  return factor === undefined ? null : Number(`${digits}${exponent}`) * factor;
};

const binary = ["Ki", "Mi", "Gi", "Ti", "Pi"] as const;

/** Bytes as people write limits: the largest binary unit that leaves at most one decimal. */
export const bytesText = (bytes: number): string => {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), binary.length);
  const unit = binary[power - 1];
  if (unit === undefined) return `${Math.round(bytes)}`;
  return `${Number((bytes / 1024 ** power).toFixed(1))}${unit}`;
};

export const mebibyte = 2 ** 20;

/** A limit that must not exceed a bound: whole Gi where it is even, else whole Mi, rounded down. */
export const quantityWithin = (bytes: number): string => {
  const mi = Math.floor(bytes / mebibyte);
  return mi >= 1024 && mi % 1024 === 0 ? `${mi / 1024}Gi` : `${mi}Mi`;
};

/** A limit written back to the cluster: whole mebibytes, rounded up. */
export const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)}Mi`;

/** Cores as Kubernetes prints them: millicores below a whole number. */
export const coresText = (cores: number): string =>
  Number.isInteger(cores) ? `${cores}` : `${Math.round(cores * 1000)}m`;
