import { randomBytes } from "node:crypto";

export const newId = (prefix: "inc" | "rep"): string => `${prefix}_${randomBytes(10).toString("hex")}`;
