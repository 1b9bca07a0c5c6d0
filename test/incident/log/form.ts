/** One way to write logs: what is said all day, and the one thing that tells why it died, with what belongs to it. */
export interface Form {
  day: (n: number) => string;
  why: string[];
}

export const two = (n: number): string => String(n % 60).padStart(2, "0");
export const time = (n: number): string => `2026-11-27T02:${two(n)}:${two(n * 7)}`;
export const json = (fields: object): string => JSON.stringify(fields);
export const javaTrace = (frames: number): string =>
  `java.lang.IllegalStateException: pool is closed\n${Array.from({ length: frames }, (_, n) => `\tat shop.Pool.step${n}(Pool.java:${n})`).join("\n")}\nCaused by: java.io.EOFException: the peer has gone away`;
export const nodeTrace =
  "Error: quota of tenant 7 is used up\n    at check (/app/quota.js:12:9)\n    at run (/app/main.js:40:3)";
export const user = (n: number): string => ["ana", "ben", "cleo", "dan"][n % 4] ?? "";
