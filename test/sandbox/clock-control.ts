import type { FastifyInstance } from 'fastify'
import { conflict, invalid } from './hubspot/errors.ts'
import { answerError } from './hubspot/gate.ts'
import type { World } from './hubspot/world.ts'

export const CLOCK_STEPS = ['hour', 'day', 'next-step'] as const

/** How far the clock goes: an hour, a day, or to the moment the app's next step is due. */
export type ClockStep = (typeof CLOCK_STEPS)[number]

/** A clock that the app and the sandbox share, and that a person moves forward from the pages. */
export interface ClockControl {
  /** `nextStepAt`: when the app's next step is due; null when nothing is planned. */
  read(): Promise<{ readonly now: Temporal.Instant; readonly nextStepAt: Temporal.Instant | null }>
  /** False when the app had so much to do on the way that the clock stopped before the end. */
  move(step: ClockStep): Promise<boolean>
}

/** `/sandbox/clock`: reading and moving the clock. One move at a time; every page hears when it has ended. */
export async function clockRoutes(app: FastifyInstance, control: ClockControl, world: Pick<World, 'changed'>) {
  let moving = false
  app.setErrorHandler((error, _request, reply) => answerError(error, reply))
  app.get('/sandbox/clock', async () => control.read())
  app.post('/sandbox/clock/move', async (request) => {
    const step = stepOf(request.body)
    if (moving) throw conflict('The clock is moving already. Wait until it has stopped.')
    moving = true
    try {
      return { reached: await control.move(step), ...(await control.read()) }
    } finally {
      moving = false
      world.changed('clock')
    }
  })
}

function stepOf(body: unknown): ClockStep {
  const { step } = (body ?? {}) as { step?: unknown }
  const known = CLOCK_STEPS.find((candidate) => candidate === step)
  if (!known) throw invalid(`step must be one of ${CLOCK_STEPS.join(', ')}.`)
  return known
}
