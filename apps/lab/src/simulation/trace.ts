/** Who did what when, in virtual time. */
export interface Trace {
  readonly lines: readonly string[];
  /** The text is only made when somebody wants to read it. */
  note(who: string, what: () => string): void;
}

export function createTrace(nowMs: () => number, { isOn }: { readonly isOn: boolean }): Trace {
  const lines: string[] = [];
  return {
    lines,
    note(who, what) {
      if (!isOn) return;
      const seconds = (nowMs() / 1_000).toFixed(3).padStart(10);
      lines.push(`${seconds}  ${who.padEnd(12)}  ${what()}`);
    },
  };
}

/** Enough of an id to tell the jobs of one run apart. */
export function shortId(id: string): string {
  return id.slice(-6);
}
