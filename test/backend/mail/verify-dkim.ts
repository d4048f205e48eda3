import { createPublicKey } from 'node:crypto'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import type { DkimKey } from '#mail/read-dkim-key.ts'

export interface Verified {
  /** mailauth's word: pass, fail, … */
  readonly result: string
  readonly aligned: boolean
  readonly algorithm: string
  /** The names in `h=`, in lower case. */
  readonly covered: readonly string[]
  /** The headers whose lines went into the verified hash, as mailauth counted them. */
  readonly hashed: readonly string[]
}

/** What an independent library says about the one signature of a mail, given the key's record as its only DNS answer. */
export async function verifyDkim(mime: Buffer, key: DkimKey, now: Temporal.Instant): Promise<Verified> {
  const { results } = await dkimVerify(mime, {
    curTime: new Date(now.epochMilliseconds),
    resolver: async (name, type) => {
      if (name === `${key.selector}._domainkey.${key.domain}` && type === 'TXT') return [[recordOf(key)]]
      throw Object.assign(new Error(`no ${type} record for ${name}`), { code: 'ENOTFOUND' })
    },
  })
  const [result, ...more] = results
  if (!result || more.length > 0) throw new Error(`expected one signature, found ${results.length}`)
  return {
    result: result.status.result,
    aligned: result.status.aligned === key.domain,
    algorithm: result.algo ?? '',
    hashed: (result.signingHeaders?.keys ?? '').toLowerCase().split(': '),
    covered: (/\bh=([^;]+);/.exec(mime.toString('latin1'))?.[1] ?? '').replace(/\s/g, '').split(':'),
  }
}

/** The TXT record that publishes the key. */
export function recordOf(key: DkimKey): string {
  const publicKey = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' })
  return `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`
}
