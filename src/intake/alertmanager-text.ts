import { maxAlerts } from "./bounds.ts";

export interface TextAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  generatorURL: string | null;
}

const pair = /^ - (.*?) = (.*)$/;

const blank = (): TextAlert => ({ labels: {}, annotations: {}, generatorURL: null });

interface Reading {
  found: TextAlert[];
  section: "labels" | "annotations" | null;
  lastKey: string;
}

const readPair = (current: TextAlert, reading: Reading, line: string): void => {
  if (reading.section === null) return;
  const into = current[reading.section];
  const [, key, value = ""] = pair.exec(line) ?? [];
  if (key) {
    if (!Object.hasOwn(into, key) && key !== "__proto__") into[key] = value;
    reading.lastKey = key;
  } else if (reading.section === "annotations" && Object.hasOwn(into, reading.lastKey)) {
    into[reading.lastKey] += `\n${line}`;
  }
};

const readLine = (reading: Reading, line: string): void => {
  const current = reading.found.at(-1);
  if (line === "Labels:") {
    reading.found.push(blank());
    reading.section = "labels";
  } else if (!current) return;
  else if (line === "Annotations:") reading.section = "annotations";
  else if (line.startsWith("Source: ")) {
    current.generatorURL ??= line.slice(8).trim();
    reading.section = null;
  } else readPair(current, reading, line);
};

/**
 * The text that Alertmanager up to 0.29 puts into PagerDuty's details. Whoever controls an annotation can fake lines,
 * so a key once read stays: labels come first, and what follows cannot change them.
 */
export const alertsInText = (text: string): TextAlert[] => {
  const reading: Reading = { found: [], section: null, lastKey: "" };
  for (const line of text.slice(0, 512 * 1024).split("\n")) readLine(reading, line);
  return reading.found.slice(0, maxAlerts);
};
