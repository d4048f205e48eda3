import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { emptyPortal } from '#test/sandbox/hubspot/state.ts'
import { type Stack, startStack } from '#test/support/stack.ts'
import { answer, ask, startChild, stopChild } from './child.ts'
import { type MailingPortal, prepareMails, release } from './due-mails.ts'
import { LATER_STAGE, MAPPED_STAGE, pause, preparePortal } from './portal.ts'
import type { SinkReport } from './smtp-sink.ts'

export const DKIM_KEY_FILE = path.resolve('test/backend/mail/golden/dkim-key.txt')
const FIRST_PORTAL = 91_000_001
const STAGES = ['lead', 'qualified', MAPPED_STAGE, LATER_STAGE, 'closedwon']

/** The production server with accounts that only send, and a mail server of nearly no cost. */
export interface MailingStack {
  readonly stack: Stack
  readonly portals: readonly MailingPortal[]
  readonly sinkPort: number
  /** Seconds from the release of `count` due mails, shared evenly among the portals, to the last one accepted. */
  sendDue(portals: readonly MailingPortal[], count: number): Promise<number>
  /** What arrived since the last time. */
  report(): Promise<SinkReport>
  stop(): Promise<void>
}

/**
 * One process of the app on its own database, the stand-in for HubSpot in this process, the mail server in a third. Mails are
 * signed, as they are in production. No webhooks: deals are made without the app deciding about them.
 */
export async function startMailingStack(databaseUrl: string, portalCount: number): Promise<MailingStack> {
  const sink: ChildProcess = startChild('smtp-sink.ts')
  const sinkPort = await answer<number>(sink)
  const stack = await startStack({
    databaseUrl,
    sandbox: { limits: false, journalLimit: 200_000, subscriptions: [] },
    env: {
      SMTP_URL: `smtp://127.0.0.1:${sinkPort}`,
      MAIL_DOMAIN: 'mail.example.com',
      DKIM_KEYS: readFileSync(DKIM_KEY_FILE, 'utf8').trim(),
      LOG_LEVEL: 'error',
    },
  })
  const owner = new pg.Client({ connectionString: databaseUrl })
  const stop = async () => {
    await owner.end()
    await stack.stop()
    await stopChild(sink)
  }
  const report = () => ask<SinkReport>(sink, { reset: true })
  try {
    await owner.connect()
    const portals: MailingPortal[] = []
    for (let index = 0; index < portalCount; index++) portals.push(await addPortal(stack, FIRST_PORTAL + index))
    return {
      stack,
      portals,
      sinkPort,
      report,
      stop,
      async sendDue(chosen, count) {
        const each = Math.ceil(count / chosen.length)
        await untilDrained(owner)
        for (const portal of chosen) await prepareMails(stack, owner, portal, each)
        await owner.query('analyze')
        await report()
        const begun = Date.now()
        await release(owner, chosen)
        const { lastAt } = await untilAccepted(sink, each * chosen.length, () => describeRuns(owner, chosen[0]))
        return (lastAt - begun) / 1000
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function addPortal(stack: Stack, portalId: number): Promise<MailingPortal> {
  const name = `bench-${portalId}`
  const stages = STAGES.map((id) => ({ id, label: id, probability: '0.5', isClosed: id === 'closedwon' }))
  const pipelines = [{ id: 'default', label: 'Sales', displayOrder: 0, stages: stages.map(withOrder) }]
  const users = [{ id: portalId, email: `ada@${name}.example`, firstName: 'Ada', lastName: 'Byron' }]
  const portal = emptyPortal({ portalId, name, domain: `${name}.example`, users, owners: [], pipelines }, Date.now())
  stack.sandbox.addPortal(portal)
  return { portalId, sequenceId: await preparePortal(stack, portalId) }
}

function withOrder<T>(stage: T, displayOrder: number) {
  return { ...stage, displayOrder }
}

/** Every mail once, or it throws: a number for mails that were lost or sent twice would be worth nothing. */
async function untilAccepted(sink: ChildProcess, count: number, describe: () => Promise<string>): Promise<SinkReport> {
  for (let attempt = 0; attempt < 2_400; attempt++) {
    const report = await ask<SinkReport>(sink, { reset: false })
    if (report.accepted >= count) {
      if (report.accepted === count && report.recipients === count) return report
      throw new Error(`${report.accepted} mails to ${report.recipients} people instead of ${count} were accepted`)
    }
    await pause(50)
  }
  throw new Error(
    `not all of ${count} mails were accepted within two minutes; in the first account: ${await describe()}`,
  )
}

/** A lane that is not put away yet would let the next mails out before their release. */
async function untilDrained(owner: pg.Client): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const { rows } = await owner.query(`select from lanes where kind = 'steps'`)
    if (rows.length === 0) return
    await pause(25)
  }
  throw new Error('the app did not put its lanes away within ten seconds')
}

/** What the steps of a portal wait for. */
async function describeRuns(owner: pg.Client, portal: MailingPortal | undefined): Promise<string> {
  const { rows } = await owner.query<{ text: string }>(
    `select count(*) || ' ' || status || ': ' || why as text from step_runs where portal_id = $1 group by status, why`,
    [portal?.portalId],
  )
  return rows.map(({ text }) => text).join(' ')
}
