import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Actions } from './actions.ts'
import { viewBoard, viewContact, viewDeal, viewPortals } from './desk-views.ts'
import { ApiError, notFound } from './hubspot/errors.ts'
import type { FetchInput, FetchProxy } from './hubspot/fetch-proxy.ts'
import { answerError } from './hubspot/gate.ts'
import { queryOf } from './hubspot/route.ts'
import { findRecord, stageOf } from './hubspot/state.ts'
import type { CrmRecord, Portal } from './hubspot/types.ts'
import type { ChangeKind, World } from './hubspot/world.ts'
import { ANSWERS } from './mail/answer.ts'
import type { CaughtMail, MailCatcher } from './mail/catcher.ts'
import type { SandboxMailbox } from './mail/mailbox.ts'

export interface Change {
  readonly kind: ChangeKind
  readonly portalId?: number
}

/** Who listens on `/sandbox/changes`. */
export interface Audience {
  tell(change: Change): void
  stop(): void
  readonly listeners: Set<(change: Change) => void>
  readonly streams: Set<FastifyReply>
}

export function createAudience(): Audience {
  const listeners = new Set<(change: Change) => void>()
  const streams = new Set<FastifyReply>()
  return {
    listeners,
    streams,
    tell(change) {
      for (const listener of listeners) listener(change)
      for (const stream of streams) stream.raw.write(`data: ${JSON.stringify(change)}\n\n`)
    },
    stop() {
      for (const stream of streams) stream.raw.end()
      streams.clear()
    },
  }
}

export interface DeskConfig {
  readonly appUrl: string
  readonly appId: number
  readonly variables: Readonly<Record<string, string>>
  /** With a clock that can be moved: how far it is ahead of the machine's, in milliseconds. */
  readonly clockAheadMs?: number
}

export interface DeskParts {
  readonly world: World
  readonly actions: Actions
  readonly mail: MailCatcher
  readonly mailbox: SandboxMailbox
  readonly proxy: FetchProxy
  readonly audience: Audience
  readonly uninstall: (portalId: number) => void
  readonly config: () => DeskConfig
  readonly bundlesDir: string | null
}

/** The JSON the sandbox's own pages live on. Not part of HubSpot, and not counted in the journal. */
export async function deskRoutes(app: FastifyInstance, parts: DeskParts) {
  const { world, mail } = parts
  app.setErrorHandler((error, _request, reply) => answerError(error, reply))
  app.get('/sandbox/config', async () => parts.config())
  app.get('/bundles/:file', async (request, reply) => {
    const source = await readBundle(parts.bundlesDir, (request.params as { file: string }).file)
    return reply.header('cache-control', 'no-cache').type('text/javascript; charset=utf-8').send(source)
  })
  app.get('/sandbox/portals', async () => viewPortals(world))
  app.get('/sandbox/portals/:portalId/board', async (request) =>
    viewBoard(portalOf(world, request.params), queryOf(request).get('pipelineId')),
  )
  app.post('/sandbox/portals/:portalId/deals/:dealId/move', async (request) =>
    move(parts, request.params, request.body),
  )
  app.get('/sandbox/portals/:portalId/deals/:dealId', async (request) => {
    const portal = portalOf(world, request.params)
    return viewDeal(world, portal, recordOf(portal, 'deals', request.params))
  })
  app.post('/sandbox/portals/:portalId/tasks/:taskId/complete', async (request) => complete(parts, request.params))
  app.get('/sandbox/portals/:portalId/contacts/:contactId', async (request) => {
    const portal = portalOf(world, request.params)
    return viewContact(world, portal, recordOf(portal, 'contacts', request.params))
  })
  app.post('/sandbox/portals/:portalId/uninstall', async (request) => {
    parts.uninstall(portalOf(world, request.params).portalId)
    return { ok: true }
  })
  app.get('/sandbox/inbox', async (request) => {
    const portalId = queryOf(request).get('portalId')
    const portal = portalId ? world.portals.get(Number(portalId)) : null
    const mails = portal ? mail.messages().filter((one) => concerns(portal, one)) : mail.messages()
    return mails.map(viewMailRow).reverse()
  })
  app.get('/sandbox/inbox/:id', async (request) => {
    return viewMail(mailOf(mail, request.params))
  })
  app.post('/sandbox/inbox/:id/answer', async (request) => answerMail(parts, request.params, request.body))
  app.post('/sandbox/fetch', { bodyLimit: 2 * 1024 * 1024 }, async (request) => {
    const input = (request.body ?? {}) as Partial<FetchInput>
    if (!input.url || !input.portalId) throw new ApiError(400, 'VALIDATION_ERROR', 'url and portalId are needed.')
    return parts.proxy.fetch({
      ...input,
      url: input.url,
      portalId: Number(input.portalId),
      userId: Number(input.userId),
    })
  })
  app.get('/sandbox/extensions', async () => world.project.extensions)
  app.get('/sandbox/changes', (request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    // A first byte, so that the browser knows the stream is open.
    reply.raw.write(': open\n\n')
    parts.audience.streams.add(reply)
    request.raw.on('close', () => parts.audience.streams.delete(reply))
  })
}

/** Read anew each time, so that a rebuilt card shows up on reload. */
async function readBundle(dir: string | null, file: string): Promise<Buffer> {
  if (!dir || !/^[A-Za-z0-9_-]+\.js$/.test(file)) throw notFound(`There is no bundle ${file}.`)
  return readFile(join(dir, file)).catch(() => {
    throw notFound(`There is no bundle ${file}. Build the extensions first.`)
  })
}

function portalOf(world: World, params: unknown): Portal {
  const { portalId } = params as { portalId: string }
  const portal = world.portals.get(Number(portalId))
  if (!portal) throw notFound(`There is no account ${portalId}.`)
  return portal
}

function recordOf(portal: Portal, type: 'deals' | 'contacts', params: unknown): CrmRecord {
  const { dealId, contactId } = params as { dealId?: string; contactId?: string }
  const record = findRecord(portal, type, dealId ?? contactId ?? '')
  if (!record) throw notFound('This record does not exist any more.')
  return record
}

function move({ world, actions }: DeskParts, params: unknown, body: unknown) {
  const portal = portalOf(world, params)
  const deal = recordOf(portal, 'deals', params)
  const { stageId, pipelineId } = (body ?? {}) as { stageId?: string; pipelineId?: string }
  if (!stageId || !stageOf(portal, stageId))
    throw new ApiError(400, 'VALIDATION_ERROR', `There is no stage ${stageId}.`)
  actions.moveDeal(portal.portalId, deal.id, stageId, pipelineId)
  return { ok: true }
}

/** A person ticks a task off. */
function complete({ world, actions }: DeskParts, params: unknown) {
  const portal = portalOf(world, params)
  const { taskId } = params as { taskId: string }
  if (!findRecord(portal, 'tasks', taskId)) throw notFound('This task does not exist any more.')
  actions.updateRecord(portal.portalId, 'tasks', taskId, { hs_task_status: 'COMPLETED' })
  return { ok: true }
}

function mailOf(mail: MailCatcher, params: unknown): CaughtMail {
  const { id } = params as { id: string }
  const found = mail.messages().find((candidate) => candidate.id === id)
  if (!found) throw notFound(`There is no mail ${id}.`)
  return found
}

/** How long the vacation of the button lasts. */
const DAYS_AWAY = 3

async function answerMail({ world, mail, mailbox }: DeskParts, params: unknown, body: unknown) {
  const { kind } = (body ?? {}) as { kind?: string }
  const answer = ANSWERS.find((known) => known === kind)
  if (!answer) throw new ApiError(400, 'VALIDATION_ERROR', `There is no answer ${kind}. Use ${ANSWERS.join(', ')}.`)
  const found = mailOf(mail, params)
  const returnDate = world.clock().toZonedDateTimeISO('UTC').toPlainDate().add({ days: DAYS_AWAY })
  await mailbox.answer(found, answer, { returnDate })
  return { ok: true }
}

/** A mail concerns a portal when it goes to one of its contacts or users, or comes from one of its users. */
function concerns(portal: Portal, mail: CaughtMail): boolean {
  const users = new Set(portal.users.map((user) => user.email.toLowerCase()))
  const sender = /<([^>]+)>/.exec(mail.from)?.[1] ?? mail.from
  if (users.has(sender.toLowerCase())) return true
  return mail.envelopeTo.some((to) => users.has(to.toLowerCase()) || portal.contactByEmail.has(to.toLowerCase()))
}

function viewMailRow(mail: CaughtMail) {
  const text = mail.text || mail.html.replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
  return {
    id: mail.id,
    at: new Date(mail.at).toISOString(),
    from: mail.from || mail.envelopeFrom,
    to: mail.to || mail.envelopeTo.join(', '),
    subject: mail.subject,
    snippet: text.replace(/\s+/g, ' ').trim().slice(0, 140),
  }
}

function viewMail(mail: CaughtMail) {
  const { snippet: _snippet, ...row } = viewMailRow(mail)
  return { ...row, text: mail.text, html: mail.html, headers: mail.headers, raw: mail.raw.toString('utf8') }
}
