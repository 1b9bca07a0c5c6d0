import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
