import fastify from 'fastify'
import { afterAll, beforeAll } from 'vitest'
import { systemIds } from '#core/ids.ts'
import { noMetrics } from '#core/metrics.ts'
import { openPool } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { answerErrors } from '#http/error-handler.ts'
import { createHubSpotClient } from '#hubspot/client.ts'
import type { HubSpot } from '#hubspot/hubspot.ts'
import { createRequestLog } from '#hubspot/request-log.ts'
import { handleDueEvents } from '#modules/events/handle-due-events.ts'
import { INTAKE_ROLE } from '#modules/events/intake-repository.ts'
import { webhookRoutes } from '#modules/events/routes.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { SequenceDefinition, Step } from '#shared/contract/sequence.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { emptyPortal } from '#test/sandbox/hubspot/state.ts'
import { type Sandbox, startSandbox } from '#test/sandbox/sandbox.ts'
import { goRound } from '#worker/round.ts'
import type { TestDatabase } from './database.ts'
import { makeDeps, newPortal, TestClock } from './deps.ts'
import { freePort } from './free-port.ts'

const SECRET = 'world-client-secret'

/** One portal of a test: HubSpot's side and ours. */
export interface WorldPortal {
  readonly portalId: number
  /** A deal in `stage`, with a contact for each address; returns its id and theirs. */
  hasDeal(stage: string, emails?: readonly string[]): { dealId: string; contactIds: string[] }
  hasContact(email?: string): string
  /** An active sequence; one e-mail step unless told. Returns its id. */
  hasSequence(
    steps?: readonly Step[],
    options?: { status?: 'active' | 'paused' } & Partial<Omit<SequenceDefinition, 'steps'>>,
  ): Promise<string>
  /** Maps a stage to a sequence, by the default rules unless told. */
  maps(stage: string, sequenceId: string, active?: boolean, rules?: Partial<EnrollmentPolicy>): Promise<void>
  moves(dealId: string, stage: string): void
  decisions(
    dealId: string,
  ): Promise<
    { outcome: string; reason: string; contactId: string | null; trace: { condition: string; passed: boolean }[] }[]
  >
  enrollments(dealId: string): Promise<{ id: string; status: string; stopReason: string | null; contactId: string }[]>
  activities(dealId: string): Promise<string[]>
  events(): Promise<{ status: string; attempts: number; reason: string | null; reasonCode: string | null }[]>
}

/** Our backend's event path on real parts: the stand-in for HubSpot over HTTP, signed webhooks, a real database. */
export interface World {
  readonly clock: TestClock
  readonly deps: Deps
  readonly sandbox: Sandbox
  portal(): Promise<WorldPortal>
  /** Waits for HubSpot's webhooks to arrive, then runs the events task until nothing is due. */
  handlesEvents(): Promise<void>
  passes(duration: Temporal.DurationLike): void
}

/** Starts a world for this test file; everything ends with it. */
export function useWorld({ db, url }: TestDatabase): World {
  const clock = new TestClock()
  const tokens = new Map<number, string>()
  let sandbox: Sandbox | undefined
  let hubspot: HubSpot | undefined
  const app = fastify()
  const intake = openPool({ url, size: 4, role: INTAKE_ROLE, name: 'stagecue-test-intake' })
  const deps = makeDeps({
    db,
    clock,
    hubspot: { call: (portalId, call) => need(hubspot).call(portalId, call), close: async () => {} },
  })
  beforeAll(async () => {
    const port = await freePort()
    const appUrl = `http://127.0.0.1:${port}`
    answerErrors(app, deps)
    await app.register(async (scope) =>
      webhookRoutes(scope, {
        ...deps,
        settings: { publicUrl: appUrl },
        clientSecrets: [SECRET],
        intake,
        soon: setImmediate,
      }),
    )
    await app.listen({ host: '127.0.0.1', port })
    sandbox = await startSandbox({
      appUrl,
      clientId: 'world',
      clientSecret: SECRET,
      appId: 42,
      clock: clock.read,
      limits: false,
      webhooks: { retryBase: 1 },
    })
    hubspot = createHubSpotClient({
      ...deps,
      apiUrl: sandbox.url,
      requestLog: createRequestLog({ db, ids: systemIds }),
      metrics: noMetrics,
      tokens: {
        accessToken: async (portalId) => need(tokens.get(portalId)),
        refused: async (portalId) => void tokens.set(portalId, need(sandbox).install(portalId).accessToken),
        revoked: async () => 'another',
        accepted: async () => {},
        replaced: async () => false,
      },
    })
  })
  afterAll(async () => {
    await app.close()
    await hubspot?.close()
    await sandbox?.stop()
    await intake.end()
  })
  return {
    clock,
    deps,
    get sandbox() {
      return need(sandbox)
    },
    passes: (duration) => clock.passes(duration),
    async portal() {
      const portalId = await newPortal(db, clock)
      const users = [{ id: 7, email: 'rep@example.com', firstName: 'Rae', lastName: 'Ortiz' }]
      const chances = { lead: '0.5', demo: '0.5', proposal: '0.5', won: '0.5', closedwon: '1.0', closedlost: '0.0' }
      const stages = Object.entries(chances).map(([id, probability], displayOrder) => ({
        id,
        label: id,
        displayOrder,
        probability,
        isClosed: id.startsWith('closed'),
      }))
      const pipelines = [{ id: 'default', label: 'Sales', displayOrder: 0, stages }]
      need(sandbox).addPortal(
        emptyPortal({ portalId, name: 'World', domain: 'world.example', users, owners: [], pipelines }, 0),
      )
      tokens.set(portalId, need(sandbox).install(portalId).accessToken)
      return worldPortal(deps, need(sandbox), portalId)
    },
    async handlesEvents() {
      await need(sandbox).webhooks.settle()
      const pass = goRound<Deps>(handleDueEvents, 0)
      while ((await pass(deps)) > 0);
    },
  }
}

function worldPortal(deps: Deps, sandbox: Sandbox, portalId: number): WorldPortal {
  const { db, clock } = deps
  let names = 0
  return {
    portalId,
    hasContact: (email) =>
      sandbox.createContact(portalId, { ...(email ? { email } : {}), firstName: 'Ada', lastName: 'Byron' }),
    hasDeal(stage, emails = []) {
      const contactIds = emails.map((email) =>
        sandbox.createContact(portalId, { email, firstName: 'Ada', lastName: 'Byron' }),
      )
      return {
        dealId: sandbox.createDeal(portalId, { name: `Deal ${++names}`, stageId: stage, contactIds }),
        contactIds,
      }
    },
    async hasSequence(steps = [{ id: 'first', kind: 'email', subject: 'Hello', body: 'Hi there.' }], options = {}) {
      const id = systemIds()
      const { status = 'active', ...rules } = options
      const definition = JSON.stringify({ stopWhenStageLeft: true, ...rules, steps })
      const now = clock()
      await inPortal(db, portalId, async (trx) => {
        const sequence = {
          id,
          name: `Sequence ${++names}`,
          status,
          version: 1,
          draft: definition,
        } as const
        await trx
          .insertInto('sequences')
          .values({ portalId, ...sequence, draftPublished: true, createdAt: now, updatedAt: now })
          .execute()
        await trx
          .insertInto('sequenceVersions')
          .values({ portalId, sequenceId: id, version: 1, definition, publishedAt: now, publishedBy: null })
          .execute()
      })
      return id
    },
    async maps(stageId, sequenceId, active = true, rules = {}) {
      const policy = JSON.stringify({ ...DEFAULT_POLICY, ...rules })
      const mapping = { portalId, pipelineId: 'default', stageId, sequenceId, active, policy, updatedAt: clock() }
      await inPortal(db, portalId, (trx) => trx.insertInto('mappings').values(mapping).execute())
    },
    moves: (dealId, stage) => sandbox.moveDeal(portalId, dealId, stage),
    decisions: (dealId) =>
      inPortal(db, portalId, (trx) =>
        trx
          .selectFrom('decisions')
          .where('portalId', '=', portalId)
          .where('dealId', '=', dealId)
          .orderBy('id')
          .select(['outcome', 'reason', 'contactId', 'trace'])
          .execute(),
      ),
    enrollments: (dealId) =>
      inPortal(db, portalId, (trx) =>
        trx
          .selectFrom('enrollments as e')
          .innerJoin('contacts as c', (join) =>
            join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'),
          )
          .where('e.portalId', '=', portalId)
          .where('e.dealId', '=', dealId)
          .orderBy('e.id')
          .select(['e.id', 'e.status', 'e.stopReason', 'c.contactId'])
          .execute(),
      ),
    activities: async (dealId) => {
      const rows = await inPortal(db, portalId, (trx) =>
        trx
          .selectFrom('activities')
          .where('portalId', '=', portalId)
          .where('dealId', '=', dealId)
          .orderBy('id')
          .select('kind')
          .execute(),
      )
      return rows.map((row) => row.kind)
    },
    events: () =>
      inPortal(db, portalId, (trx) =>
        trx
          .selectFrom('events')
          .where('portalId', '=', portalId)
          .orderBy('id')
          .select(['status', 'attempts', 'reason', 'reasonCode'])
          .execute(),
      ),
  }
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the world has not started yet')
  return value
}
