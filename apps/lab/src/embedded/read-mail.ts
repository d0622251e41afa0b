import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Mail {
  readonly id: string;
  /** The mails that it answers, the nearest last. */
  readonly answers: readonly string[];
  readonly speaker: string;
  readonly text: string;
}

const folders: readonly string[] = ["easy-ham-1", "easy-ham-2", "hard-ham-1"];

/** The plain-text mails of the data, in the order of their numbers. */
export async function readMails(data: string): Promise<readonly Mail[]> {
  const mails: Mail[] = [];
  for (const folder of folders) {
    const names = (await readdir(join(data, folder))).filter((name) => name.endsWith(".txt")).sort();
    for (const name of names) {
      const mail = parseMail(await readFile(join(data, folder, name), "latin1"));
      if (mail !== null) mails.push(mail);
    }
  }
  return mails;
}

/** `null`: without an id, or not plain text. */
export function parseMail(source: string): Mail | null {
  const [head = "", ...body] = source.replaceAll("\r\n", "\n").split("\n\n");
  const unfolded = head.replaceAll(/\n[ \t]+/g, " ");
  const header = (name: string) => new RegExp(`^${name}:(.*)$`, "im").exec(unfolded)?.[1]?.trim() ?? "";
  const id = idsOf(header("Message-Id"))[0];
  const type = header("Content-Type");
  if (id === undefined || (type !== "" && !/^text\/plain/i.test(type))) return null;
  return {
    id,
    answers: [...idsOf(header("References")), ...idsOf(header("In-Reply-To"))],
    speaker:
      header("From")
        .replaceAll(/<.*>|"/g, "")
        .trim() || header("From"),
    text: body.join("\n\n").trim(),
  };
}

function idsOf(text: string): readonly string[] {
  return text.match(/<[^<>\s]+>/g) ?? [];
}
