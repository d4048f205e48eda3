import { expect, test } from 'vitest'
import { threadHeaders } from '#mail/thread-headers.ts'
import { presentConversation } from '#modules/steps/present-conversation.ts'

const id = (number: number, length = 40) => `<${String(number).padStart(length - 12, 'm')}@m.example>`
const ids = (count: number, length = 40) => Array.from({ length: count }, (_, number) => id(number, length))

test('a mail that continues nothing has no thread headers', () => {
  expect(threadHeaders([])).toBeUndefined()
  expect(threadHeaders(['', ' \r\n'])).toBeUndefined()
})

test.each([
  [1, 1],
  [5, 5],
  [24, 24],
  [25, 24],
  [500, 24],
])('of %i earlier mails %i are named: the first, the latest, in order, on a line that fits', (count, named) => {
  const earlier = ids(count)
  const thread = threadHeaders(earlier)
  expect(thread?.inReplyTo).toBe(earlier.at(-1))
  expect(thread?.references).toEqual(count === named ? earlier : [earlier[0], ...earlier.slice(1 - named)])
  expect(`References: ${thread?.references.join(' ')}`.length).toBeLessThanOrEqual(998)
})

test('the limit is met to the octet', () => {
  // 12 octets of name, ids of 3 * 246 + 245, and three blanks.
  const fits = [...ids(3, 246), id(3, 245)]
  expect(`References: ${fits.join(' ')}`).toHaveLength(998)
  expect(threadHeaders(fits)?.references).toEqual(fits)
  const over = ids(4, 246)
  expect(threadHeaders(over)?.references).toEqual([over[0], over[2], over[3]])
})

test('the longest ids of ours still leave the first and the last', () => {
  const long = ids(9, 245)
  expect(threadHeaders(long)?.references[0]).toBe(long[0])
  expect(threadHeaders(long)?.references.at(-1)).toBe(long[8])
})

test('line breaks in a stored id add no header', () => {
  const thread = threadHeaders(['<a@m.example>\r\nBcc: evil@example.net'])
  expect(thread?.inReplyTo).not.toMatch(/[\r\n]/)
  expect(thread?.references.join(' ')).not.toMatch(/[\r\n]/)
})

const mail = (messageId: string, subject: string) => ({ messageId, subject })

test.each([
  ['nothing was sent', [], []],
  ['one conversation', [mail('1', 'A'), mail('2', 'A'), mail('3', 'A')], ['1', '2', '3']],
  ['a new subject began another', [mail('1', 'A'), mail('2', 'B'), mail('3', 'B')], ['2', '3']],
  ['the first subject came back', [mail('1', 'A'), mail('2', 'B'), mail('3', 'A')], ['3']],
])('what a step without a subject continues: %s', (_what, earlier, expected) => {
  expect(presentConversation(earlier)).toEqual(expected)
})
