import cliProgress from "cli-progress";
import type { Terminal } from "./terminal.js";

/** Shows how far something is: a bar with rate and time left on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  update(done: number, total: number, note?: string): void;
  end(): void;
}

/** So many plain lines at most over the whole run. */
const plainLines = 10;

export function showProgress(
  terminal: Terminal,
  label: string,
  options: { readonly isQuiet?: boolean } = {},
): Progress {
  if (options.isQuiet === true) return { update: () => undefined, end: () => undefined };
  return terminal.isInteractive ? showBar(label) : showLines(terminal, label);
}

function showBar(label: string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} [{bar}] {value}/{total} | {rate}/s | {eta_formatted} left {note}`,
    hideCursor: true,
    clearOnComplete: false,
    etaBuffer: 200,
  });
  const startedAt = performance.now();
  let isStarted = false;
  return {
    update(done, total, note = "") {
      const rate = (done / Math.max(0.001, (performance.now() - startedAt) / 1_000)).toFixed(0);
      if (!isStarted) bar.start(total, done, { rate, note });
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, { rate, note });
    },
    end: () => bar.stop(),
  };
}

function showLines(terminal: Terminal, label: string): Progress {
  let shown = -1;
  let last = "";
  return {
    update(done, total, note = "") {
      const step = Math.floor((done / Math.max(1, total)) * plainLines);
      const line = `${label}: ${done} of ${total}${note === "" ? "" : ` (${note})`}`;
      if (step > shown) terminal.note(line);
      else last = line;
      if (step > shown) last = "";
      shown = Math.max(shown, step);
    },
    end() {
      if (last !== "") terminal.note(last);
    },
  };
}
