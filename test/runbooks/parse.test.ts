import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readRunbookFolder } from "../../src/adapters/runbook-folder.ts";
import { parsePage, parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf } from "../../src/runbooks/search.ts";
import { stem } from "../../src/runbooks/stem.ts";
import { terms } from "../../src/runbooks/terms.ts";
import { asShipped } from "../support/lexicon.ts";

describe("a page", () => {
  test("without front matter is titled by its first heading and found by the alert it is named after", async () => {
    const page = parsePage({ path: "wiki/KubeThingBroken.md", text: "# The thing\n\nTurn it off and on.\n" });

    expect(page).toMatchObject({ title: "The thing", alerts: [], classes: [] });
    const [hit] = await bookshelf([page], asShipped).search({ alerts: ["KubeThingBroken"], classes: [], words: "" }, 3);
    expect(hit).toMatchObject({ why: expect.stringContaining("alert KubeThingBroken"), confident: true });
  });

  test("may give one alert without a list, and keys of its own", () => {
    const { alerts, title } = parsePage({ path: "a.md", text: "---\ntitle: A\nalerts: Foo\nowner: me\n---\nText" });

    expect([title, alerts]).toEqual(["A", ["Foo"]]);
  });

  test("may be called by a number", () => {
    const { alerts, title, names } = parsePage({
      path: "a.md",
      text: "---\ntitle: 503\nalerts: [504, Foo]\n---\nText",
    });

    expect([title, alerts, names]).toEqual(["503", ["504", "Foo"], ["503", "504", "Foo"]]);
    expect(parsePage({ path: "a.md", text: "---\nalerts: 504\n---\nText" }).alerts).toEqual(["504"]);
  });

  test.each([
    "---\n\n# Web is slow\n\nLook at the queue.\n\n---\n\nThen wait.",
    "---\n# Web is slow\n---\nLook at the queue. Then wait.",
    '---\n# Web is slow\n- Look at the queue.\n- Wait: "a" b: c\n---\nThen wait.',
    "---\n# Web is slow\n- Look at the queue.\n---\nThen wait.",
    "---\n# Web is slow\nFirst: look: {x\nLook at the queue.\n---\nThen wait.",
  ])("that begins with a rule instead of front matter is read whole: %s", (text) => {
    const { pages, warnings } = parsePages([{ path: "web.md", text }]);

    expect(warnings).toEqual([]);
    expect(pages[0]?.title).toBe("Web is slow");
    expect(pages[0]?.sections.map(({ heading, text: below }) => `${heading}\n${below}`).join("\n")).toMatch(
      /Look at the queue[\s\S]*wait/,
    );
  });

  test("control: front matter with keys of the wiki only, or empty, is no text", () => {
    for (const front of ["owner: me\nstatus: draft", "\n"]) {
      const { sections } = parsePage({ path: "a.md", text: `---\n${front}\n---\nText` });
      expect(sections.map(({ text }) => text)).toEqual(["Text"]);
    }
  });

  test("is not cut at a comment inside a code fence", () => {
    const { sections } = parsePage({ path: "a.md", text: "# A\n```sh\n# not a heading\n```\n## B\nx" });

    expect(sections.map(({ heading }) => heading)).toEqual(["A", "B"]);
  });

  test("with bad front matter is left out and named; the others stay", () => {
    const { pages, warnings } = parsePages([
      { path: "bad.md", text: "---\ntitle: [unclosed\n---\n# Bad" },
      { path: "wrong.md", text: "---\nalerts: {a: 1}\n---\n# Wrong" },
      { path: "good.md", text: "# Good" },
    ]);

    expect(pages.map(({ path }) => path)).toEqual(["good.md"]);
    expect(warnings).toEqual([expect.stringContaining("bad.md"), expect.stringMatching(/wrong\.md.*alerts/)]);
  });
});

test("a line too long for a heading is text", () => {
  const brackets = `# ${"[".repeat(30_000)}`;
  const spaces = `# a${" ".repeat(30_000)}b`;
  const { sections } = parsePage({ path: "a.md", text: `# Short\n${brackets}\n${spaces}\n` });

  expect(sections.map(({ heading }) => heading)).toEqual(["Short"]);
});

describe("words", () => {
  test.each([
    ["caresses", "caress"],
    ["ponies", "poni"],
    ["agreed", "agre"],
    ["hopping", "hop"],
    ["falling", "fall"],
    ["relational", "relat"],
    ["conditional", "condit"],
    ["happy", "happi"],
    ["adjustment", "adjust"],
    ["controlling", "control"],
    ["certificates", "certif"],
    ["137", "137"],
  ])("%s has the stem %s", (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  test("camel case is split and kept whole, numbers stay, stop words go", () => {
    expect(terms("the OOMKilled exit 137").map(({ term }) => term)).toEqual(["oom", "kill", "oomkil", "exit", "137"]);
  });
});

describe("the user's folder", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "runbooks-"));
    await mkdir(join(root, "mine/deep"), { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test("gives all its Markdown and names what was left out and why", async () => {
    const mine = join(root, "mine");
    await writeFile(join(root, "outside.md"), "# Outside");
    await writeFile(join(mine, "deep/b.md"), "# B");
    await writeFile(join(mine, "notes.txt"), "no");
    await writeFile(join(mine, "big.md"), "x".repeat(1_048_577));
    await writeFile(join(mine, "binary.md"), Buffer.from([0xff, 0xfe, 0x80]));
    await symlink(join(root, "outside.md"), join(mine, "link.md"));

    const { files, warnings } = await readRunbookFolder(mine);

    expect(files).toEqual([{ path: "deep/b.md", text: "# B" }]);
    expect(warnings).toEqual([
      "runbook big.md is left out: it is over 1 MB",
      "runbook binary.md is left out: it is not UTF-8 text",
      "runbook link.md is left out: it is a link out of the folder",
    ]);
  });

  test("may be a mounted ConfigMap, whose files are links inside the folder", async () => {
    const mine = join(root, "mine");
    await mkdir(join(mine, "..2026"));
    await writeFile(join(mine, "..2026/a.md"), "# A");
    await symlink("..2026", join(mine, "..data"));
    await symlink("..data/a.md", join(mine, "a.md"));

    expect((await readRunbookFolder(mine)).files).toEqual([{ path: "a.md", text: "# A" }]);
  });

  test("that is not there is an error that names the variable", async () => {
    await expect(readRunbookFolder(join(root, "none"))).rejects.toThrow("NIGHTSHIFT_RUNBOOKS");
  });
});
