import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { once } from '#modules/idempotency/once.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

async function world() {
  const portal = person(await newPortal(db, clock))
  const runs: number[] = []
  const work = async () => ({ run: runs.push(1) })
  return { portal, runs, work }
}

test('a repeat gets the first answer and does nothing', async () => {
  const { portal, runs, work } = await world()
  const change = { key: newKey(), operation: 'thing.save', input: { name: 'a', n: 1 } }
  expect(await once(deps, portal, change, work)).toEqual({ run: 1 })
  expect(await once(deps, portal, { ...change, input: { n: 1, name: 'a' } }, work)).toEqual({ run: 1 })
  expect(runs).toHaveLength(1)
})

test('of several at the same time one happens, and all get its answer', async () => {
  const { portal, runs, work } = await world()
  const change = { key: newKey(), operation: 'thing.save', input: {} }
  const answers = await Promise.all(Array.from({ length: 6 }, () => once(deps, portal, change, work)))
  expect(answers).toEqual(Array.from({ length: 6 }, () => ({ run: 1 })))
  expect(runs).toHaveLength(1)
})

test('the same key for another input or another change is refused', async () => {
  const { portal, work } = await world()
  const key = newKey()
  await once(deps, portal, { key, operation: 'thing.save', input: { a: 1 } }, work)
  for (const change of [
    { key, operation: 'thing.save', input: { a: 2 } },
    { key, operation: 'thing.remove', input: { a: 1 } },
  ]) {
    await expect(once(deps, portal, change, work)).rejects.toMatchObject({ code: 'conflict' })
  }
})

test('a change that failed leaves no key and can be sent again', async () => {
  const { portal, runs, work } = await world()
  const change = { key: newKey(), operation: 'thing.save', input: {} }
  const fail = async (): Promise<{ run: number }> => {
    throw new AppError('invalid_input', 'Not like this.')
  }
  await expect(once(deps, portal, change, fail)).rejects.toMatchObject({ code: 'invalid_input' })
  expect(await once(deps, portal, change, work)).toEqual({ run: 1 })
  expect(runs).toHaveLength(1)
})

test('another portal may use the same key', async () => {
  const one = await world()
  const other = await world()
  const change = { key: newKey(), operation: 'thing.save', input: {} }
  await once(deps, one.portal, change, one.work)
  await once(deps, other.portal, change, other.work)
  expect([one.runs.length, other.runs.length]).toEqual([1, 1])
})
