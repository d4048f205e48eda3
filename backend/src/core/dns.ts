import { Resolver } from 'node:dns/promises'

/** `none`: the name, or a record of this type at it, does not exist. `unavailable`: nobody could say. */
export type DnsAnswer<T> =
  | { readonly kind: 'found'; readonly records: readonly T[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable'; readonly why: string }

export interface MxRecord {
  readonly exchange: string
  readonly priority: number
}

/** Asks the domain name system. Injected, so that a test can answer. Never throws: an answer that is missing is an answer. */
export interface Dns {
  /** Each record as one text: the strings it is stored in are joined without a blank (RFC 7208, 3.3; RFC 6376, 3.6.2.2). */
  txt(name: string): Promise<DnsAnswer<string>>
  mx(name: string): Promise<DnsAnswer<MxRecord>>
  /** IPv4 and IPv6 addresses. */
  addresses(name: string): Promise<DnsAnswer<string>>
}

export interface DnsOptions {
  /** `host:port` of name servers; the machine's own when absent. */
  readonly servers?: readonly string[]
  /** Of one try, in milliseconds; there are two. */
  readonly timeoutMs?: number
}

/** The machine's resolver; only `main.ts` and tests pass it on. */
export function systemDns({ servers, timeoutMs = 3_000 }: DnsOptions = {}): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 })
  if (servers) resolver.setServers(servers)
  return {
    txt: (name) => answer(async () => (await resolver.resolveTxt(name)).map((strings) => strings.join(''))),
    mx: (name) => answer(() => resolver.resolveMx(name)),
    async addresses(name) {
      const [four, six] = await Promise.all([
        answer(() => resolver.resolve4(name)),
        answer(() => resolver.resolve6(name)),
      ])
      const records = [four, six].flatMap((each) => (each.kind === 'found' ? each.records : []))
      if (records.length > 0) return { kind: 'found', records }
      return four.kind === 'none' ? six : four
    },
  }
}

/** What c-ares calls "no such name" and "no such record", and a name that cannot be asked for. */
const NONE = ['ENOTFOUND', 'ENODATA', 'EBADNAME']

async function answer<T>(ask: () => Promise<T[]>): Promise<DnsAnswer<T>> {
  try {
    const records = await ask()
    return records.length > 0 ? { kind: 'found', records } : { kind: 'none' }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return NONE.includes(code) ? { kind: 'none' } : { kind: 'unavailable', why: code || 'no answer' }
  }
}
