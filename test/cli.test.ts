import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { append } from "../src/store/journal.ts";
import { openIncidents } from "../src/store/ward.ts";
import { freshDatabase } from "./support/database.ts";
import { generousCluster } from "./support/generous-cluster.ts";
import { subject } from "./support/incidents.ts";
import { nightshift } from "./support/nightshift.ts";
import { playStories } from "./support/recorded-cluster.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nightshift-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

const fileOf = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

test.each(["serve", "demo", "migrate", "doctor", "eval", "runbooks", "audit", "mcp"])(
  "%s --help explains it",
  async (name) => {
    const { code, stdout, stderr } = await nightshift([name, "--help"]);

    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(new RegExp(`^usage: nightshift ${name}`));
  },
);

test("serve --help prints the environment", async () => {
  const { stdout } = await nightshift(["serve", "--help"]);

  expect(stdout).toContain("NIGHTSHIFT_TOKENS");
  expect(stdout).toContain("(default: 127.0.0.1)");
});

test("a command that is not there is exit code 2 with a hint, no command at all too", async () => {
  const wrong = await nightshift(["restart-everything"]);
  const none = await nightshift([]);

  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toContain("nightshift --help lists them");
  expect(none.code).toBe(2);
});

test("serve does not start with a broken policy file, and names it beside all other problems", async () => {
  const NIGHTSHIFT_POLICY = await fileOf("policy.yaml", "mode: yolo\n");

  const { code, stderr } = await nightshift(["serve"], { NIGHTSHIFT_POLICY, PORT: "x" });

  expect(code).toBe(2);
  expect(stderr).toContain(NIGHTSHIFT_POLICY);
  expect(stderr).toContain("mode");
  expect(stderr).toContain("PORT: must be a number");
});

test("migrate brings an empty database up to date and may run again", async () => {
  await using db = await freshDatabase();
  await db.pool.query("drop schema nightshift cascade");

  const first = await nightshift(["migrate"], { DATABASE_URL: db.url });
  const second = await nightshift(["migrate"], { DATABASE_URL: db.url });

  expect([first.code, second.code, second.stderr]).toEqual([0, 0, ""]);
  expect((await db.pool.query("select * from nightshift.incidents")).rowCount).toBe(0);
});

test("audit verify holds on a dump, and names the entry that was changed in it", async () => {
  await using db = await freshDatabase();
  const openedAt = new Date("2026-01-02T03:04:00Z");
  const fresh = { id: "inc_1", subject, severity: "warning", graphVersion: 1, openedAt, deadlineAt: openedAt };
  await openIncidents(db.pool, [fresh]);
  const { id } = fresh;
  for (const line of ["looked", "thought", "acted"])
    await append(db.pool, id, { at: "2026-01-02T03:04:05.000Z", kind: "step", actor: "gather", line });

  const exported = await nightshift(["audit", "export"], { DATABASE_URL: db.url });
  const whole = await nightshift(["audit", "verify", "--file", await fileOf("dump", exported.stdout)]);
  const changed = exported.stdout.replace("thought", "slept");
  const broken = await nightshift(["audit", "verify", "--file", await fileOf("changed", changed)]);

  expect([whole.code, whole.stdout]).toEqual([0, expect.stringContaining("every chain holds")]);
  expect([broken.code, broken.stdout]).toEqual([1, expect.stringMatching(new RegExp(`^${id}: .*entry 2`))]);
});

describe("runbooks search", () => {
  const Hit = { runbook: expect.any(String), heading: expect.any(String), why: expect.any(String) };

  test("--json prints one object, best first", async () => {
    const { stdout } = await nightshift(["runbooks", "search", "container was OOMKilled", "--json"]);

    const { hits } = JSON.parse(stdout) as { hits: { runbook: string; score: number }[] };
    expect(hits[0]).toEqual({ ...Hit, runbook: "oom-killed.md", score: expect.any(Number), confident: true });
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).sort((a, b) => b - a));
  });

  test("--file takes a query a line and prints an object a line, also for one that finds nothing", async () => {
    const file = await fileOf("queries", "image cannot be pulled\nqwertz uiop\n");

    const { stdout } = await nightshift(["runbooks", "search", "--json", "--file", file]);

    const [first, second] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(first.hits.length).toBeGreaterThan(0);
    expect(second.hits.filter(({ confident }: { confident: boolean }) => confident)).toEqual([]);
  });
});

test("eval --json diagnoses a recorded world as its contract says", async () => {
  const world = join(import.meta.dirname, "incidents", "orders");

  const { code, stdout } = await nightshift(["eval", world, "--json"]);

  const { cases, summary } = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(cases).toHaveLength(1);
  expect(cases[0]).toMatchObject({ name: "orders", ms: expect.any(Number), tokens: 0 });
  expect(cases[0].diagnoses[0]).toMatchObject({
    class: expect.any(String),
    object: { kind: expect.any(String), name: expect.any(String), namespace: "orders" },
    by: "rules",
    confidence: expect.any(Number),
  });
  expect(Array.isArray(cases[0].plan.actions)).toBe(true);
  expect(summary).toMatchObject({ cases: 1, compared: 1 });
});

describe("doctor", () => {
  const findingsFor = async (kubeconfig: object, DATABASE_URL: string) => {
    const KUBECONFIG = await fileOf("doctor.json", JSON.stringify(kubeconfig));
    const { code, stdout } = await nightshift(["doctor", "--json"], { KUBECONFIG, DATABASE_URL });
    const { findings } = JSON.parse(stdout) as { findings: { what: string; state: string; detail: string }[] };
    const bad = findings.filter(({ state }) => state === "bad").map(({ what }) => what);
    const [database] = findings;
    return { code, bad, database, secrets: findings.find(({ what }) => what === "get secrets") };
  };

  test("is content where everything needed answers and Secrets cannot be read", async () => {
    await using db = await freshDatabase();
    const world = await playStories(["bad-rollout"]);

    const { code, bad, database, secrets } = await findingsFor(world.kubeconfig, db.url);

    await world.close();
    expect([code, bad]).toEqual([0, []]);
    expect(database?.detail).toMatch(/^Postgres \d+.*, migrated$/);
    expect(secrets).toMatchObject({ state: "ok", detail: expect.stringContaining("denied") });
  });

  test("says what the writer may change in a namespace that is named", async () => {
    await using db = await freshDatabase();
    const world = await playStories(["bad-rollout"]);
    const KUBECONFIG = await fileOf("writer.json", JSON.stringify(world.kubeconfig));
    const environment = { KUBECONFIG, DATABASE_URL: db.url };

    const named = await nightshift(["doctor", "--namespace", "storefront"], environment);
    const none = await nightshift(["doctor"], environment);

    await world.close();
    expect(named.stdout).toContain("patch deployments in storefront");
    expect(none.stdout).not.toContain("patch deployments");
  });

  test("is exit code 1 where Secrets can be read, and says so", async () => {
    await using db = await freshDatabase();
    const world = await playStories(["bad-rollout"]);
    const generous = await generousCluster(world.url);
    const kubeconfig = JSON.parse(JSON.stringify(world.kubeconfig).replaceAll(world.url, generous.url));

    const { code, secrets } = await findingsFor(kubeconfig, db.url);

    generous.close();
    await world.close();
    expect(code).toBe(1);
    expect(secrets).toMatchObject({ state: "bad", detail: expect.stringContaining("must not be") });
  });

  test("asks about Secrets in each namespace that policy names, as the start does", async () => {
    await using db = await freshDatabase();
    const world = await playStories(["bad-rollout"]);
    const generous = await generousCluster(world.url, "payments");
    const kubeconfig = JSON.parse(JSON.stringify(world.kubeconfig).replaceAll(world.url, generous.url));
    const KUBECONFIG = await fileOf("named.json", JSON.stringify(kubeconfig));
    const environment = { KUBECONFIG, DATABASE_URL: db.url };
    const policy = "mode: observe\nnamespaces: {payments: approve, shop: approve}\n";

    const without = await nightshift(["doctor"], environment);
    const NIGHTSHIFT_POLICY = await fileOf("named.yaml", policy);
    const { code, stdout } = await nightshift(["doctor"], { ...environment, NIGHTSHIFT_POLICY });

    generous.close();
    await world.close();
    expect([without.code, code]).toEqual([0, 1]);
    expect(stdout).toMatch(/✗ get secrets in payments +allowed, and must not be/);
    expect(stdout).toMatch(/✓ get secrets in shop +denied/);
  });

  test("is exit code 1 where the cluster does not answer", async () => {
    await using db = await freshDatabase();
    const world = await playStories(["bad-rollout"]);
    await world.close();

    const { code, bad } = await findingsFor(world.kubeconfig, db.url);

    expect([code, bad]).toEqual([1, ["cluster"]]);
  });
});

test("serve ends, and stops its queue, when the port is taken", async () => {
  const { url, pool } = await freshDatabase();
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const PORT = String((taken.address() as AddressInfo).port);
  const world = await playStories(["bad-rollout"]);
  const KUBECONFIG = await fileOf("taken.json", JSON.stringify(world.kubeconfig));

  const { code, stderr } = await nightshift(["serve"], { DATABASE_URL: url, PORT, KUBECONFIG });
  taken.close();
  await world.close();

  expect([code, stderr]).toEqual([1, expect.stringMatching(/port \d+ of 127.0.0.1 is taken .*set PORT/)]);
  const { rows } = await pool.query(
    "select 1 from pg_stat_activity where datname = current_database() and application_name = 'nightshift-queue'",
  );
  expect(rows).toEqual([]);
});

test.each([[["audit", "verify"]], [["policy", "check", "--incident", "inc_1"]], [["replay", "inc_1"]], [["doctor"]]])(
  "%j leaves a database that is not migrated as it is, and says what to run",
  async (args) => {
    await using db = await freshDatabase();
    await db.pool.query("drop schema nightshift cascade");

    const { code, stdout, stderr } = await nightshift(args, { DATABASE_URL: db.url, KUBECONFIG: "/dev/null" });

    expect(code).toBe(1);
    expect(stdout + stderr).toContain("not migrated");
    const { rows } = await db.pool.query("select to_regnamespace('nightshift') as schema");
    expect(rows).toEqual([{ schema: null }]);
  },
);

test("who only looks makes no embedded database", async () => {
  const home = join(folder, "empty-home");

  const { code, stderr } = await nightshift(["audit", "verify"], { NIGHTSHIFT_DATA_DIR: home });

  expect([code, stderr]).toEqual([1, expect.stringContaining("nightshift migrate")]);
  expect(existsSync(home)).toBe(false);
});

test.each([["migrate"], ["serve"]])("%s refuses an option that its help does not name", async (name) => {
  const { code, stdout, stderr } = await nightshift([name, "--jsno"]);

  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toBe(`nightshift: ${name} has no option --jsno; nightshift ${name} --help lists them\n`);
});

test.each([["localhost"], ["nowhere.invalid"]])("no database at %s: its variable is named", async (host) => {
  const environment = { DATABASE_URL: `postgres://ana:hunter22@${host}:1/nightshift` };

  const { code, stderr } = await nightshift(["stats"], environment);

  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^nightshift: the database cannot be reached: .+; check DATABASE_URL\n$/),
  ]);
  expect(stderr).not.toContain("hunter22");
});

test("a file that is not there, or holds no JSON, is named in words", async () => {
  const absent = join(folder, "absent");
  const broken = await fileOf("broken.json", "{");

  const searched = await nightshift(["runbooks", "search", "--file", absent]);
  const replayed = await nightshift(["replay", "inc_1", "--what-if", broken]);

  expect([searched.code, searched.stderr]).toEqual([1, `nightshift: cannot open ${absent}: there is no such file\n`]);
  expect([replayed.code, replayed.stderr]).toEqual([2, expect.stringContaining(`${broken} is no JSON`)]);
});
