/** One call to the stand-in's API, as a test or the demo can look at it afterwards. */
export interface JournalEntry {
  readonly id: number
  /** ms since 1970, on the sandbox's clock. */
  readonly at: number
  portalId: number | null
  readonly method: string
  readonly path: string
  readonly query: string
  family: string
  /** 0 while unanswered or when the connection was cut before an answer. */
  status: number
  /** The fault that was played instead of, or after, the real work. */
  fault: string | null
}

export interface Journal {
  /** The latest calls, oldest first; older ones are only counted. */
  readonly entries: JournalEntry[]
  /** All calls so far, also per family and per status. */
  readonly counters: { total: number; families: Record<string, number>; statuses: Record<string, number> }
  open(entry: Omit<JournalEntry, 'id' | 'status' | 'fault'>): JournalEntry
  close(entry: JournalEntry, status: number): void
  /** Calls that match, out of the kept ones. */
  find(match: Partial<JournalEntry>): JournalEntry[]
  clear(): void
}

export function createJournal(limit: number): Journal {
  const journal: Journal = {
    entries: [],
    counters: { total: 0, families: {}, statuses: {} },
    open(input) {
      const entry = { ...input, id: ++journal.counters.total, status: 0, fault: null }
      journal.entries.push(entry)
      // Trimmed by halves, so that a long benchmark does not shift the array on every call.
      if (journal.entries.length > limit * 2) journal.entries.splice(0, journal.entries.length - limit)
      return entry
    },
    close(entry, status) {
      entry.status = status
      const { families, statuses } = journal.counters
      families[entry.family] = (families[entry.family] ?? 0) + 1
      statuses[status] = (statuses[status] ?? 0) + 1
    },
    find(match) {
      const wanted = Object.entries(match)
      return journal.entries.filter((entry) =>
        wanted.every(([key, value]) => entry[key as keyof JournalEntry] === value),
      )
    },
    clear() {
      journal.entries.length = 0
      journal.counters.total = 0
      journal.counters.families = {}
      journal.counters.statuses = {}
    },
  }
  return journal
}
