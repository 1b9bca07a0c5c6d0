import type { Alert } from "./alert.ts";

export interface Link {
  text: string;
  url: string;
}

const longest = 2048;
const most = 6;

// What could end a link in Markdown or in Slack, or hide where it leads.
const unsafe = /[^\w\-.~:/?#@!$&+,;=%]/g;
const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;

/** An address that may be offered for clicking: http or https, nobody's password in it, nothing that ends the link. Else null. */
export const webAddress = (text: string | null | undefined): string | null => {
  if (!text || text.length > longest || !URL.canParse(text)) return null;
  const { protocol, username, password, origin, pathname, search, hash } = new URL(text);
  if (!/^https?:$/.test(protocol) || username !== "" || password !== "") return null;
  const address = origin + `${pathname}${search}${hash}`.replace(unsafe, percent);
  return address.length > longest ? null : address;
};

const order = ["dashboard", "panel", "silence", "source"];

/** Where the senders of these alerts show more, each address once. The host is in the text: nobody is led astray unseen. */
export const linksOf = (alerts: readonly Alert[]): Link[] => {
  const all = alerts.flatMap(({ links = [], url }) => [...links, ...(url === null ? [] : [{ name: "source", url }])]);
  const found = new Map<string, Link & { name: string }>();
  for (const { name, url: given } of all) {
    const url = webAddress(given);
    if (url !== null && !found.has(url)) found.set(url, { name, text: `${name} at ${new URL(url).host}`, url });
  }
  return [...found.values()]
    .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
    .slice(0, most)
    .map(({ text, url }) => ({ text, url }));
};

export interface Dashboard {
  uid: string;
  panelId: number | null;
}

/** The Grafana dashboard that an alert belongs to, read off its own links; null where it names none. */
export const dashboardOf = (alerts: readonly Alert[]): Dashboard | null => {
  const links = alerts.flatMap(({ links = [] }) => links);
  const named = [...links.filter(({ name }) => name === "panel"), ...links.filter(({ name }) => name === "dashboard")];
  for (const { url } of named) {
    const address = webAddress(url);
    const parsed = address === null ? null : new URL(address);
    const uid = /\/d\/([\w-]{1,64})(?:\/|$)/.exec(parsed?.pathname ?? "")?.[1];
    if (uid === undefined) continue;
    const panel = /^(?:panel-)?(\d{1,9})$/.exec(parsed?.searchParams.get("viewPanel") ?? "")?.[1];
    return { uid, panelId: panel === undefined ? null : Number(panel) };
  }
  return null;
};
