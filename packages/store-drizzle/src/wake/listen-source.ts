/** What can `LISTEN`: a PGlite client as it is, or anything made like it. */
export interface ListenSource {
  /** Answers how to stop. */
  listen(channel: string, onText: (text: string) => void): Promise<() => Promise<void>>;
}
