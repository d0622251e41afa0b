import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

/**
 * When the process with this id began, as a text that differs from that of a later process with the same id; `null` when there is
 * no such process.
 */
export async function readProcessStart(pid: number): Promise<string | null> {
  if (process.platform === "linux") return readLinuxStart(pid);
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)], {
      env: { ...process.env, LC_ALL: "C" },
    });
    return stdout.trim() || null;
  } catch {
    return null;
  }
}

/** proc(5): field 22 of `stat`, in clock ticks since the machine started. The name in field 2 may hold anything but ends at the last ")". */
async function readLinuxStart(pid: number): Promise<string | null> {
  try {
    const [stat, bootId] = await Promise.all([
      readFile(`/proc/${pid}/stat`, "utf8"),
      readFile("/proc/sys/kernel/random/boot_id", "utf8"),
    ]);
    const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie holds no files: it only waits for its parent to notice.
    return state === "Z" ? null : `${fields[18]} of ${bootId.trim()}`;
  } catch {
    return null;
  }
}
