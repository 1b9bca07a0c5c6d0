// Porter's stemmer (1980), steps as in the paper.
const consonant = "[^aeiou]";
const vowel = "[aeiouy]";
const consonants = `${consonant}[^aeiouy]*`;
const vowels = `${vowel}[aeiou]*`;
const measure1 = new RegExp(`^(${consonants})?${vowels}${consonants}`);
const measureIs1 = new RegExp(`^(${consonants})?${vowels}${consonants}(${vowels})?$`);
const measure2 = new RegExp(`^(${consonants})?${vowels}${consonants}${vowels}${consonants}`);
const hasVowel = new RegExp(`^(${consonants})?${vowel}`);
const shortEnd = new RegExp(`^${consonants}${vowel}[^aeiouwxy]$`);

const table = (pairs: string): [RegExp, string][] =>
  pairs.split(" ").map((pair): [RegExp, string] => {
    const [from = "", to = ""] = pair.split(">");
    return [new RegExp(`^(.+?)${from}$`), to];
  });

const step2 = table(
  "ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble logi>log",
);
const step3 = table("icate>ic ative> alize>al iciti>ic ical>ic ful> ness>");
const step4 = /^(.+?)(?:(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)|(?<=[st])(ion))$/;

const plural = (word: string): string => {
  if (/(ss|i)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
};

const tidy = (word: string): string => {
  if (/(at|bl|iz)$/.test(word)) return `${word}e`;
  if (/([^aeiouylsz])\1$/.test(word)) return word.slice(0, -1);
  return shortEnd.test(word) ? `${word}e` : word;
};

const pastTense = (word: string): string => {
  const eed = /^(.+?)eed$/.exec(word)?.[1];
  if (eed !== undefined) return measure1.test(eed) ? word.slice(0, -1) : word;
  const base = /^(.+?)(ed|ing)$/.exec(word)?.[1];
  return base !== undefined && hasVowel.test(base) ? tidy(base) : word;
};

const finalY = (word: string): string => {
  const base = /^(.+?)y$/.exec(word)?.[1];
  return base !== undefined && hasVowel.test(base) ? `${base}i` : word;
};

const replaceEnd = (word: string, pairs: readonly [RegExp, string][]): string => {
  for (const [pattern, to] of pairs) {
    const base = pattern.exec(word)?.[1];
    if (base !== undefined) return measure1.test(base) ? base + to : word;
  }
  return word;
};

const dropEnd = (word: string): string => {
  const base = step4.exec(word)?.[1];
  return base !== undefined && measure2.test(base) ? base : word;
};

const finalE = (word: string): string => {
  const base = /^(.+?)e$/.exec(word)?.[1];
  const drop = base !== undefined && (measure2.test(base) || (measureIs1.test(base) && !shortEnd.test(base)));
  const short = drop ? base : word;
  return /ll$/.test(short) && measure2.test(short) ? short.slice(0, -1) : short;
};

const stemNow = (word: string): string =>
  finalE(dropEnd(replaceEnd(replaceEnd(finalY(pastTense(plural(word))), step2), step3)));

// Pages say the same few thousand words again and again; emptied when full, so that hostile text cannot fill memory.
const remembered = new Map<string, string>();
const mostRemembered = 20_000;

/** Lower-case word to its stem. Words of one or two letters and anything with a digit stay as they are. */
export const stem = (word: string): string => {
  if (word.length < 3 || /[^a-z]/.test(word)) return word;
  const before = remembered.get(word);
  if (before !== undefined) return before;
  if (remembered.size >= mostRemembered) remembered.clear();
  const now = stemNow(word);
  remembered.set(word, now);
  return now;
};
