import { describe, expect, test } from 'vitest'
import { isAppError } from '#core/errors.ts'
import { portalIdentity } from '#http/portal-identity.ts'

const HONEST = 'userId=7&portalId=62515&userEmail=ada%2Bsales%40example.com&appId=42'

test("HubSpot's parameters make the identity, wherever they stand", () => {
  expect(portalIdentity(`/api/settings?before=3&${HONEST}`, 'r1')).toEqual({
    portalId: 62515,
    actor: { kind: 'user', userId: '7', email: 'ada+sales@example.com' },
    requestId: 'r1',
  })
})

test('a user without an address is still a user', () => {
  for (const query of ['portalId=1&userId=2', 'portalId=1&userId=2&userEmail=', 'portalId=1&userId=2&userEmail']) {
    expect(portalIdentity(`/x?${query}`, 'r').actor).toEqual({ kind: 'user', userId: '2', email: null })
  }
})

test('the largest safe portal id is one, the next is not', () => {
  expect(portalIdentity('/x?portalId=9007199254740991&userId=1', 'r').portalId).toBe(Number.MAX_SAFE_INTEGER)
  expect(refused('/x?portalId=9007199254740993&userId=1')).toBe(true)
})

function refused(url: string): boolean {
  try {
    portalIdentity(url, 'r')
    return false
  } catch (error) {
    return isAppError(error, 'unauthenticated')
  }
}

/** Spellings that one parser or another reads as the same name. */
function spellings(name: string): string[] {
  const head = name.slice(0, 2)
  const tail = name.slice(2)
  const code = (name.codePointAt(2) ?? 0).toString(16)
  const fullWidth = String.fromCodePoint((name.codePointAt(0) ?? 0) + 0xfee0)
  return [
    name,
    `${head}%${code}${tail.slice(1)}`,
    `${head}%${code.toUpperCase()}${tail.slice(1)}`,
    name.toUpperCase(),
    name.toLowerCase(),
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    `${name}[]`,
    `${name}%5B%5D`,
    `${name}[0]`,
    `${name}.0`,
    `${name}%00`,
    `+${name}`,
    `%20${name}`,
    `${name}%20`,
    `${name}%0a`,
    `${encodeURIComponent(fullWidth)}${name.slice(1)}`,
    name.replace('Id', '_id').replace('Email', '_email'),
    name.replace('Id', '-Id').replace('Email', '-Email'),
  ]
}

describe('identity written twice or otherwise', () => {
  const names = ['portalId', 'userId', 'userEmail', 'appId']
  const variants = names.flatMap((name) =>
    [...new Set(spellings(name))].flatMap((key) => [
      `/api/deals/1?${key}=999&${HONEST}`,
      `/api/deals/1?${HONEST}&${key}=999`,
      `/api/deals/1?${HONEST}&${key}`,
    ]),
  )
  test(`is refused in all ${variants.length} variants`, () => {
    expect(variants.length).toBeGreaterThanOrEqual(200)
    expect(variants.filter((url) => !refused(url))).toEqual([])
  })
})

test.each([
  '0x1',
  '1e3',
  '01',
  '+1',
  '%2B1',
  '-1',
  '1.0',
  ' 1',
  '%201',
  '1%20',
  '1%00',
  '1%0a',
  '0',
  '',
  '%EF%BC%91',
  'NaN',
  '1,2',
  '1;2',
  '12345678901234567',
  '%D9%A1',
  'true',
  '[1]',
  '1%',
  '%ff',
])('a portal id of %j is refused', (value) => {
  expect(refused(`/x?portalId=${value}&userId=1`)).toBe(true)
  expect(refused(`/x?portalId=1&userId=${value}`)).toBe(true)
})

test.each(['', '?', '?userId=1', '?portalId=1', '?portalId=1#&userId=2&portalId=3', '?portalId=1&userId=1&%zz=1'])(
  'a URL with the query %j proves nobody',
  (query) => expect(refused(`/x${query}`)).toBe(true),
)

test.each([
  'a',
  '@',
  'a@',
  '@b',
  'a b@c',
  'a@b@c',
  'a%00@b',
  'a%0d%0ab@c',
  `${'a'.repeat(65)}@b`,
  `a@${'b'.repeat(254)}`,
])('an address of %j is refused', (value) => expect(refused(`/x?portalId=1&userId=1&userEmail=${value}`)).toBe(true))
