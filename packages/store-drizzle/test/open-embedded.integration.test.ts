import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createPostgresStore } from "../src/create-postgres-store.js";
import { openEmbedded } from "../src/embedded/open-embedded.js";
import { migrate } from "../src/migrate.js";
import { request } from "./sample-jobs.js";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-embedded-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("an embedded database keeps its jobs over a restart, and is open once only", async () => {
  const parent = await makeFolder();
  const folder = join(parent, "data", "database");
  const first = await openEmbedded(folder);
  await migrate(first.db);
  const asked = request();
  await createPostgresStore({ db: first.db, listen: first.client }).enqueue([asked]);
  await expect(openEmbedded(folder)).rejects.toMatchObject({ code: "folder_in_use" });
  await first.close();

  const second = await openEmbedded(folder);
  expect(await createPostgresStore({ db: second.db }).getJob(asked.id)).toMatchObject({ status: "pending" });
  await second.close();
}, 90_000);

test("a folder whose first opening was killed half way is filled anew", async () => {
  const parent = await makeFolder();
  const folder = join(parent, "database");
  await mkdir(folder);
  await writeFile(join(folder, "PG_VERSION"), "18\n");
  await writeFile(`${folder}.unfinished`, "");
  const { db, close } = await openEmbedded(folder);
  await migrate(db);
  await close();
  expect(await readdir(parent)).toEqual(["database"]);
}, 90_000);

test("a folder with something else in it is not emptied", async () => {
  const parent = await makeFolder();
  const folder = join(parent, "photos");
  await mkdir(folder);
  await writeFile(join(folder, "cat.jpg"), "a cat");
  for (const _time of [1, 2])
    await openEmbedded(folder).then(
      ({ close }) => close(),
      () => undefined,
    );
  expect(await readdir(folder)).toContain("cat.jpg");
  expect(await readdir(parent)).toEqual(["photos"]);
}, 90_000);
