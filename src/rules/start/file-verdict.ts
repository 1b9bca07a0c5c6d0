import type { ObjectRef } from "../../incident/subject.ts";
import type { Verdict } from "../network/host-verdict.ts";
import type { Running } from "../world/containers.ts";

const pathIn = /(?:^|[\s'"`:(=@])(\/[\w.@+-]+(?:\/[\w.@+-]+)*)/g;

type Mount = NonNullable<NonNullable<Running["spec"]>["volumeMounts"]>[number];

const inside = (path: string, { mountPath }: Mount): boolean =>
  path === mountPath || path.startsWith(mountPath.endsWith("/") ? mountPath : `${mountPath}/`);

/** What the volume at a mount is made of, where its files have names that somebody chose. */
const sourceOf = ({ pod }: Running, { name }: Mount): ObjectRef | null => {
  const volume = pod.spec.volumes?.find((one) => one.name === name);
  const namespace = pod.metadata.namespace ?? null;
  if (volume?.configMap?.name) return { kind: "ConfigMap", namespace, name: volume.configMap.name };
  if (volume?.secret?.secretName) return { kind: "Secret", namespace, name: volume.secret.secretName };
  return null;
};

const verdict = (name: Verdict["class"], words: string, confidence: number): Verdict => ({
  class: name,
  words,
  confidence,
  disproof: "the file is there when looked for from inside the container",
});

const source = /\.(?:py|js|mjs|cjs|ts|rb|php|go|rs|java|cs)$/;

/** A file that is not there, joined with what is mounted there and with who names it. */
export const fileVerdict = (running: Running, text: string): Verdict | null => {
  const { spec } = running;
  const paths = [...text.slice(0, 2000).matchAll(pathIn)].map(([, path = ""]) => path);
  const path = paths.filter((one) => !source.test(one)).at(-1) ?? paths.at(-1);
  if (!path) return null;
  const [mount] = (spec?.volumeMounts ?? [])
    .filter((one) => inside(path, one))
    .toSorted((a, b) => b.mountPath.length - a.mountPath.length);
  const from = mount ? sourceOf(running, mount) : null;
  if (mount && from)
    return {
      ...verdict(
        "config-key-missing",
        `the file ${path} is not in the ${from.kind} ${from.name} that is mounted at ${mount.mountPath}`,
        0.9,
      ),
      related: [from],
    };
  const variable = (spec?.env ?? []).find(({ value }) => value === path)?.name;
  if (variable)
    return verdict(
      "env-var-missing-or-wrong",
      `the variable ${variable} names the file ${path}, which is not there`,
      0.87,
    );
  const where = mount
    ? `on the volume that is mounted at ${mount.mountPath}`
    : "there, and no volume is mounted at that place";
  if (/\b(?:cannot|can't|could not|failed to|unable to) (?:load|open|read) (?:\w+ ){0,2}certificate\b/i.test(text))
    return verdict("tls-cert-expired-or-missing", `the certificate's file ${path} is not ${where}`, 0.88);
  return verdict("app-crash", `the file ${path}, which it wants to read, is not ${where}`, 0.9);
};

/** Mounted read-only, it takes a write of no user. */
export const readOnlyVerdict = (lack: string, line: string): Verdict | null =>
  lack === "permission" && /read-only file system|\bEROFS\b|\bErrno 30\b/i.test(line)
    ? {
        class: "security-context-conflict",
        words: "it writes to a file system that is mounted read-only, whatever user it runs as",
        confidence: 0.88,
        disproof: "what it writes to is on a volume that is mounted for writing",
      }
    : null;
