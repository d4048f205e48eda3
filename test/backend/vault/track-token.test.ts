import { expect, test } from 'vitest'
import { systemIds, systemSecrets } from '#core/ids.ts'
import { openVault } from '#vault/open-vault.ts'

const oldKey = { kid: 'k1', key: systemSecrets(32) }
const newKey = { kid: 'k2', key: systemSecrets(32) }
const claims = { portalId: 62515, stepRunId: systemIds(), link: 7 }

test('a link’s token is short, the same every time, and opens to what was signed', async () => {
  const vault = await openVault([oldKey])
  for (const link of [0, 1, 255]) {
    const token = vault.signTrack({ ...claims, link })
    expect(token).toMatch(/^[a-z2-7]{53}$/)
    expect(vault.signTrack({ ...claims, link })).toBe(token)
    expect(vault.openTrack(token.toUpperCase())).toEqual({ ...claims, link })
  }
  for (const link of [-1, 256, 1.5]) expect(() => vault.signTrack({ ...claims, link })).toThrow(RangeError)
})

test('it opens after a rotation, and not with a key that was taken away', async () => {
  const token = (await openVault([oldKey])).signTrack(claims)
  expect((await openVault([newKey, oldKey])).openTrack(token)).toEqual(claims)
  expect((await openVault([newKey])).openTrack(token)).toBeUndefined()
})

test('no character can be changed, and no token of another kind opens as it', async () => {
  const vault = await openVault([oldKey])
  const token = vault.signTrack(claims)
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === 'a' ? 'b' : 'a'
    expect(vault.openTrack(token.slice(0, at) + other + token.slice(at + 1))).toBeUndefined()
    expect(vault.openTrack(token.slice(0, at) + token.slice(at + 1))).toBeUndefined()
  }
  expect(vault.openTrack(vault.signBounce(claims))).toBeUndefined()
  expect(vault.openBounce(token)).toBeUndefined()
  expect(await vault.openLink(token)).toBeUndefined()
})
