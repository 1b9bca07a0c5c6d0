const units: Record<string, number> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

export const mebibyte = 2 ** 20;

/** Bytes of a Kubernetes memory quantity; null when it is none. */
export const bytesOf = (quantity: string | undefined): number | null => {
  const [, digits, unit] = /^(\d+(?:\.\d+)?(?:e\d+)?)([A-Za-z]*)$/.exec(quantity ?? "") ?? [];
  const factor = unit === undefined ? undefined : units[unit];
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
};

/** As people write it: whole Gi where it is even, else whole Mi, rounded down. */
export const quantityOf = (bytes: number): string => {
  const mi = Math.floor(bytes / mebibyte);
  return mi >= 1024 && mi % 1024 === 0 ? `${mi / 1024}Gi` : `${mi}Mi`;
};
