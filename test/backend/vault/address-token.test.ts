import { expect, test } from 'vitest'
import { systemIds, systemSecrets } from '#core/ids.ts'
import { base32 } from '#vault/base32.ts'
import { fromBase32 } from '#vault/from-base32.ts'
import { openVault } from '#vault/open-vault.ts'

const oldKey = { kid: 'k1', key: systemSecrets(32) }
const newKey = { kid: 'k2', key: systemSecrets(32) }
const claims = { purpose: 'unsubscribe', portalId: 62515, enrollmentId: systemIds() } as const

test('an address token fits into a local part and opens to what was signed, in either case of letters', async () => {
  const vault = await openVault([oldKey])
  for (const portalId of [1, 62515, 2 ** 32, 2 ** 48 - 1]) {
    const token = vault.signAddress({ ...claims, portalId })
    expect(token).toMatch(/^[a-z2-7]{52}$/)
    expect(`unsubscribe+${token}`).toHaveLength(64)
    expect(await vault.openLink(token)).toEqual({ ...claims, portalId })
    expect(await vault.openLink(token.toUpperCase())).toEqual({ ...claims, portalId })
  }
})

test('what was signed with a rotated key still opens; what a removed key signed does not', async () => {
  const token = (await openVault([oldKey])).signAddress(claims)
  expect(await (await openVault([newKey, oldKey])).openLink(token)).toEqual(claims)
  expect(await (await openVault([newKey])).openLink(token)).toBeUndefined()
})

test('a token with any character changed, added or taken away does not open', async () => {
  const vault = await openVault([oldKey])
  const token = vault.signAddress(claims)
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'a' ? 'b' : 'a'
    expect(await vault.openLink(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined()
    expect(await vault.openLink(token.slice(0, at) + token.slice(at + 1))).toBeUndefined()
    expect(await vault.openLink(`${token.slice(0, at)}a${token.slice(at)}`)).toBeUndefined()
  }
  for (const text of ['', 'a', 'a'.repeat(52), '1'.repeat(52), `${token}=`, ` ${token}`]) {
    expect(await vault.openLink(text)).toBeUndefined()
  }
})

test('the mark depends on the portal and on the enrollment', async () => {
  const vault = await openVault([oldKey])
  const [mine, theirs] = [claims, { ...claims, portalId: 62516 }].map((each) => fromBase32(vault.signAddress(each)))
  if (!mine || !theirs) throw new Error('no base32')
  const mixed = Buffer.concat([theirs.subarray(0, 22), mine.subarray(22)])
  expect(await vault.openLink(base32(mixed))).toBeUndefined()
})

test('a portal id that does not fit is refused', async () => {
  const vault = await openVault([oldKey])
  expect(() => vault.signAddress({ ...claims, portalId: 2 ** 48 })).toThrow(RangeError)
})

test('base32 comes back as it went, and only one text stands for the same bytes', () => {
  for (let length = 0; length < 40; length++) {
    const bytes = systemSecrets(length)
    expect(fromBase32(base32(bytes))?.equals(bytes)).toBe(true)
  }
  expect(fromBase32('aa')).toEqual(Buffer.from([0]))
  expect(fromBase32('ab')).toBeUndefined()
  expect(fromBase32('a1')).toBeUndefined()
})
