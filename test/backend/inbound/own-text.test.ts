import { expect, test } from 'vitest'
import { htmlToOwnText } from '#modules/inbound/html-to-own-text.ts'
import { ownText } from '#modules/inbound/own-text.ts'

const CASES: readonly (readonly [name: string, text: string, own: string, quoted: boolean])[] = [
  ['nothing quoted', 'Yes, please.\n\nRobin', 'Yes, please.\n\nRobin', false],
  ['quoted lines', 'Yes.\n> Shall we?\n> Ada', 'Yes.', true],
  ['answers between quoted lines', '> One?\nYes.\n> Two?\nNo.', 'Yes.\nNo.', true],
  ['an attribution without quoted lines', 'Yes.\nOn 1 May 2026, Ada wrote:\nShall we?', 'Yes.', true],
  [
    'a sentence that ends like an attribution',
    'On the phone you said what Ada wrote:\nnever',
    'On the phone you said what Ada wrote:\nnever',
    false,
  ],
  ['a signature', 'Yes.\n-- \nRobin\nCustomer Inc.', 'Yes.', false],
  ['a signature above the quoted mail', 'Yes.\n-- \nRobin\n\nOn 1 May 2026, Ada wrote:\n> Shall we?', 'Yes.', true],
  ['a divider', 'Yes.\n-----Ursprüngliche Nachricht-----\nShall we?', 'Yes.', true],
  ['one line that looks like a header', 'From: now on, call me.\nBye', 'From: now on, call me.\nBye', false],
  ['only a quotation', '> Shall we?', '', true],
  ['no text', '', '', false],
]

test.each(CASES)('%s', (_name, text, own, quoted) => {
  expect(ownText(text)).toEqual({ text: own, quoted })
  expect(ownText(text.replaceAll('\n', '\r\n'))).toEqual({ text: own, quoted })
})

test('an answer that is one quotation in HTML is still read', () => {
  expect(htmlToOwnText('<blockquote>Yes, go ahead.</blockquote>').text).toBe('Yes, go ahead.')
})
