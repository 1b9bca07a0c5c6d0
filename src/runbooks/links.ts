// Code is shown as it stands; around it, what makes an image, a link, a tag or an emphasis is not shown.
const plainOf = (text: string): string =>
  text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])/g, "$1")
    .replace(/<\/?[a-z][^>]*>/gi, "")
    .replace(/(?<![\p{L}\p{N}])(_{1,2})(?=\S)([^_]+?)\1(?![\p{L}\p{N}])/gu, "$2");

const shownOf = (heading: string): string =>
  heading
    .split(/(`+[^`]+`+)/)
    .map((part) => (part.startsWith("`") ? part : plainOf(part)))
    .join("");

/** The anchor that GitHub gives a heading: each space a hyphen, punctuation dropped, letters of any language kept. */
export const anchorOf = (heading: string): string =>
  shownOf(heading)
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
    .replaceAll(" ", "-");

/** Anchors of one page in order: a heading that was there before gets -1, the next -2. */
export const anchors = (): ((heading: string) => string) => {
  const given = new Map<string, number>();
  return (heading) => {
    const plain = anchorOf(heading);
    let anchor = plain;
    for (let again = given.get(plain) ?? 0; given.has(anchor); anchor = `${plain}-${again}`) again++;
    if (anchor !== plain) given.set(plain, Number(anchor.slice(plain.length + 1)));
    given.set(anchor, given.get(anchor) ?? 0);
    return anchor;
  };
};

/** Where a section can be read: below the address of its folder where there is one, else its path. */
export const linkOf = (base: string | null, path: string, anchor: string): string => {
  const page = base === null ? path : `${base}/${path.split("/").map(encodeURIComponent).join("/")}`;
  return anchor === "" ? page : `${page}#${anchor}`;
};
