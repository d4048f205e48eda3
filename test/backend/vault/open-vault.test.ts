import { CompactEncrypt, CompactSign, decodeProtectedHeader } from 'jose'
import { describe, expect, test } from 'vitest'
import { systemSecrets } from '#core/ids.ts'
import invalidTokens from '#test/corpora/wycheproof/invalid-tokens.json' with { type: 'json' }
import { base32 } from '#vault/base32.ts'
import { deriveKey } from '#vault/derive-key.ts'
import { openVault } from '#vault/open-vault.ts'

const oldKey = { kid: 'k1', key: systemSecrets(32) }
const newKey = { kid: 'k2', key: systemSecrets(32) }
const place = { portalId: 62515, column: 'oauth_tokens.refresh_token' }
const claims = {
  purpose: 'unsubscribe',
  portalId: 62515,
  enrollmentId: '0198c0de-0000-7000-8000-000000000001',
} as const

describe('sealing', () => {
  test('a sealed text opens in its place and shows nothing of its content', async () => {
    const vault = await openVault([oldKey])
    const sealed = await vault.seal('na1-secret', place)
    expect(sealed).not.toContain('na1-secret')
    expect(decodeProtectedHeader(sealed)).toEqual({
      alg: 'dir',
      enc: 'A256GCM',
      kid: 'k1',
      portal: 62515,
      column: 'oauth_tokens.refresh_token',
    })
    expect(await vault.open(sealed, place)).toBe('na1-secret')
    expect(await vault.seal('na1-secret', place)).not.toBe(sealed)
  })

  test.each([
    { portalId: 62516, column: place.column },
    { portalId: place.portalId, column: 'oauth_tokens.access_token' },
  ])('a sealed text that was moved to $portalId $column does not open', async (elsewhere) => {
    const vault = await openVault([oldKey])
    await expect(vault.open(await vault.seal('na1-secret', place), elsewhere)).rejects.toMatchObject({
      code: 'internal',
    })
  })

  test('a sealed text whose header, nonce, content or tag was changed does not open', async () => {
    const vault = await openVault([oldKey])
    const parts = (await vault.seal('na1-secret', place)).split('.')
    for (const index of [0, 2, 3, 4]) {
      const part = parts[index] ?? ''
      const flipped = (part.startsWith('A') ? 'B' : 'A') + part.slice(1)
      const changed = parts.with(index, flipped).join('.')
      await expect(vault.open(changed, place)).rejects.toMatchObject({ code: 'internal' })
    }
  })

  test('a header that names another portal is refused even though the key is right', async () => {
    const vault = await openVault([oldKey])
    const [, ...rest] = (await vault.seal('na1-secret', place)).split('.')
    const header = { alg: 'dir', enc: 'A256GCM', kid: 'k1', portal: 62516, column: place.column }
    const forged = [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
    await expect(vault.open(forged, { ...place, portalId: 62516 })).rejects.toMatchObject({ code: 'internal' })
  })

  test('a compressed text is refused', async () => {
    const vault = await openVault([oldKey])
    const sealed = await new CompactEncrypt(new TextEncoder().encode('na1-secret'))
      .setProtectedHeader({
        alg: 'dir',
        enc: 'A256GCM',
        kid: 'k1',
        zip: 'DEF',
        portal: place.portalId,
        column: place.column,
      })
      .encrypt(deriveKey(oldKey.key, 'seal'))
    await expect(vault.open(sealed, place)).rejects.toMatchObject({ code: 'internal' })
  })

  test('another algorithm is refused even with the right key', async () => {
    const vault = await openVault([oldKey])
    const sealed = await new CompactEncrypt(new TextEncoder().encode('na1-secret'))
      .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', kid: 'k1', portal: place.portalId, column: place.column })
      .encrypt(deriveKey(oldKey.key, 'seal'))
    await expect(vault.open(sealed, place)).rejects.toMatchObject({ code: 'internal' })
  })

  test('after a rotation the new key seals and the old one still opens', async () => {
    const before = await (await openVault([oldKey])).seal('na1-secret', place)
    const vault = await openVault([newKey, oldKey])
    expect(await vault.open(before, place)).toBe('na1-secret')
    expect(decodeProtectedHeader(await vault.seal('na1-secret', place)).kid).toBe('k2')
  })

  test('a text sealed with a key that was taken out says which setting to look at', async () => {
    const before = await (await openVault([oldKey])).seal('na1-secret', place)
    const vault = await openVault([newKey])
    await expect(vault.open(before, place)).rejects.toThrow('TOKEN_KEYS')
  })

  test('none of the known attacks on encrypted tokens opens', async () => {
    const vault = await openVault([oldKey])
    for (const token of invalidTokens.jwe) {
      await expect(vault.open(token, place)).rejects.toMatchObject({ code: 'internal' })
    }
  })

  test('keys that are missing, short or named twice are refused at the start', async () => {
    await expect(openVault([])).rejects.toMatchObject({ code: 'misconfigured' })
    await expect(openVault([{ kid: 'k1', key: systemSecrets(31) }])).rejects.toMatchObject({ code: 'misconfigured' })
    await expect(openVault([oldKey, oldKey])).rejects.toMatchObject({ code: 'misconfigured' })
  })
})

describe('links', () => {
  test('a signed link gives its claims back, also after a rotation', async () => {
    const link = await (await openVault([oldKey])).signLink(claims)
    expect(await (await openVault([newKey, oldKey])).openLink(link)).toEqual(claims)
  })

  test('a changed, foreign or unsigned link gives nothing and no reason', async () => {
    const vault = await openVault([oldKey])
    const link = await vault.signLink(claims)
    const [header, , signature] = link.split('.')
    const payload = Buffer.from(JSON.stringify({ ...claims, portalId: 1 })).toString('base64url')
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'k1' })).toString('base64url')
    const strangers = [`${header}.${payload}.${signature}`, `${none}.${payload}.`, '', 'a', 'a.b.c', '.', `${link}.`]
    for (const token of [...strangers, ...invalidTokens.jws]) expect(await vault.openLink(token)).toBeUndefined()
    expect(await (await openVault([newKey])).openLink(link)).toBeUndefined()
  })

  test('the key that seals does not sign links', async () => {
    const vault = await openVault([oldKey])
    const forged = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(deriveKey(oldKey.key, 'seal'))
    expect(await vault.openLink(forged)).toBeUndefined()
  })

  test('a signature for another purpose gives nothing', async () => {
    const vault = await openVault([oldKey])
    const signed = await new CompactSign(new TextEncoder().encode(JSON.stringify({ ...claims, purpose: 'login' })))
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(deriveKey(oldKey.key, 'link'))
    expect(await vault.openLink(signed)).toBeUndefined()
  })
})

describe('digests', () => {
  test('the same input gives the same digest; input and key each change it', async () => {
    const vault = await openVault([oldKey])
    const digest = vault.digest('message-id', 'a')
    expect(digest).toMatch(/^[a-z2-7]{52}$/)
    expect(vault.digest('message-id', 'a')).toBe(digest)
    const others = [vault.digest('message-id', 'b'), (await openVault([newKey])).digest('message-id', 'a')]
    expect(new Set([digest, ...others]).size).toBe(3)
  })

  test.each([
    ['', ''],
    ['f', 'my'],
    ['fo', 'mzxq'],
    ['foo', 'mzxw6'],
    ['foob', 'mzxw6yq'],
    ['fooba', 'mzxw6ytb'],
    ['foobar', 'mzxw6ytboi'],
  ])('base32 of "%s" is "%s" (RFC 4648 §10)', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded)
  })
})
