import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type Answer, AUTHORITATIVE_ANSWER, decode, encode } from 'dns-packet'

/** What the server says about one name. A TXT record longer than 255 octets is stored in pieces, as a DNS does. */
export interface DnsName {
  readonly txt?: readonly string[]
  readonly mx?: readonly { readonly exchange: string; readonly preference: number }[]
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  /** Instead of an answer: SERVFAIL, or nothing at all. */
  readonly fault?: 'servfail' | 'silence'
}

const NXDOMAIN = 3
const SERVFAIL = 2

/** A real name server on loopback, over UDP, for zones that a test writes. */
export class DnsServer {
  /** By name in lower case; a test changes it at any time. */
  readonly names = new Map<string, DnsName>()
  /** `TXT example.com`, in order. */
  readonly asked: string[] = []
  #socket: Socket | undefined

  /** `host:port`. */
  get address(): string {
    const address = this.#socket?.address()
    return `127.0.0.1:${address?.port ?? 0}`
  }

  async start(): Promise<void> {
    const socket = createSocket('udp4')
    socket.on('message', (message, from) => this.#reply(message, from))
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    this.#socket = socket
  }

  async stop(): Promise<void> {
    const socket = this.#socket
    if (!socket) return
    socket.close()
    await once(socket, 'close')
  }

  clear(): void {
    this.names.clear()
    this.asked.length = 0
  }

  #reply(message: Buffer, from: RemoteInfo): void {
    const query = decode(message)
    const [question] = query.questions ?? []
    if (!question) return
    this.asked.push(`${question.type} ${question.name}`)
    const known = this.names.get(question.name.toLowerCase())
    if (known?.fault === 'silence') return
    const code = known?.fault === 'servfail' ? SERVFAIL : known ? 0 : NXDOMAIN
    const answers = code === 0 && known ? answersOf(question.name, question.type, known) : []
    const packet = encode({
      type: 'response',
      ...(query.id === undefined ? {} : { id: query.id }),
      flags: AUTHORITATIVE_ANSWER | code,
      questions: [question],
      answers,
    })
    this.#socket?.send(packet, from.port, from.address)
  }
}

function answersOf(name: string, type: string, known: DnsName): Answer[] {
  const base = { name, ttl: 1, class: 'IN' } as const
  switch (type) {
    case 'TXT':
      return (known.txt ?? []).map((text) => ({ ...base, type, data: text.match(/.{1,255}/gs) ?? [''] }))
    case 'MX':
      return (known.mx ?? []).map((data) => ({ ...base, type, data }))
    case 'A':
      return (known.a ?? []).map((data) => ({ ...base, type, data }))
    case 'AAAA':
      return (known.aaaa ?? []).map((data) => ({ ...base, type, data }))
    default:
      return []
  }
}
