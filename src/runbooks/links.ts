/** The anchor that GitHub, GitLab and most wikis give a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s+/g, "-");

/** Where a section can be read: below the address of its folder where there is one, else its path. */
export const linkOf = (base: string | null, path: string, heading: string): string => {
  const page = base === null ? path : `${base}/${path.split("/").map(encodeURIComponent).join("/")}`;
  return heading === "" ? page : `${page}#${anchorOf(heading)}`;
};
