import { useEffect, useState } from 'react'
import { call } from '../data/call.ts'
import { formatMoment } from '../data/format.ts'
import type { ClockState } from '../data/types.ts'
import { useData } from '../data/use-data.ts'
import { useToasts } from './toasts.tsx'

/** How often the shown time is read again, in milliseconds: it has minutes only. */
const READ_AGAIN_MS = 15_000

const MOVES = [
  { step: 'hour', label: '+1 hour' },
  { step: 'day', label: '+1 day' },
  { step: 'next-step', label: 'Next step' },
] as const

/** The clock that the app and this sandbox share, with buttons that move it forward. */
export function Clock() {
  const clock = useData<ClockState>('/sandbox/clock', ['clock', 'mail', 'deal'])
  const { showToast } = useToasts()
  const [moving, setMoving] = useState(false)
  const { data, error, reload } = clock
  useEffect(() => {
    const timer = setInterval(() => void reload(), READ_AGAIN_MS)
    return () => clearInterval(timer)
  }, [reload])

  const move = async (step: string) => {
    setMoving(true)
    try {
      const { reached } = await call<{ reached: boolean }>('/sandbox/clock/move', { step })
      const message = 'The app still works on what is due by now. Wait a moment, then move on.'
      if (!reached) showToast({ type: 'warning', title: 'The clock stopped on the way', message })
      await reload()
    } catch (problem) {
      const message = problem instanceof Error ? problem.message : String(problem)
      showToast({ type: 'danger', title: 'The clock was not moved', message })
    } finally {
      setMoving(false)
    }
  }
  return (
    <section className="clock" aria-label="Clock" aria-busy={moving}>
      <p role="status">
        {data ? <time dateTime={data.now}>{formatMoment(data.now)}</time> : error ? 'No time' : '…'}
        <small>{moving ? 'Moving …' : describe(data, error)}</small>
      </p>
      {MOVES.map(({ step, label }) => (
        <button
          key={step}
          type="button"
          className="ui-button is-xs is-secondary"
          disabled={moving || !data || (step === 'next-step' && data.nextStepAt === null)}
          onClick={() => void move(step)}
        >
          {label}
        </button>
      ))}
    </section>
  )
}

function describe(data: ClockState | undefined, error: Error | undefined) {
  if (!data) return error ? error.message : 'Reading the clock'
  return data.nextStepAt ? `Next step: ${formatMoment(data.nextStepAt)}` : 'No step is planned'
}
