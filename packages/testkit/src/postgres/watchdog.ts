import { spawn } from "node:child_process";
import { once } from "node:events";

/** A process that outlives ours just long enough to end the server and to remove its folder. */
export interface Watchdog {
  /** The process that now has to go with us; `undefined`: none. */
  watch(pid: number | undefined): void;
  /** Ends the watched process, removes the folder, and answers when both are gone. */
  release(): Promise<void>;
}

// It waits on a pipe that only we hold: the kernel closes it when we exit, even after kill -9. SIGQUIT is PostgreSQL's
// immediate shutdown. Removing is repeated, as initdb may still be writing.
const script = `
trap '' HUP INT TERM
directory=$1
watched=
while read -r pid; do watched=$pid; done
waits=0
if [ -n "$watched" ] && kill -QUIT "$watched" 2>/dev/null; then
  while kill -0 "$watched" 2>/dev/null && [ -e "$directory/data/postmaster.pid" ] && [ $waits -lt 500 ]; do
    sleep 0.02
    waits=$((waits + 1))
  done
fi
waits=0
until rm -rf "$directory" 2>/dev/null || [ $waits -ge 100 ]; do
  sleep 0.05
  waits=$((waits + 1))
done
`;

export function startWatchdog(directory: string): Watchdog {
  // Detached: a Ctrl-C in the terminal must not reach it.
  const shell = spawn("sh", ["-c", script, "sluice-postgres-watchdog", directory], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  const gone = once(shell, "exit");
  return {
    watch: (pid) => {
      shell.stdin.write(`${pid ?? ""}\n`);
    },
    release: async () => {
      shell.ref();
      shell.stdin.end();
      await gone;
    },
  };
}
