const fence = "```";

const sizeOf = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);

/** Parts of one text, cut between lines; a code fence that goes on in the next part is closed and opened again. */
export const partsOf = (text: string, size: number, most: number): string[] => {
  const parts: string[] = [];
  let part: string[] = [];
  let fenced = false;
  const end = (): void => {
    if (part.length > 0) parts.push((fenced ? [...part, fence] : part).join("\n"));
    part = fenced ? [fence] : [];
  };
  for (const whole of text.split("\n")) {
    // Longer than a part alone: cut, and never within an entity.
    const line = whole.slice(0, size - 10).replace(/&[a-z]*$/, "");
    if (sizeOf(part) + line.length + fence.length + 1 > size) end();
    if (line === fence) fenced = !fenced;
    part.push(line);
  }
  end();
  return parts.slice(0, most).filter((one) => one.replaceAll(fence, "").trim() !== "");
};
