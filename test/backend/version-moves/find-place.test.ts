import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findPlace } from '#modules/version-moves/find-place.ts'

const steps = (ids: string) => [...ids].map((id) => ({ id }))
const place = (from: string, position: number, to: string, done = '') =>
  findPlace(steps(from), position, steps(to), new Set(done))

describe('the place in another version', () => {
  test.each([
    ['the same step, wherever it is now', 'abc', 1, 'xabc', '', { position: 2, same: true }],
    ['the next later step that both have, when its own is gone', 'abcd', 1, 'ad', '', { position: 1, same: false }],
    ['none of those that were done before it', 'abc', 1, 'ca', 'a', { position: 0, same: false }],
    [
      'no step that is done already, in an earlier version perhaps',
      'abcd',
      1,
      'acd',
      'ac',
      { position: 2, same: false },
    ],
    ['nowhere, when nothing of the rest is left', 'abc', 1, 'ax', 'a', undefined],
    ['nowhere behind its last step', 'ab', 2, 'abc', 'ab', undefined],
  ] as const)('%s', (_what, from, position, to, done, expected) => {
    expect(place(from, position, to, done)).toEqual(expected)
  })

  test('is always a step that both have and that is not done, and its own whenever that is there', () => {
    const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { minLength: 1 })
    fc.assert(
      fc.property(ids, ids, fc.nat(7), fc.subarray([...'abcdefgh']), (from, to, at, behind) => {
        const position = at % from.length
        const done = new Set(behind.filter((id) => id !== from[position]))
        const found = findPlace(steps(from.join('')), position, steps(to.join('')), done)
        const current = from[position] ?? ''
        const later = from.slice(position + 1).find((id) => to.includes(id) && !done.has(id))
        const other = later === undefined ? undefined : { position: to.indexOf(later), same: false }
        expect(found).toEqual(to.includes(current) ? { position: to.indexOf(current), same: true } : other)
      }),
    )
  })
})
