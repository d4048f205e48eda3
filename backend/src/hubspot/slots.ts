/** Lets at most so many pieces of work of one portal run at a time, in order of asking. */
export interface Slots {
  run<T>(portalId: number, work: () => Promise<T>): Promise<T>
}

/** Slots of this process. A portal that has nothing running holds no memory. */
export function createSlots(limit: number): Slots {
  const portals = new Map<number, { running: number; waiting: (() => void)[] }>()
  return {
    async run(portalId, work) {
      const slots = portals.get(portalId) ?? { running: 0, waiting: [] }
      portals.set(portalId, slots)
      // A slot that is given back goes straight to the next in line; nobody else can take it in between.
      if (slots.running < limit) slots.running++
      else await new Promise<void>((go) => slots.waiting.push(go))
      try {
        return await work()
      } finally {
        const next = slots.waiting.shift()
        if (next) next()
        else if (--slots.running === 0) portals.delete(portalId)
      }
    },
  }
}
