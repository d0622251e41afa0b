import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, open, rm, symlink, truncate } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { projectTree } from "../../test/fixtures/ingest/project-tree.js";
import type { IngestEvent } from "./ingest-event.js";
import { type IngestOptions, readProject } from "./read-project.js";

async function readAll(root: string, options?: IngestOptions): Promise<IngestEvent[]> {
  const events: IngestEvent[] = [];
  for await (const event of readProject(root, options)) events.push(event);
  return events;
}

function idsIn(events: readonly IngestEvent[]): string[] {
  return events.flatMap((event) => (event.kind === "target" ? [event.target.ref.id] : []));
}

function skipsIn(events: readonly IngestEvent[]) {
  return events.flatMap((event) => (event.kind === "skipped" ? [[event.path, event.reason]] : []));
}

const CODE = "export function run() {}\n";

describe("a project", () => {
  test("gives targets in the order of paths, progress after each file, and a summary", async () => {
    const root = await projectTree({
      "src/b.ts": CODE,
      "src/a.py": "def go(): pass\n",
      "README.md": "# Mill\n\nGrinds.\n",
      "conversations/x.json": '[{"speaker":"Ann","text":"Hello"}]',
      "package.json": '{"name":"mill","messages":["none"]}',
      "logo.svg": "<svg/>",
    });
    const events = await readAll(root);
    expect(idsIn(events)).toEqual(["README.md", "conversations/x.json", "src/a.py#go", "src/b.ts#run"]);
    expect(events.filter((event) => event.kind === "progress")).toEqual(
      [1, 2, 3, 4, 5].map((filesSeen) => ({ kind: "progress", filesSeen, filesTotal: 5 })),
    );
    expect(events.at(-1)).toEqual({
      kind: "summary",
      filesTotal: 5,
      targets: { code_entity: 2, project_document: 1, conversation: 1 },
      skipped: {},
      warnings: 0,
    });
  });

  test("may be a single file, whose ids are those it has in its folder", async () => {
    const root = await projectTree({ "a.ts": CODE, "b.ts": CODE });
    expect(idsIn(await readAll(join(root, "a.ts")))).toEqual(["a.ts#run"]);
  });

  test("can have its ids prefixed, not its paths", async () => {
    const root = await projectTree({ "a.ts": CODE });
    const [target] = await readAll(root, { idPrefix: "mill/" });
    expect(target).toMatchObject({ target: { ref: { id: "mill/a.ts#run" }, content: { path: "a.ts" } } });
  });

  test("does not give the same code twice: compiled files and declarations yield to their source", async () => {
    const root = await projectTree({
      "a.ts": CODE,
      "a.js": CODE,
      "a.d.ts": "export declare function run(): void;\n",
      "b.js": CODE,
      "b.cjs": "exports.run = () => {\n};\n",
      "only.d.ts": "export declare function run(): void;\n",
    });
    const events = await readAll(root);
    expect(idsIn(events)).toEqual(["a.ts#run", "b.js#run", "only.d.ts#run"]);
    expect(skipsIn(events)).toEqual([
      ["a.d.ts", "source_beside"],
      ["a.js", "source_beside"],
      ["b.cjs", "source_beside"],
    ]);
  });

  test("does not give the same code twice: modules that were built as CommonJS, too, yield to themselves", async () => {
    const root = await projectTree({
      "dist/a.js": CODE,
      "dist/cjs/a.js": CODE,
      "dist/cjs/deep/b.js": CODE,
      "dist/esm/deep/b.js": CODE,
      "dist/cjs/only.js": CODE,
      "cjs/c.js": CODE,
      "c.js": CODE,
      "mycjs/d.js": CODE,
      "my/d.js": CODE,
    });
    const events = await readAll(root);
    expect(skipsIn(events).map(([path]) => path)).toEqual([
      "cjs/c.js",
      "dist/cjs/a.js",
      "dist/cjs/deep/b.js",
    ]);
    expect(idsIn(events)).toHaveLength(6);
  });

  test("leaves out licences, changelogs and lock files, unless they are named", async () => {
    const files = [
      "LICENSE.md",
      "CHANGELOG.md",
      "requirements-dev.txt",
      "CMakeLists.txt",
      "CODE_OF_CONDUCT.md",
    ];
    const root = await projectTree({
      ...Object.fromEntries(files.map((path) => [path, "# Text\n"])),
      "history-of-mills.md": "# Text\n",
    });
    expect(idsIn(await readAll(root))).toEqual(["history-of-mills.md"]);
    expect(idsIn(await readAll(join(root, "CHANGELOG.md")))).toEqual(["CHANGELOG.md"]);
  });
});

test("a broken conversation is reported where it was meant to be one, wherever the root is", async () => {
  const root = await projectTree({
    "conversations/2026/a.json": "{",
    "b.conversation.json": "{}",
    "c.json": "{",
    "README.md": "x",
  });
  expect(skipsIn(await readAll(root))).toEqual([
    ["b.conversation.json", "not_a_conversation"],
    ["conversations/2026/a.json", "invalid_json"],
  ]);
  for (const path of ["conversations", "c.json"]) {
    const events: IngestEvent[] = [];
    const reading = (async () => {
      for await (const event of readProject(join(root, path))) events.push(event);
    })();
    await expect(reading).rejects.toMatchObject({ code: "nothing_found" });
    expect(skipsIn(events)).toMatchObject([[expect.stringMatching(/(a|c)\.json$/), "invalid_json"]]);
  }
});

describe("what git ignores", () => {
  test("is not read: nested files, negation, anchors, .git/info/exclude", async () => {
    const root = await projectTree({
      ".git/info/exclude": "/secret.md\n",
      ".git/hooks.md": "x",
      ".gitignore": "logs\n/top.md\n*.tmp.md\n!keep.tmp.md\n# a comment\n",
      "top.md": "x",
      "secret.md": "x",
      "a.tmp.md": "x",
      "keep.tmp.md": "x",
      "sub/top.md": "x",
      "sub/.gitignore": "!logs\n/own.md\ninner/deep.md\n",
      "sub/own.md": "x",
      "sub/logs/kept.md": "x",
      "sub/inner/deep.md": "x",
      "sub/inner/own.md": "x",
      "logs/gone.md": "x",
      "other/logs/gone.md": "x",
      "node_modules/m/README.md": "x",
      "sub/node_modules/m/README.md": "x",
      ".sluice/x.md": "x",
      ".github/kept.md": "x",
    });
    expect(idsIn(await readAll(root))).toEqual([
      ".github/kept.md",
      "keep.tmp.md",
      "sub/inner/own.md",
      "sub/logs/kept.md",
      "sub/top.md",
    ]);
  });

  test("is the same as git itself says", async () => {
    const root = await projectTree({
      ".gitignore":
        "**/cache/\n*.log.md\n!/docs/*.log.md\nbuild/**\n!build/keep.md\n\\#odd.md\nspace\\ .md\n",
      "#odd.md": "x",
      "[a]/.gitignore": "x.md\n/y/*\n!/y/z.md\n",
      "[a]/b/x.md": "x",
      "[a]/y/z.md": "x",
      "[a]/y/w.md": "x",
      "a/x.md": "x",
      "build/keep.md": "x",
      "build/sub/keep.md": "x",
      "docs/a.log.md": "x",
      "docs/sub/a.log.md": "x",
      "docs/cache/a.md": "x",
      "Docs/CACHE/a.md": "x",
      "cache.md": "x",
    });
    execFileSync("git", ["init", "--quiet", root]);
    const listed = execFileSync("git", [
      "-C",
      root,
      "-c",
      "core.quotePath=false",
      "ls-files",
      "--others",
      "--exclude-standard",
    ]);
    const documents = listed
      .toString()
      .trim()
      .split("\n")
      .filter((path) => path.endsWith(".md"));
    expect(idsIn(await readAll(root))).toEqual(documents.sort());
  });

  test("counts for a folder inside the work tree, too", async () => {
    const root = await projectTree({
      ".git/HEAD": "",
      ".gitignore": "*.tmp.md\n/a/b/x.md\n",
      "a/.gitignore": "y.md\n",
      "a/b/x.md": "x",
      "a/b/y.md": "x",
      "a/b/z.tmp.md": "x",
      "a/b/kept.md": "x",
    });
    expect(idsIn(await readAll(join(root, "a/b")))).toEqual(["kept.md"]);
  });

  test("does not count when the path itself is in an ignored folder", async () => {
    const root = await projectTree({
      ".git/HEAD": "",
      ".gitignore": "node_modules/\ndist/\n",
      "node_modules/m/README.md": "x",
      "node_modules/m/dist/a.js": CODE,
      "node_modules/m/node_modules/n/README.md": "x",
    });
    expect(idsIn(await readAll(join(root, "node_modules/m")))).toEqual(["README.md", "dist/a.js#run"]);
  });

  test("in a linked work tree comes from the main one's exclude file", async () => {
    const root = await projectTree({
      "main/.git/info/exclude": "secret.md\n",
      "main/.git/worktrees/linked/commondir": "../..\n",
      "linked/.git": "gitdir: ../main/.git/worktrees/linked\n",
      "linked/secret.md": "x",
      "linked/kept.md": "x",
    });
    expect(idsIn(await readAll(join(root, "linked")))).toEqual(["kept.md"]);
  });
});

describe("a file that cannot be read is skipped with a reason", () => {
  const skipOf = async (path: string, content: string | Uint8Array) => {
    const root = await projectTree({ "0.md": "x", [path]: content });
    const events = await readAll(root);
    expect(idsIn(events)).toEqual(["0.md"]);
    return events.find((event) => event.kind === "skipped");
  };

  test("binary", async () => {
    expect(await skipOf("a.md", Uint8Array.of(0x50, 0x4b, 0, 1))).toMatchObject({
      reason: "binary",
      message: "a.md is a binary file (it contains NUL bytes)",
    });
    expect(await skipOf("a.ts", Uint8Array.of(0xff, 0xfe, 0x61, 0))).toMatchObject({
      reason: "binary",
      message: "a.ts is UTF-16 text; save it as UTF-8 to have it read",
    });
  });

  test("invalid UTF-8, with its line", async () => {
    const bytes = Uint8Array.of(0xef, 0xbf, 0xbd, 0x0a, 0x61, 0x0a, 0x62, 0xc3, 0x28);
    expect(await skipOf("a.py", bytes)).toMatchObject({
      reason: "invalid_utf8",
      message: "a.py is not valid UTF-8: the first bad byte is in line 3",
    });
  });

  test("empty", async () => {
    expect(await skipOf("a.md", " \n")).toMatchObject({ reason: "empty", message: "a.md is empty" });
  });

  test("too large, without being read", async () => {
    const root = await projectTree({ "0.md": "x", "huge.ts": "", "large.json": "" });
    await truncate(join(root, "huge.ts"), 50_000_000);
    // Node cannot read a file of this size, so trying to would give another reason.
    await truncate(join(root, "large.json"), 5_000_000_000);
    const events = await readAll(root);
    expect(events.filter((event) => event.kind === "skipped")).toMatchObject([
      { reason: "too_large", message: "huge.ts is 50 MB; files over 2 MB are not read" },
      { reason: "too_large", message: "large.json is 5,000 MB; files over 20 MB are not read" },
    ]);
  });

  test("gone when its turn comes", async () => {
    const root = await projectTree({ "a.md": "x", "b.md": "x" });
    const events: IngestEvent[] = [];
    for await (const event of readProject(root)) {
      events.push(event);
      if (event.kind === "target") await rm(join(root, "b.md"), { force: true });
    }
    expect(idsIn(events)).toEqual(["a.md"]);
    expect(skipsIn(events)).toEqual([["b.md", "unreadable"]]);
  });

  test("a link, be it a loop, dangling or fine", async () => {
    const root = await projectTree({ "a/b/x.md": "x" });
    await symlink("..", join(root, "a/b/loop"));
    await symlink("nowhere.md", join(root, "dangling.md"));
    await symlink("a/b/x.md", join(root, "fine.md"));
    const events = await readAll(root);
    expect(idsIn(events)).toEqual(["a/b/x.md"]);
    expect(skipsIn(events)).toEqual([
      ["a/b/loop", "symlink"],
      ["dangling.md", "symlink"],
      ["fine.md", "symlink"],
    ]);
  });

  test("a UTF-8 byte order mark is no part of the text", async () => {
    const root = await projectTree({ "a.md": "\uFEFF# Mill\n" });
    expect((await readAll(root))[0]).toMatchObject({
      target: { content: { title: "Mill", text: "# Mill\n" } },
    });
  });
});

describe("a path that gives nothing is an IngestError", () => {
  test("unknown", async () => {
    const root = await projectTree({});
    await expect(readAll(join(root, "nowhere"))).rejects.toMatchObject({
      name: "IngestError",
      code: "path_not_found",
      path: join(root, "nowhere"),
      message: expect.stringContaining("check the spelling"),
    });
    await expect(readAll("")).rejects.toMatchObject({ code: "path_not_found" });
  });

  test("a link that leads nowhere, or in a circle", async () => {
    const root = await projectTree({});
    await symlink("nowhere", join(root, "dangling"));
    await symlink("circle", join(root, "circle"));
    await expect(readAll(join(root, "dangling"))).rejects.toMatchObject({ code: "path_not_readable" });
    await expect(readAll(join(root, "circle"))).rejects.toMatchObject({ code: "path_not_readable" });
  });

  test("empty, or with nothing of interest", async () => {
    const root = await projectTree({ "pictures/a.png": "x" });
    await mkdir(join(root, "empty"));
    await expect(readAll(join(root, "empty"))).rejects.toMatchObject({ code: "nothing_found" });
    await expect(readAll(root)).rejects.toMatchObject({
      code: "nothing_found",
      message: expect.stringContaining("none of the 1 files"),
    });
  });

  test("with nothing but faults, which are told first", async () => {
    const root = await projectTree({ "a.md": "", "b.ts": Uint8Array.of(0) });
    const events: IngestEvent[] = [];
    const reading = (async () => {
      for await (const event of readProject(root)) events.push(event);
    })();
    await expect(reading).rejects.toMatchObject({
      code: "nothing_found",
      message: expect.stringContaining("(skipped: 1 empty, 1 binary)"),
    });
    expect(skipsIn(events)).toEqual([
      ["a.md", "empty"],
      ["b.ts", "binary"],
    ]);
  });

  test("neither file nor folder", async () => {
    const root = await projectTree({});
    const server = createServer().listen(join(root, "socket"));
    onTestFinished(() => void server.close());
    await once(server, "listening");
    await expect(readAll(join(root, "socket"))).rejects.toMatchObject({ code: "unsupported_path" });
  });
});

test("a file and a folder without read permission are skipped", async () => {
  const root = await projectTree({ "a.md": "x", "b.md": "x", "c/d.md": "x" });
  await chmod(join(root, "b.md"), 0);
  await chmod(join(root, "c"), 0);
  onTestFinished(() => chmod(join(root, "c"), 0o700));
  const isAllPowerful = await open(join(root, "b.md")).then(
    (handle) => handle.close().then(() => true),
    () => false,
  );
  // Root reads what it likes, permissions or not.
  const expected = isAllPowerful
    ? []
    : [
        ["c", "unreadable"],
        ["b.md", "unreadable"],
      ];
  expect(skipsIn(await readAll(root))).toEqual(expected);
});

test("folders may nest as deep as the file system lets them", async () => {
  const path = `${"d/".repeat(500)}a.md`;
  const root = await projectTree({ [path]: "x" });
  const [first] = await readAll(root);
  expect(first).toMatchObject({ kind: "target", target: { content: { path } } });
});

test("an abort ends the reading with its reason", async () => {
  const root = await projectTree({ "a.md": "x", "b.md": "x" });
  const controller = new AbortController();
  const ids: string[] = [];
  const reading = (async () => {
    for await (const event of readProject(root, { signal: controller.signal })) {
      ids.push(...idsIn([event]));
      controller.abort(new Error("enough"));
    }
  })();
  await expect(reading).rejects.toThrow("enough");
  expect(ids).toEqual(["a.md"]);
});
