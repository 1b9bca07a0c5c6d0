import { verbNames } from "../incident/plan.ts";

const change = `kubectl|rollouts?|restarts?|rollbacks?|${verbNames.join("|")}`;

// "Do not restart it" names a change, and means the opposite. One row for each language; a word too many costs a hint.
const inWords = [
  String.raw`\w+n't|not|never|avoid\w*|without|instead of|rather than|no need|refrain|under no circumstances|no \W?(?:${change})|forbidden|prohibited|banned|anti-?patterns?|don'?ts`,
  "nicht|nie|niemals|keine?[mnrs]?|verboten|untersagt|vermeide[nt]?|ohne",
  "pas|jamais|interdite?s?|évite[rz]?|sans",
  "nunca|jamás|prohibid[oa]s?|evit[ae]r?|evite[ns]?",
  "não|nunca|proibid[oa]s?",
  "non|vietat[oaie]|evitare",
  "niet|nooit|verboden|vermijd(?:en)?",
  "nigdy|zabronion[eay]",
  "не|никогда|нельзя|запрещен[оаы]?|запрещён",
].join("|");
const against = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:${inWords})(?![\\p{L}\\p{N}_])|不要|不得|切勿|请勿|禁止|しないで|してはいけ|하지 ?마|금지|[❌🚫⛔]`,
  "iu",
);

/** It advises against something. */
export const isAgainst = (text: string): boolean => against.test(text.replaceAll(/[’ʼ]/g, "'"));

/** "What not to do", and not "Pods do not start": what stands under it is warned of, under headings of its own, too. */
const heading = new RegExp(
  [
    String.raw`^\W*(?:please\s+)?(?:do not|don['’ʼ]?ts?|never|avoid|not to do|forbidden|prohibited)\b`,
    String.raw`^\W*(?:what|things?)\s+(?:(?:you|we|to|do|must|should|may)\s+)*(?:not|never|avoid)\b`,
    String.raw`\banti-?patterns?\b`,
    String.raw`^\W*(?:(?:common|frequent|known|past|typical|usual)\s+)?(?:mistakes|errors to avoid|pitfalls)\b`,
    String.raw`\bmade (?:it|things|matters) worse\b`,
    String.raw`^\W*(?:niemals|nicht tun|was man nicht|verboten|häufige fehler)(?!\p{L})`,
  ].join("|"),
  "iu",
);

export const isWarning = (text: string): boolean => heading.test(text);
