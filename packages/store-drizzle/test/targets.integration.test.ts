import { type ProjectDocumentContent, type SavedEnrichment, toEpochMs } from "@sluice/core";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { markUnseen } from "../src/targets/mark-vanished.js";
import { migrateTargets } from "../src/targets/migrate-targets.js";
import { createTargetRepository, type StoredTargetRepository } from "../src/targets/target-repository.js";
import { databases, type OpenDatabase } from "./databases.js";

describe.each(databases)("targets on %s", (_name, open) => {
  let database: OpenDatabase;
  let targets: StoredTargetRepository;

  beforeAll(async () => {
    database = await open();
    await migrateTargets(database.db);
    targets = createTargetRepository({ db: database.db });
  });
  afterAll(() => database.close());

  test("a target is new, then the same, then changed, and enriched only for the content that was enriched", async () => {
    const put = async (text: string) => (await targets.put("put", [document("a.md", text)]))[0];
    expect(await put("one")).toMatchObject({ change: "new", isEnriched: false });
    expect(await put("one")).toMatchObject({ change: "same", isEnriched: false });
    expect(await targets.save(database.db, summary("a.md", "one"))).toBe("saved");
    expect(await put("one")).toMatchObject({ change: "same", isEnriched: true });
    expect(await put("two")).toMatchObject({ change: "changed", isEnriched: false });
  });

  test("an enrichment is saved only for the content it was made from", async () => {
    await targets.put("save", [document("b.md", "old")]);
    await targets.put("save", [document("b.md", "new")]);
    expect(await targets.save(database.db, summary("b.md", "old"))).toBe("changed");
    expect(await targets.save(database.db, summary("nowhere.md", "old"))).toBe("gone");
    expect(await targets.list({ origin: "save" })).toMatchObject([{ enrichment: null }]);
    expect(await targets.save(database.db, summary("b.md", "new"))).toBe("saved");
    expect(await targets.list({ origin: "save" })).toMatchObject([
      {
        enrichment: { kind: "summary", summary: "About new.", keywords: ["k"] },
        enrichedBy: "m",
        isCurrent: true,
      },
    ]);
  });

  test("of two enrichments of one content the one that was asked for later stays, whichever is saved first", async () => {
    const shown = async () => (await targets.list({ origin: "order" }))[0]?.enrichedBy;
    const save = (text: string, askedAtMs: number, model: string) =>
      targets.save(database.db, { ...summary("o.md", text), askedAt: toEpochMs(askedAtMs), model });
    await targets.put("order", [document("o.md", "one")]);
    expect(await save("one", 1_900_000_000_500, "newer")).toBe("saved");
    expect(await save("one", 1_900_000_000_499, "older")).toBe("older");
    expect(await shown()).toBe("newer");
    expect(await save("one", 1_900_000_000_500, "same time")).toBe("saved");
    expect(await save("one", 1_900_000_000_501, "newest")).toBe("saved");
    await targets.put("order", [document("o.md", "two")]);
    expect(await save("one", 1_900_000_000_502, "of old content")).toBe("changed");
    expect(await save("two", 1_900_000_000_400, "of new content")).toBe("saved");
    expect(await shown()).toBe("of new content");
  });

  test("what a save wrote is gone with its transaction", async () => {
    await targets.put("rollback", [document("c.md", "text")]);
    const failing = database.db.transaction(async (tx) => {
      await targets.save(tx, summary("c.md", "text"));
      throw new Error("the commit fails");
    });
    await expect(failing).rejects.toThrow("the commit fails");
    expect(await targets.list({ origin: "rollback" })).toMatchObject([{ enrichment: null }]);
  });

  test("what an origin does not have any more is marked, comes back when it is put again, and others are left alone", async () => {
    await targets.put("here", [document("d.md", "d"), document("e.md", "e")]);
    await targets.put("there", [document("f.md", "f")]);
    expect(await targets.markVanished("here", [{ type: "project_document", id: "d.md" }])).toBe(1);
    const isVanished = async (origin: string) =>
      (await targets.list({ origin })).map((target) => [target.ref.id, target.isVanished]);
    expect(await isVanished("here")).toEqual([
      ["d.md", false],
      ["e.md", true],
    ]);
    expect(await isVanished("there")).toEqual([["f.md", false]]);
    await targets.put("here", [document("e.md", "e")]);
    expect(await isVanished("here")).toContainEqual(["e.md", false]);
    expect(await targets.markVanished("here", [])).toBe(2);
  });

  test("an id that two origins have goes to the later one, unless the earlier keeps it, until it vanishes there", async () => {
    await targets.put("one", [document("both.md", "of one")]);
    const put = (keeps: boolean) =>
      targets.put("two", [document("both.md", "of two")], { keeps: (origin) => keeps && origin === "one" });
    const textOf = async () => (await targets.load({ type: "project_document", id: "both.md" }))?.content;
    expect(await put(true)).toMatchObject([{ change: "refused", before: "one" }]);
    expect(await textOf()).toMatchObject({ text: "of one" });
    await targets.markVanished("one", []);
    expect(await put(true)).toMatchObject([{ change: "changed", before: "one" }]);
    expect(await textOf()).toMatchObject({ text: "of two" });
    await targets.put("one", [document("both.md", "of one")]);
    expect(await put(false)).toMatchObject([{ change: "changed" }]);
  });

  test("a target twice in one batch is put once, as it came last; an empty batch is nothing", async () => {
    const answers = await targets.put("twice", [document("g.md", "first"), document("g.md", "last")]);
    expect(answers).toHaveLength(1);
    expect((await targets.load({ type: "project_document", id: "g.md" }))?.content).toMatchObject({
      text: "last",
    });
    expect(await targets.put("twice", [])).toEqual([]);
  });

  test("what was not seen is found without comparing all with all, however many there are", async () => {
    const seen = Array.from({ length: 20_000 }, (_, at) => ({ type: "project_document", id: `${at}.md` }));
    const plan = await database.db.transaction(async (tx) => {
      await tx.execute(sql`set local work_mem = '64kB'`);
      return tx.execute(sql`explain ${markUnseen(tx, "many", seen).getSQL()}`);
    });
    expect(JSON.stringify(plan)).toMatch(/Anti Join/);
    expect(JSON.stringify(plan)).not.toMatch(/SubPlan/);
  });

  test("a target that has vanished is not there, until it is put again", async () => {
    const ref = { type: "project_document", id: "h.md" } as const;
    await targets.put("vanish", [document("h.md", "h")]);
    await targets.markVanished("vanish", []);
    expect(await targets.load(ref)).toBeNull();
    await targets.put("vanish", [document("h.md", "h")]);
    expect((await targets.load(ref))?.content).toMatchObject({ text: "h" });
  });

  test("a target of an unknown type or id is not there", async () => {
    expect(await targets.load({ type: "painting", id: "a.md" })).toBeNull();
    expect(await targets.load({ type: "project_document", id: "'; drop table targets" })).toBeNull();
  });
});

function document(id: string, text: string) {
  const content: ProjectDocumentContent = {
    type: "project_document",
    path: id,
    title: null,
    format: "markdown",
    text,
  };
  return { ref: { type: "project_document" as const, id }, content, contentHash: `hash of ${text}` };
}

function summary(id: string, text: string): SavedEnrichment {
  return {
    target: { type: "project_document", id },
    contentHash: `hash of ${text}`,
    enrichment: { kind: "summary", summary: `About ${text}.`, keywords: ["k"] },
    askedAt: toEpochMs(1_800_000_000_000),
    model: "m",
  };
}
