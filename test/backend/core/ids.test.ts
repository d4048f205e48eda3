import { expect, test } from 'vitest'
import { inOrder, systemIds } from '#core/ids.ts'

test('ids of one process sort in the order in which they were made, and none comes twice', () => {
  const made = Array.from({ length: 20_000 }, () => systemIds())
  expect([...made].sort()).toEqual(made)
  expect(new Set(made).size).toBe(made.length)
  expect(made.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
    true,
  )
})

test('an id that would sort before the last one is counted up from it, until the moment moves on', () => {
  const given = [
    '01900000-0000-7000-8000-0000000000ff',
    '01900000-0000-7000-8000-000000000001',
    '018fffff-0000-7000-8000-000000000001',
    '01900000-0001-7000-8000-000000000001',
  ]
  const ids = inOrder(() => given.shift() ?? '')
  expect([ids(), ids(), ids(), ids()]).toEqual([
    '01900000-0000-7000-8000-0000000000ff',
    '01900000-0000-7000-8000-000000000100',
    '01900000-0000-7000-8000-000000000101',
    '01900000-0001-7000-8000-000000000001',
  ])
})
