import { expect, test } from 'vitest'
import { normalizeAddress } from '#mail/address.ts'
import { hostileStrings, isemailTests } from '#test/support/corpora.ts'

test('an address is trimmed, lower-cased and its international domain written in punycode', () => {
  expect(normalizeAddress('  Ada.Lovelace+deal@Example.COM ')).toBe('ada.lovelace+deal@example.com')
  expect(normalizeAddress('ada@bücher.example')).toBe('ada@xn--bcher-kva.example')
  expect(normalizeAddress("o'brien@example.com")).toBe("o'brien@example.com")
})

test('normalizing twice changes nothing', () => {
  for (const { address } of isemailTests()) {
    const once = normalizeAddress(address)
    if (once !== undefined) expect(normalizeAddress(once)).toBe(once)
  }
})

test('no address of the corpus that its authors call an error is accepted', () => {
  const errors = isemailTests().filter((entry) => entry.category === 'ISEMAIL_ERR')
  expect(errors.length).toBeGreaterThan(50)
  expect(errors.filter((entry) => normalizeAddress(entry.address) !== undefined)).toEqual([])
})

test('what is legal but only a typing error in practice is refused', () => {
  const legal = isemailTests().filter(
    (entry) => entry.category === 'ISEMAIL_CFWS' || entry.category === 'ISEMAIL_DEPREC',
  )
  const accepted = legal.filter((entry) => normalizeAddress(entry.address) !== undefined)
  expect(accepted.map((entry) => entry.address.trim())).toEqual(['test@iana.org', 'test@iana.org'])
  for (const text of [
    'ada@localhost',
    'ada@[127.0.0.1]',
    'ada@127.0.0.1',
    '"a b"@example.com',
    'ada@0x7f.1',
    'a..b@x.com',
  ]) {
    expect(normalizeAddress(text)).toBeUndefined()
  }
})

test('nothing that could end a header line or add a recipient is an address', () => {
  for (const text of hostileStrings()) {
    const address = normalizeAddress(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to look for
    if (address !== undefined) expect(address).not.toMatch(/[\u0000-\u0020,;:<>"()[\]\\]/)
  }
  for (const tail of [
    '\r\nBcc: evil@example.net',
    '\nRCPT TO:<evil@example.net>',
    '\0',
    '>, <evil@example.net',
    '/x',
    ':25',
    '#a',
    '?b',
  ]) {
    expect(normalizeAddress(`ada@example.com${tail}x`)).toBeUndefined()
  }
})

test('lengths are those of RFC 5321', () => {
  const label = 'd'.repeat(63)
  expect(normalizeAddress(`${'a'.repeat(64)}@example.com`)).toBeDefined()
  expect(normalizeAddress(`${'a'.repeat(65)}@example.com`)).toBeUndefined()
  expect(normalizeAddress(`a@${label}.com`)).toBeDefined()
  expect(normalizeAddress(`a@${label}d.com`)).toBeUndefined()
  expect(normalizeAddress(`a@${label}.${label}.${label}.${'d'.repeat(61)}`)).toBeUndefined()
})
