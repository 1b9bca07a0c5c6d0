import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { gitAddress, webAddress } from "../../src/adapters/git-address.ts";

test.each([
  ["git@github.com:acme/runbooks.git", "https://github.com/acme/runbooks"],
  ["ssh://git@git.acme.example:2222/ops/runbooks.git", "https://git.acme.example/ops/runbooks"],
  ["https://user:secret@gitlab.acme.example/ops/runbooks.git", "https://gitlab.acme.example/ops/runbooks"],
  ["/srv/git/runbooks.git", null],
])("%s is opened at %s", (remote, expected) => {
  expect(webAddress(remote)).toBe(expected);
});

test("a folder of a checkout has an address at its branch; any other has none", async () => {
  const root = await mkdtemp(join(tmpdir(), "checkout-"));
  const folder = join(root, "docs/on call");
  await mkdir(join(root, ".git"));
  await mkdir(folder, { recursive: true });
  expect(await gitAddress(folder)).toBe(null);

  await writeFile(join(root, ".git/HEAD"), "ref: refs/heads/main\n");
  await writeFile(
    join(root, ".git/config"),
    '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@github.com:acme/rb.git\n',
  );

  expect(await gitAddress(folder)).toBe("https://github.com/acme/rb/blob/main/docs/on%20call");
});

const origin = (name: string): string => `[core]\n[remote "origin"]\n\turl = https://github.com/acme/${name}.git\n`;

const writeAll = async (root: string, files: Record<string, string>): Promise<void> => {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
};

test("a worktree is at its own branch, a submodule in its own repository", async () => {
  const root = await mkdtemp(join(tmpdir(), "checkout-"));
  await writeAll(root, {
    "main/.git/HEAD": "ref: refs/heads/main\n",
    "main/.git/config": origin("main"),
    "main/.git/worktrees/side/HEAD": "ref: refs/heads/fix/anchors#2\n",
    "main/.git/worktrees/side/commondir": "../..\n",
    "side/.git": `gitdir: ${join(root, "main/.git/worktrees/side")}\n`,
    "side/docs/a.md": "a",
    "main/.git/modules/books/HEAD": "0123456789abcdef0123456789abcdef01234567\n",
    "main/.git/modules/books/config": origin("books"),
    "main/books/.git": "gitdir: ../.git/modules/books\n",
  });

  expect(await gitAddress(join(root, "side/docs"))).toBe("https://github.com/acme/main/blob/fix/anchors%232/docs");
  expect(await gitAddress(join(root, "main/books"))).toBe(
    "https://github.com/acme/books/blob/0123456789abcdef0123456789abcdef01234567",
  );
  expect(await gitAddress(join(root, "main"))).toBe("https://github.com/acme/main/blob/main");
});
