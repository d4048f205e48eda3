import { expect, test } from 'vitest'
import { readJson } from '#core/read-json.ts'

function read(text: string): unknown {
  return readJson(Buffer.from(text))
}

test('an integer that a number would round keeps its digits wherever it stands', () => {
  for (let before = 0; before < 40; before++) {
    const pad = 'x'.repeat(before)
    expect(read(`["${pad}",9007199254740993]`)).toEqual([pad, '9007199254740993'])
    expect(read(`["${pad}",-12345678901234567890]`)).toEqual([pad, '-12345678901234567890'])
    expect(read(`["${pad}",999999999999999]`)).toEqual([pad, 999_999_999_999_999])
  }
})

test('a large integer at the very start and end of a body keeps its digits', () => {
  expect(read('9007199254740993')).toBe('9007199254740993')
  expect(read('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER)
  expect(read('900719925474099')).toBe(900_719_925_474_099)
})

test('digits in a text and fractions stay what they are', () => {
  expect(read('["12345678901234567890", 0.12345678901234566, 1]')).toEqual([
    '12345678901234567890',
    0.12345678901234566,
    1,
  ])
})
