import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** Where a session can be hurt: `data` is the command, `body` after the first bytes of content, `dot` after its end. */
export const SMTP_STAGES = ['greet', 'ehlo', 'auth', 'mail', 'rcpt', 'data', 'body', 'dot'] as const
export type SmtpStage = (typeof SMTP_STAGES)[number]

/** `reset` RST, `close` FIN, `silence` never answers, `reply` says this instead, `late` does the right thing after a pause. */
export type SmtpFault =
  | { kind: 'reset' | 'close' | 'silence' }
  | { kind: 'reply'; text: string }
  | { kind: 'late'; ms: number }

export interface AcceptedMail {
  readonly messageId: string
  readonly from: string
  readonly recipients: readonly string[]
  readonly raw: string
}

interface PlannedFault {
  stage: SmtpStage
  fault: SmtpFault
  times: number
  recipient: string | undefined
}

interface Session {
  socket: Socket
  from: string
  recipients: string[]
  inBody: boolean
  body: string
  bodyFault: boolean
}

/** A real SMTP server on loopback that misbehaves on demand and keeps a journal of what it stored: the ground truth. */
export class SmtpServer {
  readonly accepted: AcceptedMail[] = []
  /** Sessions that got as far as the content. */
  bodiesBegun = 0
  connections = 0
  /** Sessions that took their leave. */
  quits = 0
  extensions: string[] = ['PIPELINING', 'SIZE 10000000', '8BITMIME']
  #faults: PlannedFault[] = []
  #hooks = new Map<SmtpStage, () => Promise<void>>()
  #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`
  }

  /** Connections that are open now. */
  get open(): number {
    return this.#sockets.size
  }

  /** Ends every open connection by FIN or RST, or with a 421 before the FIN. */
  hangUp(how: 'close' | 'reset' | '421'): void {
    for (const socket of this.#sockets) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.end(how === '421' ? '421 4.4.2 idle for too long\r\n' : '')
    }
  }

  /** Starts listening; after `stop` on the same port again. */
  async start(): Promise<this> {
    // Replies are small: waiting to send them together would cost 40 ms each on a connection that is kept.
    const server = createServer({ noDelay: true }, (socket) => void this.#serve(socket))
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.close()
    await once(server, 'close')
  }

  /** Plans a fault; the next `times` sessions that reach the stage meet it. */
  fault(stage: SmtpStage, fault: SmtpFault, options: { times?: number; recipient?: string } = {}): void {
    this.#faults.push({ stage, fault, times: options.times ?? 1, recipient: options.recipient })
  }

  /** Runs before the server answers at this stage, in every session, until replaced; undefined removes it. */
  before(stage: SmtpStage, hook: (() => Promise<void>) | undefined): void {
    if (hook) this.#hooks.set(stage, hook)
    else this.#hooks.delete(stage)
  }

  clear(): void {
    this.#faults = []
    this.#hooks.clear()
  }

  async #serve(socket: Socket): Promise<void> {
    this.connections++
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    const session: Session = { socket, from: '', recipients: [], inBody: false, body: '', bodyFault: false }
    let buffer = ''
    let queue: Promise<unknown> = this.#answer(session, 'greet', '220 smtp.test ready')
    socket.on('data', (chunk: Buffer) => {
      buffer += chunk.toString('latin1')
      queue = queue.then(async () => {
        while (buffer && !socket.destroyed) {
          const rest = session.inBody ? await this.#body(session, buffer) : await this.#line(session, buffer)
          if (rest === undefined) return
          buffer = rest
        }
      })
    })
  }

  async #line(session: Session, buffer: string): Promise<string | undefined> {
    const end = buffer.indexOf('\r\n')
    if (end < 0) return undefined
    await this.#command(session, buffer.slice(0, end))
    return buffer.slice(end + 2)
  }

  async #command(session: Session, line: string): Promise<unknown> {
    const verb = line.split(' ')[0]?.toUpperCase() ?? ''
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (verb === 'EHLO') {
      const lines = ['smtp.test', ...this.extensions]
      const reply = lines.map((text, i) => `250${i === lines.length - 1 ? ' ' : '-'}${text}`).join('\r\n')
      return this.#answer(session, 'ehlo', reply)
    }
    if (verb === 'AUTH') return this.#answer(session, 'auth', '235 welcome')
    if (verb === 'MAIL') {
      session.from = address
      session.recipients = []
      return this.#answer(session, 'mail', '250 ok')
    }
    if (verb === 'RCPT') {
      const ok = await this.#answer(session, 'rcpt', '250 ok', address)
      if (ok) session.recipients.push(address)
      return
    }
    if (verb === 'DATA') {
      if (session.recipients.length === 0) return this.#write(session, '503 no recipients')
      session.inBody = await this.#answer(session, 'data', '354 go ahead')
      return
    }
    if (verb === 'QUIT') {
      this.quits++
      this.#write(session, '221 bye')
      session.socket.end()
      return
    }
    this.#write(session, '250 ok')
  }

  async #body(session: Session, buffer: string): Promise<string | undefined> {
    if (session.body === '') {
      this.bodiesBegun++
      if (!(await this.#answer(session, 'body', ''))) session.bodyFault = true
    }
    session.body += buffer
    const end = session.body.indexOf('\r\n.\r\n')
    if (end < 0 || session.bodyFault) return ''
    const raw = `${session.body.slice(0, end)}\r\n`.replace(/\r\n\.\./g, '\r\n.')
    const rest = session.body.slice(end + 5)
    session.body = ''
    session.inBody = false
    await this.#stored(session, raw)
    return rest
  }

  /** At the dot a reply with 4xx or 5xx refuses; every other fault loses only the answer: the message is stored. */
  async #stored(session: Session, raw: string): Promise<void> {
    const planned = this.#take('dot', session.recipients[0])
    const refused = planned?.kind === 'reply' && /^[45]/.test(planned.text)
    if (!refused) {
      const messageId = /^message-id:\s*(\S+)/im.exec(raw)?.[1] ?? ''
      this.accepted.push({ messageId, from: session.from, recipients: [...session.recipients], raw })
    }
    await this.#hooks.get('dot')?.()
    await this.#perform(session, planned, '250 2.0.0 stored')
  }

  async #answer(session: Session, stage: SmtpStage, reply: string, recipient?: string): Promise<boolean> {
    await this.#hooks.get(stage)?.()
    return this.#perform(session, this.#take(stage, recipient ?? session.recipients[0]), reply)
  }

  /** Whether the stage went on as it should. */
  async #perform(session: Session, fault: SmtpFault | undefined, reply: string): Promise<boolean> {
    const { socket } = session
    if (fault?.kind === 'reset') socket.resetAndDestroy()
    else if (fault?.kind === 'close') socket.destroy()
    else if (fault?.kind === 'silence') return false
    else if (fault?.kind === 'reply') this.#write(session, fault.text)
    else {
      if (fault?.kind === 'late') await new Promise((resolve) => setTimeout(resolve, fault.ms))
      if (reply) this.#write(session, reply)
      return true
    }
    return false
  }

  #take(stage: SmtpStage, recipient: string | undefined): SmtpFault | undefined {
    const planned = this.#faults.find(
      (entry) => entry.stage === stage && entry.times > 0 && (!entry.recipient || entry.recipient === recipient),
    )
    if (!planned) return undefined
    planned.times--
    return planned.fault
  }

  #write(session: Session, text: string): void {
    if (!session.socket.destroyed) session.socket.write(`${text}\r\n`)
  }
}
