import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import type { DecisionReason } from '#shared/vocabulary.ts'
import { associate } from '#test/sandbox/hubspot/links.ts'
import { updateRecord } from '#test/sandbox/hubspot/records.ts'
import { findRecord } from '#test/sandbox/hubspot/state.ts'
import type { LinkType, Portal, Source } from '#test/sandbox/hubspot/types.ts'
import type { World, WorldPortal } from '#test/support/world.ts'

/** One deal in one portal, whose stage Demo is mapped by the story's rules. */
export interface Live {
  readonly world: World
  readonly portal: WorldPortal
  readonly dealId: string
  readonly contactIds: readonly string[]
  readonly sequenceId: string
  /** HubSpot's side of the portal. */
  readonly hubspot: Portal
  /** Lets the clock reach this minute of the story. */
  reaches(minute: number): void
  moves(stage: string): void
  movesBy(stage: string, source: Source): void
  /** Puts a label on a contact of the deal, as a person does. */
  labels(contactId: string, label: LinkType): void
  /** Our worker does what is due. */
  works(): Promise<void>
}

/** What happens: `demo@10` moves the deal in minute 10, `@12` lets time pass, `|` lets our worker work; or anything else. */
export type Happening = string | ((live: Live) => unknown)

export interface LiveStory {
  readonly rules?: Partial<EnrollmentPolicy> | ((live: { other: string }) => Partial<EnrollmentPolicy>)
  readonly contacts?: readonly string[]
  /** The mapping is switched off. */
  readonly off?: boolean
  /** The sequence goes on when the deal leaves the stage. */
  readonly goesOn?: boolean
  readonly happens: readonly Happening[]
}

/** A pattern: its name, the story, why the last decision was made, and how many enrollments run and have ended. */
export type LivePattern = readonly [name: string, story: LiveStory, reason: DecisionReason, runs: number, ended: number]

/** Each pattern as a test of its own, on a real database and over signed webhooks. */
export function testPatterns(world: World, patterns: readonly LivePattern[]): void {
  test.each(patterns)('a deal that %s', async (_name, story, reason, runs, ended) => {
    const live = await begin(world, story)
    for (const happening of story.happens) await happen(live, happening)
    await live.works()
    const decisions = await live.portal.decisions(live.dealId)
    const told = decisions.filter((decision) => decision.reason !== 'no_mapping' || reason === 'no_mapping')
    const enrollments = await live.portal.enrollments(live.dealId)
    const active = enrollments.filter(({ status }) => status === 'active').length
    expect([told.at(-1)?.reason, active, enrollments.length - active]).toEqual([reason, runs, ended])
    const last = told.at(-1)?.trace.filter(({ condition }) => !condition.startsWith('Branch “'))
    expect(last?.every((line, index) => line.passed === (reason === 'enrolled' || index < last.length - 1))).toBe(true)
  })
}

/** Starts a story in a portal of its own; the deal is made by its first move. */
export async function begin(world: World, story: Omit<LiveStory, 'happens'>): Promise<Live> {
  const portal = await world.portal()
  const { portalId } = portal
  await knowsStages(world, portalId)
  const options = { stopWhenStageLeft: !story.goesOn }
  const sequenceId = await portal.hasSequence(undefined, options)
  const other = await portal.hasSequence(undefined, options)
  const rules = typeof story.rules === 'function' ? story.rules({ other }) : (story.rules ?? {})
  await portal.maps('demo', sequenceId, !story.off, rules)
  const hubspot = world.sandbox.state.portals.get(portalId)
  if (!hubspot) throw new Error('the sandbox has no such portal')
  const start = world.clock.read()
  const { dealId, contactIds } = portal.hasDeal('lead', story.contacts ?? ['ada@example.com'])
  const by = { sourceType: 'CRM_UI', sourceId: 'userId:7' }
  const at = () => world.clock.read().epochMilliseconds
  return {
    ...{ world, portal, dealId, contactIds, sequenceId, hubspot },
    reaches(minute) {
      const spent = world.clock.read().since(start).total('minutes')
      world.passes({ milliseconds: Math.round((minute - spent) * 60_000) })
    },
    moves: (stage) => portal.moves(dealId, stage),
    movesBy(stage, source) {
      const record = findRecord(hubspot, 'deals', dealId)
      if (!record) throw new Error('the deal is gone')
      world.sandbox.webhooks.announce(updateRecord(hubspot, record, { dealstage: stage }, source, at()))
    },
    labels(contactId, label) {
      const ends = [{ type: 'deals', id: dealId } as const, { type: 'contacts', id: contactId } as const] as const
      world.sandbox.webhooks.announce(associate(hubspot, ...ends, [label], by, at()))
    },
    works: () => world.handlesEvents(),
  }
}

export async function happen(live: Live, happening: Happening): Promise<void> {
  if (typeof happening !== 'string') return void (await happening(live))
  for (const word of happening.split(' ')) {
    const [stage, minute] = word.split('@')
    if (word === '|') await live.works()
    if (minute !== undefined) live.reaches(Number(minute))
    if (minute !== undefined && stage) live.moves(stage)
  }
}

/** The pipeline as a refresh would have stored it. */
async function knowsStages({ deps }: World, portalId: number): Promise<void> {
  const pipelineId = 'default'
  await inPortal(deps.db, portalId, async (trx) => {
    await trx.insertInto('pipelines').values({ portalId, pipelineId, label: 'Sales', displayOrder: 0 }).execute()
    const stages = ['lead', 'demo', 'proposal', 'won'].map((stageId, displayOrder) => {
      return { portalId, pipelineId, stageId, label: stageId, displayOrder, isClosed: false }
    })
    await trx.insertInto('stages').values(stages).execute()
  })
}
