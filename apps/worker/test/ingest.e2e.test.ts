import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTargetRepository } from "@sluice/store-drizzle/targets";
import { createTestDatabase } from "@sluice/testkit/postgres/vitest";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import postgres from "postgres";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { findUnreadTargets } from "../src/ingest/find-unread-targets.js";
import { makeFolder, runSluice } from "./run-sluice.js";

const database = await createTestDatabase();
const home = await makeFolder();
const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
afterAll(async () => {
  await sql.end();
  await database.drop();
  await home.remove();
});

const ingest = (...args: string[]) =>
  runSluice(["ingest", ...args], { cwd: home.path, env: { DATABASE_URL: database.url } });

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await makeFolder(files);
  onTestFinished(() => folder.remove());
  return folder.path;
}

/** By id. */
async function vanishedOf(path: string): Promise<Record<string, boolean>> {
  const rows = await sql<{ id: string; vanished: boolean }[]>`
    select id, vanished_at is not null as vanished from sluice.targets where origin = ${path} order by id`;
  return Object.fromEntries(rows.map(({ id, vanished }) => [id, vanished]));
}

test("what cannot be read just now has not vanished, only what is gone", async () => {
  const path = await folderWith({
    "one/gone.md": "# Gone\n\nIt will be deleted.\n",
    "one/latin.md": "# Latin\n\nIt will not be UTF-8.\n",
    "one/empty.md": "# Empty\n\nIt will be emptied.\n",
    "one/broken.py": "def first():\n    return 1\n\ndef second():\n    return 2\n",
    "two/deep/kept.md": "# Kept\n\nIts folder will not be readable.\n",
  });
  expect((await ingest(path, "--prefix", "p/")).status).toBe(0);
  await rm(join(path, "one/gone.md"));
  await writeFile(join(path, "one/latin.md"), new Uint8Array([0x23, 0x20, 0xe4, 0xf6, 0x0a]));
  await writeFile(join(path, "one/empty.md"), "");
  await writeFile(join(path, "one/broken.py"), "def first():\n    return (1\n");
  // Root reads it all the same: then its target is seen, and the next test has to do.
  await chmod(join(path, "two/deep"), 0o000);
  onTestFinished(() => chmod(join(path, "two/deep"), 0o700));
  const { stdout, status } = await ingest(path, "--prefix", "p/", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ vanished: 2 }]);
  expect(await vanishedOf(path)).toEqual({
    "p/one/broken.py#first": false,
    "p/one/broken.py#second": false,
    "p/one/empty.md": true,
    "p/one/gone.md": true,
    "p/one/latin.md": false,
    "p/two/deep/kept.md": false,
  });
}, 120_000);

test("what lies below a folder or in a file is told by its id, and nothing that only begins like one", async () => {
  const pool = new pg.Pool({ connectionString: database.url });
  onTestFinished(() => pool.end());
  const db = drizzle(pool);
  const ids = ["x/a/b.md", "x/a.md", "x/ab.md", "x/c.ts#run", "x/c.ts#run~2", "x/c.tsx#run", "a/b.md"];
  const targets = createTargetRepository({ db });
  await targets.put(
    "somewhere",
    ids.map((id) => ({
      ref: { type: "project_document", id },
      content: { type: "project_document", path: id, title: null, format: "text", text: id },
      contentHash: id,
    })),
  );
  const unread = await findUnreadTargets(db, "somewhere", { paths: ["a", "c.ts"], idPrefix: "x/" });
  expect(unread.map(({ id }) => id).sort()).toEqual(["x/a/b.md", "x/c.ts#run", "x/c.ts#run~2"]);
}, 120_000);

test("a folder that has lost its last file has lost its targets; of one that is gone nothing is known", async () => {
  const path = await folderWith({ "only.md": "# Only\n\nThe only one.\n" });
  expect((await ingest(path, "--prefix", "q/")).status).toBe(0);
  const away = await ingest(`${path}/nowhere`, "--prefix", "q/");
  expect(away.status).toBe(1);
  expect(await vanishedOf(path)).toEqual({ "q/only.md": false });
  await rm(join(path, "only.md"));
  const { status, stderr } = await ingest(path, "--prefix", "q/");
  expect(status).toBe(1);
  expect(stderr).toContain("anything to enrich");
  expect(await vanishedOf(path)).toEqual({ "q/only.md": true });
}, 120_000);

test("a path of which nothing could be taken in, because its ids are another's, is a failure", async () => {
  const [one, other] = [
    await folderWith({ "same.md": "# One\n" }),
    await folderWith({ "same.md": "# Two\n" }),
  ];
  expect((await ingest(one)).status).toBe(0);
  const { status, stderr } = await ingest(join(other, "same.md"));
  expect(stderr).toContain("was left out");
  expect(status).toBe(1);
}, 120_000);

test("when the database fails, neither the statement nor what is in the files is printed", async () => {
  const path = await folderWith({ "secret.md": "# Secret\n\nNobody should read this on a terminal.\n" });
  await sql`create function pg_temp_fail() returns trigger language plpgsql as
    $$ begin raise exception 'the disk is full of postgres://app:hunter2@db/app'; end $$`;
  await sql`create trigger fail before insert on sluice.targets execute function pg_temp_fail()`;
  onTestFinished(async () => void (await sql`drop trigger fail on sluice.targets`));
  for (const flags of [[], ["--json"]]) {
    const { status, stdout, stderr } = await ingest(path, ...flags);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain("the disk is full");
    expect(stderr).not.toMatch(/insert into|Nobody should read|hunter2/);
  }
}, 120_000);
