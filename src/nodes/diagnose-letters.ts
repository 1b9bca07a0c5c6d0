// Letters of other alphabets that look like ours, in the order of those they look like.
const alike: readonly (readonly [string, string])[] = [
  ["авсԁеһіјӏкмоԛрѕтѵуґѡхԝᴢ", "abcdehijlkmoqpstvyrwxwz"],
  ["АВСЕНІЈКМОРԚЅТѴУХԜԌԍ", "ABCEHIJKMOPQSTVYXWGG"],
  ["αβγεικνορτυωχηζ", "aByeikvoptuwxnz"],
  ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"],
  ["ɑɡıȷℓɩʟᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏ", "agijliLABCDEFGHIJKMNOPRSTUVWY"],
];
const ours = new Map(alike.flatMap(([from, to]) => [...from].map((letter, at) => [letter, [...to][at] ?? letter])));
const foreign = new RegExp(`[${[...ours.keys()].join("")}]`, "gu");

const emoji = /(?<![\w:]):([a-z+-][\w+-]{0,60}):(?![\w:])/gi;
const emphasis = /(?<![\w*])(\*{1,3})(?=[^\s*])([^*]{1,400}?)(?<=\S)\1(?![\w*])/g;

/** Words of a model without what chat shows as bold or as a picture. */
export const unmarked = (text: string): string => text.replace(emphasis, "$2").replace(emoji, "$1");

/** As somebody reads it: letters that only look like ours are ours, and marks of Markdown and pictures are not there. */
export const asRead = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .replace(foreign, (letter) => ours.get(letter) ?? letter)
    .replace(emoji, " ")
    .replace(/\p{Extended_Pictographic}/gu, (sign) => (/\d/.test(sign) ? sign : " "))
    .replace(/\]\([^()\s]{0,400}\)/g, "")
    .replace(/[*~`[\]]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replace(/\s+/g, " ")
    .replace(/^[\s>#•+-]+/, "");
