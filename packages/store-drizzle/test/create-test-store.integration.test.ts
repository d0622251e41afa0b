import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { sql } from "drizzle-orm";
import { pgTable, serial, text } from "drizzle-orm/pg-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createTestStore, type TestStore } from "../src/testing/create-test-store.js";
import { request } from "./sample-jobs.js";

const articles = pgTable("articles", { no: serial(), title: text().primaryKey() });
const schema = { articles };

describe("a test store", () => {
  let t: TestStore<typeof schema>;
  beforeAll(async () => {
    t = await createTestStore({
      schema,
      migrate: (db) => db.execute(sql`create table articles (no serial, title text primary key)`),
    });
  });
  beforeEach(() => t.reset());
  afterAll(() => t.close());

  test("has the app's tables beside the queue, in one transaction if that is wanted", async () => {
    const kept = request();
    await t.db.transaction(async (tx) => {
      await tx.insert(articles).values({ title: "kept" });
      await t.store.enqueue([kept], { tx });
    });
    const failing = t.db.transaction(async (tx) => {
      await t.store.enqueue([request()], { tx });
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    const { jobs } = await t.store.listJobs({ limit: 10 });
    expect(jobs.map(({ id }) => id)).toEqual([kept.id]);
    expect(await t.db.query.articles.findMany()).toEqual([{ no: 1, title: "kept" }]);
  });

  test("is empty and at its first instant again after a reset", async () => {
    expect(await t.store.listJobs({ limit: 10 })).toEqual({ jobs: [], next: null });
    expect(await t.store.listGates()).toEqual([]);
    expect(await t.db.select().from(articles)).toEqual([]);
    expect(await t.store.now()).toBe(Date.UTC(2026, 0, 1));
    await t.db.insert(articles).values({ title: "the first again" });
    expect(await t.db.select().from(articles)).toEqual([{ no: 1, title: "the first again" }]);
  });
});

test("its clock stands where it is told to", async () => {
  const now = new Date("2027-03-01T12:00:00Z");
  const { store, clock, close } = await createTestStore({ now });
  await clock.advance(1_500);
  expect(await store.now()).toBe(now.getTime() + 1_500);
  await clock.set(new Date("2028-01-01"));
  expect(await store.now()).toBe(Date.UTC(2028, 0, 1));
  await close();
});

test("tables that cannot be made close the database, and say why", async () => {
  const opening = createTestStore({ migrate: (db) => db.execute(sql`create table nonsense`) });
  await expect(opening).rejects.toMatchObject({ cause: { message: expect.stringMatching(/syntax error/) } });
});

describe("the snapshot behind it", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-snapshot-test-"));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(folder, { recursive: true }));

  /** As another process would. */
  async function loadAnew(): Promise<Blob> {
    vi.stubEnv("TMPDIR", folder);
    vi.resetModules();
    const { migratedSnapshot } = await import("../src/embedded/migrated-snapshot.js");
    return await migratedSnapshot();
  }

  test("is made once, kept for other processes, and readable for nobody else", async () => {
    const first = await loadAnew();
    const [kept = ""] = readdirSync(folder).map((name) => join(folder, name));
    const [file = "", ...others] = readdirSync(kept).map((name) => join(kept, name));
    expect(others).toEqual([]);
    const { mode, mtimeMs, ino } = statSync(file);
    expect([mode & 0o077, statSync(kept).mode & 0o077]).toEqual([0, 0]);
    expect((await loadAnew()).size).toBe(first.size);
    expect(statSync(file)).toMatchObject({ ino });
    expect(statSync(file).mtimeMs).toBeGreaterThanOrEqual(mtimeMs);
  });

  test("is made anew when the file is not what was written", async () => {
    await loadAnew();
    const [kept = ""] = readdirSync(folder).map((name) => join(folder, name));
    const [file = ""] = readdirSync(kept).map((name) => join(kept, name));
    const whole = readFileSync(file);
    const mixed = Buffer.from(whole);
    mixed.fill(mixed.subarray(0, 8_192), 9_000_000, 9_008_192);
    for (const damaged of [Buffer.alloc(0), whole.subarray(0, 20_000_000), mixed]) {
      writeFileSync(file, damaged);
      const { openKeptFile } = await import("../src/embedded/kept-file.js");
      const read = await (await openKeptFile(basename(file)))?.read();
      expect(read === null).toBe(true);
    }
    // Not as long as before, perhaps: one may have begun a segment of the log more.
    const made = Buffer.from(await (await loadAnew()).arrayBuffer());
    expect(made.length).toBeGreaterThan(20_000_000);
    const { openKeptFile } = await import("../src/embedded/kept-file.js");
    expect((await (await openKeptFile(basename(file)))?.read())?.equals(made)).toBe(true);
  });
});
