import type { Mail } from "./read-mail.js";

/** Mails that answer one another, in the order in which they came. */
export type Thread = readonly Mail[];

export function toThreads(mails: readonly Mail[]): readonly Thread[] {
  const parents = new Map<string, string>();
  const rootOf = (id: string): string => {
    let root = id;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root))
      root = next;
    return root;
  };
  for (const { id, answers } of mails)
    for (const answered of answers) {
      const [one, other] = [rootOf(answered), rootOf(id)];
      if (one !== other) parents.set(other, one);
    }
  const threads = new Map<string, Map<string, Mail>>();
  for (const mail of mails) {
    const thread = threads.get(rootOf(mail.id)) ?? new Map<string, Mail>();
    if (!thread.has(mail.id)) thread.set(mail.id, mail);
    threads.set(rootOf(mail.id), thread);
  }
  return [...threads.values()].map((thread) => [...thread.values()]);
}
