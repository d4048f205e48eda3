/** What waits for its moment. Of what is due at the same millisecond the lower rank goes first, then the lower order. */
export interface Queued {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly rank: number
  readonly order: number
}

/** A binary heap: the next one to happen comes out first, always in the same order, however it was put in. */
export class EventQueue<T extends Queued> {
  readonly #heap: T[] = []

  get size(): number {
    return this.#heap.length
  }

  peek(): T | undefined {
    return this.#heap[0]
  }

  push(item: T): void {
    const heap = this.#heap
    let place = heap.length
    heap.push(item)
    while (place > 0) {
      const parent = (place - 1) >> 1
      const above = heap[parent]
      if (!above || isBefore(above, item)) break
      heap[place] = above
      place = parent
    }
    heap[place] = item
  }

  pop(): T | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last && heap.length > 0) this.#sink(last)
    return first
  }

  #sink(item: T): void {
    const heap = this.#heap
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const [one, other] = [heap[left], heap[left + 1]]
      if (!one) break
      const [child, at] = other && isBefore(other, one) ? [other, left + 1] : [one, left]
      if (isBefore(item, child)) break
      heap[place] = child
      place = at
    }
    heap[place] = item
  }
}

function isBefore(one: Queued, other: Queued): boolean {
  return (one.at - other.at || one.rank - other.rank || one.order - other.order) < 0
}
