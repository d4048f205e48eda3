import { expect, test } from 'vitest'
import type { Step } from '#shared/contract/sequence.ts'
import { openActs } from '#test/backend/steps/acts-world.ts'
import { useDatabase } from '#test/support/database.ts'
import { usePoison } from '#test/support/poison.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const refuse = usePoison(database.url)
const world = useWorld(database)

const STEPS: Step[] = [
  { id: 'call', kind: 'task', taskType: 'call', subject: 'Call', body: 'Call them.', onTimeout: 'go_on' },
  { id: 'later', kind: 'wait', amount: 3, unit: 'days' },
]

test('a finished task whose step cannot go on is looked at again later; the others go on', async () => {
  const acts = await openActs(world, database, STEPS)
  const [poison, other] = [await acts.enrolls(), await acts.enrolls()]
  await acts.works()
  for (const { id } of acts.tasks()) acts.completes(id)
  const heal = await refuse('step_runs', `new.enrollment_id = '${poison.enrollmentId}' and new.status = 'done'`)
  const statusOf = async ({ enrollmentId }: { enrollmentId: string }) =>
    (await acts.runs()).find((run) => run.enrollmentId === enrollmentId && run.position === 0)?.status
  world.clock.passes({ minutes: 10 })
  await acts.looks()
  expect([await statusOf(poison), await statusOf(other)]).toEqual(['held', 'done'])
  await heal()
  world.clock.passes({ hours: 12 })
  await acts.looks()
  expect(await statusOf(poison)).toBe('done')
})
