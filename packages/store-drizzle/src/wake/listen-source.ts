/** What can `LISTEN`: a PGlite client as it is, or anything made like it. */
export interface ListenSource {
  /** Answers how to stop. */
  listen(channel: string, onText: (text: string) => void): Promise<() => Promise<void>>;
}

/**
 * Listens on one connection of its own to the database that the string names, and again whenever that was lost; `onReturn` is told
 * then, for what was said meanwhile was not heard. (The app's own client is left alone: Drizzle has changed how it
 * reads and writes.)
 */
export function listenOverPostgres(connectionString: string, onReturn: () => void): ListenSource {
  return {
    listen: async (channel, onText) => {
      const { default: postgres } = await import("postgres");
      const sql = postgres(connectionString, {
        max: 1,
        fetch_types: false,
        connection: { application_name: "sluice listener" },
        onnotice: () => undefined,
      });
      let isFirst = true;
      try {
        await sql.listen(channel, onText, () => {
          if (!isFirst) onReturn();
          isFirst = false;
        });
      } catch (error) {
        await sql.end({ timeout: 1 });
        throw error;
      }
      return () => sql.end({ timeout: 1 });
    },
  };
}
