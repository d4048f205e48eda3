import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { useDatabase } from '#test/support/database.ts'
import { newPortal, TestClock } from '#test/support/deps.ts'
import { testIntake } from './test-intake.ts'
import { stageChange, webhookApp } from './webhook-app.ts'

const { db, url } = useDatabase()
const intake = testIntake(url)
const clock = new TestClock()
const { app, counts, log, post } = webhookApp({ clock, intake: intake.pool })
afterAll(() => app.close())
beforeEach(() => counts.reset())

describe('one poisoned event among a hundred', () => {
  const poison: [string, unknown][] = [
    ['null', null],
    ['a number', 7],
    ['text', 'event'],
    ['an array', []],
    ['an empty object', {}],
    ['no portal', { portalId: undefined }],
    ['a portal that is no number', { portalId: 'x' }],
    ['portal 0', { portalId: 0 }],
    ['a negative portal', { portalId: -1 }],
    ['a fraction of a portal', { portalId: 1.5 }],
    ['a portal beyond 2^53', { portalId: '9007199254740993' }],
    ['a type that is an object', { subscriptionType: {} }],
    ['no object type', { objectTypeId: undefined }],
    ['no object', { objectId: undefined }],
    ['an object that is an array', { objectId: [1] }],
    ['an object that is SQL', { objectId: "1'; drop table events; --" }],
    ['no moment', { occurredAt: undefined }],
    ['the year 99999', { occurredAt: 3_093_527_980_800_000 }],
    ['a moment before 1970', { occurredAt: -1 }],
    ['a moment that is text', { occurredAt: '2026-11-23' }],
    ['no property name', { propertyName: '' }],
    ['no property at all', { propertyName: undefined, propertyValue: null }],
    ['a value that is an object', { propertyValue: { a: 1 } }],
    ['NUL in a value', { propertyValue: 'a\0b' }],
    ['NUL in a key we do not know', { extra: [{ 'a\0': 1 }] }],
    ['half a surrogate pair', { propertyValue: '\ud800' }],
    ['half a surrogate pair deep inside', { extra: { a: ['\udc00'] } }],
    ['merged ids that are none', { subscriptionType: 'object.merge', mergedObjectIds: [{}] }],
    [
      'an association without an end',
      { subscriptionType: 'object.associationChange', fromObjectTypeId: '0-3', fromObjectId: 1 },
    ],
  ]
  test.each(poison)('(%s) costs the other 99 nothing', async (_name, bad) => {
    const portalId = await newPortal(db, clock)
    const event = bad !== null && typeof bad === 'object' && !Array.isArray(bad) && Object.keys(bad).length > 0
    const batch: unknown[] = Array.from({ length: 100 }, () => stageChange(portalId))
    batch[37] = event ? stageChange(portalId, bad as Record<string, unknown>) : bad
    expect(await post(batch)).toMatchObject({ status: 204 })
    expect(counts.allEvents()).toEqual({ stored: 99, malformed: 1 })
    expect(await intake.ledger(portalId)).toHaveLength(99)
    expect(log.lines.at(-1)).toMatchObject({ fields: { indexes: [37] } })
  })

  test('that only the database refuses is found by halving, also across requests', async () => {
    const portalId = await newPortal(db, clock)
    await intake.owner.query(`alter table events add constraint no_666 check (object_id <> '666') not valid`)
    const before = log.lines.length
    const batches = Array.from({ length: 5 }, (_, request) =>
      Array.from({ length: 100 }, (_, index) =>
        stageChange(portalId, request === 3 && index === 42 ? { objectId: 666 } : {}),
      ),
    )
    const answers = await Promise.all(batches.map((batch) => post(batch)))
    await intake.owner.query('alter table events drop constraint no_666')
    expect(answers.map((answer) => answer.status)).toEqual(Array(5).fill(204))
    expect(counts.allEvents()).toEqual({ stored: 499, malformed: 1 })
    expect(log.lines.slice(before)).toEqual([
      { level: 'warn', fields: { index: 42, sqlState: '23514' }, message: 'the database refused an event' },
    ])
  })
})
