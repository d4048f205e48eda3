import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Dns } from '#core/dns.ts'
import type { DkimKey } from '#mail/read-dkim-key.ts'
import { type Finding, findingsOf, notAnswered } from './finding.ts'
import { readTags } from './read-tags.ts'

const found = findingsOf('dkim')

/** Whether receivers find the public half of our key, and could use it (RFC 6376, 3.6.1). */
export async function checkDkim(dns: Dns, domain: string, key: DkimKey | undefined): Promise<Finding[]> {
  if (!key) {
    return [
      found(
        'advice',
        `DKIM_KEYS has no key for ${domain}. Add one, or make sure that your mail server signs for ${domain}.`,
      ),
    ]
  }
  const name = `${key.selector}._domainkey.${domain}`
  const answer = await dns.txt(name)
  if (answer.kind === 'unavailable') return [notAnswered('dkim', name, answer.why)]
  const records = answer.kind === 'found' ? answer.records : []
  const [record, ...more] = records
  if (record === undefined) return [found('fault', `${name} has no DKIM record. Add "${recordFor(key)}" as TXT.`)]
  if (more.length > 0) return [found('fault', `${name} has ${records.length} TXT records. Leave only the DKIM record.`)]
  return [judge(name, record, key)]
}

function judge(name: string, record: string, key: DkimKey): Finding {
  const tags = readTags(record)
  const version = tags?.get('v')
  if (!tags || (version !== undefined && version !== 'DKIM1')) {
    return found('fault', `The record at ${name} is no DKIM record. Replace it with "${recordFor(key)}".`)
  }
  const published = tags.get('p')?.replace(/\s/g, '')
  if (published === '')
    return found('fault', `The key at ${name} is revoked. Add a new key to DKIM_KEYS and to the DNS.`)
  if (!readPublicKey(published ?? '')?.equals(createPublicKey(key.privateKey))) {
    return found('fault', `${name} has another key than DKIM_KEYS. Replace the record with "${recordFor(key)}".`)
  }
  if (!allows(tags.get('k'), 'rsa') || !allows(tags.get('h'), 'sha256') || !allows(tags.get('s'), 'email')) {
    return found('fault', `The record at ${name} forbids our signatures. Replace it with "${recordFor(key)}".`)
  }
  const flags = tags
    .get('t')
    ?.split(':')
    .map((flag) => flag.trim())
  if (flags?.includes('y')) {
    return found('advice', `The record at ${name} says "testing" (t=y), so receivers may ignore it. Take that away.`)
  }
  return found('ok', `DKIM works: ${name} has our key.`)
}

/** Absent means everything; `*` too, for services. */
function allows(tag: string | undefined, value: string): boolean {
  if (tag === undefined) return true
  const values = tag.split(':').map((part) => part.trim().toLowerCase())
  return values.includes(value) || values.includes('*')
}

function readPublicKey(text: string): KeyObject | undefined {
  // The RFC writes PKCS #1, everybody publishes SPKI, and verifiers take both.
  for (const type of ['spki', 'pkcs1'] as const) {
    try {
      return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type })
    } catch {
      // The other form, then.
    }
  }
  return undefined
}

function recordFor(key: DkimKey): string {
  const spki = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' })
  return `v=DKIM1; k=rsa; p=${spki.toString('base64')}`
}
