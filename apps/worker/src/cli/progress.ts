import { describeDuration } from "@sluice/runner";
import cliProgress from "cli-progress";
import type { Terminal } from "./terminal.js";

/** Shows how far something is: a bar with rate and time left on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  /** Prints a line of its own, above the bar if there is one. */
  note(text: string): void;
  end(): void;
}

/** So many plain lines at most over the whole run. */
const plainLines = 10;

export function showProgress(terminal: Terminal, label: string): Progress {
  if (terminal.isJson) return silent;
  return terminal.showsProgress ? showBar(label) : showLines(terminal, label);
}

const silent: Progress = { update: () => undefined, note: () => undefined, end: () => undefined };

function showBar(label: string): Progress {
  // Of many bars, because those can be told to leave room for a line.
  const bars = new cliProgress.MultiBar({
    format: `${label.replaceAll(/[{}]/g, "")} [{bar}] {value}/{total} | {rate}/s{left} {note}`,
    hideCursor: true,
    clearOnComplete: false,
    gracefulExit: false, // we do it below: the library's way keeps the signal from ending the process
  });
  const restore = restoreOnSignal(() => bars.stop());
  const startedAt = performance.now();
  let bar: cliProgress.SingleBar | null = null;
  return {
    update(done, total, note = "") {
      const shown = { ...paceOf({ done, total, tookMs: performance.now() - startedAt }), note };
      bar ??= bars.create(total, done, shown);
      bar.setTotal(total);
      bar.update(done, shown);
    },
    note: (text) => bars.log(`${text}\n`),
    end() {
      restore.cancel();
      bars.stop();
    },
  };
}

/** A bar hides the cursor: whoever ends the process in the middle gets it back. Who listens to signals themselves ends the bar, too. */
function restoreOnSignal(restore: () => void): { cancel(): void } {
  const onSignal = (signal: NodeJS.Signals) => {
    cancel();
    restore();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const cancel = () => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, onSignal);
  return { cancel };
}

/** How fast it went so far, and how long the rest takes at that rate. */
export function paceOf({
  done,
  total,
  tookMs,
}: {
  readonly done: number;
  readonly total: number;
  readonly tookMs: number;
}): { readonly rate: string; readonly left: string } {
  const perSecond = (done / Math.max(1, tookMs)) * 1_000;
  const leftMs = Math.ceil((total - done) / perSecond) * 1_000;
  return {
    rate: perSecond.toFixed(perSecond < 10 ? 1 : 0),
    left: done <= 0 || done >= total ? "" : ` | ${describeDuration(leftMs)} left`,
  };
}

function showLines(terminal: Terminal, label: string): Progress {
  let shown = -1;
  let last = "";
  return {
    update(done, total, note = "") {
      const step = Math.floor((done / Math.max(1, total)) * plainLines);
      const line = `${label}: ${done} of ${total}${note === "" ? "" : ` (${note})`}`;
      last = step > shown ? "" : line;
      if (step > shown) terminal.note(line);
      shown = Math.max(shown, step);
    },
    note: terminal.note,
    end() {
      if (last !== "") terminal.note(last);
    },
  };
}
