import { expect, test } from 'vitest'
import { isAppError } from '#core/errors.ts'
import { coalesce } from '#modules/events/coalescer.ts'

/** A coalescer of strings whose flushes end when the test says so; an item weighs its length. */
function controlled(given: { eager?: number; inFlight?: number; batch?: number; whole?: number; queue?: number } = {}) {
  const slow: (() => void)[] = []
  const flushes: { batch: readonly string[]; end: (error?: Error) => void }[] = []
  const soon: (() => void)[] = []
  const coalescer = coalesce<string>({
    flush: (batch) =>
      new Promise((resolve, reject) => flushes.push({ batch, end: (error) => (error ? reject(error) : resolve()) })),
    weigh: (item) => ({ events: item.length, bytes: item.length }),
    batch: { events: given.batch ?? 10, bytes: 1000 },
    wholeEvents: given.whole ?? 10,
    queue: { events: given.queue ?? 100, bytes: 1000 },
    eager: given.eager ?? 1,
    inFlight: given.inFlight ?? 1,
    slowMs: 50,
    sleep: (ms) => new Promise((resolve) => slow.push(() => ms === 50 && resolve())),
    soon: (run) => soon.push(run),
  })
  const turn = () => {
    for (const run of soon.splice(0)) run()
  }
  /** `slowMs` pass for every flush that has started so far. */
  const pass = async () => {
    for (const run of slow.splice(0)) run()
    await Promise.resolve()
    turn()
  }
  /** The flush's end has reached the coalescer. */
  const end = async (index: number, error?: Error) => {
    flushes[index]?.end(error)
    for (let tick = 0; tick < 5; tick++) await Promise.resolve()
  }
  const add = (item: string) =>
    new Promise<void>((resolve, reject) =>
      coalescer.add(item, (failure) => (failure ? reject(failure.error) : resolve())),
    )
  return {
    add,
    hasRoom: coalescer.hasRoom,
    flushes,
    end,
    turn,
    pass,
    batches: () => flushes.map((flush) => flush.batch.join(' ')),
  }
}

test('what arrives before the first turn goes together, the rest when the flush is over', async () => {
  const c = controlled()
  const first = [c.add('a'), c.add('b')]
  c.turn()
  const second = [c.add('c'), c.add('d')]
  c.turn()
  expect(c.batches()).toEqual(['a b'])
  await c.end(0)
  c.turn()
  expect(c.batches()).toEqual(['a b', 'c d'])
  await Promise.all(first)
  await c.end(1)
  await Promise.all(second)
})

test('the next batch goes before the senders of the last one are answered', async () => {
  const c = controlled()
  let answered = false
  const first = c.add('a').then(() => {
    answered = true
  })
  c.turn()
  const later = c.add('b')
  await c.end(0)
  expect({ batches: c.batches(), answered }).toEqual({ batches: ['a', 'b'], answered: false })
  c.turn()
  await first
  await c.end(1)
  await later
})

test('a batch is capped by events, and one item that exceeds the cap alone still goes', () => {
  const c = controlled({ inFlight: 9, eager: 9 })
  for (const size of [6, 4, 1, 25, 3]) void c.add('x'.repeat(size))
  c.turn()
  expect(c.flushes.map((flush) => flush.batch.map((item) => item.length))).toEqual([[6, 4], [1], [25], [3]])
})

test('all who send again and again settle in two groups of a size', async () => {
  const c = controlled({ batch: 100, whole: 4 })
  let answered = 64
  const sendAgain = () => {
    for (; answered > 0; answered--) void c.add('x').then(() => answered++)
  }
  void c.add('x').then(() => answered++)
  answered--
  c.turn()
  for (let round = 0; round < 12; round++) {
    // The next batch is taken before those who were answered have sent again.
    sendAgain()
    await c.end(c.flushes.length - 1)
    c.turn()
    await Promise.resolve()
  }
  expect(c.flushes.slice(-2).map((flush) => flush.batch.length)).toEqual([32, 32])
})

test('a few are not split', () => {
  const c = controlled({ batch: 100, whole: 4 })
  for (const item of 'abcd') void c.add(item)
  c.turn()
  expect(c.batches()).toEqual(['a b c d'])
})

test('beyond the eager flushes another starts only for half a batch', () => {
  const c = controlled({ eager: 1, inFlight: 2 })
  void c.add('a')
  c.turn()
  for (let events = 1; events < 5; events++) void c.add('b')
  c.turn()
  expect(c.flushes).toHaveLength(1)
  void c.add('b')
  c.turn()
  expect(c.batches()).toEqual(['a', 'b b b b b'])
})

test('a slow flush holds up neither who waits already nor who comes after', async () => {
  const c = controlled({ eager: 1, inFlight: 3 })
  void c.add('a')
  c.turn()
  void c.add('b')
  c.turn()
  expect(c.batches()).toEqual(['a'])
  await c.pass()
  expect(c.batches()).toEqual(['a', 'b'])
  void c.add('c')
  c.turn()
  expect(c.batches()).toEqual(['a', 'b'])
  await c.pass()
  expect(c.batches()).toEqual(['a', 'b', 'c'])
})

test('a flush that ended in time lets nobody past the ones still under way', async () => {
  const c = controlled({ eager: 2, inFlight: 3 })
  void c.add('a')
  c.turn()
  void c.add('b')
  c.turn()
  await c.end(1)
  void c.add('c')
  c.turn()
  void c.add('d')
  c.turn()
  expect(c.batches()).toEqual(['a', 'b', 'c'])
})

test('a failed flush is what its own items get, and nobody else', async () => {
  const c = controlled()
  const failing = [c.add('a'), c.add('b')]
  c.turn()
  const later = c.add('c')
  await c.end(0, new Error('disk full'))
  c.turn()
  const outcomes = await Promise.allSettled(failing)
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected'])
  await c.end(1)
  await later
})

test('a full queue refuses at once and has room again after a flush', async () => {
  const c = controlled({ queue: 3 })
  void c.add('xxx')
  expect(c.hasRoom()).toBe(false)
  const refused = await c.add('y').catch((error: unknown) => error)
  expect(isAppError(refused, 'overloaded')).toBe(true)
  c.turn()
  expect(c.hasRoom()).toBe(true)
  expect(c.batches()).toEqual(['xxx'])
})
